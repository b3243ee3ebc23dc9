"""The phone in the hand of the audience.

The server paints it whole, so that it can be used as soon as it has arrived; the live link then keeps it so. What it
was painted from goes along as data: the link goes on from there, and asks for none of it a second time.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..core import clock, codes
from ..core.db import Db, reading
from ..errors import NotFound
from ..live import queries as live
from ..live import readers
from ..live.models import Session
from ..media.shown import shown
from ..permissions import Actor
from ..questions import rows
from ..questions.queries import lists, lookup, open_questions
from ..questions.queries.lists import Asked, Counted, Page, Sort
from ..realtime import snapshots
from ..verdicts.queries import lookup as verdicts
from ..web.http import actor

bp = Blueprint("phone", __name__)


@bp.get("/join/<code>")
def scanned(code: str) -> Response | str | tuple[str, int]:
    """With a device token already there, a scanned code leads straight on."""
    with reading() as db:
        try:
            session = live.session_by_code(db, code)
        except NotFound:
            return _unknown(code)
        if not readers.may_read(actor(), session):
            return redirect(f"/sessions/{session.code}")
        if actor().device_id is not None:
            return redirect(f"/s/{session.code}")
        return render_template("accounts/join.html", code=session.code, session=session)


def _unknown(code: str) -> tuple[str, int]:
    """Told beside the field, with what was typed in it: a code that we read into it would puzzle its reader."""
    return render_template("accounts/join.html", code=codes.plain_signs(code), unknown=True), 404


@bp.get("/s/<code>")
def phone(code: str) -> Response | str | tuple[str, int]:
    """Whoever has no device token is sent to get one, who may not follow, to where that is said. Raises NotPublic."""
    who = actor()
    with reading() as db:
        try:
            session = live.session_by_code(db, code)
        except NotFound:
            return _unknown(code)
        if not readers.may_read(who, session):
            return redirect(f"/sessions/{session.code}")
        if who.device_id is None:
            return redirect(f"/join/{session.code}")
    # Before the lists: what happens from here on is told to the link, which lays it over them.
    view = readers.view_of(who, session)
    snapshot = snapshots.of(session.id, view)
    with reading() as db:
        session = live.session_by_code(db, code)
        readers.require_readable(who, session)  # it may have begun since
        found = _first_paint(db, session, who)
        return render_template(
            "phone/phone.html", first=_as_data(snapshot, **found), view=view, picture=shown(db, session), **found
        )


def _as_data(
    snapshot: snapshots.Snapshot, page: Page[Counted], sort: str, mine: Sequence[Asked], **_rest: Any
) -> Markup:
    """`{snapshot, list: {questions, page, pages, sort}, mine}`, to stand inside a script element."""
    listed = {
        "questions": [rows.listed(one) for one in page.rows],
        "page": page.number,
        "pages": page.pages,
        "sort": sort,
    }
    told = b"".join(snapshot.chunks(clock.milliseconds(clock.now()))).decode()
    rest = json.dumps({"list": listed, "mine": [rows.asked(one) for one in mine]}, ensure_ascii=False)
    whole = f'{{"snapshot":{told},{rest[1:]}'
    return Markup(whole.replace("<", "\\u003c"))  # noqa: S704 - JSON in which no mark can begin


def _first_paint(db: Db, session: Session, who: Actor) -> dict[str, Any]:
    """What everybody sees, and the lists of this reader. It is asked for by a whole hall in the same minute."""
    sort, now = _sort(request.args.get("sort", "")), clock.now()
    page = lists.listing(db, session.id, sort, request.args.get("page", 1, type=int), now, who.device_id)
    item = live.on_floor(db, session)
    return {
        "session": session,
        "units": live.units(db, session.id),
        "unit_of": {unit.id: unit for unit in accounts.units(db)},
        "item": item,
        "question": lookup.question(db, item.question_id) if item and item.question_id else None,
        "totals": open_questions.of(db, session.id, now).totals,
        "page": page,
        "sort": sort.value,
        "sorts": [one.value for one in Sort],
        "verdict": (verdict := verdicts.open_verdict(db, session.id)),
        "said": verdicts.word_of_device(db, verdict.id, who.device_id) if verdict else None,
        "mine": lists.mine(db, who.device_id or 0, session.id, readers.closed_to(db, who)),
    }


def _sort(wish: str) -> Sort:
    return Sort(wish) if wish in set(Sort) else Sort.SUPPORTED
