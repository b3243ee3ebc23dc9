"""The collection `programme`: whether a session has a picture, for whoever may follow the session; and for the crew its
films (`film`), its `stage` and who is on it (`publisher`)."""

from datetime import datetime

from sqlalchemy import select

from ..accounts.models import User
from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import ticks, views
from ..realtime.views import Row, View
from . import captions, film_queries
from .models import Film, Programme, Publisher, Recording, Stage


def programme_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    found = {one.id: one for one in db.scalars(select(Programme).where(Programme.id.in_(ids)))}
    stopped: dict[int, datetime] = {}
    if view.is_crew:
        kept = select(Recording.id, Recording.stopped_at).where(Recording.id.in_(ids))
        stopped = {number: at for number, at in db.execute(kept) if at is not None}
    return {
        number: programme_row(found[number], view, stopped.get(number)) if number in found else None for number in ids
    }


def programme_row(one: Programme, view: View, stopped_at: datetime | None = None) -> Row:
    """Where it lies, `GET /live/7/picture` says; the crew knows besides whether there is a key, since when an encoder
    sends, and since when nothing is recorded because the disk is full."""
    row: Row = {
        "id": one.id, "source": one.source.value, "state": one.state.value,
        "on_since": milliseconds(one.on_since) if one.on_since else None,
    }  # fmt: skip
    if not view.is_crew:
        return row
    since = milliseconds(one.sending_since) if one.sending_since else None
    stopped = milliseconds(stopped_at) if stopped_at else None
    return row | {"has_key": one.key_hash is not None, "sending_since": since, "recording_stopped_at": stopped}


def film_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    if not view.is_crew:
        return dict.fromkeys(ids)
    lines = film_queries.lines_of(db, ids)
    found = {one.id: film_row(one, lines.get(one.id, [])) for one in db.scalars(select(Film).where(Film.id.in_(ids)))}
    return {number: found.get(number) for number in ids}


def film_row(one: Film, lines: list[int]) -> Row:
    """`items` are the lines that show it. How many of its bytes are here, and how far it is, `media.films` says."""
    return {
        "id": one.id, "name": one.name, "size": one.size, "state": one.state.value, "failure": one.failure,
        "duration_ms": one.duration_ms, "loudness": one.loudness, "cues": one.cues, "items": lines,
    }  # fmt: skip


def register() -> None:
    views.collection("film", film_rows, _films_of_session, session=Film.session_id)
    views.collection("programme", programme_rows, _of_session, session=Programme.id)
    ticks.part(captions.tick, told=ticks.alike, of="caption")
    views.collection("stage", stage_rows, _of_session, session=Stage.id)
    views.collection("publisher", publisher_rows, _publishers, session=Publisher.session_id)


def _of_session(_db: Db, session_id: int, _view: View) -> list[int]:
    return [session_id]


def _films_of_session(db: Db, session_id: int, view: View) -> list[int]:
    return film_queries.of_session(db, session_id) if view.is_crew else []


def stage_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """For the crew alone: whether the stage's server is there."""
    rows: dict[int, Row | None] = dict.fromkeys(ids)
    if view.is_crew:
        rows |= {
            one.id: {"id": one.id, "state": one.state.value}
            for one in db.scalars(select(Stage).where(Stage.id.in_(ids)))
        }
    return rows


def publisher_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """For the crew alone: who is on the stage or behind it. Rooms and tokens are nobody's but their own."""
    rows: dict[int, Row | None] = dict.fromkeys(ids)
    if view.is_crew:
        found = db.execute(
            select(Publisher, User.name)
            .join(User, User.id == Publisher.user_id)
            .where(Publisher.id.in_(ids), Publisher.withdrawn_at.is_(None))
        )
        rows |= {one.id: _publisher_row(one, name) for one, name in found}
    return rows


def _publisher_row(one: Publisher, name: str) -> Row:
    return {
        "id": one.id, "part": one.part.value, "camera": one.camera.value, "name": name, "unit": one.unit_id,
        "item": one.item_id,
        "place": one.place.value, "joined": one.joined, "muted": one.muted, "ready": one.ready,
        "hand_raised_at": milliseconds(one.hand_raised_at) if one.hand_raised_at else None,
    }  # fmt: skip


def _publishers(db: Db, session_id: int, _view: View) -> list[int]:
    there = Publisher.session_id == session_id, Publisher.withdrawn_at.is_(None)
    return list(db.scalars(select(Publisher.id).where(*there).order_by(Publisher.id)))
