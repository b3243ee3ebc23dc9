"""The door of the media folder, what nginx asks before it lets an encoder in, and where a page finds the picture."""

import os
import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from ..accounts.queries import digest
from ..core import background, clock
from ..core.db import UNUSABLE, reading
from ..core.extensions import csrf
from ..dispatch.unit_of_work import commit
from ..errors import Busy, NotFound, Refusal
from ..live import queries as live
from ..live import readers
from ..live.models import SessionState
from ..permissions import SYSTEM, VISITOR, Actor, Scope, require
from ..realtime.views import View
from ..settings import settings
from ..web.health import is_from_this_machine
from ..web.http import actor, takes_files
from . import film_queries, keeping, queries, refusals, rules, tickets
from .commands import films, recordings, sending
from .models import PictureSource, PictureState

bp = Blueprint("media", __name__)

_MEDIA_ID: Final = re.compile(r"[a-z0-9]{8,32}", re.ASCII)
#: A segment stays as it is; whoever may see it as everybody does keeps it, and nobody on the way.
_KEPT: Final = "private, max-age=86400, immutable"
_CHANGES: Final = ("m3u8", "json")


@bp.get("/media/<ticket>/<media_id>/<name>")
def file(ticket: str, media_id: str, name: str) -> Response:
    """One file of the media folder, where no nginx stands before us. Raises TicketRefused, NotFound."""
    told = rules.FILE_NAME.fullmatch(name)
    if told is None:
        raise NotFound(what="file")
    place = settings().media_dir / _folder(ticket, media_id) / media_id
    response = send_from_directory(place, name, mimetype=rules.FILE_KINDS[told["kind"]], conditional=True)
    is_kept = f".{View.PUBLIC}." in ticket and told["kind"] not in _CHANGES
    response.headers["Cache-Control"] = _KEPT if is_kept else "no-store"
    return response


@bp.get("/media/allowed")
def allowed() -> Response:
    """For nginx, which keeps the answer for some seconds: 204 and the folder. Raises TicketRefused."""
    folder = _folder(request.args.get("ticket", ""), request.args.get("media", ""))
    return Response(status=HTTPStatus.NO_CONTENT, headers={"X-Media-Folder": folder})


def _folder(ticket: str, media_id: str) -> str:
    if not _MEDIA_ID.fullmatch(media_id):
        raise refusals.TicketRefused()  # nginx takes any word but 403 for a fault of ours
    with reading() as db:
        return queries.opened_by(db, settings().secret_key, media_id, ticket, clock.now())


@bp.put("/films/<int:film_id>")
@takes_files
def piece(film_id: int) -> dict[str, int]:
    """A piece of a film, as the body; `?offset=` says where it belongs. Raises Forbidden, PieceOutOfPlace, NotFound.

    It is written before it counts: one that comes again lands on itself, and what nobody counted is written over.
    """
    with reading() as db:
        film = film_queries.film(db, film_id)
        is_open = live.session(db, film.session_id).state is not SessionState.CLOSED
    require(actor(), "media.begin_film", Scope(session_id=film.session_id))
    request.max_content_length = rules.PIECE_BYTES
    offset, sent = request.args.get("offset", -1, int), request.get_data()
    goes_on = rules.goes_on_at(film.received, film.size, offset, len(sent))
    if is_open and offset == film.received and goes_on is not None:
        upload = film_queries.upload_of(settings().media_dir, film.media_id)
        upload.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(upload, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.seek(offset)
            file.write(sent)
    film = commit("media.take_piece", lambda uow: films.take_piece(uow, actor(), film_id, offset, len(sent)))
    return {"received": film.received}


@bp.get("/live/<int:session_id>/picture")
def picture(session_id: int) -> Response:
    """Where the public finds the picture: no cookie is read, any cache may keep it for a second. Raises NotPublic."""
    return _picture(session_id, View.PUBLIC, VISITOR, "public, max-age=1")


@bp.get("/live/<int:session_id>/picture/internal")
def picture_inside(session_id: int) -> Response:
    """The same for whoever is signed in. Raises SignedOut, Forbidden."""
    return _picture(session_id, View.INTERNAL, actor(), "private, no-store")


def _picture(session_id: int, view: View, reader: Actor, caching: str) -> Response:
    """`{source, state, address, good_for_ms}`; `address` is empty where there is no picture."""
    now = clock.now()
    with reading() as db:
        readers.require_view(db, reader, view, session_id)
        programme, address = queries.address(db, settings().secret_key, live.session(db, session_id), view, now)
    response = jsonify(
        source=programme.source.value if address and programme else PictureSource.NONE.value,
        state=programme.state.value if address and programme else PictureState.OFF.value,
        address=address,
        good_for_ms=int(1000 * (tickets.expires_at(now) - now.timestamp())) if address else 0,
    )
    response.headers["Cache-Control"] = caching
    return response


@bp.post("/media/publish")
@csrf.exempt
def publish() -> Response:
    """For the nginx of this machine, by `call`: may this encoder send, it still does, it does no more. `name` is the
    programme's `media_id`, `key` its stream key. 404 for whoever asks from elsewhere."""
    if not is_from_this_machine():
        abort(HTTPStatus.NOT_FOUND)
    call, address = request.form.get("call", ""), request.form.get("addr", "")[:60]
    media_id, key = request.form.get("name", "")[:64], request.form.get("key", "")[:200]
    sender = f"{request.form.get('clientid', '')[:12]}@{address}"
    if call in ("publish", "update_publish"):
        try:
            if call == "publish":
                _look_at_key(media_id, key)
            has_room = keeping.has_room(media_id, clock.now())
            commit("media.let_in", lambda uow: sending.let_in(uow, SYSTEM, media_id, key, sender, has_room=has_room))
        except (Busy, *UNUSABLE):
            # Whoever was let in goes on while nobody can be asked; whoever comes tries again.
            status = HTTPStatus.NO_CONTENT if call == "update_publish" else HTTPStatus.SERVICE_UNAVAILABLE
            return Response(status=status)
        except Refusal as refusal:
            if isinstance(refusal, refusals.NoRoomToRecord):
                whose = refusal.data["session"]
                commit("media.keep", lambda uow: recordings.stop(uow, SYSTEM, whose))
            background.note(f"an encoder was refused ({refusal.code}): {_known(media_id)}")
            return Response(status=HTTPStatus.FORBIDDEN)
    elif call == "publish_done":
        commit("media.leave", lambda uow: sending.leave(uow, SYSTEM, media_id, sender))
    return Response(status=HTTPStatus.NO_CONTENT)


def _known(media_id: str) -> str:
    """What the log says of a name that somebody typed into an encoder: whose it is, and nothing that was made up."""
    with reading() as db:
        found = queries.by_media_id(db, media_id)
    return f"session {found.id}" if found else "a stream that is not known"


def _look_at_key(media_id: str, key: str) -> None:
    """Nobody guesses 144 bits, so tries are not counted, and nobody's keep out whoever shares their address; but a
    wrong key costs no more than a look: it takes no lock. Raises StreamKeyRefused."""
    with reading() as db:
        found = queries.by_media_id(db, media_id)
        if found is None or not queries.opens(found, live.session(db, found.id), digest(key), clock.now()):
            raise refusals.StreamKeyRefused()
