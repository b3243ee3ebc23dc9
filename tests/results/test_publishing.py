"""A published table stays as it was; what is published again says why."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inquiry.accounts.commands.peer_groups import set_peer_group
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.results import queries, refusals
from inquiry.results.commands.indicators import set_plan
from inquiry.results.commands.publishing import publish_table
from inquiry.results.models import PublishedTable
from inquiry.results.rules.digest import digest_of
from inquiry.results.rules.periods import Period
from inquiry.trace import queries as trace
from tests.results.conftest import INDICATORS, Inquiry, Year
from tests.support.application import Say
from tests.support.replay import nothing_changes

JANUARY, FEBRUARY = Period.parse("2025-01"), Period.parse("2025-02")
FIX = "indicator,unit,period,value,evidence\nPM25,青岚区,2025-02,35,\n"


pytestmark = pytest.mark.usefixtures("the_day")


def publish(year: Year, period: Period = FEBRUARY, why: str = "") -> tuple[PublishedTable, bool]:
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, "经济", period, year.districts, why)


def standing(year: Year, period: Period = FEBRUARY) -> PublishedTable:
    with reading() as db:
        found = queries.published(db, "经济", period, year.districts)
    assert found is not None
    return found


def draft(year: Year, browser: FlaskClient) -> str:
    asked = f"/results/draft?theme=经济&period={FEBRUARY}&group={year.districts}"
    return browser.get(asked, headers={"Accept-Language": "en"}).text


def test_a_published_table_never_changes_by_itself(full: Year) -> None:
    table, fresh = publish(full)
    assert fresh
    kept = json.dumps(standing(full).contents)
    full.take(FIX)
    with reading() as db:
        now = queries.table_now(db, "经济", FEBRUARY, full.districts)
    assert now["rows"] != standing(full).contents["rows"]
    assert json.dumps(standing(full).contents) == kept
    assert digest_of(standing(full).contents) == table.digest


def test_it_holds_everything_it_was_made_from(full: Year) -> None:
    publish(full)
    contents = standing(full).contents
    assert [one["code"] for one in contents["indicators"]] == ["GDP", "PM25"]
    assert contents["indicators"][0] | {"source": ""} == {
        "code": "GDP", "better": "more", "accumulates": True, "period": "month", "weight": "3", "version": 1,
        "name": "地区生产总值", "name_en": "GDP", "measure": "亿元", "decimals": 2, "source": "",
        "definition": "按季度核算", "shares": None,
    }  # fmt: skip
    first, last = contents["rows"]
    assert (first["unit"]["name"], first["rank"], first["score"]) == ("沙洲区", 1, "106.25")
    assert (last["unit"]["name"], last["rank"], last["missing"]) == ("青岚区", None, ["PM25 2025-02"])
    of_district = contents["made_from"]["units"].split(" ").index(str(full.city.district.id))
    assert [
        one["values"].split(" ")[of_district] for one in contents["made_from"]["actuals"] if one["indicator"] == "GDP"
    ] == ["10", "11"]


def test_publishing_the_same_again_changes_nothing(full: Year) -> None:
    first, _fresh = publish(full)
    with nothing_changes():
        again, fresh = publish(full)
    assert (again.id, fresh) == (first.id, False)


def test_a_table_that_was_kept_in_the_older_form_is_read_checked_and_not_published_again(
    full: Year, browser: FlaskClient
) -> None:
    """There each figure had beside it what it was made from."""
    table, _fresh = publish(full)
    older = json.loads(json.dumps(table.contents))
    del older["made_from"]
    for row in older["rows"]:
        for figure in row["figures"]:
            figure |= {"actuals": [{"id": 1, "period": "2025-02", "value": "10"}], "targets": []}
    with unit_of_work() as uow:
        kept = uow.lock(PublishedTable, table.id)
        kept.contents, kept.digest = older, digest_of(older)
    with nothing_changes():
        again, fresh = publish(full)
        assert (again.id, fresh) == (table.id, False)
        assert "nothing has changed since" in draft(full, browser)
    told = browser.get(f"/results/{table.id}.json").get_json()
    assert told["table"] == older
    assert digest_of(told["table"]) == told["digest"]
    assert "106.25" in browser.get(f"/results/{table.id}").text
    full.take(FIX)
    assert "figure differs" in draft(full, browser)
    with pytest.raises(refusals.ReasonNeeded), nothing_changes():
        publish(full)


def test_publishing_other_figures_needs_a_reason_and_keeps_both(full: Year) -> None:
    first, _fresh = publish(full)
    full.take(FIX)
    with pytest.raises(refusals.ReasonNeeded), nothing_changes():
        publish(full)
    second, fresh = publish(full, why="青岚区补报数据")
    assert (fresh, second.why, standing(full).id) == (True, "青岚区补报数据", second.id)
    with reading() as db:
        kept = list(db.scalars(select(PublishedTable).order_by(PublishedTable.id)))
        told = [entry for entry in trace.since(db, "city", 0) if entry.kind.startswith("results.table_")]
    assert [(one.id, one.superseded_at is None) for one in kept] == [(first.id, False), (second.id, True)]
    assert [(entry.kind, entry.payload["digest"]) for entry in told] == [
        ("results.table_published", first.digest), ("results.table_superseded", second.digest),
    ]  # fmt: skip


def test_movement_is_against_the_table_published_before(full: Year) -> None:
    full.take(FIX)
    publish(full, JANUARY)
    publish(full)
    rows = {row["unit"]["name"]: row for row in standing(full).contents["rows"]}
    january = {row["unit"]["name"]: row for row in standing(full, JANUARY).contents["rows"]}
    assert [rows[name]["previous_rank"] for name in rows] == [january[name]["rank"] for name in rows]
    assert standing(full).contents["previous"] == {"period": "2025-01", "digest": standing(full, JANUARY).digest}
    assert standing(full, JANUARY).contents["previous"] is None


def test_the_line_of_twelve_periods_is_frozen_with_the_table_and_gaps_stay_gaps(full: Year) -> None:
    """December was never published, and 青岚区 had no score in February."""
    full.take("indicator,unit,period,value,evidence\nGDP,沙洲区,2025-03,10,\nPM25,沙洲区,2025-03,40,\n")
    publish(full, JANUARY)
    publish(full)
    march = Period.parse("2025-03")
    publish(full, march)
    kept = standing(full, march).contents
    assert [one["period"] for one in kept["history"]] == [
        *(f"2024-{month:02}" for month in range(4, 13)),
        "2025-01",
        "2025-02",
    ]
    assert [one["digest"] for one in kept["history"][-3:]] == [
        None, standing(full, JANUARY).digest, standing(full).digest,
    ]  # fmt: skip
    trends = {row["unit"]["name"]: row["trend"][-3:] for row in kept["rows"]}
    assert trends["沙洲区"] == [None, standing(full, JANUARY).contents["rows"][1]["score"], "106.25"]
    assert trends["青岚区"][2] is None
    full.take(FIX)
    publish(full, why="青岚区补报数据")
    assert standing(full, march).contents == kept


def test_a_plan_spreads_the_year_from_then_on(full: Year) -> None:
    with reading() as db:
        gdp = queries.versions(db)["GDP"].indicator_id
    shares = [4, 6, 8, 8, 9, 9, 8, 8, 10, 10, 10, 10]
    with unit_of_work() as uow:
        set_plan(uow, SYSTEM, gdp, 2025, [Decimal(share) for share in shares])
    publish(full)
    assert standing(full).contents["rows"][0]["figures"][0]["baseline"] == "12"
    assert standing(full).contents["indicators"][0]["shares"][:2] == ["4", "6"]


def test_what_nobody_measures_is_no_table(full: Year) -> None:
    for theme, period, group in (("环境", FEBRUARY, full.districts), ("经济", FEBRUARY, full.bureaus)):
        with pytest.raises(refusals.NothingMeasured), unit_of_work() as uow:
            publish_table(uow, SYSTEM, theme, period, group, "")
    with pytest.raises(refusals.NothingMeasured):  # in 2024 the units were in no group
        publish(full, Period.parse("2024-02"))


def test_two_who_publish_in_the_same_second_publish_once(app: Flask, full: Year) -> None:
    start, done = Barrier(2), []

    def press() -> None:
        with app.app_context():
            start.wait()
            done.append(publish(full)[0].id)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert len(set(done)) == 1


# --- messages ---------------------------------------------------------------------------------------------------------


def test_by_hand_as_from_a_file(year: Year, say: Say) -> None:
    staff = year.city.person(Role.STAFF)
    meant = {
        "code": "GDP", "name": "总值", "theme": "经济", "measure": "亿元", "better": "more", "accumulates": True,
        "period": "month", "decimals": 2, "weight": "1", "groups": [year.districts],
    }  # fmt: skip
    unit, district = {"unit": year.city.district.id}, year.districts
    assert say(staff, "results.define_indicator", **meant)["version"] == 1
    assert say(staff, "results.define_indicator", **meant | {"weight": "2"})["version"] == 2
    shares = [str(share) for share in (4, 6, 8, 8, 9, 9, 8, 8, 10, 10, 10, 10)]
    assert say(staff, "results.set_plan", indicator=1, year=2025, shares=shares)["ok"]
    assert (
        say(staff, "results.set_target", indicator=1, period="2025", baseline="100", stretch="150", **unit)["added"]
        == 1
    )
    assert say(staff, "results.record_actual", indicator=1, period="2025-01", value="5", **unit)["added"] == 1
    assert say(staff, "results.record_actual", indicator=1, period="2025-01", value="5.5", **unit)["corrected"] == 1
    answer = say(staff, "results.publish_table", theme="经济", period="2025-01", group=district)
    assert answer["fresh"]
    with reading() as db:
        rows = queries.table_now(db, "经济", JANUARY, district)["rows"]
    assert (rows[0]["score"], rows[0]["band"]) == ("115.00", "leading")  # 5.5 of 4 and 6: three quarters of the way


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("results.define_indicator", {"code": "GDP", "period": "year"}, "PERIOD_FIXED"),
        ("results.define_indicator", {"code": "A B"}, "BAD_INPUT"),
        ("results.define_indicator", {"code": "X", "period": "week"}, "BAD_INPUT"),
        ("results.define_indicator", {"code": "X", "weight": "0"}, "BAD_INPUT"),
        ("results.define_indicator", {"code": "X", "weight": 1.5}, "BAD_INPUT"),
        ("results.define_indicator", {"code": "X", "groups": [99]}, "NOT_FOUND"),
        ("results.set_plan", {"indicator": 1, "year": 2025, "shares": ["10"] * 12}, "NO_PLAN"),
        ("results.set_plan", {"indicator": 1, "year": 2025, "shares": ["100"]}, "BAD_INPUT"),
        ("results.set_plan", {"indicator": 99, "year": 2025, "shares": ["8"] * 12}, "NOT_FOUND"),
        ("results.set_target", {"indicator": 1, "period": "2025", "baseline": "2", "stretch": "1"}, "TARGETS_CROSS"),
        ("results.set_target", {"indicator": 1, "period": "2025-Q1", "baseline": "1", "stretch": "2"}, "WRONG_PERIOD"),
        ("results.set_target", {"indicator": 99, "period": "2025", "baseline": "1", "stretch": "2"}, "NOT_FOUND"),
        ("results.record_actual", {"indicator": 1, "period": "2025", "value": "1"}, "WRONG_PERIOD"),
        ("results.record_actual", {"indicator": 1, "period": "2026-12", "value": "1"}, "PERIOD_NOT_BEGUN"),
        ("results.record_actual", {"indicator": 1, "period": "2025-01", "value": 1}, "BAD_INPUT"),
        ("results.record_actual", {"indicator": 1, "period": "2025-01", "value": "1%"}, "BAD_INPUT"),
        ("results.record_actual", {"indicator": 1, "period": "2025-01", "value": "1", "unit": 99}, "NOT_FOUND"),
        ("results.record_actual", {"indicator": 1, "period": "2025-13", "value": "1"}, "BAD_INPUT"),
        ("results.publish_table", {"theme": "无", "period": "2025-02", "group": 1}, "NOTHING_MEASURED"),
        ("results.publish_table", {"theme": "经济", "period": "2025-02", "group": 99}, "NOT_FOUND"),
    ],
)
def test_each_refusal_changes_nothing(full: Year, say: Say, name: str, sent: dict[str, object], code: str) -> None:
    base: dict[str, object] = {}
    if name == "results.define_indicator":
        base = {
            "name": "总值", "theme": "经济", "measure": "亿元", "better": "more", "accumulates": True,
            "period": "month", "decimals": 2, "weight": "1", "groups": [full.districts],
        }  # fmt: skip
    elif "period" in sent and name != "results.publish_table":
        base = {"unit": full.city.district.id}
    with nothing_changes():
        answer = say(full.city.person(Role.STAFF), name, **base | sent)
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]


# --- the command line -------------------------------------------------------------------------------------------------

ASKED = ("--theme", "经济", "--period", "2025-02", "--group", "各区")


def test_the_table_of_the_command_line_is_recomputed_from_what_it_prints(full: Year, inquiry: Inquiry) -> None:
    full.take(FIX)
    status, said, beside = inquiry("results", "table", *ASKED, "--format", "csv")
    assert (status, beside) == (0, "inquiry: not published\n")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert list(rows[0]) == [
        "rank", "unit", "score", "band", "previous_rank", "previous_score", "missing", "GDP", "PM25"
    ]  # fmt: skip
    assert [(row["rank"], row["unit"], row["score"], row["GDP"], row["PM25"]) for row in rows] == [
        # 沙洲区: 21 of 20 and 24: 105; 35 of 40 and 30: 110. 青岚区: 10.5 of 10 and 12: 105; the same.
        ("1", "沙洲区", "106.25", "105.00", "110.00"), ("1", "青岚区", "106.25", "105.00", "110.00"),
    ]  # fmt: skip


def test_the_command_line_publishes_and_then_prints_what_was_published(full: Year, inquiry: Inquiry) -> None:
    status, said, _beside = inquiry("results", "publish", *ASKED)
    assert (status, said) == (0, f"inquiry: published: {standing(full).digest}\n")
    assert "the same" in inquiry("results", "publish", *ASKED)[1]
    before = inquiry("results", "table", *ASKED)[1]
    full.take(FIX)
    assert inquiry("results", "table", *ASKED)[1] == before
    assert inquiry("results", "table", *ASKED, "--now")[1] != before
    assert inquiry("results", "publish", *ASKED)[0] == 2
    assert inquiry("results", "publish", *ASKED, "--why", "补报")[0] == 0
    assert json.loads(inquiry("results", "table", *ASKED, "--format", "json")[1]) == standing(full).contents


def test_the_tables_of_all_groups_are_published_together_or_none(full: Year, inquiry: Inquiry, say: Say) -> None:
    with unit_of_work() as uow:
        root = Actor(Role.ADMINISTRATOR)
        set_peer_group(uow, root, full.city.street.id, full.bureaus, date(2025, 1, 1))
    asked = ("results", "publish", "--theme", "经济", "--period", "2025-02")
    status, said, _beside = inquiry(*asked)
    assert (status, said.count("published:"), "各区: " in said, "各局: " in said) == (0, 2, True, True)
    full.take(FIX)
    staff = full.city.person(Role.STAFF)
    with nothing_changes():
        refused = say(staff, "results.publish_theme", theme="经济", period="2025-02")
    assert refused["error"]["code"] == "REASON_NEEDED"
    done = say(staff, "results.publish_theme", theme="经济", period="2025-02", why="补报")
    assert [one["fresh"] for one in done["tables"]] == [True, False]
    with nothing_changes():
        assert (
            say(staff, "results.publish_theme", theme="环境", period="2025-02")["error"]["code"] == "NOTHING_MEASURED"
        )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("经剂", "2025-02", "各区"), "there is no theme named 经剂; is 经济 meant?"),
        (("经济", "2025-02", "各县"), "there is no peer group named 各县; is 各"),
        (("经济", "二月", "各区"), "二月 is no period"),
        (("经济", "2025-02", "Districts"), ""),
    ],
)
def test_what_is_not_known_is_told_with_what_may_be_meant(
    full: Year, inquiry: Inquiry, asked: tuple[str, str, str], sentence: str
) -> None:
    theme, period, group = asked
    status, _said, beside = inquiry("results", "table", "--theme", theme, "--period", period, "--group", group)
    assert sentence in beside
    assert status == (2 if sentence else 0)


def test_a_plan_by_the_command_line(full: Year, inquiry: Inquiry) -> None:
    assert inquiry("results", "plan", "GDP", "2025", "4,6,8,8,9,9,8,8,10,10,10,10")[0] == 0
    rest = ",8" * 10 + ",12"
    for words, said in (
        (("GDP", "2025", "4,6"), "twelve shares"), (("GDP", "2025", "x"), "it is not a number"),
        (("NIL", "2025", "4,6,8,8,9,9,8,8,10,10,10,10"), "no indicator of the code NIL"),
        (("GDP", "2025", f"NaN{rest}"), "it is not a number"), (("GDP", "2025", f"８{rest}"), "full-width"),
        (("GDP", "2025", f"-8{rest}"), "none negative"), (("GDP", "2025", f"8.{'1' * 20}{rest}"), "more digits"),
    ):  # fmt: skip
        with nothing_changes():
            status, _out, beside = inquiry("results", "plan", *words)
        assert (status, said in beside) == (2, True), beside


def test_bad_words_on_the_command_line_are_told(full: Year, inquiry: Inquiry, tmp_path: Path) -> None:
    publish = ("results", "publish", "--theme", "经济", "--period")
    for words, said in (
        ((*publish, "2099-01"), "This period has not begun"),
        ((*publish, "2099-01", "--group", "各区"), "This period has not begun"),
        ((*publish, "2025-02", "--why", "补" * 201), "the reason has more than 200 characters"),
        (("results", "table", *ASKED, "--output", tmp_path / "nowhere" / "x.csv"), "x.csv cannot be written"),
    ):  # fmt: skip
        with nothing_changes():
            status, _out, beside = inquiry(*words)
        assert (status, said in beside) == (2, True), beside


def test_a_theme_is_known_by_either_name(full: Year, inquiry: Inquiry) -> None:
    full.take(
        INDICATORS.replace(",definition\n", ",definition,theme_en\n").replace("按季度核算\n", "按季度核算,Economy\n")
    )
    asked = ("results", "table", "--period", "2025-02", "--group", "Districts", "--theme")
    assert inquiry(*asked, "Economy")[:2] == inquiry(*asked, "经济")[:2]
