"""What real browsers show of one slot: a clock that is wrong, a slow line, a line that is cut, a socket that is dead.

Each change of the figures is written down in the page, with the moment. What the machine held the page up is written
down as well, by a timer that does nothing else, and is not the clock's fault.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import SCREEN, Chromium
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.alone]

FILMED_SECONDS = 60
#: A second that is shown for less than this is too short.
SHORTEST_MS = 900

#: Whatever the page asks its wall clock, it is ten minutes ahead.
TEN_MINUTES_WRONG = """(() => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [Real.now() + 600_000]));
    }
    static now() {
      return Real.now() + 600_000;
    }
  };
})()"""

#: A socket on which everything takes its time, in its order, and that can be dead without being closed.
LINE = """(() => {
  const Real = WebSocket;
  const line = (globalThis.line = { oneWayMs: 0, jitterMs: 0, made: [], heardAt: 0 });
  const late = (socket, way, deliver) => {
    const wait = line.oneWayMs + Math.random() * line.jitterMs;
    socket[way] = Math.max(socket[way] ?? 0, performance.now() + wait);
    if (wait) setTimeout(() => socket.dead || deliver(), socket[way] - performance.now());
    else if (!socket.dead) deliver();
  };
  globalThis.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      line.made.push({ at: performance.now(), socket: this });
    }
    send(data) {
      late(this, "outAt", () => super.send(data));
    }
    set onmessage(hear) {
      super.onmessage = (event) => late(this, "inAt", () => ((line.heardAt = performance.now()), hear(event)));
    }
  };
})()"""

#: Every change of the figures, and how long the page was held up when.
FILM = """() => {
  const film = (globalThis.film = { changes: [], held: [] });
  const clock = document.querySelector(".clock");
  const look = () => {
    const digits = clock.querySelector(".clock-digits").textContent;
    if (digits !== film.changes.at(-1)?.digits) {
      film.changes.push({ digits, at: performance.timeOrigin + performance.now(), phase: clock.dataset.phase });
    }
  };
  new MutationObserver(look).observe(clock, { subtree: true, childList: true, characterData: true });
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - before > 30) film.held.push({ at: performance.timeOrigin + now, ms: now - before - 10 });
    before = now;
  }, 10);
}"""


@dataclass(frozen=True)
class Change:
    """From when on a second was shown, and how long the page had been held up just then."""

    seconds: int
    at: float
    held: float


def filmed(page: Page) -> list[Change]:
    """What a page has shown since it was filmed, the first change left out: nobody saw when that second began."""
    film = page.evaluate("film")

    def held(at: float) -> float:
        return sum(one["ms"] for one in film["held"] if at - one["ms"] - 100 <= one["at"] <= at + 100)

    return [
        Change(seconds(one["digits"]), one["at"], held(one["at"]))
        for one in film["changes"]
        if one["digits"][0].isdigit()
    ][1:]


def seconds(digits: str) -> int:
    minutes, rest = digits.split(":")
    return int(minutes) * 60 + int(rest)


def apart(one: list[Change], other: list[Change]) -> list[float]:
    """How many milliseconds apart two pages began to show the same second, without what each was held up."""
    there = {change.seconds: change for change in other}
    both = [(change, there[change.seconds]) for change in one if change.seconds in there]
    return [max(0.0, abs(mine.at - theirs.at) - mine.held - theirs.held) for mine, theirs in both]


@pytest.fixture
def shown(chromium: Chromium, house: Server, evening: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    def show(*scripts: str) -> Page:
        page = chromium.context(**SCREEN).new_page()
        for one in scripts:
            page.add_init_script(one)
        page.goto(f"{house.url}/screen/{evening['code']}")
        expect(page.get_by_role("timer")).to_contain_text("剩余")
        return page

    return show


@pytest.mark.timeout(300)
def test_everybody_sees_the_same_second_for_a_minute_and_after_a_cut(
    chromium: Chromium, shown: Callable[..., Page], host: Person, evening: dict[str, Any]
) -> None:
    chromium.expect("INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_INTERNET")
    more = host.call("live.extend_slot", session=evening["session"], seen=evening["seen"], seconds=120)
    right, wrong = shown(), shown(TEN_MINUTES_WRONG)
    slow = shown(LINE + ";Object.assign(line, { oneWayMs: 130, jitterMs: 40 })")
    cut = shown()
    right.wait_for_timeout(4000)  # the samples of the beginning are over, on a slow line too
    for page in (right, wrong, slow, cut):
        page.evaluate(FILM)
    cut.context.set_offline(True)
    right.wait_for_timeout(FILMED_SECONDS * 1000 + 1500)
    minute = filmed(right)
    host.call("live.extend_slot", session=evening["session"], seen=more["floor_rev"], seconds=30)
    expect(cut.get_by_role("timer")).to_have_attribute("data-phase", "stale")
    cut.context.set_offline(False)
    expect(cut.get_by_role("timer")).not_to_have_attribute("data-phase", "stale", timeout=30_000)
    cut.wait_for_timeout(2500)  # a sample is taken
    since = cut.evaluate("performance.timeOrigin + performance.now()")
    cut.wait_for_timeout(5000)

    # No second is skipped, repeated, or too short.
    assert len(minute) >= FILMED_SECONDS - 1
    for one, then in itertools.pairwise(minute):
        assert one.seconds - then.seconds == 1 or then.held > SHORTEST_MS, (one, then)
        assert then.at - one.at + one.held >= SHORTEST_MS, (one, then)
    # A clock that is wrong by ten minutes is 100 ms apart at most; with 300 ms round trip it is 250.
    for page, most in ((wrong, 100), (slow, 250)):
        found = apart(minute, [one for one in filmed(page) if one.at <= minute[-1].at + most])
        assert len(found) >= FILMED_SECONDS - 2
        assert max(found) <= most, sorted(found)[-5:]
    # Whoever was cut off for a minute is right again.
    after = [one for one in filmed(cut) if one.at >= since]
    found = apart([one for one in filmed(right) if one.at >= since - 1000], after)
    assert len(found) >= 3
    assert max(found) <= 100, found


def test_a_dead_socket_is_replaced_within_ten_seconds(chromium: Chromium, shown: Callable[..., Page]) -> None:
    """Nothing comes through any more, in either direction, and nobody closes it."""
    chromium.expect("report_screen")  # nobody has signed in at this screen, and over HTTP that shows
    page = shown(LINE)
    page.evaluate(FILM)
    page.evaluate("line.made.forEach(({ socket }) => (socket.dead = true)); line.diedAt = performance.now();")
    eventually(lambda: page.evaluate("line.made.length > 1"), seconds=40)
    replaced = page.evaluate("line.made.at(-1).at - line.diedAt")
    held = page.evaluate("film.held.reduce((sum, one) => sum + one.ms, 0)")
    assert replaced - held <= 10_000
    eventually(lambda: page.evaluate("line.heardAt > line.made.at(-1).at"), seconds=30)
    expect(page.locator("html")).to_have_attribute("data-link", "live", timeout=30_000)
    expect(page.get_by_role("timer")).to_contain_text("剩余")
