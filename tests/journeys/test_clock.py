"""A clock never lies, in a real browser: cut off, after sleep, and when the screen is gone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.support.browser import DESK, SCREEN, Chromium
from tests.support.people import PASSWORD
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = pytest.mark.journey

#: What is left when the line is cut: enough for a busy machine to be faster.
LEFT_SECONDS = 12

#: What the clock showed, `[phase, digits]`, at every change from now on.
WATCH = """() => {
  const clock = document.querySelector(".clock");
  const look = () => {
    const now = [clock.dataset.phase, clock.querySelector(".clock-digits").textContent];
    if (String(now) !== String(seen.at(-1))) seen.push(now);
  };
  globalThis.seen = [];
  look();
  new MutationObserver(look).observe(clock, { subtree: true, childList: true, characterData: true, attributes: true });
}"""

#: While a machine sleeps, performance.now() stands still and the clock on its wall goes on.
CAN_SLEEP = """(() => {
  const [even, wall] = [performance.now.bind(performance), Date.now];
  let slept = 0;
  performance.now = () => even() - slept;
  Date.now = () => wall() + slept;
  globalThis.sleep = (ms) => (slept += ms);
})()"""


class Line:
    """The socket of a page; while it is `held`, nothing that the server says comes through."""

    def __init__(self, page: Page) -> None:
        self.held, self._kept = False, list[tuple[WebSocketRoute, str | bytes]]()
        page.route_web_socket("**/socket.io/**", self._between)

    def _between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda message: self._kept.append((socket, message)) if self.held else socket.send(message))

    def release(self) -> None:
        self.held = False
        for socket, message in self._kept:
            socket.send(message)


def a_screen(chromium: Chromium) -> Page:
    page = chromium.context(**SCREEN).new_page()
    page.add_init_script(CAN_SLEEP)
    return page


def shown(page: Page, house: Server, evening: dict[str, Any]) -> Page:
    page.goto(f"{house.url}/screen/{evening['code']}")
    expect(page.get_by_role("timer")).to_contain_text("剩余")
    return page


@pytest.fixture
def screen(chromium: Chromium, house: Server, evening: dict[str, Any]) -> Page:
    return shown(a_screen(chromium), house, evening)


def seconds(digits: str) -> int:
    minutes, rest = digits.split(":")
    return int(minutes) * 60 + int(rest)


def test_a_screen_that_is_cut_off_shows_no_time_and_never_red(
    chromium: Chromium, screen: Page, host: Any, evening: dict[str, Any]
) -> None:
    chromium.expect("INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
    too_much = seconds(screen.locator(".clock-digits").inner_text()) - LEFT_SECONDS
    less = host.call("live.extend_slot", session=evening["session"], seen=evening["seen"], seconds=-too_much)
    expect(screen.get_by_role("timer")).to_have_attribute("data-phase", "warning")
    screen.evaluate(WATCH)
    screen.context.set_offline(True)
    host.call("live.extend_slot", session=evening["session"], seen=less["floor_rev"], seconds=60)
    expect(screen.get_by_role("timer")).to_have_attribute("data-phase", "stale")
    expect(screen.get_by_role("timer")).to_contain_text("等待同步")
    screen.wait_for_timeout(LEFT_SECONDS * 1000)  # what was left when the line was cut is over
    seen = screen.evaluate("seen")
    assert {phase for phase, _digits in seen} <= {"warning", "danger", "stale"}, seen
    assert seen[-1] == ["stale", "–:––"]
    screen.context.set_offline(False)
    expect(screen.get_by_role("timer")).not_to_have_attribute("data-phase", "stale")
    assert seconds(screen.locator(".clock-digits").inner_text()) > 0


def test_after_sleep_the_clock_is_right_with_the_first_word_of_the_server(
    chromium: Chromium, house: Server, evening: dict[str, Any]
) -> None:
    page = a_screen(chromium)
    line = Line(page)
    shown(page, house, evening)
    page.wait_for_timeout(3000)  # the samples of the beginning are over
    line.held = True
    before = seconds(page.locator(".clock-digits").inner_text())
    page.evaluate(WATCH)
    page.evaluate("sleep(40_000)")
    clock = page.get_by_role("timer")
    expect(clock).to_have_attribute("data-phase", "stale")  # until the server is heard nobody knows the time
    line.release()
    expect(clock).not_to_have_attribute("data-phase", "stale")
    told = [seconds(digits) for phase, digits in page.evaluate("seen") if phase != "stale"]
    assert told == sorted(told, reverse=True), "the 40 s were never to be seen"
    assert told[-1] <= before


def test_the_host_sees_that_the_screen_is_gone(chromium: Chromium, house: Server, evening: dict[str, Any]) -> None:
    context = chromium.context(**DESK)
    desk = context.new_page()
    desk.goto(f"{house.url}/sign-in?next=/desk/{evening['code']}/host")
    desk.get_by_label("登录名").fill("host")
    desk.get_by_label("密码").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    mark = desk.locator(".host-screens")
    expect(mark).to_contain_text("大屏不在线")
    screen = context.new_page()
    screen.goto(f"{house.url}/screen/{evening['code']}")
    expect(mark).to_contain_text("大屏在线")
    stranger = chromium.page()
    stranger.goto(f"{house.url}/screen/{evening['code']}")
    expect(stranger.get_by_role("timer")).to_contain_text("剩余")
    screen.close()
    expect(mark).to_contain_text("大屏不在线", timeout=10_000)
    expect(desk.locator("#toasts")).to_contain_text("大屏失去联系")


def test_a_clock_that_is_ahead_is_put_back(screen: Page, host: Any) -> None:
    """What is late for once is a late message; what is late again and again is a wrong clock."""
    told = screen.evaluate(
        """async () => {
          const page = document.querySelector("script[src$='screen.js']").src;
          const { TimeSync } = await import(new URL("../../link/timesync.js", page));
          const time = new TimeSync(() => Promise.reject(new Error("nobody answers")));
          const off = () => Math.round(time.now() - Date.now());
          const hear = (late, kept) => (time.heard(Date.now() - late, kept), off());
          return [hear(0), hear(400), hear(-3000), hear(0), hear(5000, { isKept: true }), hear(0), hear(5), hear(0)];
        }"""
    )
    assert [round(one / 100) for one in told] == [0, 0, 30, 30, 30, 30, 0, 0]
    eventually(lambda: screen.evaluate("document.documentElement.dataset.link") == "live")


def test_more_than_an_hour_stays_in_its_place(screen: Page, host: Any, evening: dict[str, Any]) -> None:
    width = screen.locator(".clock").evaluate("clock => clock.scrollWidth")
    host.call("live.extend_slot", session=evening["session"], seen=evening["seen"], seconds=3600)
    expect(screen.locator(".clock-digits")).to_have_text(re.compile(r"^1:\d\d:\d\d$"))
    assert screen.locator(".clock").evaluate("clock => clock.scrollWidth") <= width * 1.25
