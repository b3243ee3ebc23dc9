"""The close of the evening, or its cancellation beforehand: nothing that was asked is lost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import floor, preparation
from ...live.models import Session
from ...permissions import Actor, require
from ...questions.commands import air, settling
from ...questions.models import Question, QuestionState
from ...questions.queries import lookup, tallies
from .. import refusals, rules
from ..rules import Wishes

NO_WISHES = Wishes()


@dataclass(frozen=True)
class Closed:
    """A session that is over now, and how many of its approved questions were handed to units and deferred to others;
    of those that waited for a moderator, how many were deferred and how many go on waiting."""

    session: Session
    handed: int
    deferred: int
    waiting_deferred: int
    waiting: int


def close_session(uow: UnitOfWork, actor: Actor, session_id: int, seen: int, wishes: Wishes = NO_WISHES) -> Closed:
    """End the evening once every answer is recorded, and settle every approved question that was not put.

    What is wished for a question that was meanwhile settled otherwise is ignored. Whatever is handed to a unit is to be
    answered within the working days of the settings. What was merged stays with what it was merged into. What waits for
    a moderator waits in another session if the host named one, or here if the host said so: once approved it is handed
    to a unit then.

    Raises Stale, NotLive, UnrecordedAnswers, StillWaiting, UnitNeeded, NotFound, NotAnotherSession.
    """
    require(actor, "responses.close_session")
    session = floor.lock_as_seen(uow, session_id, seen)
    unrecorded = lookup.aired_without_response(uow.db, session.id)
    if unrecorded:
        raise refusals.UnrecordedAnswers(**_named(unrecorded))
    air.leave_air(uow, actor, session.id)
    counts = _settle(uow, actor, session, wishes)
    return Closed(floor.close(uow, actor, session.id), *counts)


def call_off_session(
    uow: UnitOfWork, actor: Actor, session_id: int, reason: str, wishes: Wishes = NO_WISHES
) -> Closed:  # fmt: skip
    """Call off, for a public reason, a session that never went live. Its questions are settled as at the close.

    Raises AlreadyLive, SessionClosed, StillWaiting, UnitNeeded, NotFound, NotAnotherSession.
    """
    require(actor, "responses.call_off_session")
    session = preparation.not_begun(uow, session_id)
    counts = _settle(uow, actor, session, wishes)
    return Closed(preparation.call_off(uow, actor, session.id, reason), *counts)


def _settle(uow: UnitOfWork, actor: Actor, session: Session, wishes: Wishes) -> tuple[int, int, int, int]:
    """Find a place for every question: how many were handed over and deferred, and of those that wait how many were
    deferred and how many were left. Raises StillWaiting, UnitNeeded."""
    waiting = tallies.totals(uow.db, session.id).waiting
    if waiting and not wishes.leave_waiting and wishes.defer_waiting_to is None:
        raise refusals.StillWaiting(number=waiting)
    approved = _locked(uow, session, QuestionState.APPROVED)
    settled, homeless = rules.settle([(one.id, one.unit_id) for one in approved.values()], wishes)
    if homeless:
        raise refusals.UnitNeeded(**_named(approved[one] for one in homeless))
    handed, deferred = _carry_out(uow, actor, approved, settled)
    if not waiting or wishes.defer_waiting_to is None:
        return handed, deferred, 0, waiting
    waits = [*_locked(uow, session, QuestionState.WAITING).values()]
    settling.defer_all(uow, actor, waits, wishes.defer_waiting_to)
    return handed, deferred, len(waits), 0


def _locked(uow: UnitOfWork, session: Session, state: QuestionState) -> dict[int, Question]:
    """Every question of a session in this state, locked, by id in the order of asking."""
    found = uow.db.scalars(
        select(Question)
        .where(Question.session_id == session.id, Question.state == state)
        .order_by(Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {question.id: question for question in found}


def _carry_out(
    uow: UnitOfWork, actor: Actor, approved: Mapping[int, Question], settled: Iterable[rules.Settlement]
) -> tuple[int, int]:
    to_units: dict[int, list[Question]] = defaultdict(list)
    to_sessions: dict[int, list[Question]] = defaultdict(list)
    for one in settled:
        if one.unit_id is not None:
            to_units[one.unit_id].append(approved[one.question_id])
        elif one.to_session_id is not None:
            to_sessions[one.to_session_id].append(approved[one.question_id])
    due_on = settling.reply_due_on(uow.now)
    for unit_id, handed in sorted(to_units.items()):
        settling.hand_all_to_unit(uow, actor, handed, unit_id, due_on)
    for to_session_id, deferred in sorted(to_sessions.items()):
        settling.defer_all(uow, actor, deferred, to_session_id)
    return sum(map(len, to_units.values())), sum(map(len, to_sessions.values()))


def _named(found: Iterable[Question]) -> dict[str, Any]:
    """What a refusal says about questions: the data, and the numbers for its sentence."""
    listed: Sequence[Question] = list(found)
    return {
        "questions": [{"id": one.id, "number": one.number, "text": one.text} for one in listed],
        "numbers": ", ".join(f"#{one.number}" for one in listed),
    }
