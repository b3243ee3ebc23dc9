"""The meeting as it stands: what is to come, whether it runs over, what is left for interruptions, who is there."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import CompoundSelect, func, select, union

from ...accounts import queries as accounts
from ...accounts.models import Unit
from ...core.db import Db
from ...live import queries as live
from ...live import rules as live_rules
from ...live.models import Item, ItemState, Session
from ...live.refusals import NotLive
from ..models import Attendance, Exam, ExamSlot, Presence
from ..rules import cuts
from . import lookup, sources

_MS = timedelta(milliseconds=1)


def held(db: Db, session_id: int) -> Session:
    """The session of an exam that is live, or was. Raises NoExam, NotLive."""
    lookup.exam(db, session_id)
    session = live.session(db, session_id)
    if session.went_live_at is None:
        raise NotLive()
    return session


def coming(db: Db, session_id: int) -> list[tuple[ExamSlot, Item]]:
    """The slots that were not on air yet, in their order."""
    return [(slot, item) for slot, item in lookup.slots(db, session_id) if item.state is ItemState.PLANNED]


def over_s(db: Db, session: Session, now: datetime) -> int:
    """By how many seconds the meeting ends too late as things stand; below 0 when it ends early."""
    return -(-live.sheet(db, session, now).times.drift_ms // 1000)


def proposed_cuts(db: Db, session: Session, now: datetime) -> list[cuts.Cut]:
    """What to shorten or leave out so that the meeting ends in time; nothing if it does. `key` is the slot's id, and
    the two of a duel are cut alike."""
    over = over_s(db, session, now)
    lines: dict[int, list[tuple[ExamSlot, Item]]] = {}
    for slot, item in coming(db, session.id):
        lines.setdefault(-slot.pair if slot.pair else slot.id, []).append((slot, item))
    asked = [
        cuts.Coming(key, min(item.planned_ms for _slot, item in line) // 1000, line[0][0].shortest_s, len(line))
        for key, line in lines.items()
    ]
    return [
        cuts.Cut(slot.id, item.planned_ms // 1000, cut.after)
        for cut in cuts.proposed(asked, over)
        for slot, item in lines[cut.key]
    ]


def budget_left_ms(db: Db, exam: Exam, now: datetime) -> int:
    """What is left of the minutes for questions from above; below 0 while one takes longer."""
    used = sum(live_rules.interrupted_ms(slot, now) for slot in live.slots(db, exam.id))
    return lookup.policy(db, exam).interruptions_s * 1000 - used


def head_of(db: Db, session_id: int, unit_id: int) -> tuple[str, str]:
    """Name and title of who heads a unit on the day of the meeting; empty where nobody does."""
    found = accounts.heads_on(db, [unit_id], lookup.day_of(live.session(db, session_id))).get(unit_id)
    return (found.name, found.title) if found else ("", "")


# --- who is there ---------------------------------------------------------------------------------------------------


def expected_ids(db: Db, exam: Exam) -> CompoundSelect[int]:
    """The ids of the units of the meeting, for a condition: those of the policy's peer groups on its day, those in the
    plan, and those that were given a slot by hand."""
    names = dict.fromkeys(one.group for one in lookup.policy(db, exam).segments if one.group)
    groups = [sources.peer_group(db, name).id for name in names]
    day = lookup.day_of(live.session(db, exam.id))
    return union(
        accounts.member_ids(groups, day),
        select(ExamSlot.unit_id).where(ExamSlot.session_id == exam.id),
        select(Item.unit_id).where(Item.session_id == exam.id, Item.by_plan, Item.unit_id.is_not(None)),
    )


def expected(db: Db, exam: Exam) -> dict[int, Unit]:
    """The units of the meeting in their order."""
    found = {unit.id: unit for unit in db.scalars(select(Unit).where(Unit.id.in_(expected_ids(db, exam))))}
    return {number: found[number] for number in accounts.unit_order(db) if number in found}


def is_expected(db: Db, exam: Exam, unit_id: int) -> bool:
    wanted = select(Unit.id).where(Unit.id == unit_id, Unit.id.in_(expected_ids(db, exam)))
    return db.scalar(wanted) is not None


def presence_of_speakers(db: Db, exam: Exam) -> dict[str, str]:
    """What was said of the units that have a slot: `{unit: present|left|absent}`."""
    said = lookup.attendance(db, exam.id)
    speaking = {number for slot, item in lookup.slots(db, exam.id) for number in (slot.unit_id, item.unit_id)}
    return {str(number): one.presence.value for number, one in sorted(said.items()) if number in speaking}


def attendance_counts(db: Db, exam: Exam) -> dict[str, dict[str, int]]:
    """By level and in all: how many are expected, present, have left, are absent: `{"all": {"expected": 43, …}}`."""
    here = (Attendance.unit_id == Unit.id) & (Attendance.session_id == exam.id)
    found = db.execute(
        select(Unit.kind, Attendance.presence, func.count())
        .outerjoin(Attendance, here)
        .where(Unit.id.in_(expected_ids(db, exam)))
        .group_by(Unit.kind, Attendance.presence)
    )
    levels: dict[str, Counter[str]] = {"all": Counter()}
    for kind, presence, number in found:
        for level in ("all", kind.value):
            count = levels.setdefault(level, Counter())
            count["expected"] += number
            if presence is not None:
                count[presence.value] += number
    names = ("expected", *(one.value for one in Presence))
    return {level: {name: count[name] for name in names} for level, count in levels.items()}
