"""Taking words out of the public's sight for good: those of a question and of every other wording of it.

The trace keeps every step, for its payloads hold ids and no words. Who asked, the unit that has to answer and the crew
read them as before.
"""

from datetime import datetime

from sqlalchemy import or_, select

from ...core import clock
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...live.commands import rundown
from ...permissions import Actor, Scope, require
from ...realtime import ticks
from .. import events, refusals, rows, rules
from ..models import Question
from .locking import lock_question


def withdraw_words(uow: UnitOfWork, actor: Actor, question_id: int, seen: int, reason: str) -> list[Question]:
    """Withdraw what was published of a question: its words and background, those of every wording that was merged into
    it, and those of the copies in other sessions. The reason is public. Returns all whose words were closed.

    An approved question is refused instead, and what is on air is cleared first. Raises Stale, WrongState,
    WordsWithdrawn, NotFound.
    """
    session, question = lock_question(uow, question_id)
    require(actor, "questions.withdraw_words", Scope(unit_id=question.unit_id, session_id=question.session_id))
    if question.rev != seen:
        raise Stale(now=rows.staff_row(uow.db, question.id))
    if question.withdrawn_at is not None:
        raise refusals.WordsWithdrawn()
    if question.state not in rules.WITHDRAWABLE or question.approved_at is None:
        raise refusals.WrongState(state=question.state.value)
    closed = [one for one in [question, *family(uow, question)] if one.state in rules.WITHDRAWABLE]
    for one in closed:
        one.approved_at = None
        withdrawing.mark(uow, one, reason)
        one.rev += 1
    words = {one.text for one in closed} | {rundown.cut(one.text) for one in closed}
    for some in _by_stream(closed):
        items = rundown.withdraw_titles(uow, [one.id for one in some])
        withdrawing.record(
            uow, some[0].stream, events.WORDS_WITHDRAWN, actor, [*some, *items], words, reason,
            question=some[0].id, number=some[0].number,
        )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(session.id if session else None))
    return closed


def close_family(uow: UnitOfWork, actor: Actor, question: Question) -> list[tuple[Question, str]]:
    """Close the other wordings of a question that is being refused; returns those on its own stream, for the entry of
    the refusal, each with when it had been approved. Its copies elsewhere are told on theirs, and stay closed."""
    public = [one for one in family(uow, question) if one.state in rules.WITHDRAWABLE and one.approved_at is not None]
    here = [(one, clock.iso(one.approved_at)) for one in public if one.approved_at and one.stream == question.stream]
    for one in public:
        one.approved_at = None
        one.rev += 1
    for some in _by_stream([one for one in public if one.stream != question.stream]):
        items = rundown.withdraw_titles(uow, [one.id for one in some])
        uow.record(
            some[0].stream, events.WORDS_CLOSED, actor, [*some, *items], question=some[0].id, number=some[0].number
        )
        withdrawing.may_be_gone(uow, actor, some)
    return here


def _by_stream(questions: list[Question]) -> list[list[Question]]:
    found: dict[str, list[Question]] = {}
    for one in questions:
        found.setdefault(str(one.stream), []).append(one)
    return list(found.values())


def reopen_family(uow: UnitOfWork, before: dict[str, str]) -> list[Question]:
    """Undo `close_family`, but for what was withdrawn or decided otherwise since; returns what is public again."""
    opened = []
    for one in (uow.lock(Question, int(question_id)) for question_id in sorted(before, key=int)):
        if one.state in rules.WITHDRAWABLE and one.approved_at is None and one.withdrawn_at is None:
            one.approved_at = datetime.fromisoformat(before[str(one.id)])
            one.rev += 1
            opened.append(one)
    return opened


def family(uow: UnitOfWork, question: Question) -> list[Question]:
    """Every other question that holds the words of this one, or other words of it: what was merged into it, what it
    was carried over from and to, and the same of those. Locked, in the order of their ids."""
    found, new = {question.id}, {question.id}
    while new:
        behind = select(Question.deferred_from_id).where(Question.id.in_(new), Question.deferred_from_id.is_not(None))
        ahead = select(Question.id).where(
            or_(Question.root_id.in_(new), Question.merged_into_id.in_(new), Question.deferred_from_id.in_(new))
        )
        new = {one for one in [*uow.db.scalars(behind), *uow.db.scalars(ahead)] if one is not None} - found
        found |= new
    return [uow.lock(Question, one) for one in sorted(found - {question.id})]
