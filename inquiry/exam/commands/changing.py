"""Changing the plan by hand: who, in which order, how long. Each change has a reason, which stays visible beside the
plan as it was computed."""

from dataclasses import dataclass

from ...accounts import queries as accounts
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NothingChanged
from ...live.commands import preparation, rundown
from ...live.models import Item, ItemState
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import Changed, ExamChange, ExamSlot, Presence
from ..queries import lookup
from ..queries import meeting as standing
from .attendance import note_presence


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
    leave_out(uow, actor, slot, item, Changed.SKIPPED, why)
    uow.record(public_stream(slot.session_id), events.SLOT_SKIPPED, actor, [slot], number=slot.number, why=why)
    if absent:
        note_presence(uow, actor, slot.session_id, slot.unit_id, Presence.ABSENT, why)
    return slot


def leave_out(uow: UnitOfWork, actor: Actor, slot: ExamSlot, item: Item, what: Changed, why: str) -> None:
    """Take a slot that was not on air out of the rundown; the plan keeps it, and says why."""
    slot.dropped_at = uow.now
    _note(uow, actor, slot, what, str(item.planned_ms // 1000), "", why)
    rundown.take_out(uow, actor, item)


def shorten(uow: UnitOfWork, actor: Actor, slot: ExamSlot, item: Item, seconds: int, why: str) -> None:
    _note(uow, actor, slot, Changed.CUT, str(item.planned_ms // 1000), str(seconds), why)
    item.planned_ms = seconds * 1000


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
