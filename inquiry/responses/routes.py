"""Pages around answers: a question followed by its receipt number, and the list of vague words."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..core import clock
from ..core.db import Db, reading
from ..core.networks import network
from ..dispatch import registry
from ..errors import NotFound, NotPublic, Refusal
from ..live import panels, readers
from ..live import queries as live
from ..live.models import Session
from ..permissions import require
from ..questions.models import QuestionState
from ..questions.queries import lateness, lookup
from ..web.forms import refused_here, taken
from ..web.http import actor, sentence
from .queries import lookup as response_lookup
from .queries.following import answers, following

bp = Blueprint("responses", __name__)

#: A person looks at a few receipts; whoever looks at many is guessing numbers.
LOOKUPS = "30/minute"


@bp.get("/receipt")
def receipt_page() -> Response:
    return _private()


@bp.post("/receipt")
@registry.counted_unless_busy()
def receipt() -> Response:
    """The fate of a question, and what its asker says of the answer (`do`: judge, reopen).

    The number proves who asked, so it stands in no address, log or cache: it comes in the body each time, and the page
    is the answer to that instead of a redirection.
    """
    registry.count(LOOKUPS, "receipt", f"net:{network(request.remote_addr)}")
    typed = request.form.get("receipt", "").strip()[:40]
    said, refusal = _say(typed)
    now = clock.now()
    try:
        with reading() as db:
            asked = lookup.by_receipt(db, typed)
            told = following(db, asked, now)
            readers.require_not_hidden(db, actor(), asked.session_id, told.fate.session_id)
            given = answers(db, told.stands.id) if told.stands else []
            late = lateness.late_answers(db, [told.stands.id]).get(told.stands.id) if told.stands else None
    except NotFound:
        unknown = _("No question has this number. Compare it with your receipt, sign by sign.")
        return _private(404, typed=typed, refused=unknown)
    except NotPublic as not_yet:
        return _private(not_yet.status, typed=typed, refused=not_yet.message)
    page = _private(
        typed=asked.receipt, said=said, refused=sentence(refusal) if refusal else None, told=told, answers=given,
        late=late, today=clock.city_day(now), sent=refused_here("/receipt", refusal) if refusal else None,
    )  # fmt: skip
    return taken(page) if said else page


def _say(receipt_number: str) -> tuple[str | None, Refusal | None]:
    """Carry out what was pressed, if anything: what to tell, and why it was refused."""
    commands = {"judge": ("responses.judge_answer", "satisfied"), "reopen": ("responses.reopen_question", "reason")}
    name, field = commands.get(request.form.get("do", ""), ("", ""))
    if not name:
        return None, None
    message = {one: request.form.get(one, "") for one in (field, "client_id")}
    try:
        registry.carry_out(name, message | {"receipt": receipt_number})
    except Refusal as refusal:
        return None, refusal
    return _("Thank you. What you said stands in the public trace, without your name."), None


def _private(status: int = 200, **told: object) -> Response:
    nothing: dict[str, object] = {"typed": "", "said": None, "refused": None, "told": None, "answers": [], "sent": None}
    response = make_response(render_template("receipt.html", **(nothing | told)), status)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/admin/words")
def words() -> str:
    """The words that promise nothing without a date, for the clerk and the staff to edit."""
    require(actor(), "responses.edit_vague_words")
    with reading() as db:
        return render_template("admin/words.html", words=response_lookup.vague_words(db))


def _before_calling_off(db: Db, session: Session) -> dict[str, object]:
    """What has to find another place if a session is called off, and the sessions where its questions may go."""
    approved = lookup.of_session(db, session.id, [QuestionState.APPROVED])
    return {
        "approved": len(approved),
        "unitless": sum(one.unit_id is None for one in approved),
        "units": accounts.units(db),
        "waiting": len(lookup.of_session(db, session.id, [QuestionState.WAITING])),
        "others": [one for one in live.upcoming(db, clock.now()) if one.id != session.id],
    }


panels.on_setup("responses/_call_off.html", _before_calling_off)
