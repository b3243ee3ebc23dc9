"""What makes a large table bearable: others go first between its pieces, and no more is read than is needed."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import eventlet
import pytest
from eventlet import tpool
from flask import Flask
from flask.testing import FlaskClient

from inquiry.core import extensions
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM
from inquiry.results import exports, queries
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period
from tests.results.conftest import Year
from tests.support.statements import statements

JANUARY, FEBRUARY, MARCH = (Period.parse(f"2025-0{month}") for month in (1, 2, 3))
FIX = "indicator,unit,period,value,evidence\nPM25,青岚区,2025-02,35,\n"


pytestmark = pytest.mark.usefixtures("the_day")


def publish(year: Year, period: Period = FEBRUARY, why: str = "") -> int:
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, "经济", period, year.districts, why)[0].id


class Others:
    """Somebody who comes round again and again: `turns` says how often."""

    def __init__(self) -> None:
        self.turns = 0

    def come_round(self) -> None:
        while True:
            self.turns += 1
            eventlet.sleep(0)


@pytest.fixture
def loop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `server.py` serves: waiting and heavy work are those of eventlet."""
    monkeypatch.setattr(extensions.socketio, "sleep", eventlet.sleep)
    monkeypatch.setitem(app.extensions, "inquiry.offload", tpool.execute)


@contextmanager
def others() -> Iterator[Others]:
    counted = Others()
    beside = eventlet.spawn(counted.come_round)
    try:
        yield counted
    finally:
        beside.kill()


@pytest.mark.usefixtures("loop")
def test_whoever_else_presses_is_served_while_a_draft_is_made(full: Year, browser: FlaskClient) -> None:
    """The loop goes round while figures are read, added up and drawn, and what stands is read and compared."""
    publish(full, JANUARY)
    publish(full)
    full.take(FIX)
    with others() as they:
        asked = f"/results/draft?theme=经济&period=2025-02&group={full.districts}"
        page = browser.get(asked, headers={"Accept-Language": "en"}).text
    assert "figure differs" in page
    assert they.turns >= 40


@pytest.mark.usefixtures("loop")
def test_whoever_else_presses_is_served_while_a_table_is_published(full: Year) -> None:
    """More often than while it is reckoned: also between the pieces of what is kept of it."""
    with others() as they, reading() as db:
        queries.table_now(db, "经济", FEBRUARY, full.districts)
    with others() as both:
        publish(full)
    assert both.turns >= they.turns + 15


@pytest.mark.usefixtures("loop")
def test_whoever_else_presses_is_served_while_a_file_is_written(full: Year, browser: FlaskClient) -> None:
    """While a workbook is written in a thread, all the time; of CSV between its rows."""
    number = publish(full)
    with others() as they:
        assert browser.get(f"/results/{number}.xlsx").status_code == 200
    assert they.turns >= 40
    with reading() as db:
        contents = queries.contents_of(db, queries.published_table(db, number, lean=True))
    with others() as they:
        exports.as_csv(contents | {"rows": contents["rows"] * 200})
    assert they.turns >= 8


def test_a_table_is_kept_and_handed_out_as_it_was_digested(full: Year, browser: FlaskClient) -> None:
    """Nobody reads it and writes it anew: what stands behind `table` is the text of the digest."""
    number = publish(full)
    told = browser.get(f"/results/{number}.json").text
    table = told[told.index('"table": ') + len('"table": ') : told.rindex("}")]
    assert hashlib.sha256(table.encode()).hexdigest() == json.loads(told)["digest"]


def test_the_line_of_twelve_periods_is_one_look_into_an_index(full: Year) -> None:
    """However many tables were published before; no place is read whole for a score."""
    publish(full, JANUARY)
    with reading() as db, statements() as after_one:
        queries.table_now(db, "经济", FEBRUARY, full.districts)
    publish(full)
    with reading() as db, statements() as after_two:
        queries.table_now(db, "经济", MARCH, full.districts)
    of_tables = [[one for one in each if "published_" in one] for each in (after_one, after_two)]
    assert len(of_tables[0]) == len(of_tables[1]) > 0
    (scores,) = [one for one in after_two if "published_places" in one and "GROUP BY" in one]
    with reading() as db:
        if db.get_bind().dialect.name == "sqlite":
            steps = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {scores}", (1, 2)).all()
            assert "COVERING INDEX" in steps[0][3]


def test_figures_are_looked_up_a_period_at_a_time(full: Year) -> None:
    """Asked for several, PostgreSQL would read every figure there ever was of an indicator."""
    with reading() as db, statements() as asked:
        queries.table_now(db, "经济", MARCH, full.districts)
    of_figures = [one for one in asked if "FROM actuals" in one]
    assert len(of_figures) >= 3
    assert all("actuals.period = " in one.replace("= ANY", "IN") for one in of_figures)


def test_what_is_long_in_a_table_stands_behind_all_else(full: Year) -> None:
    """SQLite goes through a row from its beginning: a list of tables would otherwise read each of them."""
    with reading() as db:
        if db.get_bind().dialect.name == "sqlite":
            columns = [row[1] for row in db.connection().exec_driver_sql("PRAGMA table_info(published_tables)")]
            assert columns[-1] == "contents"
