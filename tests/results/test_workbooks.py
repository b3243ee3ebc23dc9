"""Tables as workbooks, and workbooks to fill in: what was filled in is taken over as it stands."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import refresh
from openpyxl import Workbook, load_workbook

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM
from inquiry.results import queries
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period
from tests.results.conftest import Inquiry, Year

LANGUAGES = ("zh-CN", "en")


pytestmark = pytest.mark.usefixtures("the_day")


def book(app: Flask, path: str, language: str) -> Workbook:
    refresh()
    answer = app.test_client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def published(year: Year) -> int:
    year.all()
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, "经济", Period.parse("2025-02"), year.districts, "")[0].id


def rows(book: Workbook, at: int) -> list[dict[str, Any]]:
    head, *found = book.worksheets[at].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def test_a_table_is_a_workbook_in_the_language_of_its_reader(app: Flask, year: Year) -> None:
    path = f"/results/{published(year)}.xlsx"
    chinese, english = book(app, path, "zh-CN"), book(app, path, "en")
    assert chinese.sheetnames == ["排名表", "口径与来源"]
    assert english.sheetnames == ["Table", "Definitions and sources"]
    first, last = rows(english, 0)
    assert (first["Rank"], first["Unit"], first["Score"], first["Band"]) == (1, "沙洲区", 106.25, "Holding")
    assert [first[f"GDP (亿元) {name}"] for name in ("Actual", "Baseline target", "Stretch target", "Attainment")] == [
        21, 20, 24, 105,
    ]  # fmt: skip
    assert (last["Rank"], last["What is missing"]) == (None, "PM25 2025-02")
    assert rows(chinese, 0)[0]["地区生产总值 (亿元) 完成值"] == 21
    assert rows(chinese, 1)[0]["口径"] == "按季度核算"
    with reading() as db:
        digest = queries.published_table(db, int(path.split("/")[2].split(".")[0])).digest
    assert digest in {cell.value for row in english.worksheets[1].iter_rows() for cell in row}


def test_it_is_made_for_reading(app: Flask, year: Year) -> None:
    sheet = book(app, f"/results/{published(year)}.xlsx", "en").worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:R3")
    assert sheet["K2"].number_format == "#,##0.00"
    assert sheet["O2"].number_format == "#,##0.0"
    assert sheet["D2"].number_format == "0.00"
    assert sheet.column_dimensions["B"].width > 8


def test_no_word_of_it_is_a_formula(app: Flask, year: Year) -> None:
    year.take(
        "code,name,theme,measure,better,accumulates,period,decimals,weight,groups\n"
        "GDP,=1+1,经济,@SUM(A1),more,yes,month,2,3,各区\n"
    )
    sheets = book(app, f"/results/{published(year)}.xlsx", "zh-CN").worksheets
    assert {cell.data_type for sheet in sheets for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


FILLED = {
    "indicators": ["GDP", "总值", "Product", "经济", "亿元", "more", "yes", "month", 2, 3, "各区", "统计局", "现价"],
    "targets": ["GDP", "沙洲区", "2025", 120, 144],
    "actuals": ["GDP", "沙洲区", "2025-01", 10.1, "快报"],
}
IN_CHINESE = {"more": "越高越好", "yes": "是", "month": "月"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_filled_in_is_taken_over(app: Flask, year: Year, language: str, tmp_path: Path) -> None:
    """Chosen from its own lists; the sheet of notes is passed over."""
    blank = book(app, "/results/forms/results.xlsx", language)
    for sheet, row in zip(blank.worksheets, FILLED.values(), strict=False):
        sheet.append([IN_CHINESE.get(str(value), value) if language == "zh-CN" else value for value in row])
    lists = [rule.formula1 for rule in blank.worksheets[0].data_validations.dataValidation if rule.type == "list"]
    assert [IN_CHINESE["more"] in lists[0], "more" in lists[0]] == [language == "zh-CN", language == "en"]
    filled = tmp_path / "filled.xlsx"
    blank.save(filled)
    outcome = year.take(filled.read_bytes())
    assert [counts.added for counts in vars(outcome).values()] == [1, 1, 1]
    with reading() as db:
        gdp = queries.versions(db)["GDP"]
        assert (gdp.theme, gdp.accumulates, gdp.weight, gdp.groups) == ("经济", True, Decimal(3), [year.districts])


def test_a_workbook_by_the_command_line(app: Flask, year: Year, inquiry: Inquiry, tmp_path: Path) -> None:
    published(year)
    asked = ("results", "table", "--theme", "经济", "--period", "2025-02", "--group", "各区", "--format", "xlsx")
    path = tmp_path / "table.xlsx"
    assert inquiry(*asked, "--output", path, "--language", "en")[0] == 0
    assert rows(load_workbook(path), 0)[0]["Unit"] == "沙洲区"
    assert inquiry(*asked, "--output", path)[0] == 0
    assert rows(load_workbook(path), 0)[0]["单位"] == "沙洲区"
