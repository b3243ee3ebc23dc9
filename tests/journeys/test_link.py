"""The live link in a real browser, when entries reach it in another order than they were made."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.support.browser import Chromium
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = pytest.mark.journey

FOLLOW = """async (session) => {
  const { Link } = await import(new URL("../../link/link.js", document.querySelector("script[src$='start.js']").src));
  globalThis.told = [];
  globalThis.link = new Link({ session });
  link.addEventListener("entry", ({ detail }) => told.push(detail.seq));
}"""


class Shuffled:
    """Keeps the entries that come until there are as many as the order names, then lets them through in that order."""

    def __init__(self, page: Page, order: list[int]) -> None:
        self.order, self.kept, self.follows = order, list[str](), 0
        page.route_web_socket("**/socket.io/**", self._between)

    def _between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def up(message: str | bytes) -> None:
            self.follows += '"follow"' in str(message)
            server.send(message)

        def down(message: str | bytes) -> None:
            if not str(message).startswith('42["entry"'):
                socket.send(message)
                return
            self.kept.append(str(message))
            if len(self.kept) == len(self.order):
                for place in self.order:
                    socket.send(self.kept[place - 1])

        socket.on_message(up)
        server.on_message(down)

    @property
    def numbers(self) -> list[int]:
        return sorted(json.loads(one[2:])[1]["seq"] for one in self.kept)


@pytest.mark.parametrize("order", [[1, 2, 3, 4], [2, 4, 1, 3], [4, 3, 2, 1]])
def test_what_overtook_others_waits_for_them_and_is_told_once(
    chromium: Chromium, house: Server, host: Any, evening: dict[str, Any], order: list[int]
) -> None:
    """An entry behind a second gap is not dropped when the first one closes, so nothing is asked for again."""
    page = chromium.page()
    between = Shuffled(page, order)
    page.goto(f"{house.url}/sign-in")
    page.evaluate(FOLLOW, evening["session"])
    eventually(lambda: page.evaluate("link.status") == "live", otherwise="it does not follow")
    seen = evening["seen"]
    for number in range(len(order)):
        name = "live.resume_slot" if number % 2 else "live.pause_slot"
        seen = host.call(name, session=evening["session"], seen=seen)["floor_rev"]
    eventually(lambda: len(page.evaluate("told")) == len(order), otherwise="an entry was never told")
    assert page.evaluate("told") == between.numbers
    assert page.evaluate("link.store.held") == []
    page.wait_for_timeout(400)  # longer than a gap is borne
    assert between.follows == 1


#: The page shows a picture that is so far behind; `stands` while it stands still.
BEHIND_MS = 2500
FOLLOW_PICTURE = """(behind) => {
  globalThis.shown = [];
  link.pace.follow(() => (globalThis.stands ? null : link.time.now() - behind));
  link.addEventListener("state", () => shown.push([Object.keys(link.state.item).length, link.time.now()]));
}"""


def follows_picture(chromium: Chromium, house: Server, evening: dict[str, Any]) -> Page:
    """A page whose link is live, and shows a picture."""
    page = chromium.page()
    page.goto(f"{house.url}/sign-in")
    page.evaluate(FOLLOW, evening["session"])
    eventually(lambda: page.evaluate("link.status") == "live", otherwise="it does not follow")
    page.evaluate(FOLLOW_PICTURE, BEHIND_MS)
    return page


def test_what_is_told_waits_for_the_picture_whichever_way_it_came(
    chromium: Chromium, house: Server, host: Any, evening: dict[str, Any]
) -> None:
    """By the socket while the picture stands still, after a break in the line, and without a socket."""
    page = follows_picture(chromium, house, evening)
    begun = page.evaluate("link.pace.behind > 0 && link.now() && Object.keys(link.state.item).length")

    def comes(status: str) -> None:
        """A line is added now: it is seen when the picture has come so far."""
        nonlocal begun
        eventually(lambda: page.evaluate("link.status") == status, otherwise=f"the link is not {status}")
        before = page.evaluate("link.time.now()")
        host.call("live.add_item", session=evening["session"], kind="clip", title="暗访短片", planned_minutes=2)
        if status == "stale":
            page.evaluate("link.socket.connect()")
        begun += 1
        first = "(count) => shown.find(([has]) => has >= count)?.[1]"
        seen = page.wait_for_function(first, arg=begun).json_value()
        assert seen - before >= BEHIND_MS - 300, status

    page.evaluate("globalThis.stands = true")
    comes("live")
    page.evaluate("globalThis.stands = false")
    page.evaluate("link.socket.disconnect()")
    comes("stale")
    page.evaluate("link.socket.disconnect()")
    comes("plain")


#: Which lines have entered, and on which one the link was said to be live.
LINES = """() => {
  [globalThis.entered, globalThis.live] = [[], []];
  const timeout = link.socket.timeout.bind(link.socket);
  link.socket.timeout = (ms) => {
    const sends = timeout(ms);
    return { emit: (name, ...rest) => (name === "follow" && entered.push(link.socket.id), sends.emit(name, ...rest)) };
  };
  link.addEventListener("status", ({ detail }) => detail === "live" && live.push(link.socket.id));
  link.store.seen = () => null;
}"""


def test_a_line_that_broke_while_the_picture_was_waited_for_is_not_taken_for_live(
    chromium: Chromium, house: Server, evening: dict[str, Any]
) -> None:
    page = follows_picture(chromium, house, evening)
    page.evaluate(LINES)
    with page.expect_response("**/snapshot*"):
        page.evaluate("(link.status = 'stale', link.socket.disconnect(), link.socket.connect())")
    page.evaluate("(link.socket.disconnect(), link.socket.connect())")
    eventually(lambda: page.evaluate("live.length") > 0, otherwise="it is not live again")
    live, entered = page.evaluate("[live, entered]")
    assert set(live) <= set(entered)
    assert len(entered) == 2
