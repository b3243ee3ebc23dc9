"""What a page is told that plays films: a studio screen, an output, whose film is on air and since when."""

from datetime import datetime, timedelta
from typing import Any

from ..core import clock
from ..core.clock import milliseconds
from ..core.db import Db
from ..live.models import Session
from ..permissions import Actor, Scope, allows
from ..realtime.views import View
from ..settings import settings
from . import film_queries, webvtt
from .film_queries import FILM, POSTER
from .models import Film


def see(db: Db, actor: Actor, session: Session) -> dict[str, Any]:
    """`{film, next}`: the film on air, and for the crew that of the line that comes next; null where there is none."""
    now, view = clock.now(), _view(actor, session)
    is_theirs = session.rehearsal_of_id is None or view != View.INTERNAL
    running = film_queries.on_air(db, session) if is_theirs else None
    coming = film_queries.coming(db, session) if view == View.STAFF else None
    return {"film": running and _running(session, *running, view, now), "next": coming and _told(coming, view, now)}


def _running(session: Session, film: Film, since: datetime, view: View, now: datetime) -> dict[str, Any]:
    told = _told(film, view, now)
    told["poster"] = film_queries.address(settings().secret_key, film, view, POSTER, now)
    cues = webvtt.read(film.captions, is_ours=True) if film.cues else []
    return told | {"item": session.floor_item_id, "started_at": milliseconds(since), "cues": cues}


def _view(actor: Actor, session: Session) -> View:
    """The widest in which this reader may be given a ticket."""
    if actor.grant is not None and actor.grant.is_output:
        return View.OUTPUT
    return View.STAFF if allows(actor, "read.staff", Scope(session_id=session.id)) else View.INTERNAL


def _told(film: Film, view: View, now: datetime) -> dict[str, Any]:
    lasts = timedelta(milliseconds=film.duration_ms or 0)
    address = film_queries.address(settings().secret_key, film, view, FILM, now, lasts)
    return {"id": film.id, "duration_ms": film.duration_ms, "address": address}
