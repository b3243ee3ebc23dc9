"""The boards: every pledge for everybody, and what the staff has to look at; and what other pages show of them."""

from typing import Any

from flask import Blueprint, render_template, request

from ..core import clock
from ..core.db import Db, reading
from ..errors import SignedOut
from ..live import panels, readers
from ..live.models import Session
from ..pledges.queries import lists
from ..pledges.queries.lists import Filters, Standing
from ..questions import filters as question_filters
from ..questions.queries import lists as question_lists
from ..questions.queries import lookup
from ..web.http import actor
from .around import around, can_do, days

bp = Blueprint("boards", __name__)


@bp.get("/pledges")
def board() -> str:
    """All pledges that stand: `q`, `unit`, `state`, `session` (a code) narrow them, `page`."""
    now = clock.now()
    with reading() as db:
        hidden = readers.hidden(db, actor())
        sessions, chosen = question_filters.sessions(db, request.args.get("session"), hidden)
        state = request.args.get("state", "")
        filters = Filters(
            unit_id=question_filters.positive(request.args.get("unit")),
            own=request.args.get("own") == "1",
            standing=Standing(state) if state in set(Standing) else None,
            session_id=chosen.id if chosen else None,
            text=question_filters.search_words(request.args.get("q")),
            hidden=hidden,
        )
        page = lists.board(db, filters, days(now), question_filters.positive(request.args.get("page")) or 1)
        return render_template(
            "pledges/list.html", page=page, filters=filters, counts=lists.counts(db, filters, days(now)),
            sessions=sessions, chosen=chosen, standings=list(Standing), **around(db, now),
        )  # fmt: skip


@bp.get("/board")
def staff_board() -> str:
    """What is late, disputed or waiting for somebody, for everybody who is signed in; the buttons go by role."""
    if not actor().is_signed_in:
        raise SignedOut()
    now = clock.now()
    calendar = days(now)
    with reading() as db:
        watched = lists.watched(db, calendar, now)
        asked = [pledge.id for _extension, pledge in watched.extensions]
        shown = [*watched.to_check, *watched.silent, *(one for _extension, one in watched.extensions)]
        return render_template(
            "board.html", watched=watched, can=can_do(db, shown, now), most=lists.MOST_SHOWN,
            late=lists.late_replies(db, calendar.today), extended=lists.extensions_of(db, asked),
            notes=lists.notes_of(db, [one.id for one in watched.to_check]),
            waiting=lookup.waiting_when_over(db), returned=question_lists.returned(db, lists.MOST_SHOWN),
            **around(db, now),
        )  # fmt: skip


def _of_session(db: Db, session: Session) -> dict[str, Any]:
    now = clock.now()
    page = lists.board(db, Filters(session_id=session.id), days(now))
    return {"rows": page.rows, "total": page.total, "timing": around(db, now)["timing"]}


panels.on_session("pledges/_session.html", _of_session)


panels.on_home("pledges/_home.html", lambda db, now: lists.by_unit(db, days(now), readers.hidden(db, actor())))
