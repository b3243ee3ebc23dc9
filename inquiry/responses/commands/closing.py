"""The close of the evening, or its cancellation beforehand: nothing that was asked is lost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live import queries as rundown
from ...live.commands import floor, preparation
from ...live.models import Session
from ...permissions import Actor, require
from ...questions.commands import air, settling
from ...questions.models import Question, QuestionState
from ...questions.queries import lookup
from .. import refusals, rules
from ..rules import Wish


@dataclass(frozen=True)
class Closed:
    """A session that is over now, and how many of its questions were handed to units and deferred to others."""

    session: Session
    handed: int
    deferred: int


def close_session(
    uow: UnitOfWork,
    actor: Actor,
    session_id: int,
    seen: int,
    wishes: Mapping[int, Wish] | None = None,
    defer_rest_to: int | None = None,
) -> Closed:
    """End the evening once every answer is recorded, and settle every approved question that was not put.

    `wishes` says by question id what the host chose; what is said about a question that was meanwhile settled otherwise
    is ignored. The rest is deferred to `defer_rest_to`, or else handed to its unit, or to the session's first unit if
    nobody was named, to be answered within the working days of the settings. What was merged stays with what it was
    merged into. Raises Stale, NotLive, UnrecordedAnswers, UnitNeeded, NotFound, NotAnotherSession.
    """
    require(actor, "responses.close_session")
    session = floor.lock_as_seen(uow, session_id, seen)
    unrecorded = lookup.aired_without_response(uow.db, session.id)
    if unrecorded:
        raise refusals.UnrecordedAnswers(**_named(unrecorded))
    air.leave_air(uow, actor, session.id)
    handed, deferred = _settle(uow, actor, session, wishes or {}, defer_rest_to)
    return Closed(floor.close(uow, actor, session.id), handed, deferred)


def call_off_session(
    uow: UnitOfWork,
    actor: Actor,
    session_id: int,
    reason: str,
    wishes: Mapping[int, Wish] | None = None,
    defer_rest_to: int | None = None,
) -> Closed:
    """Call off, for a public reason, a session that never went live.

    Its approved questions are settled as at the close; those that wait for a moderator are handed to their unit when
    they are approved, as after any close. Raises AlreadyLive, SessionClosed, UnitNeeded, NotFound, NotAnotherSession.
    """
    require(actor, "responses.call_off_session")
    session = preparation.not_begun(uow, session_id)
    handed, deferred = _settle(uow, actor, session, wishes or {}, defer_rest_to)
    return Closed(preparation.call_off(uow, actor, session.id, reason), handed, deferred)


def _settle(
    uow: UnitOfWork, actor: Actor, session: Session, wishes: Mapping[int, Wish], defer_rest_to: int | None
) -> tuple[int, int]:
    """Find a place for every approved question: how many were handed over and deferred. Raises UnitNeeded."""
    approved = _approved(uow, session)
    stage = rundown.units(uow.db, session.id)
    first_unit_id = stage[0].id if stage else None
    settled, homeless = rules.settle(
        [(one.id, one.unit_id) for one in approved.values()], wishes, first_unit_id, defer_rest_to
    )
    if homeless:
        raise refusals.UnitNeeded(**_named(approved[one] for one in homeless))
    return _carry_out(uow, actor, approved, settled)


def _approved(uow: UnitOfWork, session: Session) -> dict[int, Question]:
    """Every question that still waits to be put, locked, by id in the order of asking."""
    found = uow.db.scalars(
        select(Question)
        .where(Question.session_id == session.id, Question.state == QuestionState.APPROVED)
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
