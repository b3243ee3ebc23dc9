"""Commands and queries about night exams: parse, call, answer."""

from typing import Any

from ..core import clock
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..live import queries as live
from ..live import readers
from ..live import schemas as live_schemas
from ..live.commands.rehearsing import on_copied
from ..live.models import Session
from ..permissions import Actor, Scope, require
from ..pledges.rows import as_recorded
from ..results.rules.periods import Period
from . import schemas, told
from .commands import attendance, changing, meeting, planning, policies, rehearsing
from .models import ExamSlot, Presence
from .policy_file import parse
from .queries import figures, lookup, promises, room, sources
from .queries import meeting as standing

Ack = dict[str, Any]

on_copied(rehearsing.copy_exam)


def _slot(db: Db, number: int) -> Scope | None:
    slot = db.get(ExamSlot, number)
    return Scope(session_id=slot.session_id) if slot else None


reach.belongs("slot", _slot)


@command("exam.set_policy", schemas.SetPolicy)
def set_policy(uow: UnitOfWork, actor: Actor, message: schemas.SetPolicy) -> Ack:
    version, fresh = policies.set_policy(uow, actor, parse(message.policy))
    return {"policy": version.id, "digest": version.digest, "fresh": fresh}


@query("exam.preview", schemas.Preview, limit="120/minute")
def preview(db: Db, actor: Actor, message: schemas.Preview) -> Ack:
    """The plan that a policy would lead to with the figures of a period, if the meeting were held today."""
    require(actor, "exam.preview")
    policy = parse(message.policy)
    made = planning.computed(
        sources.sources(db, policy, message.theme, Period.parse(message.period), clock.city_day(clock.now()))
    )
    return told.plan_told(made, Period.parse(message.period))


@query("exam.figures", live_schemas.OfSession, limit="120/minute")
def read_figures(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    """The figures of those who speak: public, as the tables are that they come from."""
    require(actor, "read.public", Scope(session_id=message.session))
    readers.require_not_hidden(db, actor, message.session)
    return figures.figures(db, lookup.exam(db, message.session))


@query("exam.last_pledges", schemas.LastPledges, limit="240/minute")
def read_last_pledges(db: Db, actor: Actor, message: schemas.LastPledges) -> Ack:
    """What a unit promised before this meeting, overdue first."""
    require(actor, "read.public", Scope(session_id=message.session))
    readers.require_not_hidden(db, actor, message.session)
    left_out = readers.hidden(db, actor) | {message.session}
    return promises.last_pledges(db, left_out, message.unit, clock.city_day(clock.now()))


@command("exam.create_exam", schemas.CreateExam)
def create_exam(uow: UnitOfWork, actor: Actor, message: schemas.CreateExam) -> Ack:
    policy_id = message.policy or lookup.newest_policy(uow.db).id
    exam = planning.create_exam(
        uow, actor, title=message.title, title_en=message.title_en, theme=message.theme, theme_en=message.theme_en,
        period=Period.parse(message.period), starts_at=clock.in_city(message.starts_at), policy_id=policy_id,
        closed_to_public=message.closed_to_public,
    )  # fmt: skip
    return {"session": exam.id, "code": live.session(uow.db, exam.id).code}


@command("exam.draft_next", live_schemas.OfSession)
def draft_next(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    exam, fresh = planning.draft_next(uow, actor, message.session)
    return {"session": exam.id, "code": live.session(uow.db, exam.id).code, "fresh": fresh}


@command("exam.plan_slots", live_schemas.OfSession)
def plan_slots(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    made = planning.plan_slots(uow, actor, message.session)
    return {"plan": made.id, "digest": made.digest, "slots": len(made.contents["slots"]),
            "reserve_s": made.contents["reserve_s"]}  # fmt: skip


@command("exam.change_slot", schemas.ChangeSlot)
def change_slot(uow: UnitOfWork, actor: Actor, message: schemas.ChangeSlot) -> Ack:
    wish = changing.Wish(message.unit, message.speaker, message.speaker_title, message.seconds, message.position)
    return {"slot": changing.change_slot(uow, actor, message.slot, wish, message.why).id}


@command("exam.skip_slot", schemas.SkipSlot)
def skip_slot(uow: UnitOfWork, actor: Actor, message: schemas.SkipSlot) -> Ack:
    return {"slot": changing.skip_slot(uow, actor, message.slot, message.why, absent=message.absent).id}


@command("exam.restore_slots", schemas.RestoreSlots)
def restore_slots(uow: UnitOfWork, actor: Actor, message: schemas.RestoreSlots) -> Ack:
    return {"slots": [slot.id for slot in changing.restore_slots(uow, actor, message.session, message.why)]}


def _floor(uow: UnitOfWork, session_id: int) -> Ack:
    return {"floor_rev": uow.db.get_one(Session, session_id).floor_rev}


@command("exam.interrupt", schemas.Interrupt)
def interrupt(uow: UnitOfWork, actor: Actor, message: schemas.Interrupt) -> Ack:
    made = meeting.interrupt(uow, actor, message.session, message.seen, message.words, message.question)
    return {"interruption": made.id, **_floor(uow, message.session)}


@command("exam.end_interruption", live_schemas.OfFloor)
def end_interruption(uow: UnitOfWork, actor: Actor, message: live_schemas.OfFloor) -> Ack:
    slot = meeting.end_interruption(uow, actor, message.session, message.seen)
    return {"slot": slot.id, **_floor(uow, message.session)}


@query("exam.propose_cuts", live_schemas.OfSession, limit="120/minute")
def propose_cuts(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    """What to cut so that the meeting ends in time: nothing, if it does."""
    require(actor, "exam.cut_slots", Scope(session_id=message.session))
    session = standing.held(db, message.session)
    now = clock.now()
    return {
        "over_s": standing.over_s(db, session, now),
        "cuts": [
            {"slot": one.key, "before": one.before, "after": one.after}
            for one in standing.proposed_cuts(db, session, now)
        ],
    }


@command("exam.cut_slots", schemas.CutSlots)
def cut_slots(uow: UnitOfWork, actor: Actor, message: schemas.CutSlots) -> Ack:
    wanted = {one.slot: (one.before, one.after) for one in message.cuts}
    slots = meeting.cut_slots(uow, actor, message.session, message.seen, wanted)
    return {"slots": [slot.id for slot in slots], **_floor(uow, message.session)}


@command("exam.mark_presence", schemas.MarkPresence)
def mark_presence(uow: UnitOfWork, actor: Actor, message: schemas.MarkPresence) -> Ack:
    presence = None if message.presence is schemas.Mark.EXPECTED else Presence(message.presence)
    reason = message.reason if presence is not None else ""
    attendance.mark_presence(uow, actor, message.session, message.unit, presence, reason)
    return {"unit": message.unit, "presence": message.presence.value}


@query("exam.roll_call", schemas.RollCall, limit="120/minute")
def roll_call(db: Db, actor: Actor, message: schemas.RollCall) -> Ack:
    """Who is there, unit by unit, with whoever said so."""
    require(actor, "exam.roll_call", Scope(session_id=message.session))
    return room.roll_call(db, lookup.exam(db, message.session), message.page)


@query("exam.room", schemas.OfRoom, limit="120/minute")
def of_room(db: Db, actor: Actor, message: schemas.OfRoom) -> Ack:
    """What a unit's own room is told of itself besides the live state."""
    require(actor, "exam.room", Scope(unit_id=message.unit, session_id=message.session))
    return room.told(db, lookup.exam(db, message.session), message.unit)


@command("exam.record_pledge", schemas.RecordPledge)
def record_pledge(uow: UnitOfWork, actor: Actor, message: schemas.RecordPledge) -> Ack:
    return as_recorded(meeting.record_pledge(uow, actor, message.session, message.words))
