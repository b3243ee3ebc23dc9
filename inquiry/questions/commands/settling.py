"""What becomes of questions that were not put: handed to a unit with a deadline, or deferred. None vanish.

Whose right it is is asked by the commands of `responses` (the close, reopening) that call these.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from sqlalchemy import insert, literal, select

from ...accounts import queries as accounts
from ...core import clock, workdays
from ...dispatch.unit_of_work import UnitOfWork
from ...live.models import Session, SessionState
from ...permissions import Actor
from ...realtime import ticks
from ...realtime.streams import public_stream, staff_stream
from ...settings import settings
from .. import events, refusals, rules
from ..models import Question, QuestionGram, QuestionState, Support
from . import asking

#: So many questions share one entry: it has to fit into one message to every desk.
TOGETHER = 100


def reply_due_on(now: datetime) -> date:
    """The last day for a unit to answer a question that is handed to it at `now`: so many working days, as set."""
    return workdays.add_workdays(clock.city_day(now), settings().reply_working_days)


def hand_to_unit(uow: UnitOfWork, actor: Actor, question: Question, unit_id: int, due_on: date) -> None:
    """Make a unit answer a question, locked by the caller, in writing until a day. Raises WrongState, NotFound."""
    hand_all_to_unit(uow, actor, [question], unit_id, due_on)


def hand_all_to_unit(uow: UnitOfWork, actor: Actor, questions: Sequence[Question], unit_id: int, due_on: date) -> None:
    """The same for many questions of one session, or of none, in as few entries as fit. An earlier answer no longer
    stands."""
    unit = accounts.unit(uow.db, unit_id)
    for question in questions:
        _check_move("hand", question)
        question.state, question.unit_id, question.reply_due_on = QuestionState.HANDED, unit.id, due_on
        question.evaded, question.handed_on = None, clock.city_day(uow.now)
        forget_return(question)
        question.rev += 1
    for some in _together(questions):
        uow.record(
            some[0].stream, events.HANDED, actor, [*some],
            questions=[one.id for one in some], unit=unit.id, unit_name=unit.name, due_on=due_on.isoformat(),
        )  # fmt: skip


def forget_return(question: Question) -> None:
    """It came to its unit anew, which may return it."""
    question.returned_at, question.return_reason, question.return_declined = None, "", False


def defer(uow: UnitOfWork, actor: Actor, question: Question, to_session_id: int) -> Question:
    """Let a question, locked by the caller, be put in another session instead; returns what it becomes there.

    Raises NoSession, WrongState, NotAnotherSession, NotFound.
    """
    return defer_all(uow, actor, [question], to_session_id)[0]


def defer_all(uow: UnitOfWork, actor: Actor, questions: Sequence[Question], to_session_id: int) -> list[Question]:
    """The same for many questions of one session.

    Each becomes a new question of the other session under a number of that session, in the same words, of the same
    asker and with the same supporters, approved if it was and waiting for a moderator there if it waited here; the old
    one stays where it is and says where it went.
    """
    for question in questions:
        if question.session_id is None:
            raise refusals.NoSession(question=question.id)
    target = uow.lock(Session, to_session_id)
    if target.state is SessionState.CLOSED or any(one.session_id == target.id for one in questions):
        raise refusals.NotAnotherSession(session=to_session_id)
    copies = []
    for question in questions:
        _check_move("defer", question)
        copies.append(_carry_over(uow, question, target))
        question.state, question.deferred_to_id = QuestionState.DEFERRED, target.id
        question.rev += 1
    for some, theirs in zip(_together(questions), _together(copies), strict=True):
        _say_deferred(uow, actor, some, theirs, target)
    uow.after_commit(lambda: ticks.touch(target.id))
    return copies


def _carry_over(uow: UnitOfWork, question: Question, target: Session) -> Question:
    approved_at = None if question.state is QuestionState.WAITING else uow.now
    copy = asking.add_question(
        uow, target, asking.Wording(question.text, question.search_text, ()), deferred_from_id=question.id,
        state=question.state, approved_at=approved_at, asked_at=question.asked_at, asker=question.asker,
        device_id=question.device_id, unit_id=question.unit_id, background=question.background,
    )  # fmt: skip
    grams = select(literal(copy.id), QuestionGram.gram, literal(target.id)).where(
        QuestionGram.question_id == question.id
    )
    uow.db.execute(insert(QuestionGram).from_select(["question_id", "gram", "session_id"], grams))
    voters = (
        select(literal(copy.id), Support.device_id, literal(uow.now, Support.at.type))
        .join(Question, Question.id == Support.question_id)
        .where(Question.root_id == question.id)
        .distinct()
    )
    uow.db.execute(insert(Support).from_select(["question_id", "device_id", "at"], voters))
    return copy


def _say_deferred(
    uow: UnitOfWork, actor: Actor, questions: list[Question], copies: list[Question], target: Session
) -> None:
    source = uow.db.get_one(Session, questions[0].session_id)
    uow.record(
        public_stream(source.id), events.DEFERRED, actor, [*questions],
        questions=[one.id for one in questions], to=target.id, to_code=target.code,
    )  # fmt: skip
    waiting = [one for one in copies if one.state is QuestionState.WAITING]
    approved = [one for one in copies if one.state is not QuestionState.WAITING]
    for stream, some in ((public_stream(target.id), approved), (staff_stream(target.id), waiting)):
        if some:
            uow.record(
                stream, events.CARRIED_OVER, actor, [*some],
                questions=[one.id for one in some], source=source.id, from_code=source.code,
            )  # fmt: skip


def _check_move(verb: str, question: Question) -> None:
    if not rules.may(verb, question.state):
        raise refusals.WrongState(state=question.state.value)


def _together(questions: Sequence[Question]) -> Iterator[list[Question]]:
    rest = iter(questions)
    while some := list(islice(rest, TOGETHER)):
        yield some
