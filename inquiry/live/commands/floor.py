"""The floor: what is on air now, at most one item. Every press on it carries the `floor_rev` its presser saw.

Whose right it is to take and clear is asked by the verbs of `questions` and `responses` that call these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from ...core.db import assign
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Stale
from ...permissions import Actor
from ...realtime.streams import public_stream
from .. import events, queries, refusals, rules
from ..models import Item, ItemKind, ItemState, RundownStep, ScreenShows, Session, SessionState, Slot
from ..rows import session_row

#: What the trace calls an item that shows a question, in both languages.
A_QUESTION = "群众提问 Question"


_on_left: list[Callable[[UnitOfWork, Actor, Item], None]] = []


def on_left(tell: Callable[[UnitOfWork, Actor, Item], None]) -> None:
    """Let a package above know, within the same unit of work, that an item was taken off the floor or pushed off it."""
    _on_left.append(tell)


_on_close: list[Callable[[UnitOfWork, Actor, Session], None]] = []


def on_close(tell: Callable[[UnitOfWork, Actor, Session], None]) -> None:
    """Let a package above know, within the same unit of work, that a session is about to be over."""
    _on_close.append(tell)


def _tell_left(uow: UnitOfWork, actor: Actor, left: Item | None) -> None:
    if left is not None:
        for tell in _on_left:
            tell(uow, actor, left)


@dataclass(frozen=True)
class FloorChange:
    """What a press on the floor did: the item now on air and the one that left; either may be None."""

    session: Session
    item: Item | None
    left: Item | None


def lock_as_seen(uow: UnitOfWork, session_id: int, seen: int | None) -> Session:
    """The live session, locked, if nobody pressed since, or (None) whoever did: whether somebody may press so is asked
    before. Raises Stale (`now` is the session's row), NotLive."""
    session = uow.lock(Session, session_id)
    if seen not in (None, session.floor_rev):
        raise Stale(now=session_row(uow.db, session))
    if session.state is not SessionState.LIVE:
        raise refusals.NotLive()
    return session


def claim_floor(uow: UnitOfWork, session_id: int, seen: int | None) -> Session:
    """The same, counting this press, so that the next presser has to have seen it."""
    session = lock_as_seen(uow, session_id, seen)
    session.floor_rev += 1
    return session


def take_item(uow: UnitOfWork, actor: Actor, session_id: int, item_id: int, seen: int | None) -> FloorChange:
    """Put an item on air: whoever speaks has ended, and what was on air is done.

    An item that was on air before may be taken again; it keeps its first beginning. Raises Stale, NotLive, NotFound,
    IsACase, OnAirAlready.
    """
    session = claim_floor(uow, session_id, seen)
    item = uow.lock(Item, item_id)
    if item.session_id != session.id:
        raise NotFound(what="item", id=item_id)
    if item.kind is ItemKind.CASE:
        raise refusals.IsACase()
    if not rules.may_become(item.state, ItemState.ON_AIR):
        raise refusals.OnAirAlready()
    return put_on_floor(uow, actor, session, item)


def put_on_floor(uow: UnitOfWork, actor: Actor, session: Session, item: Item) -> FloorChange:
    """The same with a session and an item that the caller has locked, of a press that the caller has counted."""
    left = _leave_floor(uow, actor, session)
    item.state = ItemState.ON_AIR
    item.started_at = item.started_at or uow.now
    item.taken_at, item.ended_at = uow.now, None
    item.follows = False  # it is on air: taken back, it waits for a press
    session.floor_item_id = item.id
    _put_card_away(session)
    about = [session, item, *([left] if left else [])]
    uow.record(public_stream(session.id), events.ITEM_TAKEN, actor, about, item=item.id, title=_told(item))
    _tell_left(uow, actor, left)
    return FloorChange(session, item, left)


def clear_floor(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> FloorChange:
    """Take what is on air off it. Raises Stale, NotLive, NothingOnFloor."""
    session = claim_floor(uow, session_id, seen)
    left = _clear(uow, actor, session)
    if left is None:
        raise refusals.NothingOnFloor()
    _tell_left(uow, actor, left)
    return FloorChange(session, None, left)


def give_back(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, since: datetime) -> FloorChange:
    """Undo the press that took the floor at `since`: what it pushed aside is on air again.

    A slot that it ended stays ended. Whose right it is, and until when, is for `questions.take_back` to say, which
    calls this. Raises Stale, NotLive, NothingOnFloor.
    """
    session = claim_floor(uow, session_id, seen)
    before = next((one for one in queries.rundown(uow.db, session.id) if one.ended_at == since), None)
    taken = _clear(uow, actor, session)
    if taken is None:
        raise refusals.NothingOnFloor()
    if taken.started_at == since:
        taken.state, taken.started_at, taken.taken_at, taken.ended_at = ItemState.PLANNED, None, None, None
    if before is not None:
        before.state, before.ended_at = ItemState.ON_AIR, None
        session.floor_item_id = before.id
    if before is not None:
        uow.record(
            public_stream(session.id), events.ITEM_TAKEN, actor, [session, before], item=before.id, title=_told(before)
        )
    return FloorChange(session, before, taken)


def close(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """End the evening: the slot, the floor, the intake and the session. Raises NotLive.

    Whether every question is settled is for `responses.close_session` to say, which calls this.
    """
    session = uow.lock(Session, session_id)
    if session.state is not SessionState.LIVE:
        raise refusals.NotLive()
    session.floor_rev += 1
    _clear(uow, actor, session)
    for tell in _on_close:
        tell(uow, actor, session)
    shut(uow, session)
    uow.record(public_stream(session.id), events.SESSION_CLOSED, actor, [session])
    return session


def shut(uow: UnitOfWork, session: Session) -> None:
    """Let a session, locked by the caller, take no more questions and be over."""
    if rules.intake(session) is rules.Intake.OPEN:
        session.intake_closed_at = uow.now
    _show_programme(session)
    uow.db.execute(delete(RundownStep).where(RundownStep.session_id == session.id))  # nothing is undone any more
    session.state = SessionState.CLOSED
    session.closed_at = uow.now


def _clear(uow: UnitOfWork, actor: Actor, session: Session) -> Item | None:
    left = _leave_floor(uow, actor, session)
    if left is not None:
        _put_card_away(session)
        uow.record(public_stream(session.id), events.FLOOR_CLEARED, actor, [session, left], item=left.id)
    return left


def _put_card_away(session: Session) -> None:
    """A pledge's card, and the result of a verdict, belong to what was on air; the other switches stay until somebody
    switches back."""
    if session.screen in (ScreenShows.PLEDGE, ScreenShows.VERDICT):
        _show_programme(session)


def _show_programme(session: Session) -> None:
    session.screen, session.screen_pledge_id, session.screen_verdict_id = ScreenShows.PROGRAMME, None, None


def _leave_floor(uow: UnitOfWork, actor: Actor, session: Session) -> Item | None:
    """End the slot and what is on air; flushed, because the database knows that only one item may be on air."""
    slot = queries.open_slot(uow.db, session.id)
    if slot is not None:
        finish(uow, actor, session, slot, rules.ended(slot, uow.now))
    if session.floor_item_id is None:
        return None
    left = uow.lock(Item, session.floor_item_id)
    left.state = ItemState.DONE
    left.ended_at = uow.now
    session.floor_item_id = None
    uow.db.flush()  # the table knows one item on air: this one leaves before the next one comes
    return left


def finish(uow: UnitOfWork, actor: Actor, session: Session, slot: Slot, end: rules.Changes) -> None:
    """Give a slot its end and say so."""
    assign(slot, end)
    used_s = rules.used_ms(slot, uow.now) // 1000
    uow.record(public_stream(session.id), events.SLOT_ENDED, actor, [slot, session], slot=slot.id, used_s=used_s)


def _told(item: Item) -> str:
    """What the trace calls an item: of a question no words, for out of the trace none could be withdrawn."""
    return item.title if item.question_id is None else A_QUESTION
