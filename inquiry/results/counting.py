"""What the platform measures itself, counted: the facts of a period in few statements, whatever the size of the group.

The database picks what the period has to do with; whether and how each counts is decided by `rules/handling.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, union

from ..core import clock, workdays
from ..core.db import Db, among
from ..live import readers
from ..pledges import events as pledge_events
from ..pledges.models import Extension, ExtensionState, Pledge, PledgeState
from ..questions import events as question_events
from ..questions.models import Question
from ..questions.queries.tallies import AT_ONCE
from ..responses import events as response_events
from ..responses.models import Response
from ..trace.models import Entry, Mention, StreamHead
from . import refusals
from .rules import handling, handling_table
from .rules.handling import Answer, Counted, Found, PledgeFacts, Version, Window
from .rules.periods import Period
from .rules.tables import Json

_JUDGED: Final = (response_events.JUDGED_SATISFIED.name, response_events.JUDGED_UNSATISFIED.name)
_HANDED: Final = (question_events.HANDED.name, question_events.REASSIGNED.name)
#: What was only rehearsed counts nowhere.
_STAYS: Final = Entry.stream.not_in(select(StreamHead.name).where(StreamHead.temporary))
_TAKEN_UP_AGAIN: Final = (response_events.REOPENED.name, pledge_events.RETURNED.name)


def table_now(
    db: Db, period: Period, group: Json, units: list[Json], before: Json | None, previous: Json | None,
    history: list[Json], trends: dict[int, list[str | None]], now: datetime,
) -> Json:  # fmt: skip
    """The table of the built-in theme as it would be published now; `before` is what was published before, `previous`
    which one that was. Raises PeriodNotBegun."""
    window = Window.of(period, clock.city_day(now))
    if window.over < window.first - timedelta(days=1):
        raise refusals.PeriodNotBegun()
    return handling_table.table(
        handling_table.Sources(
            period=period, window=window, group=group, units=units,
            found=counted(db, window, [one["id"] for one in units]), history=history, trends=trends,
            before=before, previous=previous,
        )
    )  # fmt: skip


def counted(db: Db, window: Window, unit_ids: Collection[int]) -> Found:
    """Of each indicator and each of these units what counts, oldest first."""
    tally = _Tally(frozenset(unit_ids))
    _of_pledges(db, window, tally)
    _of_extensions(db, window, tally)
    given = _answers(db, window)
    _of_entries(db, window, tally, given)
    _of_answers(db, window, tally, given)
    return tally.found()


@dataclass
class _Tally:
    """`{code: {unit: [(id, whether it raises the rate, days)]}}`, of these units alone."""

    unit_ids: frozenset[int]
    _of: dict[str, dict[int, list[tuple[int, bool, int]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def note(self, code: str, unit_id: int, number: int, *, yes: bool | None = True, days: int = 0) -> None:
        if yes is not None and unit_id in self.unit_ids:
            self._of[code][unit_id].append((number, yes, days))

    def found(self) -> dict[str, dict[int, Counted]]:
        return {
            code: {
                unit_id: Counted(
                    [number for number, yes, _days in noted if yes],
                    [number for number, yes, _days in noted if not yes],
                    [days for _number, _yes, days in noted] if code == "reply_days" else (),
                )
                for unit_id, noted in units.items()
            }
            for code, units in self._of.items()
        }


# --- pledges ----------------------------------------------------------------------------------------------------------


def _within(instant: Any, window: Window) -> ColumnElement[bool]:
    """Whether an instant lies in the period, by the city's days."""
    found: ColumnElement[bool] = (instant >= clock.day_begins(window.first)) & (
        instant < clock.day_begins(window.last + timedelta(days=1))
    )
    return found


def _of_pledges(db: Db, window: Window, tally: _Tally) -> None:
    not_kept_by_then = or_(
        Pledge.kept_at.is_(None), Pledge.kept_at >= clock.day_begins(window.over + timedelta(days=1))
    )
    rows = db.execute(
        select(
            Pledge.id, Pledge.lead_unit_id, Pledge.state, Pledge.first_due_on, Pledge.due_on, Pledge.claimed_on,
            Pledge.kept_at,
        )
        .where(
            among(db, Pledge.lead_unit_id, tally.unit_ids),
            Pledge.state != PledgeState.SUPERSEDED,
            readers.no_rehearsal(Pledge.session_id),
            or_(
                Pledge.due_on.between(window.first, window.over),
                Pledge.first_due_on.between(window.first, window.over),
                _within(Pledge.kept_at, window),
                (Pledge.due_on <= window.over) & not_kept_by_then,
            ),
        )
        .order_by(Pledge.id)
    )  # fmt: skip
    for row in rows:
        pledge = PledgeFacts(*row[:6], clock.city_day(row.kept_at) if row.kept_at else None)
        tally.note("completion", pledge.unit_id, pledge.id, yes=handling.completed(pledge, window))
        tally.note("on_time", pledge.unit_id, pledge.id, yes=handling.on_time(pledge, window))
        tally.note("kept", pledge.unit_id, pledge.id, yes=handling.kept(pledge, window) or None)
        tally.note("overdue", pledge.unit_id, pledge.id, yes=handling.overdue(pledge, window) or None)


def _of_extensions(db: Db, window: Window, tally: _Tally) -> None:
    """In force since they were asked for, or signed: a correction of the pledge takes them along."""
    rows = db.execute(
        select(Extension.id, Pledge.lead_unit_id)
        .join(Pledge, Pledge.id == Extension.pledge_id)
        .where(
            among(db, Pledge.lead_unit_id, tally.unit_ids),
            Extension.state == ExtensionState.IN_FORCE,
            readers.no_rehearsal(Pledge.session_id),
            _within(func.coalesce(Extension.decided_at, Extension.asked_at), window),
        )
        .order_by(Extension.id)
    )
    for number, unit_id in rows:
        tally.note("extended", unit_id, number)


# --- what the trace tells: a judgement is taken off its question when that is reopened ------------------------------


def _named(what: str) -> ColumnElement[int]:
    """The id that an entry's payload names."""
    found: ColumnElement[int] = Entry.payload[what].as_integer()
    return found


def _of_entries(db: Db, window: Window, tally: _Tally, given: "_Given") -> None:
    rows = db.execute(
        select(Entry.id, Entry.kind, Entry.at, _named("question"), _named("unit"), Pledge.lead_unit_id)
        .outerjoin(Pledge, (Pledge.id == _named("pledge")) & (Entry.kind == pledge_events.RETURNED.name))
        .where(Entry.kind.in_((*_JUDGED, *_TAKEN_UP_AGAIN)), _within(Entry.at, window), _STAYS)
        .order_by(Entry.id)
    )
    for number, kind, at, question_id, handed_to, led_by in rows:
        if kind in _TAKEN_UP_AGAIN:
            tally.note("reopened", led_by or handed_to, number)
        elif answer := handling.answered_before(given.of(question_id), at):
            tally.note("satisfaction", answer.unit_id, number, yes=kind == response_events.JUDGED_SATISFIED.name)


# --- answers ----------------------------------------------------------------------------------------------------------


class _Question(NamedTuple):
    reopened_at: datetime | None
    answers: list[Answer]


@dataclass
class _Given:
    """The answers to every question that was answered or judged in the period, of all times."""

    questions: dict[int, _Question]

    def of(self, question_id: int) -> list[Answer]:
        found = self.questions.get(question_id)
        return found.answers if found else []


def _answers(db: Db, window: Window) -> _Given:
    answered = (
        select(Response.question_id)
        .join(Question, Question.id == Response.question_id)
        .where(_within(Response.recorded_at, window), readers.no_rehearsal(Question.session_id))
    )
    judged = select(_named("question")).where(Entry.kind.in_(_JUDGED), _within(Entry.at, window), _STAYS)
    rows = db.execute(
        select(
            Response.id, Response.question_id, Response.unit_id, Response.kind, Response.recorded_at,
            Response.supersedes_id, Question.reopened_at,
        )
        .join(Question, Question.id == Response.question_id)
        .where(Response.question_id.in_(union(answered, judged)))
        .order_by(Response.question_id, Response.id)
    )  # fmt: skip
    found = {}
    for question_id, some in groupby(rows, key=lambda row: row.question_id):
        versions = list(some)
        found[question_id] = _Question(versions[0].reopened_at, handling.answers(Version(*row[:6]) for row in versions))
    return _Given(found)


def _of_answers(db: Db, window: Window, tally: _Tally, given: _Given) -> None:
    replies = []
    for one in given.questions.values():
        for answer in handling.evasions(one.answers, one.reopened_at):
            if window.holds(clock.city_day(answer.at)):
                tally.note("evaded", answer.unit_id, answer.id)
        first = handling.first_in_substance(one.answers)
        if first is not None and first.unit_id in tally.unit_ids and window.holds(clock.city_day(first.at)):
            replies.append(first)
    handed = _handed(db, [one.question_id for one in replies])
    for first in replies:
        came = handling.came_before(handed[first.question_id], first.at)
        if came is not None:
            days = workdays.count(clock.city_day(came), clock.city_day(first.at))
            tally.note("reply_days", first.unit_id, first.id, days=days)


def _handed(db: Db, question_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """The moments in which each of these questions came to a unit."""
    found: dict[int, list[datetime]] = {one: [] for one in question_ids}
    for start in range(0, len(question_ids), AT_ONCE):
        subjects = [f"question:{one}" for one in question_ids[start : start + AT_ONCE]]
        rows = db.execute(
            select(Mention.subject, Entry.at)
            .join(Entry, Entry.id == Mention.entry_id)
            .where(among(db, Mention.subject, subjects), Entry.kind.in_(_HANDED))
        )
        for subject, at in rows:
            found[int(subject.removeprefix("question:"))].append(at)
    return found
