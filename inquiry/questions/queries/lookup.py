"""Finding one question, what became of it, who holds it, and how votes and totals add up."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from ...accounts.models import User
from ...core.codes import normalise_code
from ...core.db import Db, existing
from ...errors import NotFound
from ...live import readers
from ...live.models import Session, SessionState
from .. import rules
from ..models import ModerationDecision, Question, QuestionState
from .tallies import _slices


def question(db: Db, question_id: int) -> Question:
    """Raises NotFound."""
    return existing(db, Question, question_id)


def by_receipt(db: Db, receipt: str) -> Question:
    """The question that was asked under this receipt number, however it is written down. Raises NotFound.

    What became of it may have happened to another one: see `fate`.
    """
    found = db.scalar(select(Question).where(Question.receipt == normalise_code(receipt)))
    if found is None:
        raise NotFound(what="question")
    return found


def fate(db: Db, asked: Question) -> Question:
    """The question that stands for this one now: what it was merged into, reworded as, or deferred to, in the end."""
    return fates(db, [asked])[asked.id]


def fates(db: Db, asked: Iterable[Question]) -> dict[int, Question]:
    """The same of several, by their ids; a few statements, however many they are."""
    found: dict[int, Question] = {}
    moved = {one.id: one for one in asked}
    while moved:
        elsewhere = {one.root_id for one in moved.values()} - {one.id for one in moved.values()}
        known = {one.id: one for one in moved.values()} | _by_id(db, elsewhere)
        found |= {number: known[one.root_id or one.id] for number, one in moved.items()}
        deferred = {found[number].id for number in moved if found[number].state is QuestionState.DEFERRED}
        copies: dict[int | None, Question] = {}
        if deferred:  # of several copies the newest
            rows = select(Question).where(Question.deferred_from_id.in_(deferred)).order_by(Question.id)
            copies = {one.deferred_from_id: one for one in db.scalars(rows)}
        moved = {number: copies[found[number].id] for number in moved if found[number].id in copies}
    return found


def _by_id(db: Db, ids: set[int | None]) -> dict[int, Question]:
    return {one.id: one for one in db.scalars(select(Question).where(Question.id.in_(ids)))} if ids else {}


def versions(db: Db, root: Question) -> Sequence[Question]:
    """The public wordings of one question: those merged into it in words that were approved, oldest first."""
    found = db.scalars(
        select(Question).where(Question.root_id == root.id, Question.id != root.id).order_by(Question.id)
    )
    return [one for one in found if rules.is_public(one.state, one.approved_at)]


def last_decision(db: Db, question_id: int) -> ModerationDecision | None:
    """The newest decision about a question that was not taken back."""
    return db.scalar(
        select(ModerationDecision)
        .where(ModerationDecision.question_id == question_id, ModerationDecision.undone_at.is_(None))
        .order_by(ModerationDecision.id.desc())
        .limit(1)
    )


def known_external_ids(db: Db, session_id: int, external_ids: Iterable[str]) -> set[str]:
    """Those of the ids of another system under which the session has a question already."""
    found: set[str] = set()
    for some in _slices(list(external_ids)):
        rows = select(Question.external_id).where(Question.session_id == session_id, Question.external_id.in_(some))
        found |= {one for one in db.scalars(rows) if one is not None}
    return found


def of_session(db: Db, session_id: int, states: Iterable[QuestionState]) -> Sequence[Question]:
    """The questions of a session that stand in one of these states, by number."""
    return db.scalars(
        select(Question)
        .where(Question.session_id == session_id, Question.state.in_(list(states)))
        .order_by(Question.number)
    ).all()


def waiting_when_over(db: Db) -> list[tuple[Session, int]]:
    """The sessions that are over, newest first, in which questions still wait for a moderator, and how many."""
    waiting = select(Question.session_id, func.count().label("number")).where(Question.state == QuestionState.WAITING)
    counted = waiting.group_by(Question.session_id).subquery()
    rows = db.execute(
        select(Session, counted.c.number)
        .join(counted, counted.c.session_id == Session.id)
        .where(Session.state == SessionState.CLOSED, readers.REAL)
        .order_by(Session.closed_at.desc(), Session.id)
    )
    return [(session, number) for session, number in rows]


def aired_without_response(db: Db, session_id: int) -> Sequence[Question]:
    """The questions that were, or are, on air and have no recorded response: with one of them no session is closed."""
    return [
        one for one in of_session(db, session_id, [QuestionState.ON_AIR, QuestionState.AIRED]) if one.evaded is None
    ]


def holds(db: Db, session_id: int, now: datetime) -> dict[int, tuple[int, str, datetime]]:
    """Who of the moderators looks at which question just now: `{question: (person, name, until)}`."""
    rows = db.execute(
        select(Question.id, User.id, User.name, Question.held_until)
        .join(User, User.id == Question.held_by_id)
        .where(Question.session_id == session_id, Question.held_until > now)
        .order_by(Question.id)
    )
    return {question_id: (user_id, name, until) for question_id, user_id, name, until in rows if until is not None}
