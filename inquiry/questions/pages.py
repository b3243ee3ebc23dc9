"""The public board of questions."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from ..accounts import queries as accounts
from ..core import clock
from ..core.db import Db, reading
from ..dispatch import registry
from ..dispatch.idempotency import owner_of
from ..live import panels, readers
from ..live.models import Session
from ..web.http import actor
from . import filters as question_filters
from . import rules
from .models import QuestionState
from .queries import lateness, lists, tallies
from .queries.places import Place

bp = Blueprint("question_pages", __name__)

#: A search looks through what was said as well: a fifth of a second in which a process does nothing else.
SEARCHES = "30/minute"
#: How many of its questions the page of a session shows.
MOST_SUPPORTED = 5
#: In the order of a question's life, as the filter offers them.
PUBLIC_STATES = [state for state in QuestionState if state in rules.APPROVED_AND_AFTER]


@bp.app_template_global()
def kept_parameters(*but: str) -> list[tuple[str, str]]:
    """What the lists of this address are narrowed to, for links that keep it; `but` are parameters to leave out."""
    return [
        (name, request.args[name]) for name in question_filters.PARAMETERS if request.args.get(name) and name not in but
    ]


@bp.get("/questions")
@registry.counted_unless_busy()
def board() -> str:
    """All public questions: `q`, `unit`, `state`, `session` (a code) narrow them, `sort`; `at` is a page's place.

    Raises TooMany.
    """
    if question_filters.search_words(request.args.get("q")):
        who = actor()
        registry.count(SEARCHES, "questions.search", owner_of(who) if who.is_signed_in else f"net:{who.network}")
    with reading() as db:
        hidden = readers.hidden(db, actor())
        sessions, chosen = question_filters.sessions(db, request.args.get("session"), hidden)
        filters = _filters(request.args, chosen, hidden)
        sort = lists.Sort.SUPPORTED if request.args.get("sort") == "supported" else lists.Sort.NEWEST
        found = lists.board(db, filters, clock.now(), sort, Place.parse(request.args.get("at", "")))
        return render_template(
            "questions/list.html", page=found, filters=filters, sort=sort.value, sessions=sessions, chosen=chosen,
            units=accounts.units(db), states=PUBLIC_STATES,
            late=lateness.late_answers(db, [row.question.id for row in found.rows]),
            panels=panels.of_search(db, filters.text, filters.session_id, hidden) if filters.text else [],
            totals=tallies.totals(db, chosen.id) if chosen else None, overdue=rules.overdue,
            today=clock.city_day(clock.now()),
        )  # fmt: skip


def _filters(args: MultiDict[str, str], session: Session | None, hidden: Collection[int]) -> lists.Filters:
    """What the address asks for. What it cannot mean is left out: an old link still shows a list."""
    state = args.get("state", "")
    return lists.Filters(
        unit_id=question_filters.positive(args.get("unit")),
        state=QuestionState(state) if state in PUBLIC_STATES else None,
        session_id=session.id if session else None,
        text=question_filters.search_words(args.get("q")),
        hidden=hidden,
    )


# --- on pages of the packages below ---------------------------------------------------------------------------------


def _of_session(db: Db, session: Session) -> dict[str, Any]:
    """What the page of a session shows of its questions."""
    most_supported = lists.board(db, lists.Filters(session_id=session.id), clock.now(), lists.Sort.SUPPORTED)
    rows = most_supported.rows[:MOST_SUPPORTED]
    late = lateness.late_answers(db, [row.question.id for row in rows])
    return {"totals": tallies.totals(db, session.id), "rows": rows, "late": late}


panels.on_session("questions/_session.html", _of_session)
