"""What the crew types and presses at the desks: keys that are an input method's, work half done, whose time it is."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenBench
from tests.journeys.desks import Desk, ModerationDesk
from tests.support.browser import Chromium
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

LAMPS, FEES = "湖滨路的路灯何时修好？", "物业费为何上涨？"

#: The Enter that ends a composition as Safari tells it: the composition is over, only the code says whose key it was.
OF_THE_INPUT_METHOD = """(field) => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""


class ClerkDesk(Desk):
    name = "clerk"


class OfficialDesk(Desk):
    name = "official"


class HostDesk(Desk):
    name = "host"


@pytest.fixture
def host(crew: dict[str, Person]) -> Person:
    return crew["host"]


@pytest.fixture
def moderator(crew: dict[str, Person]) -> Person:
    return crew["moderator"]


@pytest.fixture
def asked(house: Server, connect: Connect, host: Person, evening: dict[str, Any]) -> dict[str, Any]:
    """The evening with two questions that wait: `lamps` and `fees` are their ids."""
    host.call("live.open_intake", session=evening["session"])
    phone = Person(house.url, connect).join()
    ids = [phone.call("questions.ask", session=evening["session"], text=text)["question"] for text in (LAMPS, FEES)]
    phone.http.close()
    return evening | {"lamps": ids[0], "fees": ids[1]}


def put_on_air(host: Person, moderator: Person, asked: dict[str, Any], question: str, unit: int) -> int:
    """Approve and put on air; the floor's revision afterwards."""
    moderator.call("questions.approve", question=asked[question], seen=0, unit=unit)
    asked["seen"] = host.call(
        "questions.put_on_air", session=asked["session"], question=asked[question], seen=asked["seen"]
    )["floor_rev"]
    return int(asked["seen"])


def speak(host: Person, asked: dict[str, Any], unit: int, seconds: int) -> None:
    asked["seen"] = host.call(
        "live.start_slot", session=asked["session"], seen=asked["seen"], unit=unit, speaker="程远帆",
        speaker_title="局长", seconds=seconds,
    )["floor_rev"]  # fmt: skip


# --- keys -----------------------------------------------------------------------------------------------------------


def test_an_input_method_s_enter_refuses_nothing(chromium: Chromium, house: Server, asked: dict[str, Any]) -> None:
    desk = ModerationDesk(chromium, house.url, asked["code"])
    desk.take_up(FEES)
    desk.press("r", "7")
    note = desk.page.get_by_label("附言")
    expect(note).to_be_focused()
    desk.type("重复")
    note.evaluate(OF_THE_INPUT_METHOD)
    desk.look()
    expect(note).to_be_focused()
    expect(note).to_have_value("重复")
    desk.press("Enter")
    desk.is_told(re.compile("未采用：其他"))


def test_an_input_method_s_enter_leaves_no_field_of_the_host(
    chromium: Chromium, house: Server, asked: dict[str, Any]
) -> None:
    desk = HostDesk(chromium, house.url, asked["code"])
    search = desk.page.locator(".queue-search input")
    search.focus()
    search.evaluate(OF_THE_INPUT_METHOD)
    expect(search).to_be_focused()
    desk.press("Enter")
    expect(search).not_to_be_focused()


def test_merging_begins_with_the_question_that_was_just_reached(
    chromium: Chromium, house: Server, asked: dict[str, Any]
) -> None:
    desk = ModerationDesk(chromium, house.url, asked["code"])
    expect(desk.page.locator("#question")).to_contain_text(LAMPS)
    both = (
        "['j', 'm'].forEach((key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))"
    )
    desk.page.evaluate(both)
    expect(desk.page.locator("#question")).to_contain_text(FEES)
    expect(desk.page.get_by_text(re.compile("合并到右侧哪一条|还没有可以合并"))).to_be_visible()
    desk.look()
    expect(desk.page.get_by_text(re.compile("合并到右侧哪一条|还没有可以合并"))).to_be_visible()


@pytest.mark.parametrize("shown", ["2019-02-14", "20:05"])
def test_a_date_in_the_lane_stands_in_one_line(
    chromium: Chromium, house: Server, asked: dict[str, Any], shown: str
) -> None:
    desk = ModerationDesk(chromium, house.url, asked["code"])
    time = desk.page.locator("#lane .lane-lead time").first
    expect(time).to_be_visible()
    time.evaluate("(time, shown) => { [...time.childNodes].find((one) => one.nodeType === 3).data = shown; }", shown)
    lines, inside = time.evaluate(
        """(time) => { const range = document.createRange(); range.selectNodeContents(time);
          const boxes = [...range.getClientRects()].filter((box) => box.width);
          const tops = new Set(boxes.map((box) => Math.round(box.top)));
          return [tops.size, time.scrollWidth <= time.parentElement.clientWidth]; }"""
    )
    assert (lines, inside) == (1, True)


# --- the record desk ------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(chromium: Chromium, house: Server, host: Person, moderator: Person, asked: dict[str, Any]) -> ClerkDesk:
    """The lamps were answered and left the air, the fees are on air and their speaker has begun."""
    put_on_air(host, moderator, asked, "lamps", 2)
    speak(host, asked, 2, 120)
    asked["seen"] = host.call("live.end_slot", session=asked["session"], seen=asked["seen"])["floor_rev"]
    put_on_air(host, moderator, asked, "fees", 3)
    speak(host, asked, 3, 240)
    return ClerkDesk(chromium, house.url, asked["code"])


def row(page: Page, text: str) -> Locator:
    return page.locator("#queue .lane-row").filter(has_text=text)


def test_beside_a_question_runs_its_own_time(clerk: ClerkDesk) -> None:
    page = clerk.page
    digits = page.locator("#slot-clock .clock-digits")
    expect(digits).to_have_text(re.compile(r"^[34]:\d\d$"))
    row(page, LAMPS).get_by_role("button").click()
    expect(page.locator(".clerk-floor")).to_contain_text(re.compile(r"共答 0:0\d"))
    expect(digits).to_have_text("–:––")


def record(clerk: ClerkDesk, words: str) -> None:
    """A promise out of the question on air; the form of its pledge is open afterwards."""
    page = clerk.page
    page.get_by_label("回应内容").fill(words)
    page.locator("input[value=specific_commitment]").check()
    clerk.press("Control+Enter")
    expect(page.get_by_role("textbox", name="原话")).to_be_focused()


def test_a_saved_pledge_is_shown_as_it_was_recorded(clerk: ClerkDesk) -> None:
    page = clerk.page
    record(clerk, "年底前公开收费明细，由林知远负责。")
    page.get_by_label("承诺事项（办什么）").fill("公开")
    page.get_by_label("对象（办在哪里）").fill("收费明细")
    page.get_by_role("combobox", name="责任人").fill("林知远")
    page.get_by_role("textbox", name="期限").fill("2030-12-31")
    clerk.press("Control+Enter")
    saved = page.locator("#form .clerk-saved")
    expect(saved).to_contain_text("公开 收费明细 · 林知远 · 期限 2030年12月31日")
    expect(page.locator("#record .clerk-pledges")).to_contain_text("公开 · 收费明细")


def test_escape_does_what_the_button_says_and_loses_nothing(clerk: ClerkDesk) -> None:
    page = clerk.page
    record(clerk, "年底前公开收费明细。")
    page.get_by_label("对象（办在哪里）").fill("收费明细")
    clerk.press("Escape")
    expect(page.get_by_role("textbox", name="原话")).to_be_hidden()
    row(page, FEES).get_by_role("button").click()
    page.get_by_role("button", name="续写承诺").click()
    expect(page.get_by_label("对象（办在哪里）")).to_have_value("收费明细")


def test_what_a_clerk_has_typed_outlives_the_page(clerk: ClerkDesk) -> None:
    page = clerk.page
    page.get_by_label("回应内容").fill("正在核实物业的收费依据")
    page.reload()
    clerk.is_in_step()
    expect(page.get_by_label("回应内容")).to_have_value("正在核实物业的收费依据")
    page.locator("input[value=acknowledgement]").check()
    clerk.press("Control+Enter")
    clerk.is_told(re.compile("回应已记录"))
    page.reload()
    clerk.is_in_step()
    row(page, FEES).get_by_role("button").click()
    expect(page.get_by_label("回应内容")).to_have_value("")


def test_english_badges_leave_the_question_its_room(
    chromium: Chromium, house: Server, clerk: ClerkDesk, asked: dict[str, Any]
) -> None:
    page = clerk.page
    page.goto(f"{house.url}/desk/{asked['code']}/clerk?lang=en")
    expect(row(page, LAMPS)).to_be_visible()
    widths = page.locator("#queue .lane-row").evaluate_all(
        "(rows) => rows.map((row) => row.querySelector('.lane-text').clientWidth / row.clientWidth)"
    )
    assert min(widths) > 0.3


# --- the official's desk --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "red"), [(2, True), (3, False)])
def test_only_the_own_time_that_is_over_is_red(
    chromium: Chromium, house: Server, host: Person, moderator: Person, asked: dict[str, Any], unit: int, red: bool
) -> None:
    put_on_air(host, moderator, asked, "lamps", unit)
    speak(host, asked, unit, 10)
    desk = OfficialDesk(chromium, house.url, asked["code"])
    clock = desk.page.locator("#slot-clock")
    expect(clock).to_have_attribute("data-phase", "over", timeout=20_000)
    alarm = clock.evaluate("(clock) => getComputedStyle(clock).backgroundColor !== 'rgba(0, 0, 0, 0)'")
    assert alarm is red


# --- the place that decides -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("composing", [{"isComposing": True}, {"keyCode": 229}])
def test_a_key_of_an_input_method_is_no_key(bench: OpenBench, composing: dict[str, Any]) -> None:
    page = bench()
    told = page.evaluate(
        "(how) => import('/static/base/keys.js').then(({ keyOf }) => ['Enter', 'Escape', 'a'].map((key) => "
        "keyOf(new KeyboardEvent('keydown', { key, ...how }))))",
        composing,
    )
    assert told == ["", "", ""]
