"""What a host may do by mistake on air, and how it is seen beforehand or taken back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desks import HostDesk, ModerationDesk
from tests.journeys.overfull import LONG, longest
from tests.journeys.people import in_minutes
from tests.support.browser import SCREEN, Chromium
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

A_WEEK = 7 * 24 * 60


def ask(house: Server, connect: Connect, evening: dict[str, Any], text: str, *, approve: bool = True) -> int:
    phone, moderator = Person(house.url, connect).join(), Person(house.url, connect).sign_in("moderator")
    question: int = phone.call("questions.ask", session=evening["session"], text=text)["question"]
    if approve:
        moderator.call("questions.approve", question=question, seen=0)
    for one in (phone, moderator):
        one.http.close()
    return question


def test_going_live_a_week_early_names_the_day_and_has_a_way_back(
    chromium: Chromium, house: Server, host: Person
) -> None:
    starts_at = in_minutes(A_WEEK)
    made = host.call("live.create_session", title="防汛排涝", starts_at=starts_at, planned_minutes=40, units=[2])
    desk = HostDesk(chromium, house.url, made["code"])
    desk.button("开播…").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"现在开播，早了\s(6\s天\s23\s小时|7\s天)。"))
    expect(desk.button("按住开播")).to_be_disabled()
    dialog.locator("#planned-for").fill(in_minutes(0)[:10])
    expect(desk.button("按住开播")).to_be_disabled()
    dialog.locator("#planned-for").fill(starts_at[:10])
    desk.hold(desk.button("按住开播"))
    expect(desk.button("收场…")).to_be_visible()
    desk.hold(desk.button("误开播，按住撤回"))
    expect(desk.button("开播…")).to_be_visible()


def test_what_airing_ends_is_said_before_and_a_mistake_is_taken_back(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "湖滨路的路灯何时修好？")
    desk = HostDesk(chromium, house.url, evening["code"])
    desk.arm("湖滨路")
    expect(desk.page.locator("#queue")).to_contain_text(re.compile(r"程远帆还有 1:\d\d，发言将随之结束"))
    desk.press("Enter")
    expect(desk.stage).to_contain_text("湖滨路的路灯何时修好？")
    undo = desk.page.locator("#take-back")
    expect(undo).to_have_text(re.compile(r"误放，撤回（(30|2\d) 秒）"))
    expect(desk.page.locator("#rundown .is-nested")).to_contain_text("临时插入")
    undo.click()
    expect(desk.stage).to_contain_text("陈述")
    expect(undo).to_have_count(0)
    expect(desk.page.locator("#rundown .is-nested")).to_have_count(0)
    expect(desk.page.locator("#queue .lane-row:not(.is-gone)")).to_contain_text("湖滨路的路灯何时修好？")


def test_the_close_asks_about_what_waits_and_what_has_no_unit(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "湖滨路的路灯何时修好？")
    ask(house, connect, evening, "物业费为何上涨？", approve=False)
    desk = HostDesk(chromium, house.url, evening["code"])
    dialog = desk.open_close()
    expect(dialog).to_contain_text("程远帆正在发言，收场会结束发言")
    expect(dialog).to_contain_text("还有 1 条提问待审")
    expect(desk.button("按住收场")).to_be_disabled()
    desk.close()


def test_what_was_looked_for_is_aired_and_the_queue_is_whole_again(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "湖滨路的路灯何时修好？")
    ask(house, connect, evening, "菜场什么时候搬完？")
    desk = HostDesk(chromium, house.url, evening["code"])
    expect(desk.lane).to_have_count(2)
    desk.arm("湖滨路")
    armed = desk.page.locator("#queue").get_by_text("再按回车")
    desk.page.locator(".queue-search input").focus()
    expect(armed).to_have_count(0)  # no Enter in a field airs anything
    desk.press("Escape")
    desk.arm("湖滨路")
    desk.press("Enter")
    expect(desk.stage).to_contain_text("湖滨路的路灯何时修好？")
    expect(desk.page.locator(".queue-search input")).to_have_value("")
    expect(desk.lane).to_have_count(1)
    expect(desk.lane).to_contain_text("菜场什么时候搬完？")
    desk.page.locator("#speaker-title").focus()
    desk.press("Enter")
    assert desk.page.evaluate("document.activeElement === document.body")


LAID_OUT = """() => {
  const seen = (box) => box.offsetHeight > 0;
  const place = (id) => document.getElementById(id).getBoundingClientRect();
  const [stage, rundown, queue] = ["stage", "rundown", "queue"].map(place);
  return {
    first: stage.top <= rundown.top && stage.top <= queue.top && stage.width >= rundown.width,
    small: [...document.querySelectorAll(".panes .button, .panes .row-open")].filter(seen)
      .filter((box) => box.offsetHeight < 48).map((box) => box.textContent.trim()),
    words: parseFloat(getComputedStyle(document.querySelector(".host-words")).fontSize),
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}"""


def test_the_stage_is_first_and_presses_are_large_at_every_width(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "菜场什么时候搬完？")
    long = ask(house, connect, evening, LONG[:120])
    host.call("questions.put_on_air", session=evening["session"], question=long, seen=evening["seen"])
    desk = HostDesk(chromium, house.url, evening["code"])
    expect(desk.stage).to_contain_text(LONG[:20])
    for width, height in ((820, 1180), (720, 450), (1440, 900), (1920, 1080)):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.look()
        told = desk.page.evaluate(LAID_OUT)
        assert (told["first"], told["small"], told["wide"]) == (True, [], 0), (width, told)
        assert told["words"] >= 26, width


def test_every_screen_follows_the_host_and_keeps_to_it(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any]
) -> None:
    screens = [chromium.page(**SCREEN) for _one in range(2)]
    for screen in screens:
        screen.goto(f"{house.url}/screen/{evening['code']}")
        expect(screen.locator("body")).to_have_attribute("data-view", "item")
    desk = HostDesk(chromium, house.url, evening["code"])
    for name, view in (("黑场", "black"), ("清屏", "blank"), ("二维码", "code"), ("时钟", "timeOfDay")):
        desk.button(name).click()
        for screen in screens:
            expect(screen.locator("body")).to_have_attribute("data-view", view)
        expect(desk.page.locator(".host-picture .screen")).to_have_attribute("data-view", view)
    expect(desk.button("承诺")).to_be_disabled()  # nothing was promised yet
    desk.button("黑场").click()
    expect(screens[0].locator("body")).to_have_attribute("data-view", "black")
    screens[0].reload()
    expect(screens[0].locator("body")).to_have_attribute("data-view", "black")
    expect(screens[0].locator("#main > *")).to_have_count(0)
    desk.button("节目").click()
    expect(screens[0].locator("#main")).to_contain_text("陈述")


def test_what_does_not_fit_on_the_screen_is_told_beforehand_and_there(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    long = ask(house, connect, evening, longest(7), approve=False)
    desk = ModerationDesk(chromium, house.url, evening["code"])
    gauge = desk.page.locator("#question .moderate-question .moderate-gauge")
    expect(gauge).to_contain_text("大屏放不下")
    desk.press("w")
    desk.page.locator("#wording").fill("哪个单位总牵头，哪一天全部完工？")
    expect(desk.page.locator(".moderate-actions .moderate-gauge")).to_have_text(re.compile(r"大屏上 [12] 行"))
    desk.press("Escape")
    desk.press("a")
    expect(desk.page.locator("#question")).to_contain_text("已通过")
    host.call("questions.put_on_air", session=evening["session"], question=long, seen=evening["seen"])
    screen = chromium.page(**SCREEN)
    screen.goto(f"{house.url}/screen/{evening['code']}")
    expect(screen.get_by_text("全文请在手机上阅读")).to_be_visible()
    assert screen.evaluate("parseFloat(getComputedStyle(document.querySelector('.screen-quoted')).fontSize)") >= 56


def test_a_planned_speaker_is_begun_with_the_item_and_every_clock_says_what_runs(
    chromium: Chromium, house: Server, host: Person
) -> None:
    made = host.call("live.create_session", title="夜考", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    session, code = made["session"], made["code"]
    for seconds, ends in [(95, {"at_zero": "next"}), (1, {"at_zero": "grace", "grace_seconds": 300})]:
        host.call(
            "live.add_item", session=session, kind="slot", title=f"发言 {seconds} 秒", planned_seconds=seconds, unit=2,
            speaker="程远帆", speaker_title="局长", **ends,
        )  # fmt: skip
    host.call("live.go_live", session=session)
    desk, screen = HostDesk(chromium, house.url, code), chromium.page(**SCREEN)
    screen.goto(f"{house.url}/screen/{code}")
    expect(desk.button("上台并计时")).to_be_enabled()
    desk.press("n")
    expect(desk.page.locator(".host-next")).to_contain_text("再按一次上台并计时：发言 95 秒，程远帆 1:35")
    desk.button("只上台，不计时").click()
    expect(desk.stage).to_contain_text("发言 95 秒")
    expect(screen.locator(".screen-lower")).to_contain_text("程远帆")
    # The panel is filled in with what was planned: a Space begins.
    expect(desk.page.locator("#speaker-title")).to_have_value("局长")
    expect(desk.page.locator("#at-zero")).to_have_value("next")
    expect(desk.page.locator(".host-setup [aria-pressed=true]")).to_have_text("1:35")
    expect(desk.button("开始计时")).to_be_enabled()
    desk.press("Space")
    expect(desk.button("暂停")).to_be_enabled()
    seen = host.get(f"/live/{session}/snapshot").json()["state"]["session"][str(session)]["floor_rev"]
    host.call("live.pause_slot", session=session, seen=seen, interruption=True)
    for page in (desk.page, screen):
        clock = page.get_by_role("timer")
        expect(clock).to_have_attribute("data-phase", "interrupted")
        expect(clock.locator(".clock-word")).to_have_text(re.compile(r"^已暂停 · 提问\s0:0[2-9]$"))
        expect(clock.locator(".clock-digits")).to_have_text(re.compile(r"^1:3\d$"))
    desk.button("继续发言").click()
    expect(desk.button("暂停")).to_be_enabled()
    desk.press("n", "n")
    expect(desk.stage).to_contain_text("发言 1 秒")
    for page in (desk.page, screen):
        clock = page.get_by_role("timer")
        expect(clock).to_have_attribute("data-phase", "grace")
        expect(clock.locator(".clock-word")).to_have_text("宽限")
        expect(clock.locator(".clock-digits")).to_have_text(re.compile(r"^4:5\d$"))
