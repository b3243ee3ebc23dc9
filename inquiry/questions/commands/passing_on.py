"""Passing a question on: the unit it was handed to returns it, and the staff gives it to another one.

A return stops no clock. The question stays with its unit, by its day, until the staff has decided.
"""

from ...accounts import queries as accounts
from ...core import clock
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...permissions import Actor, Scope, require
from ...trace.kinds import Kind
from .. import events, refusals, rows, rules
from ..models import Question, QuestionState
from . import settling
from .locking import lock_question


def return_question(uow: UnitOfWork, actor: Actor, question_id: int, seen: int, reason: str) -> Question:
    """A unit says that another one has to answer. The reason is for the staff and the unit; the trace tells that it was
    returned. Raises Stale, WrongState, ReturnedAlready, TooLateToReturn, NotFound.
    """
    question = _lock_as_seen(uow, actor, "return_question", question_id, seen)
    fault = rules.return_fault(question.state, question.handed_on, question.returned_at, clock.city_day(uow.now))
    if fault == "state":
        raise refusals.WrongState(state=question.state.value)
    if fault == "returned":
        raise refusals.ReturnedAlready()
    if fault == "late":
        until = rules.return_until(question.handed_on) if question.handed_on else None
        raise refusals.TooLateToReturn(days=rules.RETURN_WORKING_DAYS, until=until.isoformat() if until else None)
    question.returned_at, question.return_reason = uow.now, reason
    question.rev += 1
    _record(uow, actor, events.RETURNED, question)
    return question


def reassign_question(
    uow: UnitOfWork, actor: Actor, question_id: int, seen: int, unit_id: int, reason: str
) -> Question:
    """Give a handed question to another unit, whether or not its unit returned it. The reason is public.

    The first time the other unit has the full term, from this day on; any later time the day stands. To leave a
    returned question with its unit is to reassign it there: its day stands, and it is not returned again. Raises Stale,
    WrongState, SameUnit, NotFound.
    """
    question = _lock_as_seen(uow, actor, "reassign_question", question_id, seen)
    if question.state is not QuestionState.HANDED or question.reply_due_on is None or question.unit_id is None:
        raise refusals.WrongState(state=question.state.value)
    before = accounts.unit(uow.db, question.unit_id)
    unit = accounts.unit(uow.db, unit_id)
    if unit is before:
        _leave_with_unit(uow, actor, question, reason)
        return question
    question.reply_due_on = rules.due_when_reassigned(
        question.reply_due_on, question.reassigned_at, settling.reply_due_on(uow.now)
    )
    question.unit_id, question.handed_on = unit.id, clock.city_day(uow.now)
    question.reassigned_at, question.reassign_reason = uow.now, reason
    settling.forget_return(question)
    question.rev += 1
    _record(uow, actor, events.REASSIGNED, question, reason=reason, source=before.id, from_name=before.name)
    return question


def _leave_with_unit(uow: UnitOfWork, actor: Actor, question: Question, reason: str) -> None:
    if question.returned_at is None or question.return_declined:
        raise refusals.SameUnit()
    question.return_declined = True
    question.rev += 1
    _record(uow, actor, events.RETURN_DECLINED, question, reason=reason)


def _lock_as_seen(uow: UnitOfWork, actor: Actor, verb: str, question_id: int, seen: int) -> Question:
    _session, question = lock_question(uow, question_id)
    require(actor, f"questions.{verb}", Scope(unit_id=question.unit_id, session_id=question.session_id))
    if question.rev != seen:
        raise Stale(now=rows.handed_row(question))
    return question


def _record(uow: UnitOfWork, actor: Actor, kind: Kind, question: Question, **payload: object) -> None:
    unit = accounts.unit(uow.db, question.unit_id or 0)
    assert question.reply_due_on is not None  # it is handed
    uow.record(
        question.stream, kind, actor, [question], question=question.id, number=question.number, unit=unit.id,
        unit_name=unit.name, due_on=question.reply_due_on.isoformat(), **payload,
    )  # fmt: skip
