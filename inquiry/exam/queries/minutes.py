"""The minutes of a night exam: plan against actual line by line, and what was said, promised and missed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select

from ...accounts import queries as accounts
from ...accounts.models import PeerGroup, Unit
from ...core.db import Db
from ...live import queries as live
from ...live import rules as live_rules
from ...live.models import Item, ItemKind, ItemState, Session, SessionState, Slot
from ...pledges.models import Pledge, PledgeState
from ...questions.models import Question
from ...results.models import PublishedTable
from ...results.rules.periods import Period
from ..models import Attendance, Changed, Exam, ExamChange, ExamPlan, ExamSlot, Interruption, Presence
from ..rules import minutes as rules
from ..rules.plan import CLOSING, OPENING
from ..sentences import in_chinese, sentence
from . import lookup, meeting

Json = dict[str, Any]

#: What is longer is told as a number: nobody reads it, and nobody prints it.
LONGEST: Final = 300
_MS = timedelta(milliseconds=1)


class Outcome(StrEnum):
    """What became of a line of the plan. The last three are of a meeting that still runs, or of its close."""

    SPOKEN = "spoken"
    SKIPPED = "skipped"
    DROPPED = "dropped"
    SPEAKING = "speaking"
    TO_COME = "to_come"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Line:
    """A line of the plan, or somebody who spoke without one (`slot` is None). `unit`, `speaker` and `title` are whoever
    spoke, or was to; `planned_unit` is of the plan as computed; `reason` is in the reader's language."""

    slot: ExamSlot | None
    unit: Unit
    planned_unit: Unit | None
    speaker: str
    title: str
    time: rules.Time
    outcome: Outcome
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    changes: Sequence[ExamChange] = ()

    @property
    def is_another(self) -> bool:
        """Whether somebody else than the computed speaker had, or has, this line."""
        return self.slot is not None and (self.unit.id, self.speaker) != (self.slot.unit_id, self.slot.speaker)


@dataclass(frozen=True)
class Asked:
    """A question from above, with whoever was interrupted; a leader's own has words, a citizen's is a `question`."""

    interruption: Interruption
    slot: Slot
    unit: Unit
    question: Question | None


@dataclass(frozen=True)
class Missed:
    unit: Unit
    presence: Presence
    reason: str


@dataclass(frozen=True)
class Table:
    """A table that decided. `superseded_at`: published again since, the plan keeps to this one."""

    id: int
    period: str
    digest: str
    name: str
    name_en: str
    superseded_at: datetime | None


@dataclass(frozen=True)
class ExamMinutes:
    """`counts` are those of the row `exam`; lists end at LONGEST, `*_in_all` say how many there are. `names` are who
    speaks, as changes wrote it down, in the reader's language where that is another one."""

    exam: Exam
    plan: ExamPlan
    lines: Sequence[Line]
    unplanned: Sequence[Line]
    balance: rules.Balance
    asked: Sequence[Asked]
    asked_in_all: int
    tables: Sequence[Table]
    pledges: Sequence[Pledge]
    pledges_in_all: int
    counts: dict[str, dict[str, int]]
    missed: Sequence[Missed]
    missed_in_all: int
    silent: Sequence[Json]
    names: dict[str, str]


def exam_minutes(db: Db, session: Session, now: datetime) -> ExamMinutes | None:
    """None for a session that is no night exam, or was held without a plan."""
    exam = db.get(Exam, session.id)
    if exam is None or exam.plan_id is None:
        return None
    plan = lookup.plan(db, exam)
    slots = live.slots(db, session.id)
    items = live.rundown(db, session.id)
    lines, unplanned = _lines(db, session, exam, items, slots, now)
    spoke = {(one.unit_id, one.speaker) for one in slots}
    asked, missed = _asked(db, session.id), _missed(db, session.id)
    pledges = _pledges(db, session.id)
    return ExamMinutes(
        exam, plan, lines, unplanned,
        rules.balance(_frame(session, plan, items, slots, now), [one.time for one in lines],
                      [one.time for one in unplanned]),
        *asked, _tables(db, plan), *pledges, meeting.attendance_counts(db, exam), *missed,
        [one for one in exam.silent if (one["unit_id"], one["head"]) not in spoke],
        {} if in_chinese() else lookup.in_english(db, [change for one in lines for change in one.changes]),
    )  # fmt: skip


# --- line by line -----------------------------------------------------------------------------------------------------


def _turn(slot: Slot, now: datetime) -> rules.Turn:
    interrupted = live_rules.interrupted_ms(slot, now)
    used, allowed = live_rules.used_ms(slot, now), live_rules.allowed_ms(slot)
    lasted = ((slot.ended_at or live_rules.whole(now)) - slot.started_at) // _MS
    return rules.Turn(allowed, used, interrupted, max(0, lasted - used - interrupted))


def _lines(
    db: Db, session: Session, exam: Exam, items: Sequence[Item], slots: Sequence[Slot], now: datetime
) -> tuple[list[Line], list[Line]]:
    """The lines of the plan in their order, and whoever spoke in none of them."""
    planned = db.scalars(select(ExamSlot).where(ExamSlot.session_id == session.id).order_by(ExamSlot.number)).all()
    by_item = {item.id: item for item in items}
    spoken: dict[int, list[Slot]] = defaultdict(list)
    for turn in slots:
        spoken[turn.item_id].append(turn)
    changes: dict[int, list[ExamChange]] = defaultdict(list)
    for change in lookup.changes(db, session.id):
        changes[change.slot_id].append(change)
    ids = {one.unit_id for one in planned} | {one.unit_id for one in slots} | {one.unit_id for one in items}
    units = {one.id: one for one in db.scalars(select(Unit).where(Unit.id.in_(ids - {None})))}
    kind = Period.parse(exam.period).kind
    lines = []
    for one in planned:
        item, turns = by_item.get(one.item_id), spoken.pop(one.item_id, [])
        who: Slot | Item | None = turns[-1] if turns else item
        stands_s = item.planned_ms // 1000 if item else None
        lines.append(
            Line(
                one, units[(who.unit_id if who else None) or one.unit_id], units[one.unit_id],
                who.speaker if who else one.speaker, who.speaker_title if who else "",
                rules.time(one.seconds, stands_s or 0, [_turn(each, now) for each in turns]),
                _outcome(session, item, turns, changes[one.id]), turns[0].started_at if turns else None,
                turns[-1].ended_at if turns else None, sentence(one.pick, one.reason, one.seconds, kind, stands_s),
                changes[one.id],
            )
        )  # fmt: skip
    return lines, [_unplanned(one, units[one.unit_id], now) for each in spoken.values() for one in each]


def _unplanned(slot: Slot, unit: Unit, now: datetime) -> Line:
    outcome = Outcome.SPOKEN if slot.ended_at else Outcome.SPEAKING
    time = rules.time(0, 0, [_turn(slot, now)])
    return Line(None, unit, None, slot.speaker, slot.speaker_title, time, outcome, slot.started_at, slot.ended_at)


def _outcome(session: Session, item: Item | None, turns: Sequence[Slot], changes: Sequence[ExamChange]) -> Outcome:
    if turns:
        return Outcome.SPOKEN if turns[-1].ended_at else Outcome.SPEAKING
    if item is None:
        return Outcome.SKIPPED if changes and changes[-1].what is Changed.SKIPPED else Outcome.DROPPED
    is_over = session.state is SessionState.CLOSED or item.state is ItemState.DONE
    return Outcome.NOT_REACHED if is_over else Outcome.TO_COME


def _frame(
    session: Session, plan: ExamPlan, items: Sequence[Item], slots: Sequence[Slot], now: datetime
) -> rules.Frame:
    until = live_rules.whole(session.closed_at or now)

    def held_ms(*wanted: Item) -> int:
        ids = {one.id for one in wanted}
        whole = sum(((one.ended_at or until) - one.started_at) // _MS for one in wanted if one.started_at)
        turns = sum(((one.ended_at or until) - one.started_at) // _MS for one in slots if one.item_id in ids)
        return max(0, whole - turns)

    own = [one for one in items if one.by_plan]
    contents = plan.contents
    return rules.Frame(
        contents["opening_s"], contents["closing_s"], contents["reserve_s"], contents["interruptions_s"],
        contents["total_s"],
        held_ms(*(one for one in own if one.kind is ItemKind.ADDRESS and one.title == OPENING[0])),
        held_ms(*(one for one in own if one.kind is ItemKind.ADDRESS and one.title == CLOSING[0])),
        held_ms(*(one for one in own if one.kind is ItemKind.SILENT_HEADS)),
        (until - (session.went_live_at or until)) // _MS,
    )  # fmt: skip


# --- what else belongs into minutes -----------------------------------------------------------------------------------


def _asked(db: Db, session_id: int) -> tuple[list[Asked], int]:
    own = Interruption.session_id == session_id
    found = db.execute(
        select(Interruption, Slot, Unit, Question)
        .join(Slot, Slot.id == Interruption.slot_id)
        .join(Unit, Unit.id == Slot.unit_id)
        .outerjoin(Question, Question.id == Interruption.question_id)
        .where(own)
        .order_by(Interruption.id)
        .limit(LONGEST)
    )
    in_all = db.scalar(select(func.count()).select_from(Interruption).where(own)) or 0
    return [Asked(*row) for row in found], in_all


def _missed(db: Db, session_id: int) -> tuple[list[Missed], int]:
    """Who was absent, or left before the end, in the units' order."""
    own = (Attendance.session_id == session_id, Attendance.presence.in_((Presence.ABSENT, Presence.LEFT)))
    found = db.execute(select(Unit, Attendance).join(Attendance, Attendance.unit_id == Unit.id).where(*own)).all()
    if not found:
        return [], 0
    place = {number: at for at, number in enumerate(accounts.unit_order(db))}
    ordered = sorted(found, key=lambda row: (row[1].presence is Presence.LEFT, place.get(row[0].id, 0)))
    return [Missed(unit, said.presence, said.reason) for unit, said in ordered[:LONGEST]], len(found)


def _pledges(db: Db, session_id: int) -> tuple[Sequence[Pledge], int]:
    """What was promised, as it stands: what was corrected since, in its new words."""
    own = (Pledge.session_id == session_id, Pledge.state != PledgeState.SUPERSEDED)
    found = db.scalars(select(Pledge).where(*own).order_by(Pledge.recorded_at, Pledge.id).limit(LONGEST)).all()
    return found, db.scalar(select(func.count()).select_from(Pledge).where(*own)) or 0


def _tables(db: Db, plan: ExamPlan) -> list[Table]:
    """Without what is in them: that is large, and has a page of its own."""
    digests = [one["table"] for one in plan.sources["groups"].values() if one["table"]]
    found = db.execute(
        select(
            PublishedTable.id, PublishedTable.period, PublishedTable.digest, PeerGroup.name, PeerGroup.name_en,
            PublishedTable.superseded_at,
        )
        .join(PeerGroup, PeerGroup.id == PublishedTable.group_id)
        .where(PublishedTable.digest.in_(digests))
        .order_by(PublishedTable.id)
    )  # fmt: skip
    return [Table(*row) for row in found]
