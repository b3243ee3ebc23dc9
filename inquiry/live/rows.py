"""The collections `session`, `item` and `slot`: what readers see of the evening."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import screens, ticks, views
from ..realtime.views import Row, View
from . import readers, rules
from .models import NOTED, Item, ItemState, Session, SessionUnit, Slot


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
        "closed_to_public": session.closed_to_public,
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
    return {number: _slot(found[number]) if number in found else None for number in ids}


def _slot(slot: Slot) -> Row:
    return {
        "id": slot.id, "item": slot.item_id, "unit": slot.unit_id,
        "speaker": slot.speaker, "speaker_title": slot.speaker_title,
        "allotted_ms": slot.allotted_ms, "extended_ms": slot.extended_ms,
        "started_at": milliseconds(slot.started_at),
        "paused_at": milliseconds(slot.paused_at) if slot.paused_at else None, "paused_ms": slot.paused_ms,
        "interrupted_ms": slot.interrupted_ms, "is_interruption": slot.is_interruption,
        "ended_at": milliseconds(slot.ended_at) if slot.ended_at else None,
        "at_zero": slot.at_zero.value, "grace_ms": slot.grace_ms,
        "time_called_at": milliseconds(slot.time_called_at) if slot.time_called_at else None,
    }  # fmt: skip


def _items_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Item.id).where(Item.session_id == session_id).order_by(Item.id))


def _slots_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Slot.id).where(Slot.session_id == session_id).order_by(Slot.id))


def tick_screens(_db: Db, session_id: int, _touched: set[int], view: View) -> Row:
    """How many studio screens are there: the crew has to know when the picture is gone."""
    return {"screens": screens.count(session_id)} if view.is_crew else {}


def register() -> None:
    views.collection(
        "session",
        session_rows,
        lambda _db, session_id, _view: [session_id],
        alike=True,
        names={"units": "unit", "screen_pledge": "pledge"},
        session=Session.id,
    )
    views.collection(
        "item", item_rows, _items_of, names={"unit": "unit", "question": "question"}, session=Item.session_id
    )
    views.collection("slot", slot_rows, _slots_of, alike=True, names={"unit": "unit"}, session=Slot.session_id)
    views.not_public(readers.not_public)
    ticks.part(tick_screens)
