"""The minutes of a session: what was planned, put, answered and promised, and where every number went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ..accounts.models import Unit
from ..core import clock
from ..core.db import Db, reading
from ..errors import NotFound
from ..exam.models import Exam
from ..exam.queries import lookup as exams
from ..exam.queries.minutes import ExamMinutes, exam_minutes
from ..exam.workbooks import on_clock as to_the_second
from ..live import queries as live
from ..live import readers
from ..live.models import Session, Slot
from ..media import marks, sentences
from ..pledges.models import Pledge
from ..questions.events import HANDED
from ..questions.models import Question, QuestionState, RefusalReason
from ..questions.queries import tallies
from ..realtime.streams import public_stream, staff_stream
from ..responses import rules as response_rules
from ..responses.models import Medium
from ..responses.queries import following
from ..responses.queries.following import Answer
from ..trace.models import Entry
from ..verdicts.models import SetAside, Verdict
from ..verdicts.queries import lookup as verdicts
from ..verdicts.queries import suspects
from ..web.http import actor
from .around import around
from .question import by_answer

#: An annex longer than this is printed by nobody: its end is told as a number, the board has the rest.
LONGEST_ANNEX = 300

bp = Blueprint("minutes", __name__)


@dataclass(frozen=True)
class Aired:
    """A question that was on air, with what was answered to it there."""

    question: Question
    unit: Unit | None
    votes: int
    answers: list[Answer]
    pledges: dict[int, list[Pledge]]
    verdicts: Sequence[Verdict]
    asides: dict[int, list[SetAside]]


@dataclass(frozen=True)
class Account:
    """Where every number went: `received` is the sum of the rest, whatever has happened since the close.

    What was on air counts as such even if it was reopened later; what was neither put, merged, refused nor deferred was
    handed to a unit at the close; `open` is what may still be put, while the session runs.
    """

    aired: int
    handed: int
    deferred: int
    open: int
    merged: int
    refused: dict[str, int]
    waiting: int

    @property
    def received(self) -> int:
        rest = self.aired + self.handed + self.deferred + self.open + self.merged + self.waiting
        return rest + sum(self.refused.values())


@dataclass(frozen=True)
class Head:
    """Where a stream stood at the close: publish it, and nothing before it can be changed unseen."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Minutes:
    session: Session
    units: Sequence[Unit]
    sheet: live.Sheet
    slots: Sequence[Slot]
    aired: list[Aired]
    account: Account
    handed: list[tuple[Question, date | None]]
    deferred: Sequence[tuple[Question, Session]]
    merged: Sequence[tuple[int | None, int | None]]
    refused: Sequence[tuple[int | None, RefusalReason]]
    heads: list[Head]
    exam: ExamMinutes | None


def minutes(db: Db, code: str, now: datetime) -> Minutes:
    """The minutes as they stand, a draft until the close. Raises NotFound for a session that has not begun."""
    session = live.session_by_code(db, code)
    if session.went_live_at is None:
        raise NotFound(what="minutes")
    own = select(Question).where(Question.session_id == session.id)
    put = db.scalars(own.where(Question.on_air_at.is_not(None)).order_by(Question.on_air_at, Question.id))
    return Minutes(
        session=session, units=live.units(db, session.id), sheet=live.sheet(db, session, now),
        slots=live.slots(db, session.id), aired=[_aired(db, question) for question in put],
        account=account(db, session.id), handed=_handed(db, session),
        deferred=_deferred(db, session), merged=_merged(db, session), refused=_refused(db, session),
        heads=_heads(db, session, now), exam=exam_minutes(db, session, now),
    )  # fmt: skip


#: What never was on air and stands so was handed to a unit, which may have answered since.
_HANDED = (QuestionState.HANDED, QuestionState.ANSWERED, QuestionState.EVADED)


def on_clock(instant: datetime, session: Session) -> int:
    """Milliseconds on the session's clock, which began when it went live."""
    return response_rules.on_session_clock(instant, session.went_live_at or session.starts_at)


def account(db: Db, session_id: int) -> Account:
    """Add up the numbers given in a session."""
    was_on_air = Question.on_air_at.is_not(None)
    rows = db.execute(
        select(Question.state, Question.refusal_reason, was_on_air, func.count())
        .where(Question.session_id == session_id)
        .group_by(Question.state, Question.refusal_reason, was_on_air)
    )
    numbers = dict.fromkeys(("aired", "handed", "deferred", "open", "merged", "waiting"), 0)
    refused: dict[str, int] = {}
    for state, reason, aired, number in rows:
        if state is QuestionState.REFUSED:
            named = (reason or RefusalReason.OTHER).value
            refused[named] = refused.get(named, 0) + number
        else:
            numbers[_where(state, bool(aired))] += number
    return Account(refused=refused, **numbers)


def _where(state: QuestionState, aired: bool) -> str:
    if state in (QuestionState.MERGED, QuestionState.WAITING, QuestionState.DEFERRED):
        return str(state.value)
    if aired:
        return "aired"
    return "handed" if state in _HANDED else "open"


def _aired(db: Db, question: Question) -> Aired:
    """With the answers given on air; what came in writing afterwards stands on the question's own page."""
    answers = [one for one in following.answers(db, question.id) if one.response.medium is Medium.ON_AIR]
    return Aired(
        question, db.get(Unit, question.unit_id) if question.unit_id else None,
        tallies.tallies(db, [question.id])[question.id], answers, by_answer(db, question.id, answers),
        judged := verdicts.closed(db, Verdict.question_id == question.id), suspects.by_verdict(db, judged),
    )  # fmt: skip


def _handed(db: Db, session: Session) -> list[tuple[Question, date | None]]:
    """With the day that was set first: a question that was reopened since has a later one."""
    set_first: dict[int, date] = {}
    for payload in db.scalars(
        select(Entry.payload)
        .where(Entry.stream == str(public_stream(session.id)), Entry.kind == HANDED.name)
        .order_by(Entry.seq)
    ):
        for question_id in payload["questions"]:
            set_first.setdefault(question_id, date.fromisoformat(payload["due_on"]))
    rows = db.scalars(
        select(Question)
        .where(Question.session_id == session.id, Question.on_air_at.is_(None), Question.state.in_(_HANDED))
        .order_by(Question.unit_id, Question.number)
        .limit(LONGEST_ANNEX)
    )
    return [(question, set_first.get(question.id, question.reply_due_on)) for question in rows]


def _deferred(db: Db, session: Session) -> list[tuple[Question, Session]]:
    rows = db.execute(
        select(Question, Session)
        .join(Session, Session.id == Question.deferred_to_id)
        .where(Question.session_id == session.id, Question.state == QuestionState.DEFERRED)
        .order_by(Question.number)
        .limit(LONGEST_ANNEX)
    )
    return [(question, to) for question, to in rows]


def _merged(db: Db, session: Session) -> list[tuple[int | None, int | None]]:
    """Numbers of merged questions, each with the number of the one that stands for it."""
    root = aliased(Question)
    rows = db.execute(
        select(Question.number, root.number)
        .join(root, root.id == Question.root_id)
        .where(Question.session_id == session.id, Question.state == QuestionState.MERGED)
        .order_by(root.number, Question.number)
        .limit(LONGEST_ANNEX)
    )
    return [(number, into) for number, into in rows]


def _refused(db: Db, session: Session) -> list[tuple[int | None, RefusalReason]]:
    rows = db.execute(
        select(Question.number, Question.refusal_reason)
        .where(Question.session_id == session.id, Question.state == QuestionState.REFUSED)
        .order_by(Question.number)
        .limit(LONGEST_ANNEX)
    )
    return [(number, reason or RefusalReason.OTHER) for number, reason in rows]


def _heads(db: Db, session: Session, now: datetime) -> list[Head]:
    """The last entry of each of the session's streams up to the close, or up to now."""
    until = session.closed_at or now
    heads = []
    for stream in (public_stream(session.id), staff_stream(session.id)):
        last = db.scalars(
            select(Entry).where(Entry.stream == stream, Entry.at <= until).order_by(Entry.seq.desc()).limit(1)
        ).first()
        if last is not None:
            heads.append(Head(last.stream, last.seq, last.hash))
    return heads


@bp.get("/sessions/<code>/minutes")
def minutes_page(code: str) -> str:
    """The minutes of a session, to be printed and signed. Raises NotFound, NotPublic."""
    now = clock.now()
    with reading() as db:
        told = minutes(db, code, now)
        readers.require_readable(actor(), told.session)
        return render_template(
            "sessions/minutes.html", told=told, printed_at=now, on_clock=on_clock, next=_next(db, told, now),
            played=sentences.played(db, actor(), told.session), milliseconds=clock.milliseconds,
            pledged_at=partial(marks.pledged_at, db), seconds_of=to_the_second, day_said=date.fromisoformat,
            **around(db, now),
        )  # fmt: skip


def _next(db: Db, told: Minutes, now: datetime) -> Session | datetime | None:
    """Of a night exam, the meeting about the period after its, or when it could be; None where that is over."""
    exam = db.get(Exam, told.session.id)
    if exam is None:
        return None
    at = exams.next_at(told.session, exam)
    return exams.next_of(db, exam) or (at if at > now else None)
