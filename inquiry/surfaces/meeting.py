"""A night exam from where people sit in it: each unit's own room, the leaders' page, and the roll call.

Like the desks, these pages only say who sits there and which meeting is followed; the rest is live.
"""

from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from ..core.db import Db, reading
from ..exam.models import Exam
from ..exam.queries import lookup, room
from ..exam.queries import meeting as standing
from ..exam.refusals import NotExpected
from ..live import panels, readers
from ..live import queries as live
from ..live.models import Session
from ..media import stage_queries
from ..media.shown import shown
from ..permissions import Role, Scope, allows, require
from ..pledges.rules import Timing
from ..web.http import actor, public_address
from . import desks

bp = Blueprint("meeting", __name__)

#: Whoever may look into so many rooms finds them in the roll call.
MOST_ROOMS = 60

Facts = dict[str, Any]


@bp.get("/sessions/<code>/room")
def rooms(code: str) -> Response | str:
    """To the own room; whoever answers for several units of the meeting chooses. Raises NotFound, NoExam, NotExpected,
    SignedOut, Forbidden."""
    with reading() as db:
        session, exam = _meeting(db, code)
        expected = standing.expected(db, exam)
        own = [unit for unit in expected.values() if _may_enter(session, unit.id)]
        if not own:
            require(actor(), "desk.official")
            raise NotExpected()
        first = expected.get(actor().unit_id or 0)
        if first is not None or len(own) == 1:
            return redirect(f"/sessions/{session.code}/room/{(first or own[0]).id}")
        return render_template(
            "meeting/rooms.html", session=session, units=own[:MOST_ROOMS], more=max(0, len(own) - MOST_ROOMS)
        )


@bp.get("/sessions/<code>/room/<int:unit_id>")
def of_unit(code: str, unit_id: int) -> str:
    """The page for the room of one unit. Raises NotFound, NoExam, NotExpected, SignedOut, Forbidden."""
    with reading() as db:
        session, exam = _meeting(db, code)
        require(actor(), "exam.room", Scope(unit_id=unit_id, session_id=session.id))
        facts = {
            "unit": unit_id, "units": [unit_id], **room.told(db, exam, unit_id),
            "earlier": sorted(desks.earlier(db, session, [unit_id]), key=lambda one: one["timing"] != Timing.OVERDUE),
            "marks": allows(actor(), "exam.mark_presence", Scope(unit_id=unit_id, session_id=session.id)),
            "minutes": f"/sessions/{session.code}/minutes",
        }  # fmt: skip
        return _page(db, session, "room", facts, picture=shown(db, session))


@bp.get("/sessions/<code>/lead")
def lead(code: str) -> str:
    """The page of a leader in the meeting. Raises NotFound, NoExam, SignedOut, Forbidden."""
    require(actor(), "desk.leader")
    with reading() as db:
        session, _exam = _meeting(db, code)
        return _page(db, session, "lead", desks.for_pledges(db))


@bp.get("/sessions/<code>/roll-call")
def roll_call(code: str) -> str:
    """Who is there. Raises NotFound, NoExam, SignedOut, Forbidden."""
    with reading() as db:
        session, _exam = _meeting(db, code)
        require(actor(), "exam.roll_call", Scope(session_id=session.id))
        return _page(db, session, "roll_call", {})


def _page(db: Db, session: Session, name: str, facts: Facts, **more: Any) -> str:
    told = {
        "session": session.id, "code": session.code, "user": actor().user_id,
        "view": str(readers.view_of(actor(), session)), **facts,
    }  # fmt: skip
    return render_template(
        f"meeting/{name}.html", session=session, desk=told, name=name, ways=_ways(session), origin=public_address(),
        stage=stage_queries.is_open(db, session), conference=stage_queries.conference(db, actor(), session),
        **more,
    )  # fmt: skip


def _meeting(db: Db, code: str) -> tuple[Session, Exam]:
    """Raises NotFound, NotPublic, NoExam."""
    session = live.session_by_code(db, code)
    readers.require_readable(actor(), session)
    return session, lookup.exam(db, session.id)


def _may_enter(session: Session, unit_id: int) -> bool:
    return allows(actor(), "exam.room", Scope(unit_id=unit_id, session_id=session.id))


def _ways(session: Session) -> list[tuple[str, str]]:
    """The pages of a meeting that this reader may open, by name, with their addresses."""
    pages = {
        "room": actor().role is Role.OFFICIAL, "lead": allows(actor(), "desk.leader"),
        "roll_call": allows(actor(), "exam.roll_call", Scope(session_id=session.id)),
    }  # fmt: skip
    return [(name, f"/sessions/{session.code}/{name.replace('_', '-')}") for name, may in pages.items() if may]


def _ways_of_page(db: Db, session: Session) -> list[tuple[str, str]]:
    exam = db.get(Exam, session.id)
    return _ways(session) if exam is not None else []


panels.on_session("meeting/_session.html", _ways_of_page)
