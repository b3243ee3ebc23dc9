"""The desks of an evening: pages that only say who sits there and which session is followed; the rest is live."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..core import clock, i18n, terms, workdays
from ..core.db import Db, reading
from ..core.labels import label
from ..live import queries as live
from ..live import readers
from ..live.models import Session
from ..media import stage_queries
from ..permissions import Actor, Role, Scope, allows, require
from ..pledges import rules
from ..pledges.queries import lists
from ..pledges.rows import pledge_row
from ..responses.queries import lookup as responses
from ..settings import settings
from ..web.http import actor, public_address

bp = Blueprint("desks", __name__)

#: The desks in the order of the evening, and the page of each.
PAGES = {
    "host": "desks/host.html",
    "moderate": "desks/moderate.html",
    "clerk": "desks/clerk.html",
    "official": "desks/official.html",
    "director": "desks/director.html",
}
#: How far ahead the clerk's desk knows which days are working days.
CALENDAR_DAYS = 800
SATURDAY = 5
#: How many earlier pledges an official is shown, and how many of them may be kept ones.
MOST_EARLIER, MOST_KEPT = 40, 5

Facts = dict[str, Any]


@bp.get("/desk/<code>")
def choose(code: str) -> Response:
    """The first desk at which one may sit. Raises NotFound, and SignedOut or Forbidden for whoever has none."""
    mine = [name for name in PAGES if allows(actor(), f"desk.{name}")]
    if not mine:
        require(actor(), "desk.host")
    with reading() as db:
        return redirect(f"/desk/{live.session_by_code(db, code).code}/{mine[0]}")


@bp.get("/desk/<code>/<any(host, moderate, clerk, official, director):name>")
def desk(code: str, name: str) -> str:
    """The page of one desk. Raises NotFound, SignedOut, Forbidden."""
    require(actor(), f"desk.{name}")
    with reading() as db:
        session = live.session_by_code(db, code)
        facts = {
            "session": session.id,
            "code": session.code,
            "user": actor().user_id,
            "view": str(readers.view_of(actor(), session)),
            **_FACTS[name](db, session, actor()),
        }
        return render_template(
            PAGES[name],
            session=session,
            desk=facts,
            name=name,
            desks=list(PAGES),
            origin=public_address(),
            conference=stage_queries.conference(db, actor(), session),
            stage=stage_queries.is_open(db, session) and allows(actor(), "media.see_stage", Scope(actor().unit_id)),
        )  # fmt: skip


# --- what a desk has to know besides the live state ------------------------------------------------------------------


def _host(db: Db, session: Session, _actor: Actor) -> Facts:
    """Who may speak for a unit, where questions can be deferred to, and until when units have to answer."""
    now = clock.now()
    to_come = [one for one in live.upcoming(db, now) if one.id != session.id]
    due_on = workdays.add_workdays(_today(), settings().reply_working_days)
    return {
        "people": _people(db), "titles": live.last_titles(db), "reply_due_on": due_on.isoformat(),
        "sessions": [
            {"id": one.id, "title": one.title, "title_en": one.title_en, "starts_at": clock.milliseconds(one.starts_at)}
            for one in to_come
        ],
    }  # fmt: skip


def _moderate(_db: Db, _session: Session, _actor: Actor) -> Facts:
    return {}


def _clerk(db: Db, _session: Session, _actor: Actor) -> Facts:
    return for_pledges(db)


def for_pledges(db: Db) -> Facts:
    """Who may speak, the vague words, and the days on which it matters that they are out of the ordinary."""
    return {
        "people": _people(db), "titles": live.last_titles(db), "vague": responses.vague_words(db),
        "calendar": _calendar(_today()),
    }  # fmt: skip


def _official(db: Db, session: Session, actor: Actor) -> Facts:
    """The units the official answers for; an administrator looks on for all of them."""
    units = sorted(actor.unit_ids) if actor.role is Role.OFFICIAL else None
    return {"unit": actor.unit_id, "units": units, "earlier": earlier(db, session, actor.unit_ids)}


def _director(_db: Db, _session: Session, _actor: Actor) -> Facts:
    """Which build outputs should run."""
    return {"build": (current_app.static_url_path or "").rpartition("/")[2]}


_FACTS: dict[str, Callable[[Db, Session, Actor], Facts]] = {
    "host": _host, "moderate": _moderate, "clerk": _clerk, "official": _official,
    "director": _director,
}  # fmt: skip


def earlier(db: Db, session: Session, unit_ids: Iterable[int]) -> list[Facts]:
    """What these units promised elsewhere: what they have still to keep, then what they kept last."""
    today = _today()
    soon_until = workdays.add_workdays(today, rules.DUE_SOON_WORKING_DAYS)
    promised = [*lists.of_units(db, unit_ids), *lists.kept_by(db, unit_ids, MOST_KEPT)]
    elsewhere = [one for one in promised if one.session_id != session.id][:MOST_EARLIER]
    ids = {one.session_id for one in elsewhere}
    titles = {
        one.id: i18n.preferred(one.title, one.title_en)
        for one in db.scalars(select(Session).where(Session.id.in_(ids)))
    }
    return [
        pledge_row(one) | {
            "timing": rules.timing(one.state, one.due_on, one.claimed_on, today, soon_until).value,
            "told": terms.told(one.due_on, rules.counted_until(one.state, one.claimed_on, today)) if one.due_on else "",
            "session": label(one.origin, "origin") if one.session_id is None else titles[one.session_id],
        }
        for one in elsewhere
    ]  # fmt: skip


def _today() -> date:
    return clock.city_day(clock.now())


def _people(db: Db) -> dict[str, list[dict[str, str]]]:
    """The officials who have an account, by unit: `{unit: [{name, title}]}`."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in accounts.people(db):
        if one.role is Role.OFFICIAL and one.unit_id is not None and one.disabled_at is None:
            found[str(one.unit_id)].append({"name": one.name, "title": one.title})
    return found


def _calendar(today: date) -> Facts:
    """`off` are weekdays without work, `on` weekends with it, from today on; `known_to` is the last announced day."""
    days = [today + timedelta(days=number) for number in range(CALENDAR_DAYS)]
    return {
        "today": today.isoformat(),
        "off": [day.isoformat() for day in days if day.weekday() < SATURDAY and not workdays.is_workday(day)],
        "on": [day.isoformat() for day in days if day.weekday() >= SATURDAY and workdays.is_workday(day)],
        "known_to": f"{workdays.KNOWN_YEARS[-1]}-12-31",
    }
