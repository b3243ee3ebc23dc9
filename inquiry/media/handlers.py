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
from ..live.commands.rehearsing import on_copied
from ..permissions import Actor, Scope, require
from ..settings import settings
from . import film_queries, playing, schemas, stage_queries
from .commands import captions, films, programmes, recordings, stage
from .models import Caption, Publisher
from .rows import film_row

Ack = dict[str, Any]

on_cleared(programmes.remove_files)
on_cleared(recordings.remove_files)


def _caption(db: Db, number: int) -> Scope | None:
    caption = db.get(Caption, number)
    return Scope(session_id=caption.session_id) if caption else None


reach.belongs("caption", _caption)
on_cleared(films.remove_all_files)
on_copied(films.copy_showings)


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
        uow, actor, message.session, cut=message.cut, from_s=message.from_s, to_s=message.to_s, reason=message.reason
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
    film = films.begin_film(uow, actor, message.session, message.name, message.size, message.modified)
    return {"film": film.id, "received": film.received}


@command("media.discard_film", schemas.OfFilm)
def discard_film(uow: UnitOfWork, actor: Actor, message: schemas.OfFilm) -> Ack:
    films.discard_film(uow, actor, message.film)
    return {"film": message.film}


@query("media.films", live_schemas.OfSession)
def films_of(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    require(actor, "media.films", Scope(session_id=message.session))
    progress = film_queries.progress_of_films(db, message.session)
    found = film_queries.films(db, message.session)
    lines = film_queries.lines_here(db, message.session, found)
    return {
        "films": [
            film_row(one, [line.id for line in lines[one.id]])
            | {"received": one.received, "progress": progress.get(one.id, 0)}
            for one in found
        ]
    }


@command("media.show_film", schemas.ShowFilm)
def show_film(uow: UnitOfWork, actor: Actor, message: schemas.ShowFilm) -> Ack:
    return {"film": films.show_film(uow, actor, message.film, message.item).id}


@command("media.take_film_out", schemas.OfLine)
def take_film_out(uow: UnitOfWork, actor: Actor, message: schemas.OfLine) -> Ack:
    films.take_film_out(uow, actor, message.item)
    return {"item": message.item}


@query("media.see_film", live_schemas.OfSession, limit="240/minute")
def see_film(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    """The film on air, for a page that plays it; the crew's pages load the next one before."""
    require(actor, "media.see_film", Scope(session_id=message.session))
    return playing.see(db, actor, live.session(db, message.session))


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


@query("media.see_stage", live_schemas.OfSession, limit="360/minute")
def see_stage(db: Db, actor: Actor, message: live_schemas.OfSession) -> Ack:
    """The stage as this person sees it at this moment; whoever may publish is told with which token."""
    require(actor, "media.see_stage", Scope(unit_id=actor.unit_id, session_id=message.session))
    here = settings()
    asked = stage_queries.Asked(
        actor, here.janus_secret, clock.now(), clock.of_machine(), here.turn, here.turn_secret
    )  # fmt: skip
    return stage_queries.seen(db, asked, live.session(db, message.session))
