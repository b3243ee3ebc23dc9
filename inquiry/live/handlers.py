"""The evening's commands: parse, call, answer."""

from typing import Any, cast

from ..core import clock
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..errors import BeyondToken, NotFound
from ..permissions import Actor, Scope, require
from ..realtime import screens, streams, views
from ..realtime.views import View
from . import queries, readers, schemas
from .commands import backstage, clearing, preparation, rehearsing, rundown, screen, slots, steps, timers
from .commands.rundown import Line
from .models import BackstageMessage, Item, ItemKind, RundownStep, ScreenShows, Session, Slot, Timer

Ack = dict[str, Any]


def _item(db: Db, number: int) -> Scope | None:
    item = db.get(Item, number)
    return Scope(session_id=item.session_id, unit_id=item.unit_id) if item else None


reach.belongs("session", lambda _db, number: Scope(session_id=number))


def _timer(db: Db, number: int) -> Scope | None:
    timer = db.get(Timer, number)
    return Scope(session_id=timer.session_id) if timer else None


reach.belongs("item", _item)


def _message(db: Db, number: int) -> Scope | None:
    message = db.get(BackstageMessage, number)
    return Scope(session_id=message.session_id) if message else None


reach.belongs("timer", _timer)
reach.belongs("message", _message)


def _of(session: Session) -> Ack:
    return {"session": session.id, "code": session.code}


@command("live.create_session", schemas.CreateSession)
def create_session(uow: UnitOfWork, actor: Actor, message: schemas.CreateSession) -> Ack:
    session = preparation.create_session(
        uow, actor, kind=message.kind, title=message.title, title_en=message.title_en, theme=message.theme,
        theme_en=message.theme_en, starts_at=clock.in_city(message.starts_at), planned_minutes=message.planned_minutes,
        unit_ids=message.units, closed_to_public=message.closed_to_public, like_id=message.like,
    )  # fmt: skip
    return _of(session)


@command("live.change_session", schemas.ChangeSession)
def change_session(uow: UnitOfWork, actor: Actor, message: schemas.ChangeSession) -> Ack:
    changes = message.model_dump(exclude_unset=True, exclude={"session"})
    if "units" in changes:
        changes["unit_ids"] = changes.pop("units")
    if (starts_at := changes.pop("starts_at", None)) is not None:
        changes["starts_at"] = clock.in_city(starts_at)
    return _of(preparation.change_session(uow, actor, message.session, **changes))


@command("live.rehearse_session", schemas.OfSession)
def rehearse_session(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _of(rehearsing.rehearse_session(uow, actor, message.session))


@command("live.clear_rehearsal", schemas.OfSession)
def clear_rehearsal(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _of(clearing.clear_rehearsal(uow, actor, message.session))


@command("live.open_intake", schemas.OfSession)
def open_intake(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _of(preparation.open_intake(uow, actor, message.session))


@command("live.close_intake", schemas.OfSession)
def close_intake(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _of(preparation.close_intake(uow, actor, message.session))


@command("live.go_live", schemas.GoLive)
def go_live(uow: UnitOfWork, actor: Actor, message: schemas.GoLive) -> Ack:
    return _of(preparation.go_live(uow, actor, message.session, message.planned_for))


@command("live.take_back_live", schemas.OfFloor)
def take_back_live(uow: UnitOfWork, actor: Actor, message: schemas.OfFloor) -> Ack:
    session = preparation.take_back_live(uow, actor, message.session, message.seen)
    return _of(session) | {"floor_rev": session.floor_rev}


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * 1000


@command("live.add_item", schemas.AddItem)
def add_item(uow: UnitOfWork, actor: Actor, message: schemas.AddItem) -> Ack:
    """Raises NotFound for a question of another session too."""
    if message.question is not None:
        reach.require_within(uow.db, "question", message.question, message.session)
    item = rundown.add_item(
        uow, actor, message.session, question_id=message.question, position=message.position,
        before_id=message.before, case_id=message.case, **_line(message),
    )  # fmt: skip
    return {"item": item.id, "position": item.position, "rev": item.rev}


def _line(message: schemas.AddItem | schemas.ChangeItem) -> Line:
    """What a message says of a line."""
    seconds = {"warning_seconds": "warning_ms", "danger_seconds": "danger_ms"}
    said = message.model_dump(exclude_unset=True, include=set(Line.__annotations__) | {"unit", *seconds})
    if message.grace_seconds is None:
        said.pop("grace_seconds", None)
    if "unit" in said:
        said["unit_id"] = said.pop("unit")
    for name in seconds.keys() & said.keys():
        said[seconds[name]] = _ms(said.pop(name))
    if message.planned_ms is not None:
        said["planned_ms"] = 0 if said.get("kind") is ItemKind.CASE else message.planned_ms
    return cast("Line", said)


@command("live.change_item", schemas.ChangeItem)
def change_item(uow: UnitOfWork, actor: Actor, message: schemas.ChangeItem) -> Ack:
    line = _line(message)
    if line.get("planned_ms") == queries.item(uow.db, message.item).planned_ms // 1000 * 1000:
        del line["planned_ms"]  # forms say whole seconds: the length of a film stays what it is to the millisecond
    item = rundown.change_item(uow, actor, message.item, message.seen, **line)
    return {"item": item.id, "rev": item.rev}


@command("live.move_item", schemas.MoveItem)
def move_item(uow: UnitOfWork, actor: Actor, message: schemas.MoveItem) -> Ack:
    item = rundown.move_item(uow, actor, message.item, message.before, message.case)
    return {"item": item.id, "position": item.position}


@command("live.remove_item", schemas.RemoveItem)
def remove_item(uow: UnitOfWork, actor: Actor, message: schemas.RemoveItem) -> Ack:
    rundown.remove_item(uow, actor, message.item, message.seen)
    return {"item": message.item}


@command("live.arm_item", schemas.ArmItem)
def arm_item(uow: UnitOfWork, actor: Actor, message: schemas.ArmItem) -> Ack:
    item = rundown.arm_item(uow, actor, message.item, follows=message.follows)
    return {"item": item.id, "rev": item.rev}


@command("live.renumber_cues", schemas.OfSession)
def renumber_cues(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return {"lines": len(rundown.renumber_cues(uow, actor, message.session))}


@command("live.undo", schemas.OfSession)
def undo(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _step(steps.undo(uow, actor, message.session))


@command("live.redo", schemas.OfSession)
def redo(uow: UnitOfWork, actor: Actor, message: schemas.OfSession) -> Ack:
    return _step(steps.redo(uow, actor, message.session))


def _step(step: RundownStep) -> Ack:
    return {"kind": step.kind.value, "title": step.title, "lines": len(step.after["lines"])}


@query("live.steps", schemas.OfSession, limit="240/minute")
def last_steps(db: Db, actor: Actor, message: schemas.OfSession) -> Ack:
    """What its asker would undo or do again next on a rundown, null where there is nothing."""
    require(actor, "live.steps", Scope(session_id=message.session))
    each = {
        "undo": queries.last_step(db, message.session, actor.user_id, undone=False),
        "redo": queries.last_step(db, message.session, actor.user_id, undone=True),
    }
    return {name: _step(step) if step else None for name, step in each.items()}


def _ack(uow: UnitOfWork, slot: Slot) -> Ack:
    return {"slot": slot.id, "floor_rev": uow.db.get_one(Session, slot.session_id).floor_rev}


@command("live.start_slot", schemas.StartSlot)
def start_slot(uow: UnitOfWork, actor: Actor, message: schemas.StartSlot) -> Ack:
    slot = slots.start_slot(
        uow, actor, message.session, message.seen, unit_id=message.unit, speaker=message.speaker,
        speaker_title=message.speaker_title, seconds=message.seconds, at_zero=message.at_zero,
        grace_seconds=message.grace_seconds or 0, warning_ms=_ms(message.warning_seconds),
        danger_ms=_ms(message.danger_seconds),
    )  # fmt: skip
    return _ack(uow, slot)


@command("live.take_and_start", schemas.TakeAndStart)
def take_and_start(uow: UnitOfWork, actor: Actor, message: schemas.TakeAndStart) -> Ack:
    _change, slot = slots.take_and_start(uow, actor, message.session, message.item, message.seen)
    return {"item": message.item} | _ack(uow, slot)


@command("live.pause_slot", schemas.PauseSlot)
def pause_slot(uow: UnitOfWork, actor: Actor, message: schemas.PauseSlot) -> Ack:
    slot = slots.pause_slot(uow, actor, message.session, message.seen, interruption=message.interruption)
    return _ack(uow, slot)


@command("live.resume_slot", schemas.OfFloor)
def resume_slot(uow: UnitOfWork, actor: Actor, message: schemas.OfFloor) -> Ack:
    return _ack(uow, slots.resume_slot(uow, actor, message.session, message.seen))


@command("live.extend_slot", schemas.ExtendSlot)
def extend_slot(uow: UnitOfWork, actor: Actor, message: schemas.ExtendSlot) -> Ack:
    return _ack(uow, slots.extend_slot(uow, actor, message.session, message.seen, message.seconds))


@command("live.extend_everybody", schemas.ExtendSlot)
def extend_everybody(uow: UnitOfWork, actor: Actor, message: schemas.ExtendSlot) -> Ack:
    session = slots.extend_everybody(uow, actor, message.session, message.seen, message.seconds)
    return _of(session) | {"floor_rev": session.floor_rev, "extra_seconds": session.extra_ms // 1000}


@command("live.end_slot", schemas.OfFloor)
def end_slot(uow: UnitOfWork, actor: Actor, message: schemas.OfFloor) -> Ack:
    return _ack(uow, slots.end_slot(uow, actor, message.session, message.seen))


@command("live.add_timer", schemas.AddTimer)
def add_timer(uow: UnitOfWork, actor: Actor, message: schemas.AddTimer) -> Ack:
    timer = timers.add_timer(
        uow, actor, message.session, name=message.name, name_en=message.name_en, counts=message.counts,
        seconds=message.seconds, public=message.public,
    )  # fmt: skip
    return {"timer": timer.id}


@command("live.set_timer", schemas.SetTimer)
def set_timer(uow: UnitOfWork, actor: Actor, message: schemas.SetTimer) -> Ack:
    timer = timers.set_timer(
        uow, actor, message.timer, name=message.name, name_en=message.name_en, counts=message.counts,
        seconds=message.seconds, public=message.public,
    )  # fmt: skip
    return {"timer": timer.id}


@command("live.start_timer", schemas.OfTimer)
def start_timer(uow: UnitOfWork, actor: Actor, message: schemas.OfTimer) -> Ack:
    return {"timer": timers.start_timer(uow, actor, message.timer).id}


@command("live.pause_timer", schemas.OfTimer)
def pause_timer(uow: UnitOfWork, actor: Actor, message: schemas.OfTimer) -> Ack:
    return {"timer": timers.pause_timer(uow, actor, message.timer).id}


@command("live.resume_timer", schemas.OfTimer)
def resume_timer(uow: UnitOfWork, actor: Actor, message: schemas.OfTimer) -> Ack:
    return {"timer": timers.resume_timer(uow, actor, message.timer).id}


@command("live.reset_timer", schemas.OfTimer)
def reset_timer(uow: UnitOfWork, actor: Actor, message: schemas.OfTimer) -> Ack:
    return {"timer": timers.reset_timer(uow, actor, message.timer).id}


@command("live.extend_timer", schemas.ExtendTimer)
def extend_timer(uow: UnitOfWork, actor: Actor, message: schemas.ExtendTimer) -> Ack:
    return {"timer": timers.extend_timer(uow, actor, message.timer, message.seconds).id}


@command("live.remove_timer", schemas.OfTimer)
def remove_timer(uow: UnitOfWork, actor: Actor, message: schemas.OfTimer) -> Ack:
    timers.remove_timer(uow, actor, message.timer)
    return {"timer": message.timer}


@command("live.send_message", schemas.SendMessage, limit="60/minute")
def send_message(uow: UnitOfWork, actor: Actor, message: schemas.SendMessage) -> Ack:
    return {"message": backstage.send_message(uow, actor, message.session, message.to, message.text).id}


@command("live.acknowledge_message", schemas.AcknowledgeMessage)
def acknowledge_message(uow: UnitOfWork, actor: Actor, message: schemas.AcknowledgeMessage) -> Ack:
    return {"message": backstage.acknowledge_message(uow, actor, message.message).id}


@command("live.switch_stage_timer", schemas.SwitchStageTimer)
def switch_stage_timer(uow: UnitOfWork, actor: Actor, message: schemas.SwitchStageTimer) -> Ack:
    session = backstage.switch_stage_timer(
        uow, actor, message.session, black=message.black, wrap_up=message.wrap_up, blink=message.blink
    )
    return _of(session)


@command("live.show_on_screen", schemas.ShowOnScreen)
def show_on_screen(uow: UnitOfWork, actor: Actor, message: schemas.ShowOnScreen) -> Ack:
    return _of(screen.show_on_screen(uow, actor, message.session, ScreenShows(message.shows)))


@query("live.report_screen", schemas.ReportScreen, limit="120/minute")
def report_screen(db: Db, actor: Actor, message: schemas.ReportScreen) -> Ack:
    """A studio screen that the crew has opened says that it is there."""
    require(actor, "live.report_screen", Scope(session_id=message.session))
    queries.session(db, message.session)
    screens.report(message.session, message.screen, is_mute=message.is_mute, is_stuck=message.is_stuck)
    return {}


@query("live.find_session", schemas.FindSession, limit="120/minute")
def find_session(db: Db, _actor: Actor, message: schemas.FindSession) -> Ack:
    """The session that people join with a code: whoever has read it from the screen."""
    session = queries.session_by_code(db, message.code)
    return {"session": session.id, "state": session.state.value}


# --- what a reader asks for beyond its snapshot ---------------------------------------------------------------------


@query("live.next_page", schemas.NextPage, limit="240/minute")
def next_page(db: Db, actor: Actor, message: schemas.NextPage) -> Ack:
    """The next rows of a window with what they name, its edge then, and where the streams stood at that moment."""
    readers.require_view(db, actor, message.view, message.session)
    stood = streams.positions(db, message.session, message.view)
    try:
        rows, edge = views.page(
            db, message.session, message.view, message.of, message.window, message.after, message.most
        )
    except LookupError as error:
        raise NotFound(what="window") from error
    return {"streams": stood, "rows": rows, "edge": edge}


@query("live.rows", schemas.Rows, limit="240/minute")
def rows(db: Db, actor: Actor, message: schemas.Rows) -> Ack:
    """Single rows with what they name, null where the reader's view does not hold one. They may be of any session."""
    readers.require_view(db, actor, message.view, message.session)
    if actor.grant is not None and message.view != View.PUBLIC:
        raise BeyondToken(command="live.rows")
    stood = streams.positions(db, message.session, message.view)
    about = [f"{message.of}:{one}" for one in message.ids]
    return {"streams": stood, "rows": views.patch(db, about, message.view)}
