"""Changing the plan by hand: who, in which order, how long. Each change has a reason, which stays visible beside the
plan as it was computed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...accounts import queries as accounts
from ...core.clock import milliseconds
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NothingChanged
from ...live.commands import preparation, rundown
from ...live.models import AtZero, Item, ItemKind, ItemState, Session
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import Changed, ExamChange, ExamPlan, ExamSlot, Presence
from ..queries import lookup
from ..queries import meeting as standing
from .attendance import note_presence

Json = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is to be otherwise; None stays. `position` is the number in the rundown."""

    unit_id: int | None = None
    speaker: str | None = None
    speaker_title: str | None = None
    seconds: int | None = None
    position: int | None = None


def change_slot(uow: UnitOfWork, actor: Actor, slot_id: int, wish: Wish, why: str) -> ExamSlot:
    """Give a slot to another, another length or another place, as long as it was not on air.

    Raises NotFound, SessionClosed, SlotGone, NothingChanged.
    """
    require(actor, "exam.change_slot")
    slot, item = _to_come(uow, slot_id)
    changed = [*_who(uow, slot, item, wish), *_how_long(item, wish)]
    before = item.position
    if wish.position is not None:
        rundown.shift(uow, actor, item, wish.position)
    if item.position != before:
        changed.append((Changed.ORDER, str(before), str(item.position)))
    if not changed:
        raise NothingChanged()
    for what, was, becomes in changed:
        _note(uow, actor, slot, what, was, becomes, why)
        uow.record(
            public_stream(slot.session_id), events.SLOT_CHANGED, actor, [slot, item],
            number=slot.number, what=what.value, before=was, after=becomes, why=why,
        )  # fmt: skip
    return slot


def skip_slot(uow: UnitOfWork, actor: Actor, slot_id: int, why: str, *, absent: bool) -> ExamSlot:
    """Pass over a speaker, who may not be there at all. Raises NotFound, SessionClosed, SlotGone."""
    require(actor, "exam.skip_slot")
    slot, item = _to_come(uow, slot_id)
    said = lookup.attendance(uow.db, slot.session_id).get(slot.unit_id)
    was = {"presence": said.presence.value if said else None, "is_absent": absent}
    out = leave_out(uow, actor, slot, item, Changed.SKIPPED, why)
    uow.record(
        public_stream(slot.session_id), events.SLOT_SKIPPED, actor, [slot],
        number=slot.number, why=why, left_out=[out], **was,
    )  # fmt: skip
    if absent:
        note_presence(uow, actor, slot.session_id, slot.unit_id, Presence.ABSENT, why)
    return slot


def leave_out(uow: UnitOfWork, actor: Actor, slot: ExamSlot, item: Item, what: Changed, why: str) -> Json:
    """Take a slot that was not on air out of the rundown; the plan keeps it, and says why. Returns the line that is
    gone, for the entry of whoever took it out: it may be taken back."""
    slot.dropped_at = uow.now
    _note(uow, actor, slot, what, str(item.planned_ms // 1000), "", why)
    gone = {
        "slot": slot.id, "unit": item.unit_id, "speaker": item.speaker, "speaker_title": item.speaker_title,
        "seconds": item.planned_ms // 1000, "position": item.position,
        "planned_at": milliseconds(item.planned_at) if item.planned_at else None,
    }  # fmt: skip
    rundown.take_out(uow, actor, item)
    return gone


def shorten(uow: UnitOfWork, actor: Actor, slot: ExamSlot, item: Item, seconds: int, why: str) -> Json:
    was = item.planned_ms // 1000
    _note(uow, actor, slot, Changed.CUT, str(was), str(seconds), why)
    item.planned_ms = seconds * 1000
    return {"slot": slot.id, "before": was}


def restore_slots(uow: UnitOfWork, actor: Actor, session_id: int, why: str) -> list[ExamSlot]:
    """Take back what was passed over or cut last, as long as nobody had the floor since and the plan was not changed
    otherwise. What was taken out is read from the trace, which tells it for good; the reason it had stays.

    Raises NoExam, SessionClosed, NothingToRestore, PlanMovedOn.
    """
    require(actor, "exam.restore_slots")
    session = preparation.not_closed(uow, session_id)
    lookup.exam(uow.db, session.id)
    step = lookup.last_step(uow.db, session.id)
    if step is None or step.kind in (events.SLOTS_RESTORED.name, events.PLAN_MADE.name):
        raise refusals.NothingToRestore()
    if not lookup.is_restorable(step):
        raise refusals.PlanMovedOn()
    told = step.payload
    restored = [_put_back(uow, actor, session, line, why) for line in reversed(told["left_out"])]
    restored += [_lengthen(uow, actor, line, why) for line in told.get("cut", [])]
    about = [row for pair in restored for row in pair]
    uow.record(public_stream(session.id), events.SLOTS_RESTORED, actor, [session, *about], count=len(restored), why=why)
    if told.get("is_absent"):
        _forget_absence(uow, actor, restored[0][0], told)
    return [slot for slot, _item in restored]


def _put_back(uow: UnitOfWork, actor: Actor, session: Session, gone: Json, why: str) -> tuple[ExamSlot, Item]:
    """In its place, as it stood when it was taken out; what happens at its end is as it was computed."""
    slot = uow.lock(ExamSlot, gone["slot"])
    told = uow.db.get_one(ExamPlan, slot.plan_id).contents["slots"][slot.number - 1]
    unit = accounts.unit(uow.db, gone["unit"])
    item = Item(
        session_id=session.id, kind=ItemKind.SLOT, title=unit.name, title_en=unit.name_en, by_plan=True,
        planned_ms=gone["seconds"] * 1000, planned_at=_instant(gone["planned_at"]), unit_id=unit.id,
        speaker=gone["speaker"], speaker_title=gone["speaker_title"], at_zero=AtZero(told["at_zero"]),
        grace_ms=told["grace_s"] * 1000, state=ItemState.PLANNED,
    )  # fmt: skip
    rundown.put_back(uow, actor, session, item, gone["position"])
    slot.item_id, slot.dropped_at = item.id, None
    _note(uow, actor, slot, Changed.SKIPPED, "", str(gone["seconds"]), why)
    return slot, item


def _instant(told: int | None) -> datetime | None:
    return None if told is None else datetime.fromtimestamp(told / 1000, UTC)


def _lengthen(uow: UnitOfWork, actor: Actor, cut: Json, why: str) -> tuple[ExamSlot, Item]:
    slot = uow.lock(ExamSlot, cut["slot"])
    item = uow.lock(Item, slot.item_id)
    _note(uow, actor, slot, Changed.LENGTH, str(item.planned_ms // 1000), str(cut["before"]), why)
    item.planned_ms = cut["before"] * 1000
    return slot, item


def _forget_absence(uow: UnitOfWork, actor: Actor, slot: ExamSlot, told: Json) -> None:
    """What was said of the unit before, unless the roll was called since."""
    said = lookup.attendance(uow.db, slot.session_id).get(slot.unit_id)
    if said and (said.presence, said.reason) == (Presence.ABSENT, told["why"]):
        before = Presence(told["presence"]) if told["presence"] else None
        note_presence(uow, actor, slot.session_id, slot.unit_id, before, "")


def _to_come(uow: UnitOfWork, slot_id: int) -> tuple[ExamSlot, Item]:
    """The slot and its item, locked after the session as everywhere."""
    session = preparation.not_closed(uow, lookup.slot(uow.db, slot_id).session_id)
    slot = uow.lock(ExamSlot, slot_id)
    item = None if slot.dropped_at is not None else uow.lock(Item, slot.item_id)
    if item is None or item.state is not ItemState.PLANNED or item.session_id != session.id:
        raise refusals.SlotGone()
    return slot, item


Change = tuple[Changed, str, str]


def _who(uow: UnitOfWork, slot: ExamSlot, item: Item, wish: Wish) -> list[Change]:
    """Another unit's head speaks, unless somebody else is named."""
    was = _called(uow, item)
    if wish.unit_id is not None and wish.unit_id != item.unit_id:
        unit = accounts.unit(uow.db, wish.unit_id)
        head = standing.head_of(uow.db, slot.session_id, unit.id)
        item.unit_id, item.title, item.title_en = unit.id, unit.name, unit.name_en
        item.speaker, item.speaker_title = head
    if wish.speaker is not None:
        item.speaker, item.speaker_title = wish.speaker, wish.speaker_title or ""
    becomes = _called(uow, item)
    return [(Changed.SPEAKER, was, becomes)] if was != becomes else []


def _called(uow: UnitOfWork, item: Item) -> str:
    unit = accounts.unit(uow.db, item.unit_id or 0)
    return " ".join(part for part in (unit.name, item.speaker, item.speaker_title) if part)


def _how_long(item: Item, wish: Wish) -> list[Change]:
    was = item.planned_ms // 1000
    if wish.seconds is None or wish.seconds == was:
        return []
    item.planned_ms = wish.seconds * 1000
    return [(Changed.LENGTH, str(was), str(wish.seconds))]


def _note(uow: UnitOfWork, actor: Actor, slot: ExamSlot, what: Changed, before: str, after: str, why: str) -> None:
    uow.add(
        ExamChange(
            session_id=slot.session_id, slot_id=slot.id, what=what, before=before, after=after, why=why, at=uow.now,
            user_id=actor.user_id,
        )
    )  # fmt: skip
