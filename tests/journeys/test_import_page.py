"""The import page in a browser: look through a file first, then take it over, with progress and one summary."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Somebody
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Four hundred messages, and three that cannot be used."""
    path = tmp_path / "messages.csv"
    good = "".join(f"M{number},李某,第{number}个路口的路灯不亮,2026-11-02 08:30:00,,\n" for number in range(400))
    bad = "M1,李某,编号重复,2026-11-02 08:30:00,,\nX1,李某,时间不对,昨天,,\nX2,李某,单位不对,2026-11-02,,火星局\n"
    path.write_text("id,author,title,submitted_at,body,unit\n" + good + bad, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_file_is_looked_through_and_then_taken_over(
    chromium: Chromium, house: Server, host: Person, table: Path, language: str
) -> None:
    made = host.call(
        "live.create_session", title="路灯与停车", title_en="Street lights and parking",
        starts_at="2030-12-01T20:00", planned_minutes=40, units=[2],
    )  # fmt: skip
    somebody = Somebody(chromium, house.url, "moderator")
    page = somebody.page
    somebody.open(f"/sessions/{made['code']}/import?lang={language}")
    picture(page, f"import-{language}-empty", full_page=True)
    page.locator("#file").set_input_files(table)
    page.locator("button[value=check]").click()
    expect(page.locator("#after-check")).to_be_visible()
    assert [page.locator(f"#count-{name}").inner_text() for name in ("total", "fresh", "known", "bad")] == [
        "403", "400", "0", "3",
    ]  # fmt: skip
    expect(page.locator("#bad-rows tr")).to_have_count(3)
    expect(page.locator("#preview-rows tr")).to_have_count(10)
    assert page.locator("#bad-rows tr").first.inner_text().startswith("402")
    picture(page, f"import-{language}-checked", full_page=True)
    assert not accessibility_faults(page)
    page.locator("button[value=import]").click()
    expect(page.locator("#after-import")).to_be_visible()
    expect(page.locator("#count-fresh")).to_have_text("400")
    picture(page, f"import-{language}-done", full_page=True)
    page.locator("button[value=check]").click()
    expect(page.locator("#count-known")).to_have_text("400")
    expect(page.locator("#count-fresh")).to_have_text("0")
    page.locator("#order").select_option("day_first")
    expect(page.locator("#after-check")).to_be_hidden()  # to be read otherwise, it has to be looked through anew
    listed = host.call("questions.listing", session=made["session"])
    assert listed["total"] == 0, "an imported question was published"


def test_what_is_no_table_is_refused_in_words(chromium: Chromium, house: Server, host: Person, tmp_path: Path) -> None:
    made = host.call("live.create_session", title="停车", starts_at="2030-12-01T20:00", planned_minutes=40, units=[2])
    somebody = Somebody(chromium, house.url, "moderator")
    somebody.open(f"/sessions/{made['code']}/import")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    somebody.page.locator("#file").set_input_files(wrong)
    somebody.page.locator("button[value=check]").click()
    expect(somebody.page.get_by_role("alert")).to_contain_text("无法按表格读取这个文件")
    expect(somebody.page.locator("button[value=check]")).to_be_enabled()
