"""The lists people choose from: what can be supported, what was asked by me, the public board, a unit's inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.sql import ColumnElement

from ...accounts.models import Unit
from ...core import text
from ...core.db import Db
from ...live.models import Session
from .. import rules
from ..models import Question, QuestionState
from . import lookup, open_questions, tallies
from .open_questions import Sort as Sort

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


def listing(
    db: Db, session_id: int, sort: Sort, page: int, now: datetime, device_id: int | None = None
) -> Page[Counted]:
    """The open questions of a session in one of three orders; of equal ones the newer first."""
    found = open_questions.of(db, session_id, now)
    order = found.ordered(sort)
    number, pages = _page(page, len(order))
    ids = order[(number - 1) * rules.PAGE_SIZE : number * rules.PAGE_SIZE]
    questions = found.rows(db, ids, keep=open_questions.is_newest(db, session_id))
    voted = open_questions.voted_by(session_id, device_id, ids)
    votes = found.votes | tallies.tallies(db, voted) if voted else found.votes
    own = tallies.supported(db, device_id, ids)
    rows = [Counted(one, votes[one.id], one.id in own) for one in questions]
    return Page(rows, number, pages, len(order))


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


def mine(db: Db, device_id: int, session_id: int | None = None) -> list[Asked]:
    """What a device asked, newest first; rewordings and deferred copies are the fates of these, not further rows."""
    own = select(Question).where(
        Question.device_id == device_id, Question.rewording_of_id.is_(None), Question.deferred_from_id.is_(None)
    )
    if session_id is not None:
        own = own.where(Question.session_id == session_id)
    asked = db.scalars(own.order_by(Question.id.desc())).all()
    fates = lookup.fates(db, asked)
    votes = tallies.tallies(db, [fate.id for fate in fates.values()])
    return [Asked(one, fates[one.id], votes[fates[one.id].id]) for one in asked]


# --- the public board -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to; None and '' mean all."""

    unit_id: int | None = None
    state: QuestionState | None = None
    session_id: int | None = None
    text: str = ""


@dataclass(frozen=True)
class BoardRow:
    """A public question as the board lists it."""

    question: Question
    votes: int
    session: Session | None
    unit: Unit | None


def board(db: Db, filters: Filters, page: int = 1, sort: Sort = Sort.NEWEST) -> Page[BoardRow]:
    """The public questions of all sessions and of none, latest approved or most supported first. Merged ones are found
    by their words under the question that stands for them; nobody's unapproved words are searched.
    """
    wanted = _conditions(filters)
    total = db.scalar(select(func.count()).select_from(Question).where(*wanted)) or 0
    number, pages = _page(page, total)
    listed = (
        select(Question, Session, Unit)
        .outerjoin(Session, Session.id == Question.session_id)
        .outerjoin(Unit, Unit.id == Question.unit_id)
        .where(*wanted)
    )
    if sort is Sort.SUPPORTED:
        tally = tallies.tally(filters.session_id)
        votes_first = func.coalesce(tally.c.votes, 0).desc()
        listed = listed.outerjoin(tally, tally.c.root_id == Question.id).order_by(votes_first)
    rows = db.execute(
        listed.order_by(Question.approved_at.desc(), Question.id.desc())
        .limit(rules.PAGE_SIZE)
        .offset((number - 1) * rules.PAGE_SIZE)
    ).all()
    votes = tallies.tallies(db, [question.id for question, _session, _unit in rows])
    return Page([BoardRow(one, votes[one.id], session, unit) for one, session, unit in rows], number, pages, total)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    states = rules.APPROVED_AND_AFTER if filters.state is None else rules.APPROVED_AND_AFTER & {filters.state}
    wanted: list[ColumnElement[bool]] = [Question.state.in_(states)]
    if filters.unit_id is not None:
        wanted.append(Question.unit_id == filters.unit_id)
    if filters.session_id is not None:
        wanted.append(Question.session_id == filters.session_id)
    words = text.searchable(filters.text)
    if words:
        has_words = Question.search_text.contains(words, autoescape=True)
        merged = select(Question.root_id).where(
            Question.state == QuestionState.MERGED, Question.approved_at.is_not(None), has_words
        )
        wanted.append(or_(has_words, Question.id.in_(merged)))
    return wanted


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
        .where(Question.unit_id.in_(list(unit_ids)), Question.state == QuestionState.HANDED)
        .order_by(Question.reply_due_on, Question.id)
    ).all()
    votes = tallies.tallies(db, [one.id for one in handed])
    return [InboxRow(one, votes[one.id], rules.overdue(one.reply_due_on, today)) for one in handed]
