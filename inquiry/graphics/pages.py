"""The pages of outputs: what the vision mixer lays over the picture, and where the crew makes and revokes them."""

from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from ..core import i18n
from ..core.db import UNUSABLE, Db, reading
from ..core.fields import typed
from ..core.networks import network
from ..dispatch import registry
from ..dispatch.unit_of_work import commit
from ..errors import NotFound, Refusal
from ..live import panels
from ..live import queries as live
from ..live.models import Session
from ..permissions import require
from ..web import forms
from ..web.http import actor, public_address
from . import queries, schemas
from .commands import outputs
from .models import Layer, Output

bp = Blueprint("graphics", __name__)

#: Whoever tries addresses is shown nothing, and soon not even that; the mixers of a house share a network.
GUESSES_OF_A_NETWORK = "60/minute"
_TRY_AGAIN_SECONDS = "3"


@bp.get("/output/<token>")
@bp.get("/output/<token>/<any({}):layer>".format(", ".join(Layer)))
def output(token: str, layer: str = "") -> Response:
    """What is on air, over nothing. Whatever is wrong, nothing is drawn: a page that says so would be on air itself."""
    try:
        with reading() as db:
            found = queries.output_by_token(db, token[:100])
            session = live.session(db, found.session_id) if found else None
    except UNUSABLE:
        blank = _page(None, "", 503)
        blank.headers["Refresh"] = _TRY_AGAIN_SECONDS
        return blank
    if found is None or (layer and layer not in found.layers):
        try:
            registry.count(GUESSES_OF_A_NETWORK, "output guessed", f"net:{network(request.remote_addr)}")
        except Refusal as refusal:
            return _page(None, "", refusal.status)
        return _page(None, "", NotFound.status)
    return _page(found, layer, 200, session)


def _page(found: Output | None, layer: str, status: int, session: Session | None = None) -> Response:
    wish = request.args.get("lang", "")
    facts = found and {
        "session": found.session_id, "output": found.id, "layers": [layer] if layer else found.layers,
        "build": (current_app.static_url_path or "").rpartition("/")[2],
    }  # fmt: skip
    language = wish if wish in i18n.LANGUAGES else "zh-CN"  # not the browser's: that of a mixer is nobody's choice
    page = make_response(
        render_template("graphics/output.html", output=found, facts=facts, language=language, session=session)
    )
    page.status_code = status
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return page


@bp.get("/sessions/<code>/outputs")
def outputs_page(code: str) -> str:
    """The outputs of a session. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "graphics.make_output")
    return _outputs(code, None, "")


@bp.post("/sessions/<code>/outputs")
def press_output(code: str) -> Response:
    """Make an output, or give one a new address: told by this answer alone."""
    require(actor(), "graphics.make_output")
    verb = "renew_output" if request.form.get("press") == "renew" else "make_output"
    try:
        made, token = _renewed() if verb == "renew_output" else _made(code)
    except Refusal as refusal:
        return forms.refused_form(f"graphics.{verb}", refusal)
    return forms.taken(make_response(_outputs(code, made, token)))


def _made(code: str) -> tuple[Output, str]:
    with reading() as db:
        session = live.session_by_code(db, code)
    fields: dict[str, str | list[str]] = {"name": request.form.get("name", ""), "session": str(session.id)}
    message = registry.parse(schemas.MakeOutput, typed(fields | {"layers": request.form.getlist("layers[]")}))
    return commit(
        "graphics.make_output",
        lambda uow: outputs.make_output(uow, actor(), message.session, message.name, message.layers),
    )


def _renewed() -> tuple[Output, str]:
    message = registry.parse(schemas.OfOutput, typed({"output": request.form.get("output", "")}))
    return commit("graphics.renew_output", lambda uow: outputs.renew_output(uow, actor(), message.output))


def _outputs(code: str, told: Output | None, token: str) -> str:
    with reading() as db:
        session = live.session_by_code(db, code)
        return render_template(
            "graphics/outputs.html", session=session, outputs=queries.outputs(db, session.id), told=told, token=token,
            layers=list(Layer), origin=public_address(),
        )  # fmt: skip


def _of_setup(db: Db, session: Session) -> dict[str, Any]:
    return {"outputs": len(queries.outputs(db, session.id)), "cards": queries.count_cards(db, session.id)}


panels.on_setup("graphics/_setup.html", _of_setup)
