"""The lists people choose from: what can be supported, what was asked by me, the public board, a unit's inbox."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, select, true, tuple_
from sqlalchemy.sql import ColumnElement

from ...accounts import queries as accounts
from ...accounts.models import Unit
from ...core import clock
from ...core.db import Db
from ...live import readers
from ...live.models import Session
from .. import rules
from ..models import Question, QuestionState
from . import lookup, open_questions, searching, tallies
from .open_questions import Sort as Sort
from .places import Place

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1, `pages` is at least 1."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Counted:
    """A question with its votes; `supported` says whether the reader's device gave one of them."""

    question: Question
    votes: int
    supported: bool


def counted(db: Db, questions: Sequence[Question], device_id: int | None = None) -> list[Counted]:
    """The questions, in their order, with their votes."""
    ids = [one.id for one in questions]
    votes = tallies.tallies(db, ids)
    own = tallies.supported(db, device_id, ids)
    return [Counted(one, votes[one.id], one.id in own) for one in questions]


@dataclass(frozen=True)
class Listing(Page[Counted]):
    """`as_of` is the moment of which the order is, in milliseconds: with it the next page goes on in the same order."""

    as_of: int


def listing(
    db: Db,
    session_id: int,
    sort: Sort,
    page: int,
    now: datetime,
    device_id: int | None = None,
    as_of: int | None = None,
) -> Listing:
    """The open questions of a session in one of three orders; of equal ones the newer first.

    In the order of a moment (`as_of`) who pages on misses none and sees none twice; what is open no more is left out.
    """
    found = open_questions.of(db, session_id, now)
    if as_of is None:
        as_of, order = clock.milliseconds(found.at), open_questions.told(session_id, sort, found)
    else:
        order = open_questions.ordered_at(db, session_id, sort, as_of, now)
    number, pages = _page(page, len(order))
    listed = order[(number - 1) * rules.PAGE_SIZE : number * rules.PAGE_SIZE]
    ids = [one for one in listed if one in found.votes]
    questions = found.rows(db, ids, keep=open_questions.is_newest(db, session_id))
    voted = open_questions.voted_by(session_id, device_id, ids)
    votes = found.votes | tallies.tallies(db, voted) if voted else found.votes
    own = tallies.supported(db, device_id, ids)
    rows = [Counted(one, votes[one.id], one.id in own) for one in questions]
    return Listing(rows, number, pages, len(order), as_of)


def _page(wished: int, total: int) -> tuple[int, int]:
    """The page that exists, and how many there are."""
    pages = max(1, -(-total // rules.PAGE_SIZE))
    return min(max(wished, 1), pages), pages


# --- the asker's own ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question of the reader's own and, where another one stands for it now, that one."""

    question: Question
    fate: Question
    votes: int


def mine(db: Db, device_id: int, session_id: int | None = None, hidden: Collection[int] = ()) -> list[Asked]:
    """What a device asked, newest first; rewordings and deferred copies are the fates of these, not further rows. What
    becomes of them in the `hidden` sessions is not told."""
    own = select(Question).where(
        Question.device_id == device_id, Question.rewording_of_id.is_(None), Question.deferred_from_id.is_(None)
    )
    if session_id is not None:
        own = own.where(Question.session_id == session_id)
    asked = db.scalars(own.order_by(Question.id.desc())).all()
    fates = lookup.fates(db, asked)
    asked = [one for one in asked if not {one.session_id, fates[one.id].session_id} & set(hidden)]
    votes = tallies.tallies(db, [fates[one.id].id for one in asked])
    return [Asked(one, fates[one.id], votes[fates[one.id].id]) for one in asked]


# --- the public board -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to; None and '' mean all. `hidden` are the sessions that the reader may not follow."""

    unit_id: int | None = None
    state: QuestionState | None = None
    session_id: int | None = None
    text: str = ""
    hidden: Collection[int] = ()


@dataclass(frozen=True)
class BoardRow:
    """A public question as the board lists it."""

    question: Question
    votes: int
    session: Session | None
    unit: Unit | None


@dataclass(frozen=True)
class Board(Page[BoardRow]):
    """A page of the board with the places before its first and behind its last row, where there are others; `at` is the
    moment of which its order is.
    """

    at: datetime
    before: Place | None
    behind: Place | None


def board(db: Db, filters: Filters, now: datetime, sort: Sort = Sort.NEWEST, place: Place | None = None) -> Board:
    """The public questions of all sessions and of none, latest made public or most supported first. Merged ones are
    found by their words under the question that stands for them; nobody's unapproved words are searched.

    Without a place the list begins now. With one it goes on there, in the order of the moment when it began: votes and
    questions that came since move nothing, so that who pages on misses none and sees none twice.
    """
    at = place.at if place else now
    votes = tallies.votes(at) if sort is Sort.SUPPORTED else literal(0)
    wanted = [*_conditions(db, filters), Question.approved_at <= at]
    shown = select(votes, Question.approved_at, Question.id).where(*wanted)
    keys, earlier, total = keys_of_a_page(db, shown, place, rules.PAGE_SIZE)
    rows = _board_rows(db, [question_id for _votes, _approved_at, question_id in keys])
    number, pages = _page(-(-earlier // rules.PAGE_SIZE) + 1, total)
    before = Place(at, *keys[0], backwards=True) if keys and earlier else None
    behind = Place(at, *keys[-1]) if keys and earlier + len(keys) < total else None
    return Board(rows, number, pages, total, at, before, behind)


def _board_rows(db: Db, ids: list[int]) -> list[BoardRow]:
    listed = (
        select(Question, Session, Unit)
        .outerjoin(Session, Session.id == Question.session_id)
        .outerjoin(Unit, Unit.id == Question.unit_id)
        .where(Question.id.in_(ids))
    )
    votes = tallies.tallies(db, ids)
    found = {one.id: BoardRow(one, votes[one.id], session, unit) for one, session, unit in db.execute(listed)}
    return [found[one] for one in ids if one in found]


#: `(votes, when it was made public, id)`, by which lists are ordered from the highest down.
Key = tuple[int, datetime, int]


def keys_of_a_page(
    db: Db, wanted: Select[int, datetime | None, int], place: Place | None, most: int
) -> tuple[list[Key], int, int]:
    """The keys of a page of what is wanted, how many are before it, and how many there are in all, in one statement."""
    found = wanted.cte()
    key, listed = tuple_(*found.c), select(found).limit(most)
    earlier: ColumnElement[Any] = literal(0)
    if place and place.backwards:
        earlier = func.count().filter(key > _literal(place))
        listed = listed.where(key > _literal(place)).order_by(*found.c)
    else:
        if place:
            earlier = func.count().filter(key >= _literal(place))
            listed = listed.where(key < _literal(place))
        listed = listed.order_by(*(column.desc() for column in found.c))
    counted = select(func.count().label("total"), earlier.label("earlier")).select_from(found).subquery()
    page = listed.subquery()
    rows = db.execute(select(counted, page).outerjoin(page, true())).all()
    keys = sorted(((number, at, question_id) for _total, _earlier, number, at, question_id in rows if at), reverse=True)
    total, before = rows[0][:2]
    return keys, before - len(keys) if place and place.backwards else before, total


def _literal(place: Place) -> ColumnElement[Any]:
    return tuple_(literal(place.votes), literal(place.approved_at, Question.approved_at.type), literal(place.id))


def _conditions(db: Db, filters: Filters) -> list[ColumnElement[bool]]:
    states = rules.APPROVED_AND_AFTER if filters.state is None else rules.APPROVED_AND_AFTER & {filters.state}
    wanted: list[ColumnElement[bool]] = [Question.state.in_(states), searching.PUBLIC]
    wanted += readers.outside(Question.session_id, filters.hidden)
    if filters.unit_id is not None:
        wanted.append(Question.unit_id.in_(accounts.with_below(filters.unit_id)))
    if filters.session_id is not None:
        wanted.append(Question.session_id == filters.session_id)
    return wanted + searching.fitting_families(db, filters.text)


# --- a unit's inbox -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InboxRow:
    """A question that a unit has to answer in writing."""

    question: Question
    votes: int
    overdue: bool


def inbox(db: Db, unit_ids: Iterable[int], today: date) -> list[InboxRow]:
    """What was handed to these units and is not answered yet, the most urgent first."""
    handed = db.scalars(
        select(Question)
        .where(
            Question.unit_id.in_(list(unit_ids)),
            Question.state == QuestionState.HANDED,
            readers.no_rehearsal(Question.session_id),
        )
        .order_by(Question.reply_due_on, Question.id)
    ).all()
    votes = tallies.tallies(db, [one.id for one in handed])
    return [InboxRow(one, votes[one.id], rules.overdue(one.reply_due_on, today)) for one in handed]


def returned(db: Db, most: int) -> Sequence[Question]:
    """What units returned and the staff has to decide about, the most urgent first."""
    return db.scalars(
        select(Question)
        .where(
            Question.state == QuestionState.HANDED,
            Question.returned_at.is_not(None),
            Question.return_declined.is_(False),
            readers.no_rehearsal(Question.session_id),
        )
        .order_by(Question.reply_due_on, Question.id)
        .limit(most)
    ).all()
