"""JSON: commands and queries for machines, and what a session looks like as one answer."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ..core import clock
from ..core.extensions import csrf
from ..dispatch import registry
from ..errors import BadInput, NotFound, Refusal
from ..permissions import Scope, require
from ..realtime import snapshots
from ..realtime.views import View
from ..settings import settings
from ..transport import json
from .http import actor, is_welcome, told

bp = Blueprint("api", __name__)


@bp.post("/api/<name>")
@csrf.exempt
def api(name: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """For machines: the same answer as a socket's acknowledgement, with the refusal's HTTP status.

    It needs no form token: another site's page cannot send JSON with our cookies without asking us first, and a page
    that says it comes from elsewhere is refused.
    """
    answered = registry.answered(name, _carry_out, name)
    headers = {}
    if not answered["ok"] and "retry_after" in answered["error"]["data"]:
        headers["Retry-After"] = str(answered["error"]["data"]["retry_after"])
    return answered, answered.get("status", 200), headers


def _carry_out(name: str) -> dict[str, Any]:
    try:
        return registry.carry_out(name, _message())
    except Refusal as refusal:
        raise told(refusal) from refusal


def _message() -> Any:
    if not request.is_json:
        raise BadInput(fields={"": _("JSON was expected (Content-Type: application/json)")})
    if not is_welcome(request.headers.get("Origin"), request.environ, settings()):
        raise BadInput(fields={"": _("the page that sent this belongs to another site")})
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise BadInput(fields={"": _("is not readable text")}) from None


@bp.get("/live/<int:session_id>/snapshot")
def snapshot(session_id: int) -> BaseResponse:
    """The public state of a session: no cookie is read, so that any cache may keep it for a second, and pages of any
    site may read it. Raises NotPublic, which nobody keeps."""
    response = _snapshot(session_id, View.PUBLIC, "public, max-age=1")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.get("/live/<int:session_id>/snapshot/<name>")
def snapshot_of_view(session_id: int, name: str) -> BaseResponse:
    """What a view shows besides, to whoever may read it."""
    try:
        view = View.parse(name)
    except ValueError:
        raise NotFound(what="view") from None
    require(actor(), view.kind.permission, Scope(view.unit_id, session_id))
    return _snapshot(session_id, view, "private, no-store")


def _snapshot(session_id: int, view: View, caching: str) -> BaseResponse:
    found = snapshots.of(session_id, view)
    response = Response(found.chunks(clock.milliseconds(clock.now())), mimetype="application/json")
    response.headers["Cache-Control"] = caching
    response.set_etag(found.etag, weak=True)  # weak: the time and the number of viewers may differ
    return response.make_conditional(request)
