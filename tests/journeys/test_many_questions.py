"""The desks at 50,000 questions and 5,000 units: what is shown is loaded, the rest by page and search."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiry import create_app
from inquiry.settings import Settings
from tests.journeys.desks import ClerkDesk, HostDesk, ModerationDesk
from tests.journeys.people import in_minutes
from tests.support.browser import PICTURES, SCREEN, Chromium
from tests.support.client import LiveClient
from tests.support.many import fill
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

QUESTIONS = 50_000


@pytest.fixture(scope="module")
def full(house: Server) -> dict[str, Any]:
    """A live session that holds more than anybody can load: `{session, code}`."""
    host = Person(house.url, LiveClient).sign_in("host")
    made = host.call("live.create_session", title="万问", starts_at=in_minutes(0), planned_minutes=90, units=[2, 3])
    host.call("live.open_intake", session=made["session"])
    app = create_app(Settings.from_environment(house.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    with app.app_context():
        fill(made["session"], QUESTIONS, units=5_000, aired=12, spoken=2)
    app.extensions["inquiry.engine"].dispose()
    host.call("live.go_live", session=made["session"])
    return made


@pytest.fixture
def moderator(chromium: Chromium, house: Server, full: dict[str, Any]) -> ModerationDesk:
    return ModerationDesk(chromium, house.url, full["code"])


def numbers(page: Page) -> list[int]:
    """The numbers of the rows in sight, from above."""
    return [int(one) for one in page.locator("#lane .lane-row .lane-lead strong").all_inner_texts()]


def current(page: Page) -> int:
    return int(page.locator("#lane .lane-row[aria-current] .lane-lead strong").inner_text())


def test_a_moderator_approves_one_after_another(moderator: ModerationDesk) -> None:
    page = moderator.page
    tab = page.get_by_role("button", name=re.compile("待审"))
    expect(tab).to_contain_text("34,988")
    first = current(page)
    assert first == 13  # the twelve before it were on air
    for _each in range(25):
        before = current(page)
        moderator.press("a")
        expect(page.locator("#lane .lane-row[aria-current] .lane-lead strong")).not_to_have_text(str(before))
    moderator.is_told(re.compile("通过"))
    assert current(page) == first + 25
    moderator.press("z")
    expect(page.locator("#lane .lane-row[aria-current] .lane-lead strong")).to_have_text(str(first + 24))


def test_the_keys_load_what_comes_next(moderator: ModerationDesk) -> None:
    page = moderator.page
    for _each in range(75):
        moderator.press("j")
    expect(page.locator("#lane .lane-row[aria-current] .lane-lead strong")).not_to_have_text("13")
    for _each in range(75):
        moderator.press("j")
    page.wait_for_timeout(300)
    seen = numbers(page)
    assert seen == sorted(seen)
    assert current(page) > 130


def test_scrolling_loads_what_comes_next(moderator: ModerationDesk) -> None:
    page = moderator.page
    for _each in range(8):
        page.locator("#lane .pane-body").evaluate("(pane) => pane.scrollTo(0, pane.scrollHeight)")
        page.wait_for_timeout(250)
    seen = numbers(page)
    assert seen[-1] > 300
    assert [one for one in range(seen[0], seen[-1]) if (one - 1) % 100 < 70] == seen[:-1]


def test_a_question_is_found_among_all_and_another_is_found_alike(moderator: ModerationDesk) -> None:
    page = moderator.page
    moderator.search("第49901号")
    expect(page.locator("#question")).to_contain_text("第 49901 号")
    moderator.press("Control+Enter")
    page.get_by_role("button", name=re.compile("已合并")).click()
    expect(page.locator("#lane .lane-note").first).to_contain_text(re.compile("单位|No\\.|局"))


def test_any_unit_of_the_city_is_chosen_by_keyboard(moderator: ModerationDesk) -> None:
    page = moderator.page
    moderator.press("u")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="搜索单位")
    expect(field).to_be_focused()
    field.press_sequentially("第4711号")
    expect(page.get_by_role("option", name=re.compile("4711"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#lane .lane-row[aria-current]")).to_contain_text("第4711号办公室")
    expect(page.get_by_label("答问单位")).to_have_value(re.compile(r"\d+"))


def test_the_host_chooses_among_all_approved(chromium: Chromium, house: Server, full: dict[str, Any]) -> None:
    host = HostDesk(chromium, house.url, full["code"])
    page = host.page
    expect(page.locator("#queue-title")).to_contain_text(re.compile(r"6,0\d\d|5,9\d\d"))
    rows = page.locator("#queue .lane-row")
    expect(rows.first).to_be_visible()
    for _each in range(49):
        host.press("j")
    expect(page.locator("#queue .lane-row[aria-posinset='51']")).to_be_attached()  # the next page, before it is reached
    for _each in range(15):
        host.press("j")
    expect(page.locator("#queue .lane-row[aria-current]")).to_have_attribute("aria-posinset", "64")
    host.press("/")
    host.type("第49981号")
    expect(rows).to_have_count(1)
    host.press("Enter")
    host.press("Enter")
    host.press("Enter")
    expect(page.locator("#stage")).to_contain_text("第49981号")


def test_the_clerk_finds_what_was_on_air(chromium: Chromium, house: Server, full: dict[str, Any]) -> None:
    clerk = ClerkDesk(chromium, house.url, full["code"])
    expect(clerk.page.locator("#queue .lane-row").nth(11)).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("surface", [{}, SCREEN], ids=["1440", "1920"])
def test_what_it_looks_like(
    chromium: Chromium, house: Server, full: dict[str, Any], locale: str, surface: dict[str, Any]
) -> None:
    page = chromium.page(locale=locale, **surface)
    page.goto(f"{house.url}/sign-in")
    page.locator("[name=login]").fill("administrator")
    page.locator("[name=password]").fill("an evening on television")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^(?!.*sign-in)"))
    width = page.viewport_size["width"] if page.viewport_size else 0
    for desk in ("moderate", "host"):
        page.goto(f"{house.url}/desk/{full['code']}/{desk}")
        expect(page.locator(".lane-row").first).to_be_visible()
        page.wait_for_timeout(700)
        page.screenshot(path=PICTURES / f"many-{desk}-{width}-{locale}.png")
    page.goto(f"{house.url}/desk/{full['code']}/moderate")
    expect(page.locator(".lane-row").first).to_be_visible()
    page.locator("#unit").select_option("find")
    expect(page.get_by_role("option").nth(20)).to_be_attached()
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"many-units-{width}-{locale}.png")
