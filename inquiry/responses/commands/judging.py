"""What the person who asked may do about an answer: judge it, once, and have the question reopened, once."""

from datetime import datetime

from sqlalchemy import select, update

from ...dispatch.unit_of_work import UnitOfWork
from ...live import readers
from ...live.models import Session
from ...permissions import Actor, Scope, allows
from ...questions.commands import settling
from ...questions.commands.locking import lock_question
from ...questions.models import Question
from ...questions.queries import lookup
from .. import events, refusals, rules
from ..models import Response
from ..queries import lookup as response_lookup


def judge_answer(
    uow: UnitOfWork, actor: Actor, satisfied: bool, *, question_id: int | None = None, receipt: str | None = None
) -> Question:
    """Say whether the answer satisfied, as the phone that asked or with the receipt. Each answer is judged once.

    Whoever asked what was merged into another question judges the answer to that one, with a voice of their own.
    Returns the question that was answered. Raises NotTheAsker, NotPublic, NotAnswered, AlreadyJudged, NotFound.
    """
    asked = _asked(uow, actor, "responses.judge_answer", question_id, receipt)
    _session, answered, own = _lock_answered(uow, actor, asked)
    rules.check_judging(answered.state, own.judged_satisfied)
    own.judged_satisfied, own.judged_at = satisfied, uow.now
    kind = events.JUDGED_SATISFIED if satisfied else events.JUDGED_UNSATISFIED
    uow.record(
        answered.stream, kind, actor, [*dict.fromkeys([answered, own])],
        question=answered.id, number=answered.number,
    )  # fmt: skip
    return answered


def reopen_question(
    uow: UnitOfWork, actor: Actor, reason: str, *, question_id: int | None = None, receipt: str | None = None
) -> Question:
    """Hand an answered question back to its unit, with a new term; the new answer may be judged anew.

    The reason is a citizen's text that nobody has approved: the unit and the staff read it, the public does not.
    Raises NotTheAsker, NotPublic, NotAnswered, AlreadyReopened, StillOnTheEvening, SatisfiedAlready, TooLateToReopen,
    NotFound.
    """
    asked = _asked(uow, actor, "responses.reopen_question", question_id, receipt)
    session, answered, own = _lock_answered(uow, actor, asked)
    answered_at, by_unit_id = _last_answer(uow, answered)
    evening = session.state if session else None
    rules.check_reopening(answered.state, evening, own.judged_satisfied, answered.reopened_at, answered_at, uow.now)
    due_on = settling.reply_due_on(uow.now)
    answered.reopened_at, answered.reopen_reason = uow.now, reason
    _let_all_judge_anew(uow, answered)
    settling.hand_to_unit(uow, actor, answered, answered.unit_id or by_unit_id, due_on)
    uow.record(
        answered.stream, events.REOPENED, actor, [answered],
        question=answered.id, number=answered.number, unit=answered.unit_id, due_on=due_on.isoformat(),
    )  # fmt: skip
    return answered


def _lock_answered(uow: UnitOfWork, actor: Actor, asked: Question) -> tuple[Session | None, Question, Question]:
    """The session, if there is one, the question that holds the answer, and the asker's first question, which keeps
    the judgement.

    The first one: by the receipt or by the phone, of the first wording or a later one, here or where it was carried
    over to, the same person judges once.
    """
    session, answered = lock_question(uow, lookup.fate(uow.db, asked).id)
    if session is not None:
        readers.require_readable(actor, session)
    return session, answered, uow.lock(Question, response_lookup.first_of_asker(uow.db, asked).id)


def _asked(uow: UnitOfWork, actor: Actor, command: str, question_id: int | None, receipt: str | None) -> Question:
    """The question of the person who acts: its receipt number was shown, or this is the phone that asked it."""
    found = lookup.question(uow.db, question_id or 0) if receipt is None else lookup.by_receipt(uow.db, receipt)
    if not allows(actor, command, Scope(device_id=found.device_id, token=receipt is not None)):
        raise refusals.NotTheAsker()
    return found


def _last_answer(uow: UnitOfWork, question: Question) -> tuple[datetime, int]:
    """When the question was last answered, and by which unit; correcting an answer is not answering."""
    found = uow.db.scalars(
        select(Response)
        .where(Response.question_id == question.id, Response.supersedes_id.is_(None))
        .order_by(Response.id.desc())
        .limit(1)
    ).first()
    if found is None:
        raise refusals.NotAnswered(state=question.state.value)
    return found.recorded_at, found.unit_id


def _let_all_judge_anew(uow: UnitOfWork, answered: Question) -> None:
    """The judgements of the old answer stay in the trace."""
    leading_here = response_lookup.leading_to(uow.db, answered.id)
    uow.db.execute(update(Question).where(Question.id.in_(leading_here)).values(judged_satisfied=None, judged_at=None))
