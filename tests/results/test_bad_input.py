"""What cannot be used is refused in words and changes nothing, by the command and by the page."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from inquiry.core import sheets, workbook
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.permissions import Role
from inquiry.results.models import Actual
from tests.results.conftest import INDICATORS, Inquiry, Year
from tests.support.bad_tables import MOST_BYTES_OF_A_PART, unreadable, with_sheet
from tests.support.replay import nothing_changes
from tests.support.workbook import sheets_of

T = "indicator,unit,period,baseline,stretch\n"
A = "indicator,unit,period,value,evidence\n"
_HEADER = "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in ("指标", "单位", "周期", "完成值"))
_NAMED = "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in ("GDP", "沙洲区", "2025-01"))


def sheet(value: str, after: str = "") -> bytes:
    """A workbook with one actual, its value as XML."""
    rows = f"<row>{_HEADER}</row><row>{_NAMED}{value}</row>"
    return with_sheet(f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>")


class Days(int):
    """A number of days that is shown as a day."""


def spreadsheet(period: object, value: object, shown: str) -> bytes:
    """One actual as a spreadsheet saves it; a day in it is shown so."""
    book, file = Workbook(), BytesIO()
    book.active.append(["指标", "单位", "周期", "完成值"])
    book.active.append(["GDP", "沙洲区", period, value])
    for cell in book.active[2]:
        if isinstance(cell.value, date | Days):
            cell.number_format = shown
    book.save(file)
    return file.getvalue()


BAD: dict[str, tuple[bytes, str]] = unreadable() | {
    "an unknown unit": (f"{A}GDP,沙州区,2025-01,1,\n".encode(), "there is no unit of this name; is 沙洲区 meant?"),
    "a unit like none": (f"{A}GDP,火星,2025-01,1,\n".encode(), "there is no unit of this name"),
    "an unknown indicator": (f"{A}GPD,沙洲区,2025-01,1,\n".encode(), "no indicator of this code; is GDP meant?"),
    "words for a number": (f"{A}GDP,沙洲区,2025-01,约五,\n".encode(), "it is not a number"),
    "a percent sign": (f"{T}GDP,沙洲区,2025,12%,20\n".encode(), "it has a percent sign"),
    "a percentage in a workbook": (
        sheets_of({"完成情况": [["指标", "单位", "周期", "完成值"], ["GDP", "沙洲区", "2025-01", "12%"]]}),
        "it has a percent sign",
    ),
    "a day in a cell of numbers": (
        spreadsheet("2025-01", date(2025, 3, 4), 'yyyy"年"m"月"d"日"'),
        "it is not a number",
    ),
    "a day that no calendar has": (spreadsheet("2025-01", Days(10**9), "yyyy-mm-dd"), "damaged or too large"),
    "a day that is no first": (spreadsheet(date(2025, 1, 2), 1, "mm-dd-yy"), "it is no period like"),
    "separators": (f'{A}GDP,沙洲区,2025-01,"1,234.5",\n'.encode(), "its digits are divided by separators"),
    "full-width digits": (f"{A}GDP,沙洲区,2025-01,１２３４,\n".encode(), "its digits are full-width"),
    "a formula without its value": (sheet("<c><f>A1+1</f></c>"), "its formula has no value"),
    "merged cells": (
        sheet("<c><v>1</v></c>", '<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'),
        "the cells actuals A2:B2 are merged into one",
    ),
    "targets that cross": (f"{T}GDP,沙洲区,2025,120,110\n".encode(), "The stretch target must lie beyond"),
    "targets that are one": (f"{T}PM25,沙洲区,2025,40,40\n".encode(), "The stretch target must lie beyond"),
    "a period twice": (
        f"{A}GDP,沙洲区,2025-01,1,\nGDP,沙洲区,2025年1月,2,\n".encode(),
        "the same stands further up, on line 2",
    ),
    "a period that is none": (f"{A}GDP,沙洲区,2025-13,1,\n".encode(), "it is no period like"),
    "a period to come": (f"{A}GDP,沙洲区,2026-12,1,\n".encode(), "This period has not begun"),
    "a yes where a number is meant": (sheet('<c t="b"><v>1</v></c>'), "it is not a number"),
    "a cell that holds a book": (sheet("<c><v>" + "1" * 250_000 + "</v></c>"), "damaged or too large"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj", "it is a PDF file"),
    "an indicator of no group": (INDICATORS.replace("各区;各局", ";；").encode(), "it is empty"),
    "nothing but a header": (A.encode(), "there are no rows in it"),
    "nothing": (b"\n", "there are no rows in it"),
}


@pytest.fixture(autouse=True)
def the_day(year: Year, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(workbook, "MOST_BYTES_OF_A_PART", MOST_BYTES_OF_A_PART)
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=True) as traveller:
        year.take(INDICATORS)
        yield traveller


@pytest.fixture
def browser(app: Flask, year: Year, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    staff = year.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    return app.test_client()


def told(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD.keys())
def test_it_is_refused_by_the_command(year: Year, inquiry: Inquiry, tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    for words in (["--dry-run"], []):
        with nothing_changes():
            status, out, beside = inquiry("results", "import", file, *words)
        assert status == 2
        assert said in out + beside


@pytest.mark.parametrize("shown", ["mmm-yy", "yyyy-mm", 'yyyy"年"m"月";@', "[$-804]yyyy/m", "General"])
def test_a_month_that_a_spreadsheet_made_a_day_of(year: Year, inquiry: Inquiry, tmp_path: Path, shown: str) -> None:
    file = tmp_path / "file.xlsx"
    file.write_bytes(spreadsheet(date(2025, 1, 1), 1234.5, shown))
    status, _out, beside = inquiry("results", "import", file)
    assert (status, beside) == (0, "")
    with reading() as db:
        stands = db.execute(select(Actual.unit_id, Actual.period, Actual.value)).all()
    assert stands == [(year.city.district.id, "2025-01", Decimal("1234.5"))]


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD.keys())
def test_it_is_refused_by_the_page(year: Year, browser: FlaskClient, data: bytes, said: str) -> None:
    with nothing_changes():
        page = browser.post(
            "/results/import", data={"do": "check", "file": (BytesIO(data), "f")},
            headers={"Accept-Language": "en", "Accept": "text/html"},
        )  # fmt: skip
    assert said in told(page.text)
    assert 'value="import"' not in page.text
    seen = re.search(r'name="seen" value="(\w*)"', page.text)
    with nothing_changes():
        again = browser.post(
            "/results/import", data={"do": "import", "seen": seen and seen[1], "file": (BytesIO(data), "f")},
            headers={"Accept-Language": "en", "Accept": "application/json"},
        )  # fmt: skip
    assert "refused" in again.text or again.status_code >= 400


def test_a_hundred_megabytes_are_refused_unread(inquiry: Inquiry, browser: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as large:
        large.truncate(100 * 1024 * 1024)
    with nothing_changes():
        status, _out, beside = inquiry("results", "import", file)
    assert (status, "it is larger than 20 MB" in beside) == (2, True)

    class Unread(BytesIO):
        def read(self, *_args: object) -> bytes:
            raise AssertionError("it was read")

    length = {"CONTENT_LENGTH": str(100 * 1024 * 1024)}
    with nothing_changes():
        answer = browser.post(
            "/results/import", input_stream=Unread(), content_type="multipart/form-data; boundary=x",
            environ_overrides=length, headers={"Accept-Language": "en"},
        )  # fmt: skip
    assert answer.status_code == 413
    assert "tables up to 20 MB" in told(answer.text)


def test_what_is_larger_than_a_table_may_be_is_refused(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between that and what a request may be."""
    monkeypatch.setattr(sheets, "MOST_BYTES", 1024 * 1024 // 4)
    with nothing_changes():
        answer = browser.post(
            "/results/import", data={"do": "check", "file": (BytesIO(b"x" * (sheets.MOST_BYTES + 1)), "f")},
            headers={"Accept-Language": "en", "Accept": "text/html"},
        )  # fmt: skip
    assert answer.status_code == 400
    assert "it is larger than 0 MB" in told(answer.text)
