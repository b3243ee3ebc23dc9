"""The collections `session`, `item` and `slot`: what readers see of the evening."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Select, false, select

from ..accounts.models import User
from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import screens, ticks, views
from ..realtime.views import Row, View, Window
from . import readers, rules
from .models import NOTED, BackstageMessage, Item, ItemState, Session, SessionUnit, Slot, StageTimer, Timer


def session_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `session`; `units` are ids, in the order in which they are to be questioned."""
    units: dict[int, list[int]] = defaultdict(list)
    for one in db.scalars(
        select(SessionUnit).where(SessionUnit.session_id.in_(ids)).order_by(SessionUnit.position, SessionUnit.unit_id)
    ):
        units[one.session_id].append(one.unit_id)
    found = {one.id: one for one in db.scalars(select(Session).where(Session.id.in_(ids)))}
    return {number: _session(found[number], units[number]) if number in found else None for number in ids}


def session_row(db: Db, session: Session) -> Row:
    """The row of one session: what a Stale press is told."""
    row = session_rows(db, [session.id], View.PUBLIC)[session.id]
    assert row is not None
    return row


def _session(session: Session, units: list[int]) -> Row:
    return {
        "id": session.id, "code": session.code, "kind": session.kind.value,
        "title": session.title, "title_en": session.title_en, "theme": session.theme, "theme_en": session.theme_en,
        "starts_at": milliseconds(session.starts_at), "planned_minutes": session.planned_minutes,
        "plan_ends_at": milliseconds(session.plan_ends_at) if session.plan_ends_at else None,
        "state": session.state.value, "intake": rules.intake(session).value,
        "went_live_at": milliseconds(session.went_live_at) if session.went_live_at else None,
        "closed_at": milliseconds(session.closed_at) if session.closed_at else None,
        "called_off": session.called_off_reason,
        "floor_item": session.floor_item_id, "floor_rev": session.floor_rev, "units": units,
        "screen": session.screen.value, "screen_pledge": session.screen_pledge_id,
        "screen_verdict": session.screen_verdict_id,
        "closed_to_public": session.closed_to_public, "rehearsal_of": session.rehearsal_of_id,
        "extra_ms": session.extra_ms,
    }  # fmt: skip


def item_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `item`. Which question is to come, and in what words, the crew alone knows until it is on air."""
    found = {one.id: one for one in db.scalars(select(Item).where(Item.id.in_(ids)))}
    return {number: _item(found[number], view) if number in found else None for number in ids}


def keeps_to_crew(item: Item) -> bool:
    """Whether the item shows a citizen's question that has not been on air."""
    return item.question_id is not None and item.state is ItemState.PLANNED


def _item(item: Item, view: View) -> Row:
    hidden = not view.is_crew and keeps_to_crew(item)
    return {
        "id": item.id, "position": item.position, "kind": item.kind.value,
        "title": "" if hidden else item.title, "title_en": "" if hidden else item.title_en,
        "planned_ms": item.planned_ms, "unit": item.unit_id, "speaker": item.speaker,
        "speaker_title": item.speaker_title, "at_zero": item.at_zero.value, "grace_ms": item.grace_ms,
        "warning_ms": item.warning_ms, "danger_ms": item.danger_ms,
        "planned_at": milliseconds(item.planned_at) if item.planned_at else None, "block": item.block_id,
        "by_plan": item.by_plan, "case": item.case_id,
        "question": None if hidden else item.question_id, "state": item.state.value,
        "started_at": milliseconds(item.started_at) if item.started_at else None,
        "ended_at": milliseconds(item.ended_at) if item.ended_at else None,
    } | (_of_crew(item) if view.is_crew else {})  # fmt: skip


def _of_crew(item: Item) -> Row:
    """What the crew notes for itself; of the notes those that say something."""
    notes = {role: getattr(item, f"note_{role}") for role in NOTED}
    return {
        "colour": item.colour.value, "cue": item.cue, "follows": item.follows, "rev": item.rev,
        "notes": {role: note for role, note in notes.items() if note},
        "taken_at": milliseconds(item.taken_at) if item.taken_at else None,
    }  # fmt: skip


def slot_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `slot`: all that a browser needs to count by itself."""
    found = {one.id: one for one in db.scalars(select(Slot).where(Slot.id.in_(ids)))}
    return {number: slot_row(found[number]) if number in found else None for number in ids}


def slot_row(slot: Slot) -> Row:
    """The same of one slot, as everybody sees it."""
    return {
        "id": slot.id, "item": slot.item_id, "unit": slot.unit_id,
        "speaker": slot.speaker, "speaker_title": slot.speaker_title,
        "allotted_ms": slot.allotted_ms, "extended_ms": slot.extended_ms, "extra_ms": slot.extra_ms,
        "started_at": milliseconds(slot.started_at),
        "paused_at": milliseconds(slot.paused_at) if slot.paused_at else None, "paused_ms": slot.paused_ms,
        "interrupted_ms": slot.interrupted_ms, "is_interruption": slot.is_interruption,
        "ended_at": milliseconds(slot.ended_at) if slot.ended_at else None,
        "at_zero": slot.at_zero.value, "grace_ms": slot.grace_ms,
        "warning_ms": slot.warning_ms, "danger_ms": slot.danger_ms,
        "time_called_at": milliseconds(slot.time_called_at) if slot.time_called_at else None,
    }  # fmt: skip


def timer_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `timer`: all that a browser needs to count by itself, as of a slot. The public holds those that are
    shown to it."""
    found = {one.id: one for one in db.scalars(select(Timer).where(Timer.id.in_(ids)))}
    held = {number: one for number, one in found.items() if one.public or view.is_crew}
    return {number: _timer(held[number]) if number in held else None for number in ids}


def _timer(timer: Timer) -> Row:
    warned = rules.warned(timer.allotted_ms, None, None)
    return {
        "id": timer.id, "name": timer.name, "name_en": timer.name_en, "counts": timer.counts.value,
        "public": timer.public, "allotted_ms": timer.allotted_ms, "extended_ms": timer.extended_ms,
        "started_at": milliseconds(timer.started_at) if timer.started_at else None,
        "paused_at": milliseconds(timer.paused_at) if timer.paused_at else None, "paused_ms": timer.paused_ms,
        **warned,
    }  # fmt: skip


def _timers_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Timer.id).where(Timer.session_id == session_id).order_by(Timer.id))


def message_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `backstagemessage`: the crew's alone."""
    if not view.is_crew:
        return dict.fromkeys(ids)
    found = {one.id: one for one in db.scalars(select(BackstageMessage).where(BackstageMessage.id.in_(ids)))}
    people = {number for one in found.values() for number in (one.sent_by, one.acknowledged_by)}
    names = {one.id: one.name for one in db.execute(select(User.id, User.name).where(User.id.in_(people)))}
    return {number: _message(found[number], names) if number in found else None for number in ids}


def _message(message: BackstageMessage, names: Mapping[int, str]) -> Row:
    return {
        "id": message.id, "to": message.to.value, "text": message.text, "state": message.state.value,
        "sent_at": milliseconds(message.sent_at), "sent_by": names[message.sent_by],
        "acknowledged_at": milliseconds(message.acknowledged_at) if message.acknowledged_at else None,
        "acknowledged_by": names.get(message.acknowledged_by or 0, ""),
    }  # fmt: skip


def stage_timer_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `stagetimer`, with the id of the session: the crew's alone."""
    if not view.is_crew:
        return dict.fromkeys(ids)
    found = {one.id: one for one in db.scalars(select(StageTimer).where(StageTimer.id.in_(ids)))}
    return {number: _stage_timer(found[number]) if number in found else None for number in ids}


def _stage_timer(stage: StageTimer) -> Row:
    return {
        "id": stage.id, "black": stage.black, "wrap_up_slot": stage.wrap_up_slot_id,
        "blinked_at": milliseconds(stage.blinked_at) if stage.blinked_at else None,
    }  # fmt: skip


def _messages_of(_db: Db, session_id: int, view: View) -> Select[int]:
    ids = select(BackstageMessage.id).where(BackstageMessage.session_id == session_id)
    return ids if view.is_crew else ids.where(false())


#: What still waits, all of it, and what was said last.
MESSAGE_WINDOWS = (Window("open", "id", 20, {"state": ("open",)}), Window("newest", "id", 30, down=True))


def _items_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Item.id).where(Item.session_id == session_id).order_by(Item.id))


def _slots_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Slot.id).where(Slot.session_id == session_id).order_by(Slot.id))


def tick_screens(_db: Db, session_id: int, _touched: set[int], view: View) -> Row:
    """How many studio screens are there: the crew has to know when the picture is gone, a film or its sound."""
    if not view.is_crew:
        return {}
    there, mute, stuck = screens.count(session_id)
    return {"screens": there, "mute_screens": mute, "stuck_screens": stuck}


def register() -> None:
    views.collection(
        "session",
        session_rows,
        lambda _db, session_id, _view: [session_id],
        alike=True,
        names={"units": "unit", "screen_pledge": "pledge", "screen_verdict": "verdict"},
        session=Session.id,
    )
    views.collection(
        "item", item_rows, _items_of, names={"unit": "unit", "question": "question"}, session=Item.session_id
    )
    views.collection("slot", slot_rows, _slots_of, alike=True, names={"unit": "unit"}, session=Slot.session_id)
    views.collection("timer", timer_rows, _timers_of, session=Timer.session_id)
    views.collection(
        "backstagemessage", message_rows, _messages_of, session=BackstageMessage.session_id,
        windows=lambda view: MESSAGE_WINDOWS if view.is_crew else (),
        columns={"id": BackstageMessage.id, "state": BackstageMessage.state},
    )  # fmt: skip
    views.collection("stagetimer", stage_timer_rows, lambda _db, session_id, _view: [session_id], session=StageTimer.id)
    views.not_public(readers.not_public)
    ticks.part(tick_screens)
