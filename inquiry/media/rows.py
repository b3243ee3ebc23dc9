"""The collections `programme`, for whoever may follow the session, and `film`, for the crew."""

from sqlalchemy import select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import ticks, views
from ..realtime.views import Row, View
from . import captions
from .models import Film, Programme


def programme_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    found = {one.id: one for one in db.scalars(select(Programme).where(Programme.id.in_(ids)))}
    return {number: programme_row(found[number], view) if number in found else None for number in ids}


def programme_row(one: Programme, view: View) -> Row:
    """Where it lies, `GET /live/7/picture` says; the crew knows besides whether there is a key, and who sends."""
    row: Row = {
        "id": one.id, "source": one.source.value, "state": one.state.value,
        "on_since": milliseconds(one.on_since) if one.on_since else None,
    }  # fmt: skip
    if not view.is_crew:
        return row
    since = milliseconds(one.sending_since) if one.sending_since else None
    return row | {"has_key": one.key_hash is not None, "sending_since": since}


def film_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    if not view.is_crew:
        return dict.fromkeys(ids)
    found = {one.id: film_row(one) for one in db.scalars(select(Film).where(Film.id.in_(ids)))}
    return {number: found.get(number) for number in ids}


def film_row(one: Film) -> Row:
    """How many of its bytes are here, and how far it is made ready, `media.films` says."""
    return {
        "id": one.id, "name": one.name, "size": one.size, "state": one.state.value, "failure": one.failure,
        "duration_ms": one.duration_ms, "loudness": one.loudness,
    }  # fmt: skip


def register() -> None:
    views.collection("film", film_rows, _films_of_session, session=Film.session_id)
    views.collection("programme", programme_rows, _of_session, session=Programme.id)
    ticks.part(captions.tick, told=ticks.alike)


def _of_session(_db: Db, session_id: int, _view: View) -> list[int]:
    return [session_id]


def _films_of_session(db: Db, session_id: int, view: View) -> list[int]:
    if not view.is_crew:
        return []
    return list(db.scalars(select(Film.id).where(Film.session_id == session_id).order_by(Film.id)))
