"""The studio screen."""

from flask import Blueprint, render_template

from ..core.db import reading
from ..live import queries as live
from ..web.http import public_address

bp = Blueprint("screen", __name__)


@bp.get("/screen/<code>")
def screen(code: str) -> str:
    """Drawn by its script alone: nobody is there to press anything, and air must not see a page build up."""
    with reading() as db:
        return render_template("screen/screen.html", session=live.session_by_code(db, code), origin=public_address())
