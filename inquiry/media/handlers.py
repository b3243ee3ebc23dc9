"""Commands about the picture: parse, call, answer."""

from typing import Any

from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..live import schemas as live_schemas
from ..live.commands.clearing import on_cleared
from ..permissions import Actor, Scope, require
from . import queries, schemas
from .commands import captions, films, programmes, recordings
from .models import Caption
from .rows import film_row

Ack = dict[str, Any]

on_cleared(programmes.remove_files)
on_cleared(recordings.remove_files)


def _caption(db: Db, number: int) -> Scope | None:
    caption = db.get(Caption, number)
    return Scope(session_id=caption.session_id) if caption else None


reach.belongs("caption", _caption)
on_cleared(films.remove_all_files)


@command("media.choose_source", schemas.ChooseSource)
def choose_source(uow: UnitOfWork, actor: Actor, message: schemas.ChooseSource) -> Ack:
    programme = programmes.choose_source(uow, actor, message.session, message.source, message.address)
    return {"source": programme.source.value}


@command("media.revoke_key", live_schemas.OfSession)
def revoke_key(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"session": programmes.revoke_key(uow, actor, message.session).id}


@command("media.finish", schemas.Finish)
def finish(uow: UnitOfWork, actor: Actor, message: schemas.Finish) -> Ack:
    return {"state": recordings.finish(uow, actor, message.session, anew=message.anew).state.value}


@command("media.publish", live_schemas.OfSession)
def publish(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"session": recordings.publish(uow, actor, message.session).id}


@command("media.withdraw_passage", schemas.WithdrawPassage)
def withdraw_passage(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawPassage) -> Ack:
    passage = recordings.withdraw_passage(
        uow, actor, message.session, from_s=message.from_s, to_s=message.to_s, reason=message.reason
    )
    return {"passage": passage.id}


@command("media.caption", schemas.WriteCaption, limit="180/minute")
def write_caption(uow: UnitOfWork, actor: Actor, message: schemas.WriteCaption) -> Ack:
    caption = captions.write(uow, actor, message.session, message.text, begins=message.begins, ends=message.ends)
    return {"caption": caption.id}


@command("media.correct_caption", schemas.CorrectCaption)
def correct_caption(uow: UnitOfWork, actor: Actor, message: schemas.CorrectCaption) -> Ack:
    return {"caption": captions.correct(uow, actor, message.caption, message.text).id}


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
