"""The studio screen."""

from flask import Blueprint, render_template

from ..core.db import reading
from ..live import queries as live
from ..live import readers
from ..live.models import SessionState
from ..permissions import Scope, require
from ..web.http import actor, public_address

bp = Blueprint("screen", __name__)


@bp.get("/screen/<code>")
def screen(code: str) -> str:
    """Drawn by its script alone: nobody is there to press anything, and air must not see a page build up. That of a
    meeting which is closed to the public is opened by somebody who is signed in. Raises SignedOut."""
    with reading() as db:
        session = live.session_by_code(db, code)
    is_closed = session.closed_to_public and session.state is not SessionState.CLOSED
    if is_closed or session.rehearsal_of_id is not None:
        require(actor(), "read.internal", Scope(session_id=session.id))  # not at the moment when it goes live
    view = readers.view_of(actor(), session)
    return render_template("screen/screen.html", session=session, origin=public_address(), view=view)
