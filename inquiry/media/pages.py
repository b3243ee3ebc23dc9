"""Where the producer says how the picture comes: its source, its stream key, and what is missing."""

from typing import Any

from flask import Blueprint, make_response, render_template
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
from ..live.models import Session
from ..permissions import Scope, require
from ..settings import settings
from ..web import forms
from ..web.http import actor, public_address
from . import queries, rules
from .commands import programmes
from .models import PictureSource, PictureState, Programme
from .shown import shown

bp = Blueprint("media_pages", __name__)

#: The stage can be chosen where there is one.
_EVERYWHERE = (PictureSource.NONE, PictureSource.ENCODER, PictureSource.ADDRESS)


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
            "media/picture.html", session=session, key=key, choices=_choices(), **_known(db, session),
            server=rules.rtmp_for_encoders(settings().rtmp, public_address()),
        )  # fmt: skip


def _choices() -> tuple[PictureSource, ...]:
    return (*_EVERYWHERE, PictureSource.STAGE) if settings().janus else _EVERYWHERE


def _known(db: Db, session: Session) -> dict[str, Any]:
    """How the picture is, and what is missing for it: `worker`, `ffmpeg`, both True where nothing is."""
    programme = queries.programme(db, session.id)
    worker = queries.worker(db, clock.now())
    return {
        "programme": programme or Programme(source=PictureSource.NONE, address="", state=PictureState.OFF),
        "worker": worker is not None,
        "ffmpeg": worker is None or "ffmpeg" in worker.programs,
    }


panels.on_setup("media/_setup.html", _known)
panels.on_session("media/_session.html", shown, above=True)
