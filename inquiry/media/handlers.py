"""Commands about the picture: parse, call, answer."""

from typing import Any

from ..core.db import Db
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..live import schemas as live_schemas
from ..live.commands.clearing import on_cleared
from ..permissions import Actor, Scope, require
from . import queries, schemas
from .commands import films, programmes
from .rows import film_row

Ack = dict[str, Any]

on_cleared(programmes.remove_files)
on_cleared(films.remove_all_files)


@command("media.choose_source", schemas.ChooseSource)
def choose_source(uow: UnitOfWork, actor: Actor, message: schemas.ChooseSource) -> Ack:
    programme = programmes.choose_source(uow, actor, message.session, message.source, message.address)
    return {"source": programme.source.value}


@command("media.revoke_key", live_schemas.OfSession)
def revoke_key(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"session": programmes.revoke_key(uow, actor, message.session).id}


@command("media.begin_film", schemas.BeginFilm)
def begin_film(uow: UnitOfWork, actor: Actor, message: schemas.BeginFilm) -> Ack:
    film = films.begin_film(uow, actor, message.session, message.name, message.size)
    return {"film": film.id, "received": film.received}


@command("media.discard_film", schemas.OfFilm)
def discard_film(uow: UnitOfWork, actor: Actor, message: schemas.OfFilm) -> Ack:
    films.discard_film(uow, actor, message.film)
    return {"film": message.film}


@query("media.films", live_schemas.OfSession)
def films_of(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    require(actor, "media.films", Scope(session_id=message.session))
    progress = queries.progress_of_films(db, message.session)
    found = queries.films(db, message.session)
    return {"films": [film_row(one) | {"received": one.received, "progress": progress.get(one.id, 0)} for one in found]}
