"""The setup page in a real browser: the rundown worked by keyboard, by two people at once, with undo."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, Chromium, accessibility_faults, picture
from tests.support.people import PASSWORD, MakePerson
from tests.support.server import LOOP_OF, Server, SharedServer

pytestmark = [pytest.mark.live, pytest.mark.journey, pytest.mark.shared_server]

CLIP, ANSWER, VERDICT = "暗访短片", "城管局作答", "满意度评议"


@pytest.fixture
def server(shared_server: SharedServer, database_kind: str) -> Server:
    return shared_server(database_kind, LOOP_OF[database_kind])


@pytest.fixture
def code(person: MakePerson, units: dict[str, int]) -> str:
    """A planned session with three items."""
    host = person("host")
    made = host.call(
        "live.create_session", title="垃圾分类回头看", starts_at="2031-05-08T20:00", planned_minutes=60,
        units=[units["城管局"]],
    )  # fmt: skip
    for kind, title in (("clip", CLIP), ("slot", ANSWER), ("verdict", VERDICT)):
        host.call("live.add_item", session=made["session"], kind=kind, title=title, planned_minutes=5)
    return str(made["code"])


def open_setup(chromium: Chromium, server: Server, code: str, login: str = "host", **options: object) -> Page:
    page = chromium.page(**options)
    page.goto(f"{server.url}/sign-in?next=/sessions/{code}/edit")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("#line-keys")).to_be_visible() if "is_mobile" not in options else None
    return page


def titles(page: Page, *wanted: str) -> None:
    expect(page.locator(".line-title")).to_have_text(list(wanted))


def test_the_rundown_by_keyboard(chromium: Chromium, server: Server, code: str) -> None:
    page = open_setup(chromium, server, code)
    titles(page, CLIP, ANSWER, VERDICT)
    page.locator(".line").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    titles(page, ANSWER, CLIP, VERDICT)
    # The moved row keeps the focus, so that the next press moves it on.
    page.keyboard.press("Alt+ArrowDown")
    titles(page, ANSWER, VERDICT, CLIP)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.locator(".line-more[open] [name=title]").fill("现场评议")
    page.keyboard.press("Enter")
    titles(page, ANSWER, "现场评议", CLIP)
    expect(page.locator("#sum")).to_contain_text("15:00")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("休息")
    page.keyboard.press("Enter")
    titles(page, ANSWER, "现场评议", CLIP, "休息")
    expect(page.locator("form[action='/do/live.add_item'] [name=title]")).to_be_focused()
    picture(page, "setup-1440", full_page=True)
    assert accessibility_faults(page) == []


def test_what_is_removed_can_be_brought_back_to_its_place(chromium: Chromium, server: Server, code: str) -> None:
    page = open_setup(chromium, server, code)
    page.locator(".line").nth(1).focus()
    page.keyboard.press("Delete")
    titles(page, CLIP, VERDICT)
    page.get_by_role("button", name="撤销", exact=True).click()
    titles(page, CLIP, ANSWER, VERDICT)


def test_a_case_by_keys_and_by_dragging_and_back(chromium: Chromium, server: Server, code: str) -> None:
    """What was moved is undone by its key, one step after the other, and not while somebody types."""
    page = open_setup(chromium, server, code)
    add = page.locator("form[action='/do/live.add_item']")
    add.locator("[name=kind]").select_option("case")
    expect(add.locator("[name=planned_minutes]")).to_be_hidden()
    add.locator("[name=title]").fill("老旧小区")
    add.locator("[name=title]").press("Enter")
    titles(page, CLIP, ANSWER, VERDICT, "老旧小区")
    page.locator(".line").nth(3).focus()
    page.keyboard.press("Alt+ArrowUp")
    titles(page, CLIP, ANSWER, "老旧小区", VERDICT)
    page.locator(".line").nth(3).focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(".line.is-nested .line-title")).to_have_text([VERDICT])
    page.locator(".line").nth(0).drag_to(page.locator(".line.is-case"), target_position={"x": 300, "y": 60})
    expect(page.locator(".line.is-nested .line-title")).to_have_text([CLIP, VERDICT])
    expect(page.locator(".line.is-case .line-time")).to_contain_text("10:00")
    add.locator("[name=title]").fill("休息")
    page.keyboard.press("Control+z")
    expect(page.locator(".line.is-nested")).to_have_count(2)
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator(".line.is-nested .line-title")).to_have_text([VERDICT])
    page.get_by_role("button", name="撤销：").click()
    expect(page.locator(".line.is-nested")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".line.is-nested .line-title")).to_have_text([VERDICT])
    assert accessibility_faults(page) == []


def test_what_another_changes_takes_no_line_away_that_is_being_dragged(
    chromium: Chromium, server: Server, code: str
) -> None:
    page, producer = open_setup(chromium, server, code), open_setup(chromium, server, code, "producer")
    page.locator(".line").nth(0).hover()
    page.mouse.down()
    last = page.locator(".line").nth(2)
    height = last.evaluate("(line) => line.offsetHeight")
    for above_its_end in (8, 4):  # the first step begins it, the second goes on
        last.hover(position={"x": 300, "y": height - above_its_end})
    expect(page.locator("[data-drop=behind]")).to_have_count(1)
    producer.locator(".line").nth(1).get_by_role("button", name="上移").click()
    titles(producer, ANSWER, CLIP, VERDICT)
    producer.wait_for_timeout(1000)  # the other page waits for less before it shows what is new
    expect(page.locator("[data-drop=behind]")).to_have_count(1)
    page.mouse.up()
    for one in (page, producer):
        titles(one, ANSWER, VERDICT, CLIP)


def test_what_another_wrote_meanwhile_is_shown_and_ones_own_kept(chromium: Chromium, server: Server, code: str) -> None:
    chromium.expect("409")
    host, producer = open_setup(chromium, server, code), open_setup(chromium, server, code, "producer")
    for page, title, note in ((host, "主持人改的", "看稿"), (producer, "制片改的", "")):
        line = page.locator(".line").first
        line.get_by_text("修改").click()
        line.locator("[name=title]").fill(title)
        line.get_by_text("提示号、颜色和备注").click()
        line.locator("[name=note_host]").fill(note)
    host.locator(".line").first.get_by_role("button", name="保存").click()
    titles(host, "主持人改的", ANSWER, VERDICT)
    mine = producer.locator(".line").first
    mine.get_by_role("button", name="保存").click()
    expect(mine.locator(".line-conflict")).to_contain_text("主持人改的")
    expect(mine.locator(".line-conflict")).to_contain_text("看稿")
    expect(mine.locator("[name=title]")).to_have_value("制片改的")
    mine.get_by_role("button", name="保存").click()
    titles(host, "制片改的", ANSWER, VERDICT)


def test_two_people_see_each_others_changes(chromium: Chromium, server: Server, code: str) -> None:
    host, producer = open_setup(chromium, server, code), open_setup(chromium, server, code, "producer")
    host.locator(".line").first.get_by_role("button", name="下移").click()
    titles(host, ANSWER, CLIP, VERDICT)
    titles(producer, ANSWER, CLIP, VERDICT)


def test_a_refusal_is_said_and_what_was_typed_stays(chromium: Chromium, server: Server, code: str) -> None:
    chromium.expect("400")
    page = open_setup(chromium, server, code)
    add = page.locator("form[action='/do/live.add_item']")
    add.locator("[name=title]").fill("休息")
    add.locator("[name=planned_minutes]").fill("0")
    add.get_by_role("button").click()
    expect(page.locator(".toast.refusal")).to_contain_text("一秒到十二小时")
    expect(add.locator("[name=title]")).to_have_value("休息")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_pages_on_a_phone(chromium: Chromium, server: Server, code: str, locale: str) -> None:
    page = open_setup(chromium, server, code, locale=locale, **PHONE)
    for name, path in (
        ("setup", f"/sessions/{code}/edit"), ("home", "/"), ("sessions", "/sessions"), ("session", f"/sessions/{code}"),
    ):  # fmt: skip
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the phone"
        assert accessibility_faults(page) == [], path
        picture(page, f"{name}-390-{locale}", full_page=True)


def test_who_is_to_speak_is_planned_here(chromium: Chromium, server: Server, code: str, person: MakePerson) -> None:
    """A grace is asked for where there is one; and what others add goes on showing at once."""
    page = open_setup(chromium, server, code)
    row = page.locator(".line").nth(1)
    row.get_by_text("修改").click()
    row.get_by_text("发言安排").click()
    row.locator("[name=speaker]").fill("程远帆")
    expect(row.locator("[name=grace_seconds]")).to_be_hidden()
    row.locator("[name=at_zero]").select_option("grace")
    row.locator("[name=grace_seconds]").fill("15")
    row.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("程远帆 · 宽限后结束（15 秒）")
    host = person("host")
    session = host.call("live.find_session", code=code)["session"]
    host.call("live.add_item", session=session, kind="silent_heads", title="长期未发言负责人", planned_minutes=1)
    titles(page, CLIP, ANSWER, VERDICT, "长期未发言负责人")


def test_the_hosts_desk_arms_moves_and_undoes(
    chromium: Chromium, server: Server, code: str, person: MakePerson
) -> None:
    """Live: what comes next is armed and disarmed by one press each, and rows are moved by keys."""
    host = person("host")
    session = host.call("live.find_session", code=code)["session"]
    case = host.call("live.add_item", session=session, kind="case", title="老旧小区", colour="blue")["item"]
    clip, *_others = host.get(f"/live/{session}/snapshot/staff").json()["state"]["item"].values()
    host.call("live.go_live", session=session, planned_for="2031-05-08")
    host.call("questions.take_item", session=session, seen=0, item=clip["id"])
    page = chromium.page()
    page.goto(f"{server.url}/sign-in?next=/desk/{code}/host")
    page.fill("input[name=login]", "host")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    rows = page.locator("#rundown .rundown > li:not(.rundown-head)")
    expect(rows).to_have_count(4)
    expect(rows.last).to_contain_text("蓝")
    page.get_by_role("button", name="自动接续：关").click()
    expect(rows.nth(1).locator("[data-disarm]")).to_be_visible()
    rows.nth(1).locator("[data-disarm]").click()
    expect(page.get_by_role("button", name="自动接续：关")).to_be_visible()
    rows.nth(2).locator(".row-open").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(1)).to_contain_text(VERDICT)
    page.keyboard.press("Control+z")
    expect(rows.nth(1)).to_contain_text(ANSWER)
    host.call("live.move_item", item=case, before=clip["id"])
    expect(rows.first).to_contain_text("老旧小区")
    rows.nth(3).drag_to(rows.nth(0), target_position={"x": 60, "y": 40})
    expect(page.locator("#rundown .in-case")).to_contain_text(VERDICT)
    picture(page, "host-rundown-1440")
