"""An official's unit: what it has to answer in writing and what it has to keep."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ..accounts.models import User
from ..core import clock
from ..core.db import reading
from ..errors import SignedOut
from ..permissions import Role
from ..pledges.possible import lacks_evidence
from ..pledges.queries import lists
from ..questions import filters as question_filters
from ..questions.queries import lists as question_lists
from ..web.http import actor
from .around import around, can_do, days

bp = Blueprint("inbox", __name__)


INBOX_PAGE = 20


@bp.get("/unit")
def inbox() -> str | Response:
    """An official's unit: the questions it has to answer in writing and the pledges it has to keep, late ones first."""
    who = actor()
    if not who.is_signed_in:
        raise SignedOut()
    if who.role is not Role.OFFICIAL:
        return redirect("/board")
    now = clock.now()
    with reading() as db:
        shown = around(db, now)
        rows = question_lists.inbox(db, who.unit_ids, days(now).today)
        pages = max(1, -(-len(rows) // INBOX_PAGE))
        number = min(question_filters.positive(request.args.get("page")) or 1, pages)
        handed = rows[(number - 1) * INBOX_PAGE : number * INBOX_PAGE]
        pledges = lists.of_units(db, who.unit_ids)
        proofs = lists.evidence_of(db, [one.id for one in pledges])
        return render_template(
            "inbox.html", page=question_lists.Page(handed, number, pages, len(rows)), pledges=pledges,
            late=sum(row.overdue for row in rows), can=can_do(db, pledges, now),
            lacking={one.id for one in pledges if lacks_evidence(one, proofs[one.id])},
            signed_as=db.get_one(User, who.user_id), **shown,
            below=[unit for unit in shown["units"].values() if unit.id in who.unit_ids - {who.unit_id}],
        )  # fmt: skip
