"""A phone behind something that lets no socket through: it says so calmly, and everything goes on."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.journeys.people import Phone, in_minutes
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.long]

SOCKETS = re.compile(r"/socket\.io/")
LAMPS = "湖滨路的路灯何时修好？"


class Wall:
    """What stands between a browser and our sockets: `transports` are those that it refuses."""

    def __init__(self, page: Page) -> None:
        self.refused = {"websocket", "polling"}
        page.route(SOCKETS, self._polling)
        page.route_web_socket(SOCKETS, self._websocket)

    def _polling(self, route: Route) -> None:
        if "polling" in self.refused:
            route.abort("connectionrefused")
        else:
            route.continue_()

    def _websocket(self, socket: WebSocketRoute) -> None:
        if "websocket" in self.refused:
            socket.close(code=1011)
        else:
            socket.connect_to_server()


@pytest.fixture
def evening(house: Server, host: Person) -> dict[str, Any]:
    """A live session that takes questions: `{session, code}`."""
    made = host.call("live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    host.call("live.open_intake", session=made["session"])
    host.call("live.go_live", session=made["session"])
    return made


@pytest.fixture
def moderator(house: Server, connect: Connect) -> Iterator[Person]:
    person = Person(house.url, connect).sign_in("moderator")
    yield person
    person.http.close()


@pytest.fixture
def phone(chromium: Chromium, house: Server) -> Phone:
    chromium.expect(r"ERR_CONNECTION_REFUSED|WebSocket connection to .* failed")
    return Phone(chromium, house.url)


@pytest.fixture
def wall(phone: Phone, evening: dict[str, Any]) -> Wall:
    """The phone joins behind it."""
    wall = Wall(phone.page)
    join(phone, evening)
    return wall


def join(phone: Phone, evening: dict[str, Any]) -> None:
    phone.open(f"/join/{evening['code']}")
    phone.button("进入").tap()
    phone.page.wait_for_url("**/s/*")


def status(page: Page, expected: str, *, seconds: float = 12) -> None:
    expect(page.locator("html")).to_have_attribute("data-link", expected, timeout=seconds * 1000)


def test_a_question_goes_on_air_on_a_phone_without_a_socket(
    phone: Phone, wall: Wall, host: Person, moderator: Person, evening: dict[str, Any]
) -> None:
    page = phone.page
    status(page, "plain")
    expect(page.get_by_text("每一两秒更新一次")).to_be_visible()
    expect(page.locator("#out-of-step")).to_be_hidden()
    assert accessibility_faults(page) == []
    picture(page, "phone-without-a-socket")

    phone.ask(LAMPS)
    state = moderator.get(f"/live/{evening['session']}/snapshot/staff").json()["state"]
    (question,) = state["question"].values()
    assert question["text"] == LAMPS
    moderator.call("questions.approve", question=question["id"], seen=question["rev"])
    put = host.call("questions.put_on_air", session=evening["session"], seen=0, question=question["id"])
    expect(page.locator("#onair-text")).to_have_text(LAMPS)

    wall.refused = set()
    status(page, "live")
    expect(page.locator("#by-asking")).to_be_hidden()
    host.call("questions.clear_floor", session=evening["session"], seen=put["floor_rev"])
    expect(page.locator("#onair-text")).not_to_have_text(LAMPS, timeout=2000)


def test_what_a_cache_kept_while_nobody_answers_is_not_called_the_truth(phone: Phone, wall: Wall) -> None:
    """nginx goes on giving its last answer, and says so."""
    status(phone.page, "plain")
    phone.page.route("**/snapshot", answered_by_the_cache)
    status(phone.page, "stale")
    expect(phone.page.locator("#out-of-step")).to_be_visible()
    phone.page.unroute("**/snapshot")
    status(phone.page, "plain", seconds=15)
    expect(phone.page.locator("#out-of-step")).to_be_hidden()


def answered_by_the_cache(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers=answer.headers | {"x-snapshot": "STALE"})


#: A browser whose WebSockets fail before they open.
NONE_AT_ALL = """
window.WebSocket = class {
  constructor() {
    setTimeout(() => { this.onerror?.(new Event("error")); this.onclose?.(new CloseEvent("close")); }, 5);
  }
  close() {}
};
"""


@pytest.mark.parametrize("how", ["refused", "opened and shut"])
def test_a_phone_without_websockets_polls(phone: Phone, how: str, host: Person, evening: dict[str, Any]) -> None:
    if how == "refused":
        phone.page.add_init_script(NONE_AT_ALL)
    else:
        Wall(phone.page).refused = {"websocket"}
    join(phone, evening)
    status(phone.page, "live")
    item = host.call("live.add_item", session=evening["session"], kind="clip", title="暗访短片", planned_minutes=3)
    host.call("questions.take_item", session=evening["session"], item=item["item"], seen=0)
    expect(phone.page.locator("#onair-text")).to_have_text("暗访短片")


def test_nothing_is_sent_twice_to_who_has_it(phone: Phone, wall: Wall) -> None:
    """While nothing happens each question costs an empty answer."""
    status(phone.page, "plain")
    answers: list[int] = []
    phone.page.on("response", lambda answer: answers.append(answer.status) if "/snapshot" in answer.url else None)
    phone.page.wait_for_timeout(6000)
    assert 2 <= len(answers) <= 7
    assert set(answers[1:]) == {304}
