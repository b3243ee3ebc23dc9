"""Who is in the meeting: each unit says so itself, or the roll is called."""

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import preparation
from ...permissions import Actor, Scope, require
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import Attendance, Exam, Presence
from ..queries import lookup
from ..queries import meeting as standing


def mark_presence(
    uow: UnitOfWork, actor: Actor, session_id: int, unit_id: int, presence: Presence, reason: str
) -> Attendance:
    """Say that a unit is there, has left, or is absent and why; saying it again changes nothing.

    Raises NoExam, SessionClosed, NotExpected.
    """
    require(actor, "exam.mark_presence", Scope(unit_id=unit_id, session_id=session_id))
    preparation.not_closed(uow, session_id)
    if unit_id not in standing.expected(uow.db, lookup.exam(uow.db, session_id)):
        raise refusals.NotExpected()
    return note_presence(uow, actor, session_id, unit_id, presence, reason)


def note_presence(
    uow: UnitOfWork, actor: Actor, session_id: int, unit_id: int, presence: Presence, reason: str
) -> Attendance:
    """The same, for a command that has asked who may and holds the session's row."""
    kept = uow.db.scalar(select(Attendance).where(Attendance.session_id == session_id, Attendance.unit_id == unit_id))
    if kept is not None and (kept.presence, kept.reason) == (presence, reason):
        return kept
    if kept is None:
        kept = Attendance(session_id=session_id, unit_id=unit_id)
    kept.presence, kept.reason, kept.since, kept.user_id = presence, reason, uow.now, actor.user_id
    uow.add(kept)
    exam = uow.db.get_one(Exam, session_id)
    uow.record(
        public_stream(session_id), events.PRESENCE_MARKED, actor, [kept, exam],
        unit=unit_id, presence=presence.value, reason=reason,
    )  # fmt: skip
    return kept
