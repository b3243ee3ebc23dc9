"""What somebody types into a form of a page is not lost, whatever becomes of the page or the sign-in."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Somebody
from tests.support.browser import Chromium, picture
from tests.support.people import PASSWORD
from tests.support.server import Server

pytestmark = pytest.mark.journey

TITLE = "夜间停车专场"
AGAIN = "尚未提交的内容"


@pytest.fixture
def planner(chromium: Chromium, house: Server) -> Somebody:
    """The host with a form half filled in."""
    host = Somebody(chromium, house.url, "host")
    host.open("/sessions/new")
    fill_in(host.page)
    return host


def fill_in(page: Page) -> None:
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.get_by_label("开始时间").fill("2030-12-01T20:00")
    page.get_by_label("计划时长（分钟）").fill("40")
    page.get_by_role("checkbox", name="城管局").check()


def sign_in(page: Page, login: str) -> None:
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def test_a_draft_stands_until_the_server_has_taken_it(planner: Somebody) -> None:
    page = planner.page
    page.reload()
    expect(page.get_by_label("标题", exact=True)).to_have_value(TITLE)
    expect(page.get_by_role("checkbox", name="城管局")).to_be_checked()
    expect(page.get_by_text(AGAIN)).to_be_visible()
    picture(page, "draft-restored")
    planner.button("创建").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"编排：{TITLE}")
    planner.open("/sessions/new")
    expect(page.get_by_label("标题", exact=True)).to_have_value("")
    expect(page.get_by_text(AGAIN)).to_have_count(0)


def test_a_draft_can_be_thrown_away(planner: Somebody) -> None:
    page = planner.page
    page.reload()
    planner.button("不要，重新填写").click()
    expect(page.get_by_label("标题", exact=True)).to_have_value("")
    page.reload()
    expect(page.get_by_label("标题", exact=True)).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
def test_a_form_outlives_the_sign_in(chromium: Chromium, house: Server, planner: Somebody, script: bool) -> None:
    """The page may not send it by itself, with or without a script."""
    chromium.expect("401")
    page = planner.page
    if not script:
        context = chromium.context(java_script_enabled=False)
        context.add_cookies(planner.context.cookies())
        page = context.new_page()
        page.goto(f"{house.url}/sessions/new")
        fill_in(page)
    page.context.clear_cookies(name="sign_in")
    page.get_by_role("button", name="创建").click()
    expect(page.get_by_text("不会自动提交")).to_be_visible()
    picture(page, f"sign-in-that-ended-{script}")
    sign_in(page, "host")
    expect(page.get_by_text("尚未提交，请核对")).to_be_visible()
    expect(page.get_by_label("标题", exact=True)).to_have_value(TITLE)
    expect(page.get_by_role("checkbox", name="城管局")).to_be_checked()
    if script:
        assert page.url.endswith("/sessions/new?")
    page.get_by_role("button", name="创建").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"编排：{TITLE}")


def test_signing_out_leaves_nothing_for_the_next_one(planner: Somebody) -> None:
    page = planner.page
    assert page.evaluate("Object.keys(localStorage).length") > 0
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(lambda url: "/sessions/new" not in url)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('inquiry.draft'))") == []


def test_a_draft_is_its_writer_s(planner: Somebody) -> None:
    page = planner.page
    planner.context.clear_cookies(name="sign_in")
    planner.open("/sign-in?next=/sessions/new")
    sign_in(page, "producer")
    expect(page.get_by_label("标题", exact=True)).to_have_value("")
