"""The public board of questions."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from .. import clock
from ..accounts import queries as accounts
from ..codes import normalise_code
from ..db import Db, reading
from ..live import panels
from ..live import queries as live
from ..live.models import Session
from ..web import settings
from . import queries, rules
from .models import QuestionState

bp = Blueprint("question_pages", __name__)

#: How many past sessions a filter offers.
PAST_SESSIONS = 60
#: How many of its questions the page of a session shows.
MOST_SUPPORTED = 5
#: The parameters of lists, in the order in which links write them.
NARROWING = ("q", "unit", "state", "session", "sort")
#: In the order of a question's life, as the filter offers them.
PUBLIC_STATES = [state for state in QuestionState if state in rules.APPROVED_AND_AFTER]


@bp.app_template_global()
def press_id() -> str:
    """A fresh `client_id` for one form, so that sending it twice does its work once."""
    return secrets.token_urlsafe(12)


@bp.app_template_global()
def kept_parameters(*but: str) -> list[tuple[str, str]]:
    """What the lists of this address are narrowed to, for links that keep it; `but` are parameters to leave out."""
    return [(name, request.args[name]) for name in NARROWING if request.args.get(name) and name not in but]


@bp.get("/questions")
def board() -> str:
    """All public questions: `q`, `unit`, `state`, `session` (a code) narrow them, `sort`, `page`."""
    with reading() as db:
        sessions = offered_sessions(db)
        filters = _filters(request.args, sessions)
        sort = queries.Sort.SUPPORTED if request.args.get("sort") == "supported" else queries.Sort.NEWEST
        found = queries.board(db, filters, positive(request.args.get("page")) or 1, sort)
        chosen = next((one for one in sessions if one.id == filters.session_id), None)
        return render_template(
            "questions/board.html", page=found, filters=filters, sort=sort.value, sessions=sessions, chosen=chosen,
            units=accounts.units(db), states=PUBLIC_STATES,
            totals=queries.totals(db, chosen.id) if chosen else None, overdue=rules.overdue,
            today=clock.day_of(clock.now(), settings().zone),
        )  # fmt: skip


def _of_session(db: Db, session: Session) -> dict[str, Any]:
    """What the page of a session shows of its questions."""
    most_supported = queries.board(db, queries.Filters(session_id=session.id), 1, queries.Sort.SUPPORTED)
    return {"totals": queries.totals(db, session.id), "rows": most_supported.rows[:MOST_SUPPORTED]}


panels.on_session("questions/_session.html", _of_session)


def offered_sessions(db: Db) -> list[Session]:
    """The sessions a filter offers: live, coming, and the newest that are over."""
    return [*live.live(db), *live.upcoming(db, clock.now()), *live.past(db, PAST_SESSIONS)]


def _filters(args: MultiDict[str, str], sessions: Sequence[Session]) -> queries.Filters:
    """What the address asks for. What it cannot mean is left out: an old link still shows a list."""
    code = normalise_code(args.get("session", ""))
    state = args.get("state", "")
    return queries.Filters(
        unit_id=positive(args.get("unit")),
        state=QuestionState(state) if state in PUBLIC_STATES else None,
        session_id=next((one.id for one in sessions if one.code == code), None),
        text=args.get("q", "").strip()[:60],
    )


def positive(wish: str | None) -> int | None:
    """A number from an address; None for what is none."""
    return int(wish) if wish and wish.isascii() and wish.isdigit() and 0 < int(wish[:12]) < 2**31 else None
