"""Behind the scenes: the crew's page, the stage timer that speakers see, and the teleprompter. For the crew alone."""

from flask import Blueprint, render_template

from ..core.db import reading
from ..live import queries as live
from ..live.models import Session
from ..permissions import Scope, allows, require
from ..web.http import actor, public_address

bp = Blueprint("backstage", __name__)


@bp.get("/backstage/<code>")
def backstage(code: str) -> str:
    """Messages, the stage timer's switches and the crew's timers; who does not run the stage looks on.

    Raises NotFound, SignedOut, Forbidden.
    """
    session = _for_crew(code)
    desk = {"session": session.id, "code": session.code, "user": actor().user_id,
            "looks_on": not allows(actor(), "live.switch_stage_timer")}  # fmt: skip
    return render_template("backstage/backstage.html", session=session, desk=desk, origin=public_address())


@bp.get("/stage/<code>")
def stage(code: str) -> str:
    """Drawn by its script; opened by somebody of the crew, as it shows what only the crew reads. Raises NotFound,
    SignedOut, Forbidden."""
    return render_template("backstage/stage.html", session=_for_crew(code))


@bp.get("/prompter/<code>")
def prompter(code: str) -> str:
    """Raises NotFound, SignedOut, Forbidden."""
    return render_template("backstage/prompter.html", session=_for_crew(code))


def _for_crew(code: str) -> Session:
    require(actor(), "read.staff")
    with reading() as db:
        session = live.session_by_code(db, code)
    require(actor(), "read.staff", Scope(session_id=session.id))
    return session
