"""Commands about the picture: parse, call, answer."""

from typing import Any

from ..core import clock
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..live import queries as live
from ..live import schemas as live_schemas
from ..live.commands.clearing import on_cleared
from ..permissions import Actor, Scope, require
from ..settings import settings
from . import schemas, stage_queries
from .commands import programmes, stage
from .models import Publisher

Ack = dict[str, Any]

on_cleared(programmes.remove_files)


@command("media.choose_source", schemas.ChooseSource)
def choose_source(uow: UnitOfWork, actor: Actor, message: schemas.ChooseSource) -> Ack:
    programme = programmes.choose_source(uow, actor, message.session, message.source, message.address)
    return {"source": programme.source.value}


@command("media.revoke_key", live_schemas.OfSession)
def revoke_key(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"session": programmes.revoke_key(uow, actor, message.session).id}


# --- the stage -------------------------------------------------------------------------------------------------------


def _publisher(db: Db, number: int) -> Scope | None:
    publisher = db.get(Publisher, number)
    return Scope(session_id=publisher.session_id, unit_id=publisher.unit_id) if publisher else None


reach.belongs("publisher", _publisher)


def _stands(publisher: Publisher) -> Ack:
    return {"publisher": publisher.id, "place": publisher.place.value}


@command("media.join_stage", schemas.JoinStage)
def join_stage(uow: UnitOfWork, actor: Actor, message: schemas.JoinStage) -> Ack:
    return _stands(stage.join_stage(uow, actor, message.session, message.camera))


@command("media.leave_stage", schemas.OfPublisher)
def leave_stage(uow: UnitOfWork, actor: Actor, message: schemas.OfPublisher) -> Ack:
    return _stands(stage.leave_stage(uow, actor, message.publisher))


@command("media.mark_ready", schemas.MarkReady)
def mark_ready(uow: UnitOfWork, actor: Actor, message: schemas.MarkReady) -> Ack:
    return _stands(stage.mark_ready(uow, actor, message.publisher, ready=message.ready))


@command("media.raise_hand", schemas.RaiseHand)
def raise_hand(uow: UnitOfWork, actor: Actor, message: schemas.RaiseHand) -> Ack:
    return _stands(stage.raise_hand(uow, actor, message.publisher, raised=message.raised))


@command("media.mute", schemas.Mute)
def mute(uow: UnitOfWork, actor: Actor, message: schemas.Mute) -> Ack:
    return _stands(stage.mute(uow, actor, message.publisher, muted=message.muted))


@command("media.mute_others", live_schemas.OfSession)
def mute_others(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"muted": [one.id for one in stage.mute_others(uow, actor, message.session)]}


@command("media.set_conference", schemas.SetConference)
def set_conference(uow: UnitOfWork, actor: Actor, message: schemas.SetConference) -> Ack:
    return {"session": stage.set_conference(uow, actor, message.session, message.part, message.address).id}


@query("media.see_stage", live_schemas.OfSession, limit="180/minute")
def see_stage(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    """The stage as this person sees it at this moment; whoever may publish is told with which token."""
    require(actor, "media.see_stage", Scope(unit_id=actor.unit_id, session_id=message.session))
    asked = stage_queries.Asked(actor, settings().janus_secret, clock.now())
    return stage_queries.seen(db, asked, live.session(db, message.session))
