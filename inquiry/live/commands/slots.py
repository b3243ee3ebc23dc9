"""Slots: the right to speak for a time. Nothing here ticks: a press writes instants and durations, browsers count."""

from ...accounts import queries as accounts
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, queries, refusals, rules
from ..models import AtZero, Session, Slot
from .floor import claim_floor, finish


def start_slot(
    uow: UnitOfWork,
    actor: Actor,
    session_id: int,
    seen: int | None,
    *,
    unit_id: int,
    speaker: str,
    seconds: int,
    speaker_title: str = "",
    at_zero: AtZero = AtZero.COUNT_OVER,
) -> Slot:
    """Give a unit's speaker the floor. Raises Stale, NotLive, NothingOnFloor, SlotRunning, NotFound for the unit."""
    require(actor, "live.start_slot")
    session = claim_floor(uow, session_id, seen)
    if session.floor_item_id is None:
        raise refusals.NothingOnFloor()
    running = queries.open_slot(uow.db, session.id)
    if running is not None:
        raise refusals.SlotRunning(slot=running.id)
    accounts.unit(uow.db, unit_id)
    slot = Slot(
        session_id=session.id, item_id=session.floor_item_id, unit_id=unit_id, speaker=speaker,
        speaker_title=speaker_title, at_zero=at_zero, **rules.started(seconds, uow.now),
    )  # fmt: skip
    uow.add(slot)
    uow.record(
        public_stream(session.id), events.SLOT_STARTED, actor, [slot, session],
        slot=slot.id, unit=unit_id, speaker=speaker, seconds=seconds,
    )  # fmt: skip
    return slot


def pause_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """Stop the time. Raises Stale, NotLive, NoSlot, SlotPaused."""
    require(actor, "live.pause_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    if slot.paused_at is not None:
        raise refusals.SlotPaused()
    _change(slot, rules.paused(uow.now))
    uow.record(public_stream(session.id), events.SLOT_PAUSED, actor, [slot, session], slot=slot.id)
    return slot


def resume_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """Let the time run on. Raises Stale, NotLive, NoSlot, SlotNotPaused."""
    require(actor, "live.resume_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    if slot.paused_at is None:
        raise refusals.SlotNotPaused()
    _change(slot, rules.resumed(slot, uow.now))
    uow.record(public_stream(session.id), events.SLOT_RESUMED, actor, [slot, session], slot=slot.id)
    return slot


def extend_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, seconds: int) -> Slot:
    """Give more time or, with a negative number, less, but never less than was used.

    Raises Stale, NotLive, NoSlot, BelowTimeUsed, TooLong.
    """
    require(actor, "live.extend_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    if seconds < -(most := rules.most_taken_away_s(slot, uow.now)):
        raise refusals.BelowTimeUsed(most=most)
    if seconds > (most := rules.most_added_s(slot)):
        raise refusals.TooLong(most=most)
    _change(slot, rules.extended(slot, seconds, uow.now))
    uow.record(public_stream(session.id), events.SLOT_EXTENDED, actor, [slot, session], slot=slot.id, seconds=seconds)
    return slot


def end_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """The speaker has ended. Raises Stale, NotLive, NoSlot."""
    require(actor, "live.end_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    finish(uow, actor, session, slot, rules.ended(slot, uow.now))
    return slot


def call_time(uow: UnitOfWork, actor: Actor, slot_id: int) -> bool:
    """Say, once, that a slot's time is up, and end the slot if that is what was agreed.

    Returns False when there is nothing to say: between looking and locking somebody may have pressed, or another
    process was faster. A slot that ends by itself ends at its deadline, however late anybody noticed.
    """
    require(actor, "live.call_time")
    session = uow.lock(Session, queries.slot(uow.db, slot_id).session_id)
    slot = uow.lock(Slot, slot_id)
    deadline = rules.deadline(slot)
    if deadline is None or not rules.is_due(slot, uow.now):
        return False
    _change(slot, {"time_called_at": uow.now})
    uow.record(public_stream(session.id), events.TIME_CALLED, actor, [slot], slot=slot.id)
    if slot.at_zero is AtZero.END:
        session.floor_rev += 1
        finish(uow, actor, session, slot, rules.ended(slot, deadline))
    return True


def _press_on_slot(uow: UnitOfWork, session_id: int, seen: int | None) -> tuple[Session, Slot]:
    session = claim_floor(uow, session_id, seen)
    slot = queries.open_slot(uow.db, session.id)
    if slot is None:
        raise refusals.NoSlot()
    return session, slot


def _change(slot: Slot, changes: rules.Changes) -> None:
    for name, value in changes.items():
        setattr(slot, name, value)
