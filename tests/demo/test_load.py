"""The demo's programme is what its content tells, was done by the real commands, and is loaded once."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from inquiry.accounts import hashing
from inquiry.accounts import queries as people
from inquiry.accounts.models import Unit, UnitKind, User
from inquiry.accounts.rules import password_fault
from inquiry.core import clock
from inquiry.core.db import reading
from inquiry.core.workdays import add_workdays
from inquiry.demo.agenda import Calendar
from inquiry.demo.book import Book, found_city
from inquiry.demo.city import PASSWORD
from inquiry.demo.content import LAST_MONTH, NEXT_WEEK, PEOPLE, SESSIONS, TONIGHT, UNITS
from inquiry.demo.figures import month_before
from inquiry.demo.indicators import CORRECTED, ECONOMY, SERVICES
from inquiry.demo.load import NotHere, load_once
from inquiry.demo.measured import HANDLED, TABLES, last_month
from inquiry.demo.units import HEADS_BEFORE, group_of
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries as live
from inquiry.live import rules as timers
from inquiry.live.models import Item, Session, SessionState
from inquiry.pledges import rules as pledges
from inquiry.pledges.models import Pledge
from inquiry.questions.models import Question
from inquiry.questions.queries import tallies
from inquiry.responses.models import Response
from inquiry.results import queries as results
from inquiry.results.models import Actual, PublishedTable
from inquiry.results.rules.handling_indicators import THEME
from inquiry.results.rules.periods import Period
from inquiry.trace import queries as trace
from inquiry.trace.models import Entry
from tests.demo.conftest import ZONE, Programme, open_demo, tell

PLEDGES = [
    pledge for one in SESSIONS for asked in one.questions for given in asked.responses for pledge in given.pledges
]
RESPONSES = [given for one in SESSIONS for asked in one.questions for given in asked.responses]


def states(session_id: int) -> Counter[str]:
    with reading() as db:
        return Counter(one.value for one in db.scalars(select(Question.state).where(Question.session_id == session_id)))


def told_states(key: str) -> Counter[str]:
    """What the content says, after what happened later: written answers, a reopening, a question from elsewhere."""
    session = next(one for one in SESSIONS if one.key == key)
    expected = Counter(one.state for one in session.questions)
    for question in session.questions:
        if question.state == "handed" and question.responses and not question.reopened:
            expected -= Counter(["handed"])
            expected += Counter(["answered"])
    expected["approved"] += sum(one.deferred_to == key for every in SESSIONS for one in every.questions)
    return +expected


# --- once -----------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_it_loads_on_every_kind_of_database(app: Flask) -> None:
    said: list[str] = []
    load_once(app, said.append)
    assert said
    with reading() as db:
        assert trace.breaks(db) == []
        numbers = {one.title: one.id for one in db.scalars(select(Session))}
        of_sessions = select(Response.id).where(Response.session_id.is_not(None))
        assert db.scalar(select(func.count()).where(Pledge.response_id.in_(of_sessions))) == len(PLEDGES)
        assert len(db.scalars(of_sessions).all()) == len(RESPONSES)
    for session in SESSIONS:
        assert states(numbers[session.title]) == told_states(session.key), session.key


def test_a_second_load_changes_nothing(copy: Flask, changes: Callable[[], str]) -> None:
    before = changes()
    said: list[str] = []
    load_once(copy, said.append)
    assert said == []
    assert changes() == before


def test_whoever_writes_after_the_load_waits_for_the_disk(copy: Flask, programme: Programme) -> None:
    full = 2
    for app in (copy, programme.app):
        with app.app_context(), reading() as db:
            assert db.scalar(text("PRAGMA synchronous")) == full


def test_production_does_not_take_it(tmp_path: Path, sqlite_template: Path) -> None:
    app = open_demo(Path(shutil.copyfile(sqlite_template, tmp_path / "inquiry.sqlite")), production=True)
    with pytest.raises(NotHere, match="production"):
        load_once(app, lambda _line: None)
    with app.app_context(), reading() as db:
        assert db.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.usefixtures("city")
def test_another_citys_database_is_left_alone(app: Flask, changes: Callable[[], str]) -> None:
    before = changes()
    with pytest.raises(NotHere, match="city of its own"):
        load_once(app, lambda _line: None)
    assert changes() == before


def test_a_load_that_was_interrupted_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    app = open_demo(Path(shutil.copyfile(sqlite_template, tmp_path / "inquiry.sqlite")))
    with app.app_context(), unit_of_work() as uow:
        found_city(uow, Book(), "$argon2id$not-to-be-typed")
    with pytest.raises(NotHere, match="demo-reset"):
        load_once(app, lambda _line: None)


def test_a_demo_of_an_earlier_version_is_told_what_to_do(tmp_path: Path, sqlite_template: Path) -> None:
    app = open_demo(Path(shutil.copyfile(sqlite_template, tmp_path / "inquiry.sqlite")))
    with app.app_context(), unit_of_work() as uow:
        uow.add(Unit(name=UNITS[0].name, name_en="", kind=UnitKind.CITY, position=0))
    with pytest.raises(NotHere, match="demo-reset"):
        load_once(app, lambda _line: None)


# --- as it is told --------------------------------------------------------------------------------------------------


def test_every_stream_is_told_in_its_order_and_nothing_lies_ahead(programme: Programme) -> None:
    with reading() as db:
        for stream in trace.heads(db):
            times = [one.at for one in trace.since(db, stream.name, 0, 10_000)]
            assert all(earlier <= later for earlier, later in pairwise(times)), stream.name
        assert max(db.scalars(select(Entry.at))) <= programme.now
        assert trace.breaks(db) == []


def test_everybody_may_sign_in(programme: Programme) -> None:
    assert {one for one in programme.book.people if "hotline" not in one} == {one.login for one in PEOPLE}
    for person in PEOPLE:
        assert password_fault(PASSWORD, person.login) is None
        with reading() as db:
            user = people.user_by_login(db, person.login)
        assert user is not None
        assert (user.name, user.title, user.role.value) == (person.name, person.title, person.role)
    assert hashing.fits(user.password_hash, PASSWORD)  # one hash for all of them


def test_what_the_platform_measures_itself_has_something_to_measure(programme: Programme) -> None:
    """Calls of last month were answered within it: some departments have ratings enough for a rank, most have some."""
    with reading() as db:
        (table,) = [one for one, _group in results.standing_tables(db) if one.theme == THEME]
        rows = results.contents_of(db, table)["rows"]
    rated = [row for row in rows if any(one["indicator"] == "satisfaction" and one["of"] for one in row["figures"])]
    figures = [one for row in rows for one in row["figures"]]
    shown: dict[str, set[Any]] = defaultdict(set)
    for one in figures:
        shown[one["indicator"]].add(one["shown"])
    assert table.period == str(month_before(Period.parse(f"{clock.city_day(programme.now):%Y-%m}"), 1))
    assert sum(row["rank"] is not None for row in rows) == 2
    assert len(rated) >= 15
    for rate in ("completion", "on_time"):
        assert len(shown[rate] - {None}) >= 4, f"departments differ in {rate}"
    for count in ("overdue", "extended", "reopened", "evaded"):
        assert shown[count] - {0, "0"}, f"there is something {count}"


def test_the_city_is_the_contents(programme: Programme) -> None:
    with reading() as db:
        kept = {one.id: one for one in db.scalars(select(Unit))}
    assert len(kept) == len(UNITS)
    for unit in UNITS:
        row = kept[programme.book.units[unit.key]]
        parent = programme.book.units[unit.parent] if unit.parent else None
        assert (row.name, row.kind.value, row.head, row.parent_id) == (unit.name, unit.kind, unit.head, parent)


def test_units_stand_beside_their_peers_and_are_headed_by_whoever_it_was(programme: Programme) -> None:
    calendar = Calendar(programme.now, ZONE)
    book = programme.book
    with reading() as db:
        for key, group_id in book.groups.items():
            of_group = [book.units[unit.key] for unit in UNITS if group_of(unit) == key]
            assert {one.id for one in people.members(db, group_id, calendar.date(0))} == set(of_group)
        for before in HEADS_BEFORE:
            unit_id = book.units[before.unit]
            evening = people.heads_on(db, [unit_id], calendar.date(before.day - 1))[unit_id]
            assert (evening.name, evening.title) == (before.name, before.title)
            assert people.heads_on(db, [unit_id], calendar.date(before.day))[unit_id].name != before.name
        present = people.heads_on(db, list(book.units.values()), calendar.date(0))
    for unit in UNITS:
        head = present[book.units[unit.key]]
        assert (head.name, head.title) == (unit.head, unit.head_title)
        assert head.from_day is not None


# --- results --------------------------------------------------------------------------------------------------------


def tables(programme: Programme, theme: str, group: str) -> list[PublishedTable]:
    """Those that stand, oldest first."""
    stand = select(PublishedTable).where(
        PublishedTable.theme == theme,
        PublishedTable.group_id == programme.book.groups[group],
        PublishedTable.superseded_at.is_(None),
    )
    with reading() as db:
        return list(db.scalars(stand.order_by(PublishedTable.period)))


def test_every_month_of_the_last_twelve_has_its_tables(programme: Programme) -> None:
    last = last_month(Calendar(programme.now, ZONE))
    months = [str(month_before(last, back)) for back in reversed(range(12))]
    for theme, group in TABLES:
        published = tables(programme, theme, group)
        assert [one.period for one in published] == months
        assert all(one.user_id == programme.book.people["staff"].user_id for one in published)
        movements = [
            row["places"] for one in published[1:] for row in one.contents["rows"] if row["places"] is not None
        ]
        assert any(places > 0 for places in movements)
        assert any(places < 0 for places in movements)
    for group in programme.book.groups:
        if group.startswith("streets"):
            assert [one.period for one in tables(programme, SERVICES, group)] == months[-2:]
    for theme, group in HANDLED:
        assert [one.period for one in tables(programme, theme, group)] == months[-1:]


def test_districts_climb_and_fall_and_stand_in_every_band(programme: Programme) -> None:
    published = tables(programme, ECONOMY, "districts")
    first, last = (
        {row["unit"]["id"]: row["score"] and float(row["score"]) for row in one.contents["rows"]}
        for one in (published[0], published[-1])
    )
    climbs, falls, late = (programme.book.units[key] for key in ("changdi", "shiji", "luwan"))
    assert last[climbs] > first[climbs] + 5
    assert last[falls] < first[falls] - 5
    assert last[late] is None
    assert {row["band"] for row in published[-1].contents["rows"]} == {"leading", "holding", "lagging", None}


def test_what_was_wrong_was_put_right_in_the_open(programme: Programme) -> None:
    with reading() as db:
        superseded = db.scalars(select(PublishedTable).where(PublishedTable.superseded_at.is_not(None))).all()
        stand = [results.standing_in_place_of(db, one) for one in superseded]
        corrected = db.scalar(select(func.count()).select_from(Actual).where(Actual.superseded_at.is_not(None)))
    assert corrected == len(CORRECTED)
    whys = {one.why for one in CORRECTED if one.again}
    assert {one.why for one in stand if one} == whys
    assert len(superseded) == len(whys)


def test_every_question_has_its_supporters(programme: Programme) -> None:
    """A merged question's count for the one it was merged into; nobody is counted twice."""
    for session in SESSIONS:
        for question in session.questions:
            merged = sum(one.votes for one in session.questions if one.into == question.key)
            if question.into is None:
                number = programme.book.questions[question.key]
                with reading() as db:
                    assert tallies.tallies(db, [number])[number] == question.votes + merged, question.key


def test_tonight_is_on_air_now(programme: Programme) -> None:
    with reading() as db:
        session = live.session(db, programme.book.sessions["tonight"])
        slot = live.open_slot(db, session.id)
        item = live.on_floor(db, session)
        rundown = live.rundown(db, session.id)
    assert session.state is SessionState.LIVE
    assert slot is not None
    assert item is not None
    assert slot.item_id == item.id
    assert item.question_id == programme.book.questions["lane"]
    assert timers.remaining_ms(slot, programme.now) > 60_000
    assert [one.title for one in rundown] == [one.title for one in TONIGHT.rundown]
    assert timers.intake(session) is timers.Intake.OPEN


def test_last_month_is_closed_and_next_week_collects(programme: Programme) -> None:
    with reading() as db:
        last = live.session(db, programme.book.sessions["last"])
        coming = live.session(db, programme.book.sessions["next"])
        aired = set(db.scalars(select(Item.question_id).where(Item.session_id == last.id, Item.ended_at.is_not(None))))
    assert last.state is SessionState.CLOSED
    assert aired - {None} == {programme.book.questions[one.question] for one in LAST_MONTH.rundown if one.question}
    assert coming.state is SessionState.PLANNED
    assert coming.starts_at > programme.now
    assert timers.intake(coming) is timers.Intake.OPEN
    assert len(NEXT_WEEK.questions) + 1 == coming.question_count  # and the one that was deferred to it


# --- dates ----------------------------------------------------------------------------------------------------------


def check_dates(programme: Programme) -> None:
    """What was promised for a past day is late, unless it was done; what was handed over has its working days."""
    today = clock.day_of(programme.now, ZONE)
    with reading() as db:
        rows = {key: db.get_one(Pledge, number) for key, number in programme.book.pledges.items()}
        asked = {key: db.get_one(Question, number) for key, number in programme.book.questions.items()}
        closed_at = live.session(db, programme.book.sessions["last"]).closed_at
    timing = {key: pledges.timing(row.state, row.due_on, row.claimed_on, today, today) for key, row in rows.items()}
    assert {key for key, one in timing.items() if one is pledges.Timing.OVERDUE} == {"lane-pump"}
    assert timing["lamps-fixed"] is pledges.Timing.KEPT_IN_TIME
    assert timing["covers-changed"] is pledges.Timing.IN_TIME  # claimed before its day, and still to be checked
    assert rows["pump-new"].due_on != rows["pump-new"].first_due_on
    assert closed_at is not None
    assert asked["noise"].reply_due_on == add_workdays(clock.day_of(closed_at, ZONE), 10) < today
    assert asked["ramp"].reopened_at is not None
    assert asked["ramp"].reply_due_on == add_workdays(clock.day_of(asked["ramp"].reopened_at, ZONE), 10)


def test_dates_are_those_of_today(programme: Programme) -> None:
    check_dates(programme)


@pytest.mark.long
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 2, 24, 23, 50, tzinfo=ZONE),  # the last evening of the Spring Festival's holidays
        datetime(2026, 10, 9, 0, 10, tzinfo=ZONE),  # just after midnight, after the week of the National Day
        datetime(2029, 6, 1, 0, 10, tzinfo=ZONE),  # the first minutes of a month, in a year without known holidays
    ],
    ids=str,
)
def test_it_can_be_told_on_any_day(sqlite_template: Path, tmp_path: Path, now: datetime) -> None:
    programme = tell(sqlite_template, tmp_path, now)
    with programme.app.app_context():
        check_dates(programme)
        with reading() as db:
            assert trace.breaks(db) == []
            assert max(db.scalars(select(Entry.at))) <= now
