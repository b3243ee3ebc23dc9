"""Who is in the meeting: each unit says so itself, or the roll is called."""

from sqlalchemy import delete, select

from ...core.db import Base
from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import preparation
from ...permissions import Actor, Scope, require
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import EXPECTED, Attendance, Exam, Presence
from ..queries import lookup
from ..queries import meeting as standing


def mark_presence(
    uow: UnitOfWork, actor: Actor, session_id: int, unit_id: int, presence: Presence | None, reason: str
) -> None:
    """Say that a unit is there, has left, or is absent and why, or with None take back what was said; saying it again
    changes nothing.

    Raises NoExam, SessionClosed, NotExpected.
    """
    require(actor, "exam.mark_presence", Scope(unit_id=unit_id, session_id=session_id))
    preparation.not_closed(uow, session_id)
    if not standing.is_expected(uow.db, lookup.exam(uow.db, session_id), unit_id):
        raise refusals.NotExpected()
    note_presence(uow, actor, session_id, unit_id, presence, reason)


def note_presence(
    uow: UnitOfWork, actor: Actor, session_id: int, unit_id: int, presence: Presence | None, reason: str
) -> None:
    """The same, for a command that has asked who may and holds the session's row."""
    kept = uow.db.scalar(select(Attendance).where(Attendance.session_id == session_id, Attendance.unit_id == unit_id))
    if (None if kept is None else (kept.presence, kept.reason)) == (presence and (presence, reason)):
        return
    about: list[Base] = [uow.db.get_one(Exam, session_id)]
    if presence is None:
        uow.db.execute(delete(Attendance).where(Attendance.session_id == session_id, Attendance.unit_id == unit_id))
    else:
        kept = kept or Attendance(session_id=session_id, unit_id=unit_id)
        kept.presence, kept.reason, kept.since, kept.user_id = presence, reason, uow.now, actor.user_id
        uow.add(kept)
        about.insert(0, kept)
    uow.record(
        public_stream(session_id), events.PRESENCE_MARKED, actor, about,
        unit=unit_id, presence=presence.value if presence else EXPECTED, reason=reason,
    )  # fmt: skip
