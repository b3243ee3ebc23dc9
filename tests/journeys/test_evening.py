"""One whole evening, as everybody lived it: eight windows open at once, real messages, and what became of it all."""

import csv
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.desks import ClerkDesk, HostDesk, ModerationDesk, OfficialDesk, Spoken, press_at_once
from tests.journeys.office import Asker, Reader, Staff, Unit
from tests.journeys.people import Phone, Planner, Receipt, Screen, seconds_left
from tests.support.browser import ROOT, Chromium, picture
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(420)]

#: 2,585 messages that citizens wrote to an inquiry column; they lie beside the project, never in it.
REAL_MESSAGES = ROOT.parent / "shared" / "data" / "citizen_messages.csv"

TONIGHT, NEXT_WEEK = "路灯与停车：今晚问政", "下周问政：排水"
LAMPS = "柳浪路从桥头到菜场的路灯灭了三个月，什么时候能亮？"
LAMPS_TOO = "柳浪路桥头到菜场的路灯灭了三个月了，到底什么时候亮？"
RUDE = "你们这些人就知道吃干饭，滚下台去！"
CLUMSY = "停车！！！老小区停车咋整啊急急急"
WELL_PUT = "老旧小区车位不够，什么时候划定可以错时停车的路段？"
NIGHT_WORK = "夜里施工的批文，能不能提前贴在小区门口？"
FLOODED = "一下雨柳浪巷就漫水，排水管网哪一天开工改造？"

PROMISED = Spoken("月底前把柳浪路的二十盏路灯全部修好，由照明科周立言负责。", "修复路灯", "柳浪路二十盏", "周立言", "+30")
VAGUE = Spoken("我们会尽快研究解决，逐步改善。")


@dataclass
class Evening:
    """Who is there, and what they keep in mind from one chapter to the next."""

    chromium: Chromium
    server: Server
    say: Callable[[str], None]
    folder: Path
    code: str = ""
    real: str = ""
    aired: str = ""
    left: str = ""
    rows: int = 0
    receipts: dict[str, Receipt] = field(default_factory=dict)
    cast: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """`evening.host`, `evening.ann`: whoever has come by now."""
        try:
            return self.__dict__["cast"][name]
        except KeyError:
            raise AttributeError(name) from None

    def comes(self, name: str, somebody: Any) -> Any:
        self.cast[name] = somebody
        return somebody

    @property
    def phones(self) -> list[Phone]:
        return [self.ann, self.bo, self.chen]


@pytest.fixture
def evening(
    chromium: Chromium, server: Server, units: dict[str, int], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Evening]:
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    assert terminal is not None
    yield Evening(chromium, server, lambda words: terminal.write_line(f"\n  {words}"), tmp_path)


@contextmanager
def looked_at_when_it_fails(evening: Evening) -> Iterator[None]:
    """What everybody had before them in that moment is kept as pictures."""
    try:
        yield
    except BaseException:
        for name, somebody in evening.cast.items():
            picture(somebody.page, f"failed-evening-{name}")
        raise


def test_the_whole_evening(evening: Evening) -> None:
    with looked_at_when_it_fails(evening):
        for chapter in CHAPTERS:
            began = time.monotonic()
            chapter(evening)
            evening.say(f"{time.monotonic() - began:5.1f} s  {chapter.__name__.replace('_', ' ')}")


# --- before ---------------------------------------------------------------------------------------------------------


def it_is_planned(evening: Evening) -> None:
    planner = evening.comes("planner", Planner(evening.chromium, evening.server.url, "producer"))
    planner.plan(NEXT_WEEK, "雨季之前", "2030-12-08T20:00", ["水务局"])
    evening.code = planner.plan(TONIGHT, "家门口的路", "2030-12-01T20:00", ["城管局", "水务局"])
    planner.add("满意度评议", "总评", 5)
    planner.add("短片", "《灯下黑》", 4, "城管局")
    planner.add("发言", "三分钟：给出时间表", 3, "城管局")
    # The clip comes first: chosen and moved by keyboard.
    planner.rundown.filter(has_text="《灯下黑》").focus()
    planner.press("Alt+ArrowUp")
    expect(planner.rundown.first).to_contain_text("《灯下黑》")
    planner.open_intake()


def real_messages_are_taken_over(evening: Evening) -> None:
    file, evening.rows = messages(evening)
    looked = evening.planner.hand_in(evening.code, file, "先检查")
    assert (looked.total, looked.fresh + looked.bad, looked.known) == (evening.rows, evening.rows, 0)
    began = time.monotonic()
    taken = evening.planner.hand_in(evening.code, file, "导入")
    took = time.monotonic() - began
    assert taken == looked, "the import did something else than the look beforehand said"
    assert took < 30
    before = heads(evening)
    again = evening.planner.hand_in(evening.code, file, "导入")
    assert (again.fresh, again.known, again.bad) == (0, looked.fresh, looked.bad)
    assert heads(evening) == before, "the second run left a trace"
    evening.say(f"{taken.fresh} of {taken.total} messages taken over in {took:.1f} s; {taken.bad} cannot be used")


def messages(evening: Evening) -> tuple[Path, int]:
    """The real ones, or as many of the same shape where the data does not lie beside the project."""
    file = REAL_MESSAGES
    if not file.exists():
        evening.say("the real messages are not here: made-up ones of the same shape take their place")
        file = evening.folder / "messages.csv"
        made_up_messages(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    titles = [row["title"].strip() for row in rows]
    # One with a title of its own, of the length a screen is made for.
    evening.real = next(one for one in titles if 12 <= len(one) <= 30 and sum(one in other for other in titles) == 1)
    return file, len(rows)


def made_up_messages(file: Path) -> None:
    chance = random.Random(7)
    places = ["柳浪路", "青岚巷", "沙洲桥", "石磴坡", "苇塘街"]
    matters = ["路灯不亮", "违章停车", "夜里施工", "垃圾没人收", "积水排不走", "公交改线"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["id", "author", "title", "submitted_at", "body", "down_votes", "up_votes"])
        for number in range(2585):
            title = f"{chance.choice(places)}{number}号附近{chance.choice(matters)}，请问谁来管"
            at = f"2029/{1 + number % 12}/{1 + number % 28} 8:{number % 60:02}:00"
            writer.writerow([number, f"U{number}", title, at, "情况如下。\n" + title * 8, 0, 0])


def heads(evening: Evening) -> str:
    return inquiry(evening, "trace", "head").stdout


def inquiry(evening: Evening, *words: str) -> subprocess.CompletedProcess[str]:
    """What the command line of the same installation says."""
    command = [sys.executable, "-m", "inquiry.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=evening.server.environment, capture_output=True, text=True, timeout=60)


# --- asking ---------------------------------------------------------------------------------------------------------


def everybody_comes(evening: Evening) -> None:
    chromium, url, code = evening.chromium, evening.server.url, evening.code
    evening.comes("screen", Screen(chromium, url, code)).shows(TONIGHT, code)
    evening.comes("host", HostDesk(chromium, url, code))
    evening.comes("moderator", ModerationDesk(chromium, url, code))
    evening.comes("clerk", ClerkDesk(chromium, url, code))
    evening.comes("official", OfficialDesk(chromium, url, code))
    evening.comes("ann", Phone(chromium, url)).join_by_code(code)
    evening.comes("bo", Phone(chromium, url)).join_by_qr(f"/join/{code}")
    evening.comes("chen", Phone(chromium, url)).join_by_code(code)


def phones_ask(evening: Evening) -> None:
    receipts, chen = evening.receipts, evening.chen
    receipts[LAMPS] = evening.ann.ask(LAMPS, unit="城管局", asker="下夜班的人")
    evening.ann.ask_again()
    receipts[RUDE] = evening.ann.ask(RUDE)
    receipts[LAMPS_TOO] = evening.bo.ask(LAMPS_TOO)
    evening.bo.ask_again()
    receipts[CLUMSY] = evening.bo.ask(CLUMSY)
    # In a dead spot at the moment of sending: kept, sent by itself, once.
    chen.write(NIGHT_WORK)
    evening.chromium.expect("ERR_INTERNET_DISCONNECTED")
    chen.context.set_offline(True)
    chen.button("提交").tap()
    expect(chen.page.locator("#sent")).to_contain_text("等待发送")
    chen.context.set_offline(False)
    receipts[NIGHT_WORK] = chen.receipt()
    chen.ask_again()
    receipts[FLOODED] = chen.ask(FLOODED, unit="水务局")
    numbers = [receipt.number for receipt in receipts.values()]
    assert numbers == list(range(numbers[0], numbers[0] + 6)), "a question was lost, or came twice"
    for phone, text in ((evening.ann, LAMPS), (evening.bo, CLUMSY), (chen, NIGHT_WORK)):
        phone.sees_fate(text, "待审", receipts[text].code)


def questions_are_moderated(evening: Evening) -> None:
    moderator, ann, bo, chen = evening.moderator, evening.ann, evening.bo, evening.chen
    moderator.approve(LAMPS)
    ann.sees_fate(LAMPS, "已通过")
    moderator.merge(LAMPS_TOO, into=LAMPS)
    bo.sees_fate(LAMPS_TOO, "已合并", f"与第 {evening.receipts[LAMPS].number} 号提问合并")
    moderator.refuse(RUDE, note="请换一种说法再问")
    ann.sees_fate(RUDE, "未采用", "请换一种说法再问")
    moderator.reword(CLUMSY, WELL_PUT)
    bo.sees_fate(CLUMSY, "已合并", "已通过")
    moderator.refuse_at_once(NIGHT_WORK, "3", "与主题无关")
    chen.sees_fate(NIGHT_WORK, "未采用", "与本场主题无关")
    moderator.undo()
    chen.sees_fate(NIGHT_WORK, "待审")
    moderator.approve(NIGHT_WORK)
    moderator.approve(FLOODED)
    chen.sees_fate(NIGHT_WORK, "已通过")
    moderator.approve(evening.real, unit="城管局")
    moderator.approve_next(5)
    expect(moderator.figure("通过")).to_have_text("10")
    received = evening.rows + len(evening.receipts) + 1  # the better wording has a number of its own
    waiting = received - 10 - 2 - 1
    assert moderator.totals == {"收到": received, "待审": waiting, "通过": 10, "合并": 2, "未采用·其他": 1}


def similar_ones_are_supported(evening: Evening) -> None:
    chen, lamps = evening.chen, evening.receipts[LAMPS]
    chen.write("柳浪路的路灯什么时候能亮")
    found = chen.page.locator("#similar").get_by_role("listitem").filter(has_text=LAMPS)
    found.get_by_role("button", name="支持").tap()
    expect(found.get_by_role("button", name="已支持")).to_have_attribute("aria-pressed", "true")
    chen.is_told(re.compile(f"已支持第 {lamps.number} 号"))
    evening.ann.sees_fate(LAMPS, "现有 1 人支持")


# --- on air ---------------------------------------------------------------------------------------------------------


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
    for somebody in (screen, official, *evening.phones):
        expect(somebody.page.get_by_role("timer")).to_contain_text("已暂停")
    standing = {seconds_left(somebody.page) for somebody in (host, screen, official, *evening.phones)}
    assert len(standing) == 1, f"the time stands still and is not the same everywhere: {standing}"
    host.go_on()
    host.extend()
    for somebody in (screen, host, *evening.phones):
        eventually(lambda page=somebody.page: seconds_left(page) > max(standing), otherwise="the extension is not shown")
    all_see_the_same_time(evening)
    picture(screen.page, "evening-screen-question")
    picture(host.page, "evening-host")


def all_see_the_same_time(evening: Evening) -> None:
    """Read one after the other, so that a second may have gone by between the first and the last."""
    seen = [seconds_left(somebody.page) for somebody in (*evening.phones, evening.screen, evening.host)]
    assert max(seen) - min(seen) <= 1, f"time left on three phones, the screen and the desk: {seen}"


def a_pledge_is_recorded(evening: Evening) -> None:
    """Typed through without a pause: what is left of the fifteen seconds is the clerk's to think."""
    clerk, official = evening.clerk, evening.official
    clerk.is_at(evening.real)
    began = time.monotonic()
    clerk.record("4", "路灯的事我来答复。" + PROMISED.words)
    clerk.pledge(PROMISED)
    took = time.monotonic() - began
    assert took < 15
    evening.say(f"a response and a specific pledge typed in {took:.1f} s")
    clerk.done()
    expect(evening.host.prompts).to_contain_text("没有需要追问的地方")
    expect(official.promised(PROMISED.words)).to_contain_text("周立言")
    official.confirm(PROMISED.words)
    expect(clerk.page.locator("#record")).to_contain_text("已确认")


def two_hosts_press_at_once(evening: Evening) -> None:
    """One question is on air afterwards; whoever pressed for the other is told."""
    one = evening.host
    one.end()
    other = evening.comes("other_host", HostDesk(evening.chromium, evening.server.url, evening.code))
    one.arm(NIGHT_WORK)
    other.arm(FLOODED)
    press_at_once((one.page, "Enter"), (other.page, "Enter"))
    for desk in (one, other):
        expect(desk.stage).to_contain_text(re.compile(f"{NIGHT_WORK}|{FLOODED}"))
    won = NIGHT_WORK if NIGHT_WORK in one.stage.inner_text() else FLOODED
    expect(other.stage).to_contain_text(won)
    expect(evening.screen.page.get_by_role("main")).to_contain_text(won)
    loser, winner = (other, one) if won == NIGHT_WORK else (one, other)
    loser.is_told(re.compile("没有执行"))
    expect(winner.page.locator("#toasts").get_by_text("没有执行")).to_have_count(0)
    evening.aired, evening.left = won, FLOODED if won == NIGHT_WORK else NIGHT_WORK
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
    host.close()
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
    reader = evening.comes("reader", Reader(evening.chromium, evening.server.url))
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


# --- afterwards -----------------------------------------------------------------------------------------------------


def the_unit_answers_and_is_asked_again(evening: Evening) -> None:
    unit = evening.comes("unit", Unit(evening.chromium, evening.server.url, "official"))
    unit.answer(LAMPS, "具体承诺", "二十盏路灯九月三十日前全部修好，由照明科周立言负责，每周公布进度。")
    evening.ann.sees_fate(LAMPS, "已回应")
    asker = evening.comes("asker", Asker(evening.chromium, evening.server.url))
    asker.look_up(evening.receipts[LAMPS].code)
    expect(asker.page.get_by_role("main")).to_contain_text("九月三十日前全部修好")
    asker.judge(satisfied=False)
    asker.reopen("只修了桥头，菜场那一段还是黑的。")
    again = unit.inbox(LAMPS)
    expect(again).to_contain_text("重办")
    expect(again).to_contain_text("菜场那一段还是黑的")
    evening.ann.sees_fate(LAMPS, "已转办")


def the_pledge_is_kept_and_checked(evening: Evening) -> None:
    unit = evening.unit
    evening.reader.follow("pledges", PROMISED.action)
    address = evening.reader.page.url.removeprefix(evening.server.url)
    unit.open(address)
    unit.report("二十盏已修好十二盏，其余等待电缆。")
    unit.show_picture(a_picture(evening.folder), "桥头一侧，修好后的夜景")
    unit.claim_done()
    # Nobody checks their own work: the button is not there.
    expect(unit.button("核查通过，认定兑现")).to_have_count(0)
    staff = evening.comes("staff", Staff(evening.chromium, evening.server.url, "staff"))
    staff.accept(PROMISED.action)


def a_picture(folder: Path) -> Path:
    file = folder / "evidence.png"
    Image.effect_noise((640, 360), 60).save(file)
    return file


def everybody_can_read_how_it_went(evening: Evening) -> None:
    reader = evening.reader
    reader.follow("pledges", PROMISED.action)
    main = reader.page.get_by_role("main")
    for words in ("已兑现", PROMISED.words, "二十盏已修好十二盏", evening.real):
        expect(main).to_contain_text(words)
    shown = main.get_by_role("img", name="桥头一侧，修好后的夜景")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 640)
    evening.say("pledge: " + " | ".join(reader.steps))
    reader.follow("questions", evening.real)
    evening.say("question: " + " | ".join(reader.steps))
    reader.follow("questions", "路灯")
    for code in (receipt.code for receipt in evening.receipts.values()):
        assert code not in reader.page.content(), "a receipt number stands on a public page"
    evening.say("lamps: " + " | ".join(reader.steps))
    whole = inquiry(evening, "trace", "verify")
    assert whole.returncode == 0, whole.stderr
    assert "are whole" in whole.stdout


CHAPTERS = [
    it_is_planned, real_messages_are_taken_over, everybody_comes, phones_ask, questions_are_moderated,
    similar_ones_are_supported, the_evening_begins, a_real_message_is_on_air, a_pledge_is_recorded,
    two_hosts_press_at_once, a_vague_answer_prompts_the_host, the_close_waits_for_the_record,
    every_question_is_accounted_for, the_unit_answers_and_is_asked_again, the_pledge_is_kept_and_checked,
    everybody_can_read_how_it_went,
]  # fmt: skip
