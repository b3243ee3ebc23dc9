"""Where the producer says how the picture comes, its source, its stream key and what is missing; and the films."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..core import clock
from ..core.db import Db, reading
from ..core.fields import typed
from ..dispatch import registry
from ..dispatch.unit_of_work import commit
from ..errors import Refusal
from ..live import panels
from ..live import queries as live
from ..live import schemas as live_schemas
from ..live.models import Item, Session, SessionState
from ..permissions import Scope, require
from ..realtime.views import View
from ..settings import settings
from ..web import forms
from ..web.http import actor, public_address, takes_files
from ..web.said import say_done
from . import film_queries, queries, refusals, rules, webvtt
from .commands import films, programmes
from .models import Film, FilmState, PictureSource, PictureState, Programme
from .shown import shown

bp = Blueprint("media_pages", __name__)


@bp.get("/sessions/<code>/picture")
def picture_page(code: str) -> str:
    """The picture of a session. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "media.make_key")
    return _page(code, "")


@bp.post("/sessions/<code>/picture")
def make_key(code: str) -> Response:
    """Make or change the stream key: told by this answer alone."""
    require(actor(), "media.make_key")
    with reading() as db:
        session = live.session_by_code(db, code)
    message = registry.parse(live_schemas.OfSession, typed({"session": str(session.id)}))
    try:
        _programme, key = commit("media.make_key", lambda uow: programmes.make_key(uow, actor(), message.session))
    except Refusal as refusal:
        return forms.refused_form("media.make_key", refusal)
    return forms.taken(make_response(_page(code, key)))


def _page(code: str, key: str) -> str:
    with reading() as db:
        session = live.session_by_code(db, code)
        require(actor(), "media.make_key", Scope(session_id=session.id))
        return render_template(
            "media/picture.html", session=session, key=key, sources=list(PictureSource),
            is_stage_set_up=bool(settings().janus), **_known(db, session),
            server=rules.rtmp_for_encoders(settings().rtmp, public_address()),
        )  # fmt: skip


def _known(db: Db, session: Session) -> dict[str, Any]:
    """How the picture is, what is missing for it, and since when nothing of it is recorded."""
    chosen, recording = queries.programme(db, session.id), queries.recording(db, session.id)
    programme = chosen or Programme(source=PictureSource.NONE, address="", state=PictureState.OFF)
    worker = queries.worker(db, clock.now())
    missing = rules.missing(
        programme.source, worker.programs if worker else None, is_stage_set_up=bool(settings().janus)
    )
    return {
        "programme": programme,
        "missing": missing if session.state is not SessionState.CLOSED else [],
        "stopped_at": recording.stopped_at if recording else None,
    }


@bp.get("/sessions/<code>/films")
def films_page(code: str) -> str:
    """The films of a session: what comes, what is ready, which lines show it. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "media.films")
    with reading() as db:
        session = live.session_by_code(db, code)
        require(actor(), "media.films", Scope(session_id=session.id))
        worker = queries.worker(db, clock.now())
        return render_template(
            "media/films.html", session=session, **_films(db, session),
            most=rules.MOST_FILMS, most_bytes=rules.MOST_BYTES, piece_bytes=rules.PIECE_BYTES,
            worker=worker is not None, ffmpeg=worker is None or {"ffmpeg", "ffprobe"} <= worker.programs.keys(),
        )  # fmt: skip


def _films(db: Db, session: Session) -> dict[str, Any]:
    """The `films`, the newest first, the `clips` that can be given one, with `titles` of what each shows already."""
    there = film_queries.films(db, session.id)
    shown = film_queries.lines_here(db, session.id, there)
    progress = film_queries.progress_of_films(db, session.id)
    return {
        "films": [_shown(one, progress.get(one.id, 0), shown[one.id]) for one in reversed(there)],
        "kept": film_queries.count_kept(db, session.id),
        "clips": film_queries.clips(db, session.id),
        "titles": {line.id: one.name for one in there for line in shown[one.id]},
    }


def _shown(film: Film, progress: int, lines: list[Item]) -> dict[str, Any]:
    """What the page shows of a film; `address` and `poster` where it can be looked at, `missing` where its files are
    gone (a backup holds none)."""
    is_ready = film.state is FilmState.READY
    place = settings().media_dir / queries.FILMS / film.media_id / film_queries.FILM
    told: dict[str, Any] = {
        "film": film, "progress": progress, "lines": lines, "missing": is_ready and not place.is_file(),
    }  # fmt: skip
    if is_ready and not told["missing"]:
        for name, file in (("address", film_queries.FILM), ("poster", film_queries.POSTER)):
            told[name] = film_queries.address(settings().secret_key, film, View.STAFF, file, clock.now())
    return told


@bp.post("/films/<int:film_id>/captions")
@takes_files
def set_captions(film_id: int) -> Response:
    """The form for captions (fields `captions`, a file of WebVTT, and `next`); with `none` they are removed."""
    request.max_content_length = 4 * webvtt.LONGEST + 10_000
    sent = request.files.get("captions")
    try:
        require(actor(), "media.set_captions")
        text = None if request.form.get("none") else _text(sent.stream.read(4 * webvtt.LONGEST + 1) if sent else b"")
        film = commit("media.set_captions", lambda uow: films.set_captions(uow, actor(), film_id, text))
    except Refusal as refusal:
        return forms.refused_form("media.set_captions", refusal)
    said = _("The film has these captions now.") if film.cues else _("The film has no captions any more.")
    return forms.taken(say_done(said, request.form.get("next")))


def _text(sent: bytes) -> str:
    """Raises CaptionsUnreadable."""
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusals.CaptionsUnreadable(why=webvtt.NO_TEXT, line=0) from error


def _of_setup(db: Db, session: Session) -> dict[str, Any]:
    return _known(db, session) | {"films": film_queries.count_kept(db, session.id)}


panels.on_setup("media/_setup.html", _of_setup)
panels.on_session("media/_session.html", shown, above=True)
