"""On air: questions, time, answers, pledges, two hosts at once; and the close, which loses nothing."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.desks import HostDesk, press_at_once
from tests.journeys.evening import (
    CLUMSY,
    LAMPS,
    LAMPS_TOO,
    NEXT_WEEK,
    NIGHT_WORK,
    PROMISED,
    STALLS,
    VAGUE,
    Evening,
)
from tests.journeys.office import Reader
from tests.journeys.people import seconds_left, seconds_left_at_once
from tests.support.browser import picture
from tests.support.processes import eventually


def the_evening_begins(evening: Evening) -> None:
    host, screen = evening.host, evening.screen
    host.go_live()
    expect(evening.ann.page.locator("#live-mark")).to_have_text("直播")
    host.take_next("《灯下黑》")
    screen.shows("《灯下黑》", "城管局")
    host.take_next("三分钟：给出时间表")
    screen.shows("三分钟：给出时间表")


def a_real_message_is_on_air(evening: Evening) -> None:
    host, screen, official = evening.host, evening.screen, evening.official
    host.put_on_air(evening.real)
    screen.shows("群众提问", evening.real, "提问人 一位市民")
    for phone in evening.phones:
        expect(phone.on_air).to_contain_text(evening.real)
    official.is_asked(evening.real)
    host.start(seconds=120)
    screen.shows("城管局负责人", "正在回答", "剩余")
    screen.fits()
    all_see_the_same_time(evening)
    host.pause()
    for somebody in (host, screen, official, *evening.phones):
        expect(somebody.page.get_by_role("timer")).to_contain_text("已暂停")
    standing = {seconds_left(somebody.page) for somebody in (host, screen, official, *evening.phones)}
    assert len(standing) == 1, f"the time stands still and is not the same everywhere: {standing}"
    host.go_on()
    host.extend()
    for somebody in (screen, host, *evening.phones):
        eventually(
            lambda page=somebody.page: seconds_left(page) > max(standing), otherwise="the extension is not shown"
        )
    all_see_the_same_time(evening)
    picture(screen.page, "evening-screen-question")
    picture(host.page, "evening-host")


def all_see_the_same_time(evening: Evening) -> None:
    seen = seconds_left_at_once(*(somebody.page for somebody in (*evening.phones, evening.screen, evening.host)))
    assert max(seen) - min(seen) <= 1, f"time left on three phones, the screen and the desk: {seen}"


def a_pledge_is_recorded(evening: Evening) -> None:
    """Under fifteen seconds for a clerk who types four characters or keys a second; the desk's time is only told."""
    clerk, official = evening.clerk, evening.official
    clerk.is_at(evening.real)
    began, before = time.monotonic(), clerk.strokes
    clerk.record("4", PROMISED.words)
    clerk.pledge(PROMISED)
    took, strokes = time.monotonic() - began, clerk.strokes - before
    assert strokes / 4 < 15
    evening.say(f"a response and its specific pledge: {strokes} strokes, and {took:.1f} s of the desk")
    clerk.done()
    expect(evening.host.prompts).to_contain_text("没有需要追问的地方")
    expect(official.promised(PROMISED.words)).to_contain_text("周立言")
    official.confirm(PROMISED.words)
    expect(clerk.page.locator("#record")).to_contain_text("已确认")


def two_hosts_press_at_once(evening: Evening) -> None:
    """One question is on air afterwards; whoever pressed for the other is told."""
    one = evening.host
    one.end()
    other = evening.other_host = HostDesk(evening.chromium, evening.server.url, evening.code)
    one.arm(NIGHT_WORK)
    other.arm(STALLS)
    press_at_once((one.page, "Enter"), (other.page, "Enter"))
    for desk in (one, other):
        expect(desk.stage).to_contain_text(re.compile(f"{NIGHT_WORK}|{STALLS}"))
    won = NIGHT_WORK if NIGHT_WORK in one.stage.inner_text() else STALLS
    expect(other.stage).to_contain_text(won)
    expect(evening.screen.page.get_by_role("main")).to_contain_text(won)
    loser, winner = (other, one) if won == NIGHT_WORK else (one, other)
    loser.is_told(re.compile("没有执行"))
    expect(winner.page.locator("#toasts").get_by_text("没有执行")).to_have_count(0)
    evening.aired, evening.left = won, STALLS if won == NIGHT_WORK else NIGHT_WORK
    evening.chen.sees_fate(won, "台上")


def a_vague_answer_prompts_the_host(evening: Evening) -> None:
    host, clerk, official = evening.host, evening.clerk, evening.official
    host.start(seconds=60)
    clerk.is_at(evening.aired)
    clerk.record("3", "这件事我们高度重视，会尽快研究解决。")
    expect(host.prompts).to_contain_text("请给出时间")
    expect(host.prompts).to_contain_text("尽快")
    clerk.pledge(VAGUE)
    clerk.done()
    expect(host.prompts).to_contain_text("承诺没有期限")
    official.dispute(VAGUE.words, "我说的是“本周内研究，月底前答复”，没有说“逐步”。")
    expect(clerk.page.locator("#record")).to_contain_text("我说的是“本周内研究")
    host.end()


# --- the close ------------------------------------------------------------------------------------------------------


def the_close_waits_for_the_record(evening: Evening) -> None:
    """What was on air and has no response stands in the way; then every approved question is given a place to go."""
    host, clerk = evening.host, evening.clerk
    host.put_on_air(evening.left)
    dialog = host.open_close()
    expect(dialog).to_contain_text("还不能收场：1 条上过台的提问没有回应记录")
    expect(dialog).to_contain_text(evening.left)
    expect(host.button("按住收场")).to_be_disabled()
    clerk.is_at(evening.left)
    clerk.record("2", "这不归我们管，请找别的部门。")
    expect(dialog).to_contain_text("上过台的提问都有回应记录")
    lamps, better = evening.receipts[LAMPS].number, evening.rows + len(evening.receipts) + 1
    host.settle(lamps, re.compile("转办给"))
    host.settle(better, re.compile(NEXT_WEEK))
    picture(host.page, "evening-close")
    host.close(unitless_to="城管局")
    evening.screen.shows("谢谢您的参与")
    for phone in evening.phones:
        expect(phone.page.locator("#onair")).to_contain_text("本场已结束")


def every_question_is_accounted_for(evening: Evening) -> None:
    ann, bo, chen = evening.phones
    ann.sees_fate(LAMPS, "已转办", "已转城管局办理")
    bo.sees_fate(LAMPS_TOO, "已合并", "已转城管局办理")
    bo.sees_fate(CLUMSY, "顺延")
    chen.sees_fate(evening.left, "未正面回应")
    chen.sees_fate(evening.aired, "已回应")
    reader = evening.reader = Reader(evening.chromium, evening.server.url)
    reader.open(f"/questions?session={evening.code}")
    states = reader.page.get_by_role("row").locator(".state").all_inner_texts()
    # Ten were approved: three on air, one deferred, the others handed to units; none is left where it was.
    assert sorted(states) == sorted(["已回应"] * 2 + ["未正面回应"] + ["顺延"] + ["已转办"] * 6)
    reader.open(f"/sessions/{evening.code}/minutes")
    minutes = reader.page.get_by_role("main")
    for words in (evening.real, PROMISED.words, VAGUE.words, "周立言", evening.left, "转单位书面答复", NEXT_WEEK):
        expect(minutes).to_contain_text(words)
    expect(minutes).not_to_contain_text("草稿")
    picture(reader.page, "evening-minutes", full_page=True)
