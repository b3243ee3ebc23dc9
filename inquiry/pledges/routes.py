"""Pictures as evidence: sent by a form, for they fit into no message, and shown under their hash until withdrawn."""

from flask import Blueprint, jsonify, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..core import clock, extensions
from ..core.db import reading
from ..dispatch import registry
from ..dispatch.idempotency import owner_of
from ..dispatch.unit_of_work import commit
from ..errors import NotFound, Refusal
from ..live import readers
from ..permissions import Scope, require
from ..settings import settings
from ..web.forms import refused_form, taken
from ..web.http import actor, takes_files
from ..web.said import say_done
from . import pictures, refusals, rules, schemas
from .commands import progress
from .models import Evidence
from .queries import lookup
from .rules import Transition

bp = Blueprint("pledges", __name__)

#: Decoding costs a second of a processor; nobody has more than this to show at once.
UPLOADS = "30/minute"


@bp.post("/pledges/<int:pledge_id>/evidence")
@takes_files
def add_picture(pledge_id: int) -> Response:
    """The form for a picture (fields `picture`, `text`, `next`); a reader of JSON gets an acknowledgement.

    The same picture sent twice is one piece of evidence.
    """
    wants_json = request.accept_mimetypes.best == "application/json"
    began = clock.now()
    try:
        evidence = _add(pledge_id)
    except Refusal as refusal:
        if wants_json:
            answer = jsonify({"ok": False, "error": refusal.as_dict(), "status": refusal.status})
            answer.status_code = refusal.status
            return answer
        return refused_form("pledges.add_picture", refusal)
    if wants_json:
        return jsonify({"ok": True, "evidence": evidence.id, "picture": evidence.picture})
    said = _("This picture was there already.") if evidence.at < began else _("The picture was added.")
    return taken(say_done(said, request.form.get("next") or f"/pledges/{pledge_id}"))


@registry.counted_unless_busy()
def _add(pledge_id: int) -> Evidence:
    """Ask first whether it may and can be added, make the picture anew beside the loop, keep the file, then write."""
    with reading() as db:
        pledge = lookup.pledge(db, pledge_id)
    require(actor(), "pledges.add_evidence", Scope(unit_id=pledge.lead_unit_id))
    rules.after(Transition.ADD_EVIDENCE, pledge.state)
    message = registry.parse(
        schemas.AddPicture, registry.bounded({"pledge": pledge_id, "text": request.form.get("text", "")})
    )
    registry.count(UPLOADS, "pledges.picture", owner_of(actor()))
    sent = request.files.get("picture")
    data = sent.stream.read(pictures.LARGEST_BYTES + 1) if sent else b""
    if not data:
        raise refusals.PictureMissing()
    picture = extensions.offload(pictures.make_anew, data)
    extensions.offload(pictures.keep, picture, settings().data_dir)
    return commit(
        "pledges.add_picture", lambda uow: progress.add_picture(uow, actor(), pledge_id, picture, message.text)
    )


@bp.get("/evidence/<name>")
def picture(name: str) -> Response:
    """A picture that is somebody's evidence. Its bytes never change, but it may be withdrawn: a browser that keeps it
    asks each time whether it still may show it. Raises NotFound."""
    if not pictures.NAME.fullmatch(name):
        raise NotFound(what="picture")
    with reading() as db:
        known = lookup.has_picture(db, name, readers.closed_to(db, actor()))
    path = pictures.path_of(name, settings().data_dir)
    if not known or not path.is_file():
        raise NotFound(what="picture")
    kind = pictures.TYPES[path.suffix.removeprefix(".")]
    response = send_file(path, kind, etag=path.stem, conditional=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
