"""The audience's phone: few files at the first visit, a bar for the thumb, votes and questions that arrive once."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.journeys.people import Phone, in_minutes
from tests.journeys.test_without_a_socket import Wall, status
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = pytest.mark.journey

LAMPS, FEES = "湖滨路的路灯何时修好？", "物业费为何上涨，谁来管？"
#: Page, sheets, script, pictures: of the page where one joins and of the phone's page together.
MOST_FILES = 10


@pytest.fixture
def evening(house: Server, connect: Connect, crew: dict[str, Person]) -> dict[str, Any]:
    """A live session with one public question: `{session, code, lamps}`."""
    host = crew["host"]
    made = host.call("live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    host.call("live.open_intake", session=made["session"])
    host.call("live.go_live", session=made["session"])
    return made | {"lamps": public(house, connect, crew, made["session"], LAMPS)}


def public(house: Server, connect: Connect, crew: dict[str, Person], session: int, text: str) -> int:
    """One more question that can be supported."""
    asker = Person(house.url, connect).join()
    question = asker.call("questions.ask", session=session, text=text)["question"]
    crew["moderator"].call("questions.approve", question=question, seen=0)
    asker.http.close()
    return int(question)


def joined(phone: Phone, code: str) -> Page:
    phone.open(f"/join/{code}")
    phone.button("进入").tap()
    phone.page.wait_for_url("**/s/*")
    return phone.page


@pytest.fixture
def phone(chromium: Chromium, house: Server) -> Phone:
    return Phone(chromium, house.url)


def test_the_first_visit_takes_few_files_and_asks_for_nothing_twice(phone: Phone, evening: dict[str, Any]) -> None:
    asked: list[str] = []
    sent: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)))

    phone.page.on("websocket", listen)
    phone.page.on("request", lambda one: asked.append(one.url) if not one.url.startswith("data:") else None)
    page = joined(phone, evening["code"])
    status(page, "live")
    expect(page.locator("#list")).to_contain_text(LAMPS)
    phone.look()
    files = {one for one in asked if "/socket.io/" not in one}
    assert len(files) <= MOST_FILES, sorted(files)
    assert not [one for one in asked if "/snapshot" in one or "/api/" in one]
    assert any("follow" in one for one in sent)
    assert not [one for one in sent if "questions." in one]


def test_what_happened_between_the_page_and_its_link_is_told(
    chromium: Chromium, phone: Phone, house: Server, connect: Connect, crew: dict[str, Person], evening: dict[str, Any]
) -> None:
    """By the entries since, with no second look at the session or the list."""
    chromium.expect(r"ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|ERR_FAILED")
    wall = Wall(phone.page)
    phone.page.route("**/snapshot", lambda route: route.abort())
    page = joined(phone, evening["code"])
    public(house, connect, crew, evening["session"], FEES)
    wall.refused = set()
    expect(page.get_by_role("button", name="有 1 条新提问")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="有 1 条新提问").tap()
    expect(page.locator("#list")).to_contain_text(FEES)


def test_a_double_tap_gives_one_vote_and_takes_none_back(phone: Phone, evening: dict[str, Any]) -> None:
    page = joined(phone, evening["code"])
    status(page, "live")
    vote = page.locator("#list button.support")
    vote.dblclick()
    expect(vote).to_contain_text("已支持")
    page.wait_for_timeout(800)
    expect(vote).to_have_attribute("aria-pressed", "true")
    vote.tap()
    expect(vote).to_have_attribute("aria-pressed", "false")


def test_votes_and_questions_of_a_dead_spot_arrive_when_it_ends(
    chromium: Chromium, house: Server, phone: Phone, crew: dict[str, Person], evening: dict[str, Any]
) -> None:
    chromium.expect(r"ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket connection")
    page = joined(phone, evening["code"])
    other = joined(Phone(chromium, house.url), evening["code"])
    for one in (page, other):
        status(one, "live")
    phone.context.set_offline(True)
    status(page, "stale", seconds=20)
    vote = page.locator("#list button.support")
    vote.tap()
    expect(vote).to_contain_text("待送出")
    expect(vote).to_have_attribute("aria-pressed", "true")
    phone.write(FEES)
    phone.button("提交").tap()
    expect(page.locator("#sent")).to_contain_text("等待发送")
    picture(page, "phone-offline")
    expect(page.locator("#live-mark")).to_have_text("直播")
    phone.context.set_offline(False)
    phone.receipt()
    phone.go_to("全部提问")
    expect(vote).to_contain_text("已支持")
    expect(vote).to_contain_text("1")
    expect(other.locator("#list .support-count")).to_have_text("1")
    # A snapshot's totals may be two seconds old.
    snapshot = f"/live/{evening['session']}/snapshot"
    eventually(lambda: crew["moderator"].get(snapshot).json()["totals"]["received"] == 2)


def test_connecting_is_not_called_not_live(
    chromium: Chromium, house: Server, phone: Phone, evening: dict[str, Any]
) -> None:
    chromium.expect(r"ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|ERR_FAILED")
    Wall(phone.page)
    phone.page.route("**/snapshot", lambda route: route.abort())
    page = joined(phone, evening["code"])
    seen = set()
    for _each in range(16):
        seen.add(page.locator("#live-mark").inner_text())
        page.wait_for_timeout(500)
    assert seen == {"直播"}
    expect(page.locator("#out-of-step")).to_be_visible()


def test_lists_are_had_by_post_without_a_socket(
    chromium: Chromium, house: Server, connect: Connect, phone: Phone, crew: dict[str, Person], evening: dict[str, Any]
) -> None:
    chromium.expect(r"ERR_CONNECTION_REFUSED|WebSocket connection to .* failed")
    Wall(phone.page)
    page = joined(phone, evening["code"])
    status(page, "plain")
    public(house, connect, crew, evening["session"], FEES)
    with page.expect_response("**/api/questions.listing") as answered:
        page.get_by_role("link", name="最近公开").tap()
    assert answered.value.ok
    expect(page.locator("#list .question-body").first).to_have_text(FEES)
    phone.ask("停车位为什么总是不够？")
    phone.go_to("我的提问")
    expect(page.locator("#mine-list")).to_contain_text("停车位为什么总是不够？")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_above_a_keyboard_there_are_the_words_what_is_like_them_and_one_button(
    chromium: Chromium, house: Server, evening: dict[str, Any], locale: str
) -> None:
    """A keyboard leaves 510 of a phone's 844 pixels."""
    context = chromium.context(
        locale=locale, viewport={"width": 390, "height": 510}, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    page.goto(f"{house.url}/join/{evening['code']}")
    page.get_by_role("button", name=re.compile("进入|Enter")).tap()
    page.wait_for_url("**/s/*")
    status(page, "live")
    page.locator("#ask-link").tap()
    page.locator("#text").tap()
    page.keyboard.type("湖滨路的路灯坏了")
    like = page.locator(".similar-list li")
    expect(like).to_contain_text(LAMPS)
    page.wait_for_timeout(300)
    boxes = {
        name: page.locator(css).bounding_box()
        for name, css in {
            "words": "#text",
            "like": ".similar-list li",
            "bar": ".actionbar",
            "top": ".phone-top",
        }.items()
    }
    words, alike, bar, top = (boxes[name] for name in ("words", "like", "bar", "top"))
    assert words is not None
    assert alike is not None
    assert bar is not None
    assert top is not None
    assert top["y"] >= 0
    assert top["y"] + top["height"] <= words["y"]
    assert words["y"] + words["height"] <= alike["y"]
    assert alike["y"] + alike["height"] <= bar["y"]
    assert abs(bar["y"] + bar["height"] - 510) < 2
    picture(page, f"phone-asking-510-{locale}")
    assert accessibility_faults(page) == []
    page.locator("#send-here").tap()
    expect(page.locator("#sent .receipt-number")).to_be_in_viewport()
    expect(page.locator("#send-here")).to_be_hidden()
