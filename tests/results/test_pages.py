"""Published tables for everybody, in both languages, and as files that say the same."""

import csv
import io
import json

import pytest
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
from tests.results.conftest import ACTUALS, INDICATORS, TARGETS, Year
from tests.support.application import City

LATER = "indicator,unit,period,value\nPM25,青岚区,2025-02,35\n"


pytestmark = pytest.mark.usefixtures("the_day")


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


def test_every_figure_stands_beside_its_targets_and_every_indicator_beside_its_definition(
    year: Year, http: FlaskClient
) -> None:
    year.all()
    chinese = page(http, f"/results/{publish(year)}")
    gdp = chinese[chinese.index('<h3 id="GDP">') : chinese.index('<h3 id="PM25">')]
    for said in ("按季度核算", "21.00", "20.00", "24.00", "105.00", "权重 3", "自一月起累计"):
        assert said in gdp
    assert '<path class="marks-reached" d="M0 7H105.00"/>' in gdp
    assert 'data-state="holding"' in chinese, "a band has a shape and a colour beside its word"


def test_the_line_of_a_unit_is_told_to_whoever_does_not_see_it(year: Year, http: FlaskClient) -> None:
    year.all()
    publish(year, "2025-01")
    told = page(http, f"/results/{publish(year)}", "en")
    [of_shazhou] = [line for line in told.splitlines() if 'class="trend"' in line and "February" in line]
    assert "January 2025 " in of_shazhou
    assert "December 2024" not in of_shazhou, "a gap is no score"


def test_a_theme_is_called_by_its_english_name_where_it_has_one(year: Year, http: FlaskClient) -> None:
    named = INDICATORS.replace(",definition\n", ",definition,theme_en\n").replace(
        "按季度核算\n", "按季度核算,Economy\n"
    )
    for content in (named, TARGETS, ACTUALS):
        year.take(content)
    number = publish(year)
    for path in ("/results", f"/results/{number}", f"/results/units/{year.city.district.id}", "/"):
        assert "Economy" in page(http, path, "en")
        assert "Economy" not in page(http, path)


def test_a_measure_is_told_in_english_where_it_has_a_name_there(year: Year, http: FlaskClient) -> None:
    named = INDICATORS.replace(",definition\n", ",definition,measure_en\n").replace(
        "按季度核算\n", "按季度核算,100 million yuan\n"
    )
    for content in (named, TARGETS, ACTUALS):
        year.take(content)
    number = publish(year)
    for path in (f"/results/{number}", f"/results/units/{year.city.district.id}"):
        english, chinese = page(http, path, "en"), page(http, path)
        assert "100 million yuan" in english
        assert "亿元" not in english
        assert "亿元" in chinese
        assert "100 million yuan" not in chinese
        assert "微克" in english, "what has no name in English stays as it is"


def test_what_a_file_has_no_column_for_stays_as_it_is(year: Year) -> None:
    year.all()
    bare = "\n".join(line.rpartition(",")[0] for line in INDICATORS.splitlines()) + "\n"
    assert "definition" not in bare
    outcome = year.take(bare)
    assert (outcome.indicators.added, outcome.indicators.corrected, outcome.indicators.same) == (0, 0, 2)
    emptied = year.take(INDICATORS.replace("按季度核算", ""))
    assert emptied.indicators.corrected == 1, "an empty cell under its heading empties it"


def test_a_unit_has_a_page_of_its_own(year: Year, http: FlaskClient) -> None:
    year.all()
    first, second = publish(year, "2025-01"), publish(year)
    told = page(http, f"/results/units/{year.city.district.id}", "en")
    for said in ("沙洲区", "GDP", "21.00", "20.00", "24.00", "105.00", "1 of 1", "106.25", f"/results/{first}",
                 f"/results/{second}", "no table was published"):  # fmt: skip
        assert said in told
    assert f"/results/units/{year.city.district.id}" in page(http, f"/results/{second}")
    year.take(LATER)
    third = publish(year, why="青岚区补报")
    again = page(http, f"/results/units/{year.city.district.id}", "en")
    assert f"/results/{third}" in again
    assert f"/results/{second}" not in again, "what was superseded is no place of it"
    assert "尚无已公布的排名" in page(http, f"/results/units/{year.city.city.id}")


def test_a_table_of_many_units_is_turned_by_pages(
    year: Year, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    year.all()
    number = publish(year)
    monkeypatch.setattr("inquiry.results.pages.UNITS_PAGE", 1)
    assert "青岚区" not in page(http, f"/results/{number}")
    assert "青岚区" in page(http, f"/results/{number}?page=2")


DRAFT = "/results/draft?theme=经济&period=2025-02"


def test_the_staff_sees_what_would_change_before_it_publishes(
    year: Year, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    year.all()
    path = f"{DRAFT}&group={year.districts}"
    for one in (DRAFT, path):
        refresh()
        assert http.get(one).status_code in (302, 303, 401, 403)
    staff = year.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    assert "本组本期尚未公布排名" in page(http, path)
    assert "尚未公布" in page(http, DRAFT)
    publish(year)
    assert "数据无变化" in page(http, path)
    year.take(LATER)
    told = page(http, path)
    for said in ("1 项数据有变", "数据不全：PM25 2025-02", "重新公布的原因", "results.publish_table"):
        assert said in told
    assert "results.publish_theme" in page(http, DRAFT)
    assert http.get("/results/draft?theme=经济&period=2025-13").status_code == 404
    assert http.get("/results/draft?theme=无&period=2025-02").status_code == 409


def test_nothing_is_said_of_results_before_there_are_any(year: Year, http: FlaskClient) -> None:
    year.all()
    assert "尚未公布排名" in page(http, "/results")
    assert "全部排名" not in page(http, "/")


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


@pytest.mark.usefixtures("app")
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
