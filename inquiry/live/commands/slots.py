"""Slots: the right to speak for a time. Nothing here ticks: a press writes instants and durations, browsers count."""

from ...accounts import queries as accounts
from ...core.db import assign
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, queries, refusals, rules
from ..models import AtZero, Item, Session, Slot
from . import floor
from .floor import FloorChange, claim_floor


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
    grace_seconds: int = 0,
    warning_ms: int | None = None,
    danger_ms: int | None = None,
) -> Slot:
    """Give a unit's speaker the floor; with so much left its clocks warn, None as usual for its length.

    Raises Stale, NotLive, NothingOnFloor, SlotRunning, NotFound for the unit."""
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
        speaker_title=speaker_title, at_zero=at_zero, grace_ms=rules.grace_ms(at_zero, grace_seconds),
        **_begins(uow, session, unit_id, seconds), **rules.warned(seconds * 1000, warning_ms, danger_ms),
    )  # fmt: skip
    return _give(uow, actor, session, slot)


def take_and_start(
    uow: UnitOfWork, actor: Actor, session_id: int, item_id: int, seen: int | None
) -> tuple[FloorChange, Slot]:
    """One press: an item goes on air and its planned speaker has the floor, for as long and with the end that were
    planned. Raises Stale, NotLive, NotFound, OnAirAlready, QuestionsItem, NoPlannedSpeaker."""
    require(actor, "live.take_and_start")
    change = floor.take_item(uow, actor, session_id, item_id, seen)
    item = uow.db.get_one(Item, item_id)
    if item.question_id is not None:
        raise refusals.QuestionsItem(question=item.question_id)
    slot = _give_planned(uow, actor, change.session, item)
    if slot is None:
        raise refusals.NoPlannedSpeaker(item=item_id)
    return change, slot


def _give_planned(uow: UnitOfWork, actor: Actor, session: Session, item: Item) -> Slot | None:
    """Give the floor to whoever is planned to speak in an item that has just gone on air; None where nobody is."""
    if not item.speaker or item.unit_id is None:
        return None
    seconds = max(1, min(item.planned_ms, rules.MOST_MS) // 1000)
    slot = Slot(
        session_id=session.id, item_id=item.id, unit_id=item.unit_id, speaker=item.speaker,
        speaker_title=item.speaker_title, at_zero=item.at_zero, grace_ms=item.grace_ms,
        **_begins(uow, session, item.unit_id, seconds), **rules.warned(seconds * 1000, item.warning_ms, item.danger_ms),
    )  # fmt: skip
    return _give(uow, actor, session, slot)


def _begins(uow: UnitOfWork, session: Session, unit_id: int, seconds: int) -> rules.Changes:
    extra_ms = rules.extra_due_ms(session.extra_ms, queries.extra_given(uow.db, session.id, unit_id).values())
    return rules.started(seconds, uow.now) | rules.with_extra(seconds * 1000, extra_ms)


def _give(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot) -> Slot:
    uow.add(slot)
    uow.record(
        public_stream(session.id), events.SLOT_STARTED, actor, [slot, session],
        slot=slot.id, unit=slot.unit_id, speaker=slot.speaker, seconds=slot.allotted_ms // 1000,
    )  # fmt: skip
    if slot.extra_ms:
        _record_extended(uow, actor, session, slot, slot.extra_ms // 1000)
    return slot


def _record_extended(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot, seconds: int) -> None:
    uow.record(public_stream(session.id), events.SLOT_EXTENDED, actor, [slot, session], slot=slot.id, seconds=seconds)


def open_slot(uow: UnitOfWork, session: Session) -> Slot:
    """The slot that has not ended, of a session that the caller has locked. Raises NoSlot."""
    slot = queries.open_slot(uow.db, session.id)
    if slot is None:
        raise refusals.NoSlot()
    return slot


def interrupt(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot) -> None:
    """Stop the time for an interruption, for a command that holds the session's row and has asked who may.

    Raises SlotPaused where one lasts.
    """
    _stop(uow, actor, session, slot, interruption=True)


def go_on(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot) -> None:
    """Let the time run on, for a command that holds the session's row and has asked who may. Raises SlotNotPaused."""
    if slot.paused_at is None:
        raise refusals.SlotNotPaused()
    assign(slot, rules.resumed(slot, uow.now))
    uow.record(public_stream(session.id), events.SLOT_RESUMED, actor, [slot, session], slot=slot.id)


def _stop(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot, *, interruption: bool) -> None:
    if slot.paused_at is not None and slot.is_interruption is interruption:
        raise refusals.SlotPaused()
    assign(slot, rules.paused(slot, uow.now, interruption=interruption))
    kind = events.SLOT_INTERRUPTED if interruption else events.SLOT_PAUSED
    uow.record(public_stream(session.id), kind, actor, [slot, session], slot=slot.id)


def pause_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, *, interruption: bool = False) -> Slot:
    """Stop the time, for an interruption or plainly; a pause of the other kind becomes one of this kind from now on.

    Raises Stale, NotLive, NoSlot, SlotPaused.
    """
    require(actor, "live.interrupt_slot" if interruption else "live.pause_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    _stop(uow, actor, session, slot, interruption=interruption)
    return slot


def resume_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """Let the time run on. Raises Stale, NotLive, NoSlot, SlotNotPaused."""
    require(actor, "live.resume_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    go_on(uow, actor, session, slot)
    return slot


def extend_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, seconds: int) -> Slot:
    """Give more time or, with a negative number, less, but never less than was used.

    Raises Stale, NotLive, NoSlot, BelowTimeUsed, TooLong.
    """
    require(actor, "live.extend_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    _extend(uow, actor, session, slot, seconds)
    return slot


def _extend(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot, seconds: int) -> None:
    if seconds < -(most := rules.most_taken_away_s(slot, uow.now)):
        raise refusals.BelowTimeUsed(most=most)
    if seconds > (most := rules.most_added_s(slot)):
        raise refusals.TooLong(most=most)
    assign(slot, rules.extended(slot, seconds, uow.now))
    _record_extended(uow, actor, session, slot, seconds)


def extend_everybody(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, seconds: int) -> Session:
    """Give every unit the same time on top, once in this session: in the slot that runs, or with its next one, planned
    or not. A negative number takes back of what was given so. The slot that runs takes its share as far as it can: what
    has been spoken is not taken back, and none becomes longer than the longest.

    Raises Stale, NotLive, BelowTimeUsed (more than was given), TooLong.
    """
    require(actor, "live.extend_everybody")
    session = claim_floor(uow, session_id, seen)
    if seconds < -(most := session.extra_ms // 1000):
        raise refusals.BelowTimeUsed(most=most)
    if seconds > (most := (rules.MOST_MS - session.extra_ms) // 1000):
        raise refusals.TooLong(most=most)
    session.extra_ms += seconds * 1000
    uow.record(public_stream(session.id), events.EVERYBODY_EXTENDED, actor, [session], seconds=seconds)
    slot = queries.open_slot(uow.db, session.id)
    if slot is not None:
        given = queries.extra_given(uow.db, session.id, slot.unit_id)
        before = given.pop(slot.id)
        due = rules.extra_due_ms(session.extra_ms, given.values())
        share = rules.taken_of(slot, (due - before) // 1000, uow.now)
        slot.extra_ms = before + share * 1000
        if share:
            _extend(uow, actor, session, slot, share)
    return session


def end_slot(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """The speaker has ended. Raises Stale, NotLive, NoSlot."""
    require(actor, "live.end_slot")
    session, slot = _press_on_slot(uow, session_id, seen)
    floor.finish(uow, actor, session, slot, rules.ended(slot, uow.now))
    return slot


def call_time(uow: UnitOfWork, actor: Actor, slot_id: int) -> bool:
    """Say, once, that a slot's time is up, and end the slot when that is what was agreed: at once or after a grace.

    Returns False when there is nothing to do: between looking and locking somebody may have pressed, or another
    process was faster. A slot that ends by itself ends at its deadline, however late anybody noticed; what comes next
    begins when it is noticed, so that nobody's time runs before anybody could know.
    """
    require(actor, "live.call_time")
    session = uow.lock(Session, queries.slot(uow.db, slot_id).session_id)
    slot = uow.lock(Slot, slot_id)
    if not rules.is_due(slot, uow.now):
        return False
    if slot.time_called_at is None:
        assign(slot, {"time_called_at": uow.now})
        uow.record(public_stream(session.id), events.TIME_CALLED, actor, [slot], slot=slot.id)
    if rules.is_cut(slot, uow.now):
        session.floor_rev += 1
        floor.finish(uow, actor, session, slot, rules.ended(slot, uow.now))
        _go_on(uow, actor, session, uow.db.get_one(Item, slot.item_id), armed_only=slot.at_zero is not AtZero.NEXT)
    return True


def follow(uow: UnitOfWork, actor: Actor, session_id: int) -> bool:
    """Take what is armed behind an item in which nobody speaks by a clock and whose planned time is over.

    Returns False when there is nothing to do: somebody may have pressed between looking and locking.
    """
    require(actor, "live.call_time")
    session = uow.lock(Session, session_id)
    item = queries.on_floor(uow.db, session)
    over_at = rules.is_over_at(item) if item is not None else None
    if item is None or over_at is None or over_at > uow.now or queries.open_slot(uow.db, session.id) is not None:
        return False
    followed = _go_on(uow, actor, session, item, armed_only=True)
    session.floor_rev += followed
    return followed


def _go_on(uow: UnitOfWork, actor: Actor, session: Session, ended: Item, *, armed_only: bool) -> bool:
    """Put what is planned next on air, with its speaker; or only if it is armed to follow. A citizen's question waits
    for a person who puts it there, and where nothing follows, the floor stays as it is."""
    item = queries.next_planned(uow.db, ended)
    if item is None or item.question_id is not None or (armed_only and not item.follows):
        return False
    change = floor.put_on_floor(uow, actor, session, uow.lock(Item, item.id))
    _give_planned(uow, actor, change.session, item)
    return True


def _press_on_slot(uow: UnitOfWork, session_id: int, seen: int | None) -> tuple[Session, Slot]:
    session = claim_floor(uow, session_id, seen)
    return session, open_slot(uow, session)
