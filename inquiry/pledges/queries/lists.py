"""The lists people choose pledges from: the public board, what the staff has to look at, what a unit has to do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from ...accounts import queries as accounts
from ...accounts.models import Unit
from ...core import text
from ...core.db import Db
from ...live import readers
from ...live.models import Session
from ...questions.models import Question, QuestionState
from ...questions.queries.lists import Page
from ...questions.queries.searching import PUBLIC
from ..models import Confirmation, Evidence, Extension, ExtensionState, Pledge, PledgeState, Progress

PAGE_SIZE = 20
#: The longest list a staff board shows before it sends people to the board with its pages.
MOST_SHOWN = 60

_UNDER_WAY = (PledgeState.OPEN, PledgeState.RETURNED)


class Standing(StrEnum):
    """How far a pledge is and how it stands to its date, in one word; every pledge that counts has exactly one."""

    IN_PROGRESS = "in_progress"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    CLAIMED_DONE = "claimed_done"
    KEPT = "kept"


@dataclass(frozen=True)
class Days:
    """The city's day, and the last one that counts as soon."""

    today: date
    soon_until: date


def standing(days: Days) -> ColumnElement[str]:
    """The standing of a pledge as a column: what `rules.timing` says of one, said of a whole table."""
    late_claim = and_(Pledge.state == PledgeState.CLAIMED_DONE, Pledge.claimed_on > Pledge.due_on)
    late = and_(Pledge.state.in_(_UNDER_WAY), Pledge.due_on < days.today)
    return case(
        (Pledge.state == PledgeState.KEPT, Standing.KEPT.value),
        (or_(late, late_claim), Standing.OVERDUE.value),
        (Pledge.state == PledgeState.CLAIMED_DONE, Standing.CLAIMED_DONE.value),
        (Pledge.due_on <= days.soon_until, Standing.DUE_SOON.value),
        else_=Standing.IN_PROGRESS.value,
    )


def _counts() -> ColumnElement[bool]:
    return and_(Pledge.state != PledgeState.SUPERSEDED, readers.no_rehearsal(Pledge.session_id))


# --- the public board -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to; None and '' mean all. A unit's are also those of the units below it, but for its
    `own` alone. `hidden` are the sessions that the reader may not follow.
    """

    unit_id: int | None = None
    own: bool = False
    standing: Standing | None = None
    session_id: int | None = None
    text: str = ""
    hidden: Collection[int] = ()


@dataclass(frozen=True)
class BoardRow:
    pledge: Pledge
    session: Session | None
    unit: Unit


def board(db: Db, filters: Filters, days: Days, page: int = 1) -> Page[BoardRow]:
    """The pledges that stand, the most urgent first, those without a date after them, and the kept ones last."""
    wanted = _conditions(filters)
    if filters.standing is not None:
        wanted.append(standing(days) == filters.standing.value)
    total = db.scalar(select(func.count()).select_from(Pledge).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    is_kept = Pledge.state == PledgeState.KEPT
    rows = db.execute(
        select(Pledge, Session, Unit)
        .outerjoin(Session, Session.id == Pledge.session_id)
        .join(Unit, Unit.id == Pledge.lead_unit_id)
        .where(*wanted)
        .order_by(is_kept, Pledge.due_on.is_(None), Pledge.due_on, Pledge.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page([BoardRow(*row) for row in rows], number, pages, total)


def counts(db: Db, filters: Filters, days: Days) -> dict[Standing, int]:
    """How many pledges stand how, whichever standing the board is narrowed to."""
    column = standing(days).label("standing")
    rows = db.execute(select(column, func.count()).where(*_conditions(filters)).group_by(column))
    found = {Standing(name): number for name, number in rows}
    return {one: found.get(one, 0) for one in Standing}


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [_counts(), *readers.outside(Pledge.session_id, filters.hidden)]
    if filters.unit_id is not None:
        whose = [filters.unit_id] if filters.own else accounts.with_below(filters.unit_id)
        wanted.append(Pledge.lead_unit_id.in_(whose))
    if filters.session_id is not None:
        wanted.append(Pledge.session_id == filters.session_id)
    return wanted + [_holds(word) for word in text.search_terms(filters.text)]


def _holds(word: str) -> ColumnElement[bool]:
    """Its own words, or those of its question that the public may read: what a pledge is about is often said by the
    asker alone."""
    asked = select(Question.id).where(PUBLIC, Question.search_text.contains(word, autoescape=True))
    return or_(Pledge.search_text.contains(word, autoescape=True), Pledge.question_id.in_(asked))


# --- by unit --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitRow:
    """A unit's pledges: `under_way` counts the overdue ones too."""

    unit: Unit
    under_way: int
    overdue: int
    kept: int


def by_unit(db: Db, days: Days, hidden: Collection[int] = ()) -> list[UnitRow]:
    """The units that promised something, those with most overdue and then most under way first; what was promised in
    the `hidden` sessions is not counted."""
    column = standing(days).label("standing")
    found: dict[int, dict[str, int]] = {}
    rows = db.execute(
        select(Pledge.lead_unit_id, column, func.count())
        .where(_counts(), *readers.outside(Pledge.session_id, hidden))
        .group_by(Pledge.lead_unit_id, column)
    )
    for unit_id, name, number in rows:
        found.setdefault(unit_id, {})[name] = number
    units = db.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.position, Unit.id))
    table = [_unit_row(unit, found[unit.id]) for unit in units]
    return sorted(table, key=lambda one: (-one.overdue, -one.under_way))


def _unit_row(unit: Unit, numbers: dict[str, int]) -> UnitRow:
    kept = numbers.get(Standing.KEPT, 0)
    return UnitRow(unit, sum(numbers.values()) - kept, numbers.get(Standing.OVERDUE, 0), kept)


def of_units(db: Db, unit_ids: Iterable[int]) -> Sequence[Pledge]:
    """What these units have still to keep, the most urgent first."""
    return db.scalars(
        select(Pledge)
        .where(_counts(), Pledge.state != PledgeState.KEPT, Pledge.lead_unit_id.in_(list(unit_ids)))
        .order_by(Pledge.due_on.is_(None), Pledge.due_on, Pledge.id)
    ).all()


def kept_by(db: Db, unit_ids: Iterable[int], most: int) -> Sequence[Pledge]:
    """What these units kept last."""
    return db.scalars(
        select(Pledge)
        .where(_counts(), Pledge.state == PledgeState.KEPT, Pledge.lead_unit_id.in_(list(unit_ids)))
        .order_by(Pledge.kept_at.desc(), Pledge.id.desc())
        .limit(most)
    ).all()


# --- what hangs on pledges ------------------------------------------------------------------------------------------


def evidence_of(db: Db, pledge_ids: Collection[int]) -> dict[int, list[Evidence]]:
    """The evidence of each of these pledges, oldest first."""
    found: dict[int, list[Evidence]] = {number: [] for number in pledge_ids}
    for one in db.scalars(select(Evidence).where(Evidence.pledge_id.in_(pledge_ids)).order_by(Evidence.id)):
        found[one.pledge_id].append(one)
    return found


def notes_of(db: Db, pledge_ids: Collection[int]) -> dict[int, list[Progress | Evidence]]:
    """What was reported and proven of each of these pledges, oldest first."""
    found: dict[int, list[Progress | Evidence]] = {number: [] for number in pledge_ids}
    progress = db.scalars(select(Progress).where(Progress.pledge_id.in_(pledge_ids)))
    proofs = [one for all_of_it in evidence_of(db, pledge_ids).values() for one in all_of_it]
    for one in sorted([*progress, *proofs], key=lambda one: one.at):
        found[one.pledge_id].append(one)
    return found


def extensions_of(db: Db, pledge_ids: Collection[int]) -> dict[int, list[Extension]]:
    """Every extension that was asked for each of these pledges, in force or not, oldest first."""
    found: dict[int, list[Extension]] = {number: [] for number in pledge_ids}
    for one in db.scalars(select(Extension).where(Extension.pledge_id.in_(pledge_ids)).order_by(Extension.id)):
        found[one.pledge_id].append(one)
    return found


# --- the staff's board ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """What the staff and the leaders look at, each list with the most urgent first."""

    overdue: Sequence[Pledge]
    disputed: Sequence[Pledge]
    silent: Sequence[Pledge]
    extensions: Sequence[tuple[Extension, Pledge]]
    to_check: Sequence[Pledge]
    due_soon: Sequence[Pledge]


def watched(db: Db, days: Days, now: datetime) -> Watched:
    stands = standing(days)
    unsettled = (_counts(), Pledge.state != PledgeState.KEPT)
    asked = (
        select(Extension, Pledge)
        .join(Pledge, Pledge.id == Extension.pledge_id)
        .where(_counts(), Extension.state == ExtensionState.ASKED)
        .order_by(Extension.due_before, Extension.id)
        .limit(MOST_SHOWN)
    )
    return Watched(
        overdue=_urgent(db, _counts(), Pledge.state.in_(_UNDER_WAY), stands == Standing.OVERDUE.value),
        disputed=_urgent(db, *unsettled, Pledge.confirmation == Confirmation.DISPUTED),
        silent=_urgent(db, *unsettled, Pledge.confirmation == Confirmation.ASKED, Pledge.confirmation_due_at < now),
        extensions=[(extension, pledge) for extension, pledge in db.execute(asked)],
        to_check=_urgent(db, _counts(), Pledge.state == PledgeState.CLAIMED_DONE),
        due_soon=_urgent(db, _counts(), stands == Standing.DUE_SOON.value),
    )


def _urgent(db: Db, *wanted: ColumnElement[bool]) -> Sequence[Pledge]:
    return db.scalars(
        select(Pledge).where(*wanted).order_by(Pledge.due_on.is_(None), Pledge.due_on, Pledge.id).limit(MOST_SHOWN)
    ).all()


def late_replies(db: Db, today: date) -> Sequence[Question]:
    """The handed questions that no unit answered in time, the latest ones first."""
    return db.scalars(
        select(Question)
        .where(
            Question.state == QuestionState.HANDED,
            Question.reply_due_on < today,
            readers.no_rehearsal(Question.session_id),
        )
        .order_by(Question.reply_due_on, Question.id)
        .limit(MOST_SHOWN)
    ).all()
