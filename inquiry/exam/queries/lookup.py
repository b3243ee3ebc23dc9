"""Policies, meetings, the plan that stands and what was changed about it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, defer

from ...accounts.models import Unit
from ...core import clock
from ...core.db import Db, existing
from ...live import events as live_events
from ...live import readers
from ...live.models import Item, Session
from ...realtime.streams import public_stream
from ...results.rules.periods import Period
from ...settings import settings
from ...trace.models import Entry
from .. import events, refusals
from ..models import Attendance, Changed, Exam, ExamChange, ExamPlan, ExamSlot, Interruption, SlotPolicy
from ..policy_file import policy_of
from ..rules.following import following, same_evening
from ..rules.policy import Policy


def last_policy(db: Db) -> SlotPolicy | None:
    return db.scalar(select(SlotPolicy).order_by(SlotPolicy.id.desc()).limit(1))


def newest_policy(db: Db) -> SlotPolicy:
    """Raises NoPolicy."""
    found = last_policy(db)
    if found is None:
        raise refusals.NoPolicy()
    return found


def policies(db: Db) -> Sequence[SlotPolicy]:
    """The newest first."""
    return db.scalars(select(SlotPolicy).order_by(SlotPolicy.id.desc()).limit(100)).all()


def exam(db: Db, session_id: int) -> Exam:
    """Raises NoExam, also for a session that is none."""
    found = db.get(Exam, session_id)
    if found is None:
        raise refusals.NoExam()
    return found


def next_of(db: Db, of: Exam) -> Session | None:
    """The meeting about the same theme in the period after, unless it was called off."""
    after = str(following(Period.parse(of.period)))
    return db.scalar(
        select(Session)
        .join(Exam, Exam.id == Session.id)
        .where(Exam.theme == of.theme, Exam.period == after, Session.called_off_reason.is_(None))
        .where(readers.REAL)
        .order_by(Session.id)
        .limit(1)
    )


def next_at(session: Session, of: Exam) -> datetime:
    """The same evening a period later, by the clocks of the city."""
    local = session.starts_at.astimezone(settings().zone).replace(tzinfo=None)
    return clock.in_city(same_evening(local, Period.parse(of.period).kind))


def policy(db: Db, of: Exam) -> Policy:
    return policy_by_id(db, of.policy_id)


def plan(db: Db, of: Exam) -> ExamPlan:
    """The plan that stands. Raises NotPlannedYet."""
    if of.plan_id is None:
        raise refusals.NotPlannedYet()
    return existing(db, ExamPlan, of.plan_id)


def plan_in_brief(db: Db, of: Exam) -> ExamPlan:
    """The same without what it was made from, which is long. Raises NotPlannedYet."""
    lean = select(ExamPlan).where(ExamPlan.id == of.plan_id).options(defer(ExamPlan.sources), defer(ExamPlan.contents))
    found = db.scalar(lean)
    if found is None:
        raise refusals.NotPlannedYet()
    return found


def slots(db: Db, session_id: int) -> list[tuple[ExamSlot, Item]]:
    """The slots of the plan that stands with their items, in the order of the rundown; those left out have lost
    theirs."""
    found = db.execute(
        select(ExamSlot, Item)
        .join(Item, Item.id == ExamSlot.item_id)
        .where(ExamSlot.session_id == session_id)
        .order_by(Item.position, Item.id)
    )
    return [(slot, item) for slot, item in found]


def rivals(db: Db, item_ids: Collection[int]) -> dict[int, Item]:
    """Of those of these items that are in a duel, the item of the other one; one that was left out has none."""
    other = aliased(ExamSlot)
    found = db.execute(
        select(ExamSlot.item_id, Item)
        .join(other, (other.session_id == ExamSlot.session_id) & (other.pair == ExamSlot.pair))
        .join(Item, Item.id == other.item_id)
        .where(ExamSlot.item_id.in_(item_ids), other.id != ExamSlot.id, other.dropped_at.is_(None))
    )
    return {number: item for number, item in found}  # noqa: C416 - rows are no pairs to mypy


def slot(db: Db, slot_id: int) -> ExamSlot:
    """Raises NotFound."""
    return existing(db, ExamSlot, slot_id)


def changes(db: Db, session_id: int) -> Sequence[ExamChange]:
    """What was changed by hand, oldest first."""
    return db.scalars(select(ExamChange).where(ExamChange.session_id == session_id).order_by(ExamChange.id)).all()


def in_english(db: Db, changes: Iterable[ExamChange]) -> dict[str, str]:
    """Of who spoke and who speaks, as changes wrote it down: the same with the unit's English name, if it has one."""
    said = {words for one in changes if one.what is Changed.SPEAKER for words in (one.before, one.after)}
    beginnings = {words: _beginnings(words) for words in said}
    wanted = select(Unit.name, Unit.name_en).where(Unit.name.in_(set().union(*beginnings.values())))
    names: dict[str, str] = {name: english for name, english in db.execute(wanted)} if said else {}  # noqa: C416 - as in rows
    return {
        words: next((names[name] + words[len(name) :] for name in beginnings[words] if names.get(name)), words)
        for words in said
    }


def _beginnings(words: str) -> list[str]:
    """What may be the unit's name, the longest first: a name may have spaces as well."""
    parts = words.split(" ")
    return [" ".join(parts[:number]) for number in range(len(parts), 0, -1)]


#: Of a plan that stands: what was taken out of it, and what must not have happened since if that is to be taken back.
TAKEN_OUT = (events.SLOT_SKIPPED.name, events.PLAN_CUT.name)
_MOVED_ON = (
    events.SLOT_CHANGED.name, events.SLOTS_RESTORED.name, events.PLAN_MADE.name, live_events.ITEM_TAKEN.name,
    live_events.ITEM_ADDED.name, live_events.ITEM_MOVED.name, live_events.ITEM_REMOVED.name,
    live_events.RUNDOWN_CHANGED.name,
)  # fmt: skip


def last_step(db: Db, session_id: int) -> Entry | None:
    """What happened last to the plan: something was taken out of it, changed or taken back, somebody had the floor, or
    lines of the rundown were moved. What moves lines for the plan tells that before it tells what it did."""
    return db.scalar(
        select(Entry)
        .where(Entry.stream == str(public_stream(session_id)), Entry.kind.in_([*TAKEN_OUT, *_MOVED_ON]))
        .order_by(Entry.seq.desc())
        .limit(1)
    )


def is_restorable(step: Entry | None) -> bool:
    return step is not None and step.kind in TAKEN_OUT and "left_out" in step.payload


def interruptions(db: Db, session_id: int) -> Sequence[Interruption]:
    return db.scalars(select(Interruption).where(Interruption.session_id == session_id).order_by(Interruption.id)).all()


def attendance(db: Db, session_id: int) -> dict[int, Attendance]:
    found = db.scalars(select(Attendance).where(Attendance.session_id == session_id))
    return {one.unit_id: one for one in found}


def day_of(session: Session) -> date:
    """The day in the city on which a meeting is held: who heads a unit then speaks for it."""
    return clock.city_day(session.starts_at)


def policy_by_id(db: Db, policy_id: int) -> Policy:
    """Raises NotFound."""
    return policy_of(existing(db, SlotPolicy, policy_id).contents)
