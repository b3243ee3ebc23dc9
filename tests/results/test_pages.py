"""Published tables for everybody, in both languages, and as files that say the same."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh

from inquiry.accounts.unit_files import FORM as UNITS
from inquiry.core import sheets
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM, Role
from inquiry.results import exports, files, queries
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.digest import digest_of
from inquiry.results.rules.periods import Period
from tests.results.conftest import ACTUALS, Year
from tests.support.application import City

LATER = "indicator,unit,period,value\nPM25,青岚区,2025-02,35\n"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=True):
        yield


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def publish(year: Year, period: str = "2025-02", why: str = "") -> int:
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, "经济", Period.parse(period), year.districts, why)[0].id


def page(http: FlaskClient, path: str, language: str = "zh-CN") -> str:
    refresh()  # the language of the request before is kept in the test's context
    answer = http.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


def test_a_table_is_read_by_anybody_in_both_languages(year: Year, http: FlaskClient) -> None:
    year.all()
    number = publish(year)
    chinese, english = page(http, f"/results/{number}"), page(http, f"/results/{number}", "en")
    for said in (
        "2025年2月",
        "各区",
        "沙洲区",
        "106.25",
        "达标",
        "数据不全：PM25 2025-02",
        "按季度核算",
        "地区生产总值",
    ):
        assert said in chinese
    for said in (
        "February 2025",
        "Districts",
        "106.25",
        "Holding",
        "Incomplete: PM25 2025-02",
        "PM2.5",
        "more is better",
    ):
        assert said in english
    assert "106.25" not in page(http, "/results")
    assert f"/results/{number}" in page(http, "/results")
    assert f"/results/{number}" in page(http, "/")


def test_nothing_is_said_of_results_before_there_are_any(year: Year, http: FlaskClient) -> None:
    year.all()
    assert "尚未公布排名" in page(http, "/results")
    assert "/results" not in page(http, "/")


def test_a_table_that_was_replaced_stays_and_says_why(year: Year, http: FlaskClient) -> None:
    year.all()
    first = publish(year)
    year.take(LATER)
    second = publish(year, why="青岚区补报")
    old, new = page(http, f"/results/{first}"), page(http, f"/results/{second}")
    assert "青岚区补报" in old
    assert f'href="/results/{second}"' in old
    assert "PM25 2025-02" in old
    assert "青岚区补报" in new
    listed = page(http, "/results")
    assert f'href="/results/{second}"' in listed
    assert f'href="/results/{first}"' not in listed


def test_files_say_what_the_page_says(year: Year, http: FlaskClient) -> None:
    year.all()
    number = publish(year)
    with reading() as db:
        contents = queries.published_table(db, number).contents
    answer = http.get(f"/results/{number}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig") == exports.as_csv(contents)
    assert [row["unit"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))] == ["沙洲区", "青岚区"]
    told = json.loads(http.get(f"/results/{number}.json").data)
    assert digest_of(told["table"]) == told["digest"]
    assert (told["superseded_at"], told["why"]) == (None, "")


@pytest.mark.parametrize("name", ['=HYPERLINK("https://example.org")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    unit = {"rank": 1, "unit": {"name": name}, "score": "100.00", "band": "holding", "previous_rank": None,
            "previous_score": None, "missing": [], "figures": []}  # fmt: skip
    [told] = csv.DictReader(io.StringIO(exports.as_csv({"indicators": [], "rows": [unit]})))
    assert told["unit"] == f"'{name}"


@pytest.mark.parametrize("path", ["/results/99", "/results/99.csv", "/results/99.json", "/results/forms/x.csv"])
def test_what_is_not_there_is_not_found(year: Year, http: FlaskClient, path: str) -> None:
    assert http.get(path).status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("form", [UNITS, *files.FORMS], ids=lambda form: form.name)
def test_a_file_to_fill_in_is_read_again_by_its_headings(
    http: FlaskClient, city: City, language: str, form: sheets.Form
) -> None:
    refresh()
    answer = http.get(f"/results/forms/{form.name}.csv", headers={"Accept-Language": language})
    header = answer.data.decode("utf-8-sig").strip().split(",")
    assert form.found(header) == {column: at for at, column in enumerate(form.columns)}
    filled = answer.data + ",".join(["x"] * len(header)).encode()
    assert [sheet.form.name for sheet in sheets.read(filled, [UNITS, *files.FORMS])] == [form.name]


def test_whoever_fills_them_in_finds_them(year: Year, http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/results/forms/" not in page(http, "/results")
    staff = year.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    assert "/results/forms/targets.csv" in page(http, "/results")
    assert ACTUALS.partition("\n")[0] in page(http, "/results/forms/actuals.csv", "en")
