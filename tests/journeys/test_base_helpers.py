"""The small scripts every surface stands on, in a real browser: holding, keys, fitting, times, staying in step."""

import os
import re
import signal
import time
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import ROOT, OpenBench
from tests.journeys.people import Phone, seconds_left_at_once
from tests.support.browser import DESK, PHONE, SCREEN, Chromium
from tests.support.people import PASSWORD
from tests.support.server import Server

pytestmark = pytest.mark.journey

HOLD = """<link rel="stylesheet" href="/static/base/controls.css">
<script type="module" src="/static/base/hold_button.js"></script>
<form action="/bench"><button class="button danger" data-hold="300"><span>收场</span></button></form>
<script>window.held = 0; window.sent = 0;
document.addEventListener("held", () => (window.held += 1));
document.addEventListener("submit", (event) => { event.preventDefault(); window.sent += 1; });</script>"""


# --- hold_button.js -------------------------------------------------------------------------------------------------


@pytest.fixture
def button(bench: OpenBench) -> Page:
    """A page with a button that has to be held for 0.3 s."""
    page = bench(HOLD)
    page.wait_for_function("document.readyState === 'complete'")
    return page


def counted(page: Page) -> tuple[int, int]:
    """How often the button was held to its end, and its form sent."""
    return page.evaluate("window.held"), page.evaluate("window.sent")


def rest(page: Page, ms: int = 400) -> None:
    """Let longer pass than the button has to be held: what should not happen has its chance."""
    page.evaluate("(ms) => new Promise((resolve) => setTimeout(resolve, ms))", ms)


def over(page: Page) -> None:
    box = page.get_by_role("button").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_does_nothing_and_says_so(button: Page) -> None:
    button.get_by_role("button").click()
    expect(button.get_by_role("button")).to_have_attribute("data-says", "按住以确认")
    rest(button)
    assert counted(button) == (0, 0)


def test_held_to_the_end_it_sends_its_form_once(button: Page) -> None:
    over(button)
    button.mouse.down()
    button.wait_for_function("window.sent === 1")
    rest(button)
    button.mouse.up()
    assert counted(button) == (1, 1)


def test_a_finger_that_slips_off_does_nothing(button: Page) -> None:
    over(button)
    button.mouse.down()
    button.mouse.move(900, 700)
    rest(button)
    button.mouse.up()
    assert counted(button) == (0, 0)


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_a_key_is_held_like_the_mouse(button: Page, key: str) -> None:
    button.get_by_role("button").focus()
    button.keyboard.press(key)
    rest(button)
    assert counted(button) == (0, 0)
    button.keyboard.down(key)
    button.wait_for_function("window.sent === 1")
    button.keyboard.up(key)
    assert counted(button) == (1, 1)


def test_a_screen_reader_which_cannot_hold_presses_twice(button: Page) -> None:
    pressed = "document.querySelector('button').click()"
    rest(button, 600)  # a click right after a key would be the browser's own
    button.evaluate(pressed)
    expect(button.locator("#announcer")).to_have_text("再按一次确认")
    assert counted(button) == (0, 0)
    button.evaluate(pressed)
    assert counted(button) == (1, 1)


# --- keys.js --------------------------------------------------------------------------------------------------------

KEYS = """<input id="field" aria-label="字"><button id="press">按</button>
<dialog id="dialog"><button>好</button></dialog>
<script type="module">import { keyboard } from "/static/base/keys.js";
const keys = keyboard(); window.ran = [];
keys.on("a", "通过", () => window.ran.push("a"), { group: "处理" });
keys.on("j", "下一条", () => window.ran.push("j"), { repeat: true });
keys.on(" ", "暂停", () => window.ran.push("space"));
keys.on("Ctrl+Enter", "保存", () => window.ran.push("save"), { whileTyping: true });
window.ready = true;</script>"""


@pytest.fixture
def desk(bench: OpenBench) -> Page:
    page = bench(KEYS)
    page.wait_for_function("window.ready")
    return page


def ran(page: Page) -> list[str]:
    """The keys that worked since the last time this was asked."""
    return list(page.evaluate("window.ran.splice(0)"))


def test_single_keys_work_and_held_ones_repeat_only_where_asked(desk: Page) -> None:
    for key in ("a", "j"):
        desk.keyboard.down(key)
        desk.keyboard.down(key)
        desk.keyboard.up(key)
    assert ran(desk) == ["a", "j", "j"]
    desk.keyboard.press("A")  # caps lock
    assert ran(desk) == ["a"]


def test_single_keys_rest_while_somebody_types(desk: Page) -> None:
    desk.get_by_label("字").focus()
    desk.keyboard.type("aj ")
    assert ran(desk) == []
    expect(desk.get_by_label("字")).to_have_value("aj ")
    desk.keyboard.press("Control+Enter")
    assert ran(desk) == ["save"]


def test_no_key_works_while_an_input_method_composes(desk: Page) -> None:
    desk.get_by_label("字").focus()
    typing = desk.context.new_cdp_session(desk)
    typing.send("Input.imeSetComposition", {"text": "tongguo", "selectionStart": 7, "selectionEnd": 7})
    composing = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "modifiers": 2}
    typing.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **composing})
    desk.evaluate(
        "document.getElementById('field').dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true}))"
    )
    assert ran(desk) == []
    typing.send("Input.insertText", {"text": "通过"})
    expect(desk.get_by_label("字")).to_have_value("通过")
    desk.keyboard.press("Control+Enter")
    assert ran(desk) == ["save"]


def test_keys_leave_buttons_and_dialogs_alone(desk: Page) -> None:
    desk.get_by_role("button", name="按").focus()
    desk.keyboard.press("Space")
    assert ran(desk) == []
    desk.evaluate("document.activeElement.blur(); document.getElementById('dialog').showModal()")
    desk.keyboard.press("a")
    assert ran(desk) == []
    desk.evaluate("document.getElementById('dialog').close(); document.activeElement.blur()")
    desk.keyboard.press("Space")
    assert ran(desk) == ["space"]


def test_the_sheet_of_keys_names_them_and_switches_single_ones_off(desk: Page) -> None:
    desk.keyboard.press("?")
    sheet = desk.get_by_role("dialog", name="键盘快捷键")
    expect(sheet).to_contain_text("通过")
    sheet.get_by_label("启用单键快捷键").uncheck()
    desk.keyboard.press("?")
    expect(sheet).to_be_hidden()
    desk.keyboard.press("a")
    desk.keyboard.press("Control+Enter")
    assert ran(desk) == ["save"]
    desk.reload()
    desk.wait_for_function("window.ready")
    desk.keyboard.press("a")
    assert ran(desk) == [], "the choice was forgotten"


# --- format.js ------------------------------------------------------------------------------------------------------


SHOWN = {
    "duration(240000)": "4:00",
    "duration(3725999)": "1:02:05",
    "duration(-15000)": "−0:15",
    "duration(-400)": "0:00",
    "countdown(1)": "0:01",
    "countdown(120000)": "2:00",
    "countdown(0)": "+0:00",
    "countdown(-80500)": "+1:20",
    "drift(80000)": "+1:20",
    "drift(-15000)": "−0:15",
    "drift(3661000)": "+1\u00a0小时 1\u00a0分",
    "drift(-7 * 86400000 - 7500000)": "−7\u00a0天 2\u00a0小时",
    "span(59000)": "0\u00a0分钟",
    "span(240000)": "4\u00a0分钟",
    "span(-3 * 3600000)": "3\u00a0小时",
    "formats().time(Date.UTC(2031, 4, 8, 12, 5))": "20:05",
    "formats().date(Date.UTC(2031, 4, 8, 16, 5))": "2031年5月9日",
    "formats().day(Date.UTC(2031, 4, 8, 12, 5))": "5月8日 周四",
    "formats().short(Date.UTC(2031, 4, 8, 16, 5), Date.UTC(2031, 4, 9, 15, 59))": "00:05",
    "formats().short(Date.UTC(2031, 4, 8, 15, 59), Date.UTC(2031, 4, 8, 16, 0))": "05-08 23:59",
    "formats().short(Date.UTC(2019, 1, 14, 12, 0), Date.UTC(2031, 4, 8, 12, 0))": "2019-02-14",
    "formats().relativeDay(Date.UTC(2031, 4, 8, 16, 1), Date.UTC(2031, 4, 8, 15, 59))": "明天",
    "formats({locale: 'en-GB'}).dateTime(Date.UTC(2031, 4, 8, 12, 5))": "8 May 2031, 20:05",
    "formats().percent(0.875)": "87.5%",
    "formats().number(2585)": "2,585",
}


def test_times_are_the_city_s_wherever_the_reader_is(bench: OpenBench) -> None:
    page = bench(timezone_id="America/New_York")
    names = "{ formats, duration, countdown, drift, span }"
    told = {call: page.evaluate(f"import('/static/base/format.js').then(({names}) => {call})") for call in SHOWN}
    assert told == SHOWN


@pytest.mark.parametrize("reader", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Shanghai"])
@pytest.mark.parametrize(
    "city", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_a_day_of_the_calendar_is_that_day_in_every_zone(bench: OpenBench, reader: str, city: str) -> None:
    """In winter, in summer, and when the clocks change; nothing of a zone is written into a script."""
    page = bench(timezone_id=reader)
    days = ["2031-01-01", "2031-03-09", "2031-03-30", "2031-07-01", "2031-10-26", "2031-12-31"]
    told = page.evaluate(
        f"(days) => import('/static/base/format.js').then(({{ formats }}) => {{"
        f" const f = formats({{ zone: '{city}' }});"
        " return days.map((day) => `${f.dateOf(day)} ${f.weekdayOf(day)}`); })",
        days,
    )
    assert told == [
        "2031年1月1日 周三", "2031年3月9日 周日", "2031年3月30日 周日", "2031年7月1日 周二", "2031年10月26日 周日",
        "2031年12月31日 周三",
    ]  # fmt: skip


def test_no_script_knows_an_offset() -> None:
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert not [str(path) for path in scripts if re.search(r"[+-]\d\d:\d\d\b", path.read_text())]


# --- staying in step ------------------------------------------------------------------------------------------------

LEFT = re.compile(r"\d:\d\d")

#: A phone whose owner set it ten minutes ahead (or back): every clock a page can ask tells the wrong time.
WRONG_CLOCK = """(() => { const off = %d, True = Date;
  globalThis.Date = class extends True {
    constructor(...given) { given.length ? super(...given) : super(True.now() + off); }
    static now() { return True.now() + off; }
  };
})()"""


def joined(chromium: Chromium, house: Server, code: str, *, wrong_by_ms: int = 0) -> Page:
    context = chromium.context(**PHONE)
    if wrong_by_ms:
        context.add_init_script(WRONG_CLOCK % wrong_by_ms)
    page = context.new_page()
    page.goto(f"{house.url}/join/{code}")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("timer")).to_contain_text(LEFT)
    return page


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_phone_with_a_wrong_clock_shows_the_right_time_left(
    chromium: Chromium, house: Server, evening: dict[str, Any], minutes: int
) -> None:
    right = joined(chromium, house, evening["code"])
    wrong = joined(chromium, house, evening["code"], wrong_by_ms=minutes * 60_000)
    assert abs(wrong.evaluate("Date.now()") - right.evaluate("Date.now()") - minutes * 60_000) < 5000
    left = seconds_left_at_once(wrong, right)
    assert max(left) - min(left) <= 1
    assert 60 < min(left) <= 120


def test_a_question_whose_acknowledgement_is_lost_exists_once(
    chromium: Chromium, house: Server, host: Any, evening: dict[str, Any]
) -> None:
    """The phone cannot know whether it arrived: it sends the same again, with the same key, until it is told."""
    host.call("live.open_intake", session=evening["session"])
    phone = Phone(chromium, house.url)
    sent: list[str] = []
    phone.page.route_web_socket("**/socket.io/**", lambda socket: lose_the_first_acknowledgement(socket, sent))
    phone.join_by_qr(f"/join/{evening['code']}")
    receipt = phone.ask("路灯什么时候能亮？")
    assert len(sent) == 2, "it was not sent again"
    assert [re.findall(r'"client_id":"(\w+)"', one) for one in sent] == 2 * [
        re.findall(r'"client_id":"(\w+)"', sent[0])
    ]
    state = host.get(f"/live/{evening['session']}/snapshot/staff").json()["state"]
    assert [row["number"] for row in state["question"].values()] == [receipt.number] == [1]


def lose_the_first_acknowledgement(socket: WebSocketRoute, sent: list[str]) -> None:
    """Lets everything through but the server's first answer to `questions.ask`; what was asked is kept in `sent`."""
    server = socket.connect_to_server()
    lost: list[str] = []

    def up(message: str | bytes) -> None:
        if "questions.ask" in str(message):
            sent.append(str(message))
        server.send(message)

    def down(message: str | bytes) -> None:
        asked = re.match(r"42(\d+)", sent[0]) if sent and not lost else None
        if asked and str(message).startswith(f"43{asked[1]}["):
            lost.append(str(message))
        else:
            socket.send(message)

    socket.on_message(up)
    server.on_message(down)


@pytest.fixture
def surfaces(chromium: Chromium, house: Server, evening: dict[str, Any]) -> dict[str, Page]:
    """A phone, the studio screen and the host's desk, all in step."""
    code = evening["code"]
    pages = {"phone": joined(chromium, house, code), "screen": chromium.page(**SCREEN), "desk": chromium.page(**DESK)}
    pages["screen"].goto(f"{house.url}/screen/{code}")
    pages["desk"].goto(f"{house.url}/sign-in?next=/desk/{code}/host")
    pages["desk"].get_by_label("登录名").fill("host")
    pages["desk"].get_by_label("密码").fill(PASSWORD)
    pages["desk"].get_by_role("button", name="登录").click()
    for page in pages.values():
        expect(page.get_by_role("timer")).to_contain_text(LEFT)
        expect(page.locator("html")).to_have_attribute("data-link", "live")
    return pages


def test_every_surface_confesses_within_six_seconds_and_comes_back(
    surfaces: dict[str, Page], house: Server, host: Any, evening: dict[str, Any]
) -> None:
    os.kill(house.process.pid, signal.SIGSTOP)
    paused = time.monotonic()
    try:
        for name, page in surfaces.items():
            expect(page.locator("#out-of-step"), name).to_be_visible()
        # Five seconds of silence, looked for once a second; one more for a busy machine.
        assert time.monotonic() - paused < 7
        expect(surfaces["desk"].get_by_role("button", name="暂停")).to_be_visible()
    finally:
        os.kill(house.process.pid, signal.SIGCONT)
    for name, page in surfaces.items():
        expect(page.locator("#out-of-step"), name).to_be_hidden(timeout=12_000)
    host.call("live.pause_slot", session=evening["session"], seen=evening["seen"])
    for page in surfaces.values():
        expect(page.get_by_role("timer")).to_contain_text("已暂停")
