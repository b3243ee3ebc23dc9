"""A city and its results come in by page: files with errors are mended and taken over, one figure is put right by hand;
with a script, without one, and by the keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Somebody
from tests.support.browser import DESK, PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.server import Server

pytestmark = pytest.mark.journey

SIZES = {390: PHONE["viewport"], 1440: DESK["viewport"], 1920: SCREEN["viewport"]}
UNITS = "name,name_en,kind,parent,head,head_title,group\n" + "".join(
    f"第{n}区,District {n},district,云汀市,区长{n},区长,各区\n" for n in range(1, 14)
)
INDICATORS = (
    "code,name,name_en,theme,measure,better,accumulates,period,decimals,weight,groups,source,definition\n"
    "GDP,地区生产总值,Gross product,经济,亿元,more,yes,month,2,3,各区,统计局,按季度核算，逐月推算\n"
    "PM25,细颗粒物平均浓度,PM2.5,经济,微克/立方米,less,no,month,1,1,各区,生态环境局,月均浓度\n"
)
FIGURES = "indicator,unit,period,value,evidence\n" + "".join(
    f"GDP,第{n}区,2026-0{month},{100 + n}.{month},统计快报\n" for n in range(1, 14) for month in range(1, 7)
)
Look = Callable[[Page, str], None]


@pytest.fixture
def tables(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def look(page: Page, name: str) -> None:
    """At every width, and what a screen reader would meet."""
    page.wait_for_load_state()
    for width, size in SIZES.items():
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), f"{name} at {width}"
        picture(page, f"{name}-{width}", full_page=True)
    page.set_viewport_size(SIZES[1440])
    assert not accessibility_faults(page), name


def choose(page: Page, file: Path, what: str = "check") -> None:
    page.locator("#file").set_input_files(file)
    page.locator(f"button[value={what}]").click()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_files_are_looked_through_mended_and_taken_over(
    chromium: Chromium, new_house: Callable[[], Server], tables: Callable[[str, str], Path], language: str
) -> None:
    house = new_house()
    root = Somebody(chromium, house.url, "administrator")
    page = root.page
    root.open(f"/admin/units/import?lang={language}")
    look(page, f"units-import-{language}-empty")
    choose(
        page, tables("bad.csv", UNITS.replace("第3区,District 3,district,云汀市", "第3区,District 3,district,云丁市"))
    )
    expect(page.locator("#result tbody tr")).to_have_count(1)
    expect(page.locator("#result")).to_contain_text("云汀市")
    expect(page.locator("button[value=import]")).to_have_count(0)
    look(page, f"units-import-{language}-bad")
    choose(page, tables("units.csv", UNITS))
    expect(page.locator("#result .totals dd").first).to_have_text("13")
    look(page, f"units-import-{language}-checked")
    page.locator("button[value=import]").press("Enter")  # the file is still chosen
    expect(page.locator("#result [role=status]")).to_be_visible()
    look(page, f"units-import-{language}-done")
    root.open("/admin/units")
    look(page, f"units-{language}")
    page.get_by_role("link", name="第5区" if language == "zh-CN" else "District 5").click()
    look(page, f"unit-{language}")

    staff = Somebody(chromium, house.url, "staff")
    page = staff.page
    staff.open(f"/results/figures?lang={language}")
    look(page, f"figures-{language}-empty")
    for name, content in (("indicators.csv", INDICATORS), ("actuals.csv", FIGURES)):
        staff.open("/results/import")
        choose(page, tables(name, content))
        expect(page.locator("button[value=import]")).to_be_visible()
        page.locator("button[value=import]").click()
        expect(page.locator("#result [role=status]")).to_be_visible()
    look(page, f"results-import-{language}-done")
    overfull = FIGURES.replace("第2区", "第二区").replace("统计快报", "长" * 1001)
    choose(page, tables("overfull.csv", overfull))
    expect(page.locator("#result tbody tr")).to_have_count(3 + 78)
    look(page, f"results-import-{language}-overfull")
    staff.open("/results/figures")
    look(page, f"figures-{language}-indicators")
    page.get_by_role("link", name="地区生产总值" if language == "zh-CN" else "Gross product").click()
    look(page, f"indicator-{language}")
    chromium.expect("status of 400")
    correct_by_hand(staff, language)


def correct_by_hand(staff: Somebody, language: str) -> None:
    """By the keyboard alone, after the first link."""
    page = staff.page
    staff.open("/results/figures")
    page.locator("#unit").select_option(label="第4区" if language == "zh-CN" else "District 4")
    page.locator("#period").fill("2026-03")
    page.locator("#period").press("Enter")
    fold = page.locator("section", has=page.locator("#indicator-1")).locator("details").first
    fold.locator("summary").press("Enter")
    page.locator("#value-1").fill("1,234.5")
    page.locator("#evidence-1").fill("统计公报" if language == "zh-CN" else "Statistical bulletin")
    page.locator("#value-1").press("Enter")
    expect(page.locator("#value-1-fault")).to_be_visible()
    look(page, f"figures-{language}-refused")
    page.locator("#value-1").fill("1234.5")
    page.locator("#link-1").fill("https://example.org/bulletin")
    page.locator("#value-1").press("Enter")
    expect(page.locator("s", has_text="104.3")).to_be_visible()
    look(page, f"figures-{language}")


def test_without_a_script_the_same_file_is_chosen_once_more(
    chromium: Chromium, house: Server, tables: Callable[[str, str], Path]
) -> None:
    root = Somebody(chromium, house.url, **DESK, java_script_enabled=False)
    page = root.page
    root.sign_in("administrator")
    root.open("/admin/units/import")
    file = tables("units.csv", UNITS)
    choose(page, file)
    expect(page.locator("#result .totals dd").first).to_have_text("13")
    choose(page, file, "import")
    expect(page.locator("#result [role=status]")).to_be_visible()
