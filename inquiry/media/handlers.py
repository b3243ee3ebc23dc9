"""Commands about the picture: parse, call, answer."""

from typing import Any

from ..dispatch.registry import command
from ..dispatch.unit_of_work import UnitOfWork
from ..live import schemas as live_schemas
from ..live.commands.clearing import on_cleared
from ..permissions import Actor
from . import schemas
from .commands import programmes

Ack = dict[str, Any]

on_cleared(programmes.remove_files)


@command("media.choose_source", schemas.ChooseSource)
def choose_source(uow: UnitOfWork, actor: Actor, message: schemas.ChooseSource) -> Ack:
    programme = programmes.choose_source(uow, actor, message.session, message.source, message.address)
    return {"source": programme.source.value}


@command("media.revoke_key", live_schemas.OfSession)
def revoke_key(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"session": programmes.revoke_key(uow, actor, message.session).id}
