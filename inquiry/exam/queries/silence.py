"""Heads who have not spoken for some meetings, out of the plans, slots and roll calls of those that were held."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from ...accounts import queries as accounts
from ...accounts.models import Headship, Unit
from ...core import clock
from ...core.db import Db
from ...live.models import Session, SessionState, Slot
from ..models import Attendance, Exam, ExamPlan, ExamSlot, Presence
from ..rules.silence import Meeting, Silence, Stood, silence

#: So many meetings are looked back at: two years of them.
MOST_MEETINGS = 24
#: So many heads are named at the end of a meeting.
_MOST_NAMED = 60


@dataclass(frozen=True)
class Head:
    """A head in office with its silence; `unit` has the place in the units' order."""

    unit: Unit
    headship: Headship
    silence: Silence


def meetings(db: Db) -> list[Meeting]:
    """Those that were held, the newest first, with how each unit of their tables stood."""
    held = db.execute(
        select(Session, ExamPlan)
        .join(Exam, Exam.id == Session.id)
        .join(ExamPlan, ExamPlan.id == Exam.plan_id)
        .where(Session.state == SessionState.CLOSED, Session.went_live_at.is_not(None))
        .order_by(Session.went_live_at.desc())
        .limit(MOST_MEETINGS)
    ).all()
    ids = [session.id for session, _plan in held]
    spoke: dict[tuple[int, int], list[str]] = defaultdict(list)
    for session_id, unit_id, speaker in db.execute(
        select(Slot.session_id, Slot.unit_id, Slot.speaker).where(Slot.session_id.in_(ids)).order_by(Slot.id)
    ):
        spoke[session_id, unit_id].append(speaker)
    planned = _pairs(db, select(ExamSlot.session_id, ExamSlot.unit_id).where(ExamSlot.session_id.in_(ids)))
    absent = select(Attendance.session_id, Attendance.unit_id).where(
        Attendance.session_id.in_(ids), Attendance.presence == Presence.ABSENT
    )
    away = _pairs(db, absent)
    return [
        Meeting(
            session.id, clock.city_day(session.starts_at),
            {
                unit_id: Stood(score, (session.id, unit_id) in planned, (session.id, unit_id) in away,
                               spoke[session.id, unit_id])
                for unit_id, score in _scores(plan).items()
            },
        )
        for session, plan in held
    ]  # fmt: skip


def _pairs(db: Db, wanted: Select[int, int]) -> set[tuple[int, int]]:
    return {(session_id, unit_id) for session_id, unit_id in db.execute(wanted)}


def _scores(plan: ExamPlan) -> dict[int, Fraction | None]:
    return {
        one["unit_id"]: None if one["score"] is None else Fraction(one["score"])
        for group in plan.sources["groups"].values()
        for one in group["units"]
    }


def heads(db: Db, day: date) -> list[Head]:
    """Whoever heads a unit on a day and whose unit was in a meeting since, the longest silent first."""
    past = meetings(db)
    units = {unit.id: unit for unit in accounts.units(db) if any(unit.id in one.units for one in past)}
    headships = accounts.heads_on(db, units, day)
    found = [
        Head(unit, one, silence(unit_id, one.name, one.from_day, past))
        for unit_id, unit in units.items()
        if (one := headships.get(unit_id)) is not None
    ]
    return sorted(found, key=lambda one: -one.silence.silent)


def will_be_silent(db: Db, plan: ExamPlan, silent_after: int, day: date) -> list[dict[str, Any]]:
    """The heads who, if the plan is kept to, will have been silent for `silent_after` meetings or more, this one
    included; the longest silent first."""
    speaking = {(one["unit_id"], one["speaker"]) for one in plan.contents["slots"]}
    expected = {one["unit_id"] for group in plan.sources["groups"].values() for one in group["units"]}
    return [
        {
            "unit_id": one.unit.id, "unit": one.unit.name, "unit_en": one.unit.name_en, "head": one.headship.name,
            "title": one.headship.title, "meetings": one.silence.silent + 1,
            "last": one.silence.last.day.isoformat() if one.silence.last else None,
        }
        for one in heads(db, day)
        if one.unit.id in expected
        and (one.unit.id, one.headship.name) not in speaking
        and one.silence.silent + 1 >= silent_after
    ][:_MOST_NAMED]  # fmt: skip
