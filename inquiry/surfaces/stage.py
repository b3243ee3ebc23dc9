"""The stage: where whoever speaks by video chooses camera and microphone, waits for the turn and speaks, and where the
crew sees who is there."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response

from ..core.db import Db, reading
from ..live import panels, readers
from ..live import queries as live
from ..live.models import Session
from ..media import rights, stage_queries
from ..media.models import Part
from ..media.shown import shown
from ..permissions import Scope, allows, require
from ..settings import settings
from ..web.http import actor, policy

bp = Blueprint("stage", __name__)

#: Of all pages this one alone asks for them.
_DEVICES = "camera=(self), microphone=(self), speaker-selection=(self), geolocation=()"


@bp.get("/sessions/<code>/stage")
def stage(code: str) -> Response:
    """Raises NotFound, NotPublic, SignedOut, Forbidden."""
    require(actor(), "media.see_stage", Scope(unit_id=actor().unit_id))
    with reading() as db:
        session = live.session_by_code(db, code)
        readers.require_readable(actor(), session)
        runs = allows(actor(), "media.mute", Scope(session_id=session.id))
        facts = {
            "session": session.id, "code": session.code, "socket": settings().janus_socket if settings().janus else "",
            "user": actor().user_id, "part": rights.PARTS.get(actor().role, ""), "runs": runs,
            "prepares": allows(actor(), "media.set_conference", Scope(session_id=session.id)),
            "adapter": url_for("static", filename="vendor/webrtc-adapter/adapter.js"),
            "janus": url_for("static", filename="vendor/janus/janus.es.js"),
        }  # fmt: skip
        page = make_response(
            render_template(
                "stage/stage.html", session=session, desk=facts, runs=runs, parts=list(Part), picture=shown(db, session)
            )
        )
    page.headers["Content-Security-Policy"] = policy(*_elsewhere(settings().janus_socket))
    page.headers["Permissions-Policy"] = _DEVICES
    return page


def _ways(db: Db, session: Session) -> dict[str, Any]:
    may = allows(actor(), "media.see_stage", Scope(unit_id=actor().unit_id, session_id=session.id))
    is_there = may and stage_queries.is_open(db, session)
    return {"stage": is_there, "conference": stage_queries.conference(db, actor(), session)}


panels.on_session("stage/_session.html", _ways, above=True)


def _elsewhere(socket: str) -> list[str]:
    """The origin of a socket that is not our own."""
    parts = urlsplit(socket)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
