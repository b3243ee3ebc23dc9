"""The pages that join questions, answers and pledges: for the public, for a unit, and for the staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..accounts.models import User
from ..core import clock, workdays
from ..core.db import Db, reading
from ..errors import SignedOut
from ..live import panels
from ..live.models import Session
from ..permissions import Role
from ..pledges import rules
from ..pledges.models import Confirmation, Pledge
from ..pledges.possible import lacks_evidence, possible
from ..pledges.queries import lists
from ..pledges.queries.lists import Days, Filters, Standing
from ..questions import filters as question_filters
from ..questions.queries import lists as question_lists
from ..responses.queries import lookup as responses
from ..web.http import actor
from . import chain
from . import minutes as protocol

bp = Blueprint("pledge_pages", __name__)

INBOX_PAGE = 20


def days(now: datetime) -> Days:
    today = responses.city_day(now)
    return Days(today, workdays.add_workdays(today, rules.DUE_SOON_WORKING_DAYS))


def around(db: Db, now: datetime) -> dict[str, Any]:
    """What these pages are shown with: the units by id, the city's day, and how a pledge stands at this moment."""
    today, soon_until = (calendar := days(now)).today, calendar.soon_until

    def timing(pledge: Pledge) -> rules.Timing:
        return rules.timing(pledge.state, pledge.due_on, pledge.claimed_on, today, soon_until)

    def confirmation(pledge: Pledge) -> Confirmation:
        return rules.confirmation(pledge.confirmation, pledge.confirmation_due_at, now)

    units = {unit.id: unit for unit in accounts.units(db)}
    return {"units": units, "today": today, "timing": timing, "confirmation": confirmation}


# --- for everybody --------------------------------------------------------------------------------------------------


@bp.get("/questions/<int:question_id>")
def question(question_id: int) -> str:
    """What was asked, what was answered and promised, and the whole trace."""
    now = clock.now()
    with reading() as db:
        told = chain.question_told(db, question_id, actor().device_id, now)
        return render_template("questions/question.html", told=told, **around(db, now))


@bp.get("/pledges")
def board() -> str:
    """All pledges that stand: `q`, `unit`, `state`, `session` (a code) narrow them, `page`."""
    now = clock.now()
    with reading() as db:
        sessions, chosen = question_filters.sessions(db, request.args.get("session"))
        state = request.args.get("state", "")
        filters = Filters(
            unit_id=question_filters.positive(request.args.get("unit")),
            standing=Standing(state) if state in set(Standing) else None,
            session_id=chosen.id if chosen else None,
            text=question_filters.search_words(request.args.get("q")),
        )
        page = lists.board(db, filters, days(now), question_filters.positive(request.args.get("page")) or 1)
        return render_template(
            "pledges/list.html", page=page, filters=filters, counts=lists.counts(db, filters, days(now)),
            sessions=sessions, chosen=chosen, standings=list(Standing), **around(db, now),
        )  # fmt: skip


@bp.get("/pledges/<int:pledge_id>")
def pledge(pledge_id: int) -> str:
    """What was promised and what came of it; for those who have to do with it, what they can do."""
    now = clock.now()
    with reading() as db:
        told = chain.pledge_told(db, pledge_id)
        today = days(now).today
        can = possible(actor(), told.pledge, told.extensions, told.claimant_unit_id, now, today)
        return render_template(
            "pledges/pledge.html", told=told, can=can, lacking=lacks_evidence(told.pledge, told.evidence),
            **around(db, now),
        )  # fmt: skip


@bp.get("/sessions/<code>/minutes")
def minutes(code: str) -> str:
    """The minutes of a session, to be printed and signed."""
    now = clock.now()
    with reading() as db:
        told = protocol.minutes(db, code, now)
        return render_template(
            "sessions/minutes.html", told=told, printed_at=now, on_clock=protocol.on_clock, **around(db, now)
        )


# --- for the staff and the units ------------------------------------------------------------------------------------


@bp.get("/board")
def staff_board() -> str:
    """What is late, disputed or waiting for somebody, for everybody who is signed in; the buttons go by role."""
    if not actor().is_signed_in:
        raise SignedOut()
    now = clock.now()
    calendar = days(now)
    with reading() as db:
        watched = lists.watched(db, calendar, now)
        shown = [*watched.to_check, *watched.silent, *(one for _extension, one in watched.extensions)]
        return render_template(
            "board.html", watched=watched, can=_can(db, shown, now), most=lists.MOST_SHOWN,
            late=lists.late_replies(db, calendar.today), **around(db, now),
        )  # fmt: skip


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
        rows = question_lists.inbox(db, who.unit_ids, days(now).today)
        pages = max(1, -(-len(rows) // INBOX_PAGE))
        number = min(question_filters.positive(request.args.get("page")) or 1, pages)
        handed = rows[(number - 1) * INBOX_PAGE : number * INBOX_PAGE]
        pledges = lists.of_units(db, who.unit_ids)
        return render_template(
            "inbox.html", page=question_lists.Page(handed, number, pages, len(rows)), pledges=pledges,
            late=sum(row.overdue for row in rows), can=_can(db, pledges, now),
            lacking={one.id for one in pledges if lacks_evidence(one, chain.evidence(db, one.id))},
            signed_as=db.get_one(User, who.user_id), **around(db, now),
        )  # fmt: skip


def _can(db: Db, pledges: Iterable[Pledge], now: datetime) -> dict[int, set[str]]:
    """What the reader could do with each of the pledges."""
    today, found = days(now).today, {}
    for one in pledges:
        claimant = db.get(User, one.claimed_by_id or 0)
        extensions = chain.extensions(db, one.id)
        found[one.id] = possible(actor(), one, extensions, claimant.unit_id if claimant else None, now, today)
    return found


# --- on pages of the packages below ---------------------------------------------------------------------------------


def _of_session(db: Db, session: Session) -> dict[str, Any]:
    now = clock.now()
    page = lists.board(db, Filters(session_id=session.id), days(now))
    return {"rows": page.rows, "total": page.total, "timing": around(db, now)["timing"]}


panels.on_session("pledges/_session.html", _of_session)
panels.on_home("pledges/_home.html", lambda db, now: lists.by_unit(db, days(now)))
