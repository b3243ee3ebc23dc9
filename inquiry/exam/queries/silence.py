"""Heads who have not spoken for some meetings, out of the plans, slots and roll calls of those that were held."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from ...accounts import queries as accounts
from ...accounts.models import Headship, Unit
from ...core import clock
from ...core.db import Db
from ...live import readers
from ...live.models import Session, SessionState, Slot
from ...results.rules.scores import Band, band
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
        select(Session.id, Session.starts_at, ExamPlan.digest)
        .join(Exam, Exam.id == Session.id)
        .join(ExamPlan, ExamPlan.id == Exam.plan_id)
        .where(Session.state == SessionState.CLOSED, Session.went_live_at.is_not(None), readers.REAL)
        .order_by(Session.went_live_at.desc())
        .limit(MOST_MEETINGS)
    ).all()
    ids = [session_id for session_id, _at, _digest in held]
    bands = _bands(db, [digest for _id, _at, digest in held])
    spoke: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for session_id, unit_id, speaker in db.execute(
        select(Slot.session_id, Slot.unit_id, Slot.speaker).where(Slot.session_id.in_(ids)).order_by(Slot.id)
    ):
        spoke[session_id][unit_id].append(speaker)
    planned = _units(db, select(ExamSlot.session_id, ExamSlot.unit_id).where(ExamSlot.session_id.in_(ids)))
    absent = select(Attendance.session_id, Attendance.unit_id).where(
        Attendance.session_id.in_(ids), Attendance.presence == Presence.ABSENT
    )
    away = _units(db, absent)
    return [
        Meeting(number, clock.city_day(at), _stood(bands[digest], spoke[number], planned[number], away[number]))
        for number, at, digest in held
    ]


def _units(db: Db, wanted: Select[int, int]) -> dict[int, set[int]]:
    """The units of each session."""
    found: dict[int, set[int]] = defaultdict(set)
    for session_id, unit_id in db.execute(wanted):
        found[session_id].add(unit_id)
    return found


Bands = dict[int, Band | None]
_read: dict[str, Bands] = {}

#: Most units had no slot and nobody who spoke: these few stand for all of them.
_PLAIN = {(band, away): Stood(band, was_absent=away) for band in (None, *Band) for away in (False, True)}


def _stood(
    bands: Bands, spoke: Mapping[int, Sequence[str]], planned: Collection[int], away: Collection[int]
) -> dict[int, Stood]:
    return {
        unit_id: Stood(stands, unit_id in planned, unit_id in away, spoke.get(unit_id, ()))
        if unit_id in planned or unit_id in spoke
        else _PLAIN[stands, unit_id in away]
        for unit_id, stands in bands.items()
    }


def _bands(db: Db, digests: Sequence[str]) -> dict[str, Bands]:
    """How the units stood in the tables of each plan, by its digest: what has the same digest is the same, so that it
    is read out of the plan's sources, which are large, once."""
    found = {digest: _read[digest] for digest in digests if digest in _read}
    wanted = set(digests) - found.keys()
    for digest, sources in db.execute(select(ExamPlan.digest, ExamPlan.sources).where(ExamPlan.digest.in_(wanted))):
        found[digest] = _read[digest] = {
            one["unit_id"]: None if one["score"] is None else band(Fraction(one["score"]))
            for group in sources["groups"].values()
            for one in group["units"]
        }
    for digest in list(_read)[: -2 * MOST_MEETINGS]:
        _read.pop(digest, None)
    return found


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
