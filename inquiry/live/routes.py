"""Pages of the evening: home, the list of sessions, one session for the public, and its setup for the crew."""

import io
from datetime import datetime, timedelta
from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..core import clock, fields
from ..core.db import reading
from ..dispatch import registry
from ..errors import NotFound, Refusal
from ..permissions import allows, require
from ..settings import settings
from ..trace import story
from ..web.forms import taken
from ..web.http import actor, public_address
from . import panels, queries, readers, rules
from .models import NOTED, AtZero, ItemColour, ItemKind, Session, SessionKind, SessionState

bp = Blueprint("live", __name__)

PER_PAGE = 20


@bp.app_template_global("planned_end")
def planned_end(session: Session) -> datetime:
    """When a session should be over, by the time it was planned for and when it began."""
    return (session.went_live_at or session.starts_at) + timedelta(minutes=session.planned_minutes)


@bp.app_template_global("may_read")
def may_read(session: Session) -> bool:
    """Whether whoever looks at a page may be shown what happens in a session."""
    return readers.may_read(actor(), session)


@bp.app_template_global("is_rehearsal")
@pass_context
def is_rehearsal(context: Context) -> bool:
    """Whether the page that is drawn shows a rehearsal, or what came of one: pages name their session so."""
    found = context.get("session")
    return type(found) is Session and found.rehearsal_of_id is not None  # Flask's own session is left alone


@bp.get("/")
def home() -> str:
    """Live now, coming, past, and what the packages above show here."""
    now = clock.now()
    with reading() as db:
        found = queries.home(db, now)
        shown = [*found.live, *found.coming, *found.past]
        return render_template(
            "home.html", home=found, units=queries.units_of(db, [one.id for one in shown]),
            on_floor={one.id: queries.on_floor(db, one) for one in found.live if may_read(one)}, intake=rules.intake,
            home_panels=panels.of_home(db, now),
        )  # fmt: skip


@bp.get("/sessions")
def sessions() -> str:
    """Every session; for the crew with the ways to its desks, and those that were planned and never held."""
    now = clock.now()
    with reading() as db:
        pages = max(1, -(-queries.count_past(db) // PER_PAGE))
        page = min(max(request.args.get("page", 1, type=int), 1), pages)
        groups = {
            "live": queries.live(db) if page == 1 else [],
            "coming": queries.upcoming(db, now) if page == 1 else [],
            "past": queries.past(db, PER_PAGE, (page - 1) * PER_PAGE),
            "given_up": queries.given_up(db, now) if page == 1 and allows(actor(), "live.change_session") else [],
        }
        shown = [one.id for group in groups.values() for one in group]
        return render_template(
            "sessions/list.html", groups=groups, units=queries.units_of(db, shown), intake=rules.intake,
            page=page, pages=pages,
        )  # fmt: skip


@bp.get("/sessions/<code>")
def session(code: str) -> str:
    """The public page of a session: where it stands, its rundown, how to take part, and every step of it; of one that
    is not public while it runs, only that."""
    now = clock.now()
    with reading() as db:
        found = queries.session_by_code(db, code)
        if not may_read(found):
            if found.rehearsal_of_id is not None:  # it is nothing that is announced
                raise NotFound(what="session")
            return render_template("sessions/not_public.html", session=found, units=queries.units(db, found.id))
        return render_template(
            "sessions/session.html", session=found, units=queries.units(db, found.id), intake=rules.intake(found),
            sheet=queries.sheet(db, found, now), steps=story.tell(db, [f"session:{found.id}"]),
            unit_names={unit.id: unit for unit in accounts.units(db)}, join=f"{public_address()}/join/{found.code}",
            session_panels=panels.of_session(db, found),
        )  # fmt: skip


@bp.get("/sessions/new")
def new_session() -> str:
    """With `like`, the code of an earlier session, what was planned for that is there already."""
    require(actor(), "live.create_session")
    code = request.args.get("like")
    return _new_session(_like(code) if code else {}, None)


def _like(code: str) -> dict[str, Any]:
    """What a form says that begins with an earlier session. Raises NotFound."""
    with reading() as db:
        found = queries.session_by_code(db, code)
        names = ("title", "title_en", "theme", "theme_en", "planned_minutes")
        return {name: getattr(found, name) for name in names} | {
            "kind": found.kind.value, "closed_to_public": "true" if found.closed_to_public else "false",
            "units": [unit.id for unit in queries.units(db, found.id)], "like": found.id,
        }  # fmt: skip


@bp.post("/sessions/new")
def create_session() -> Response | tuple[str, int]:
    """Plan a session and go on to its setup; what cannot be used is shown beside what was typed."""
    require(actor(), "live.create_session")
    typed = {name: value for name, value in request.form.items() if name not in ("csrf_token", "units[]")}
    units = request.form.getlist("units[]")
    try:
        made = registry.carry_out("live.create_session", fields.typed(typed | {"units": units}))
    except Refusal as refusal:
        return _new_session(typed | {"units": units}, refusal), refusal.status
    return taken(redirect(f"/sessions/{made['code']}/edit", 303))


def _new_session(typed: dict[str, Any], refusal: Refusal | None) -> str:
    said = str(typed.get("like", ""))
    is_number = said.isascii() and said.isdigit() and len(said) <= 10
    with reading() as db:
        like = db.get(Session, int(said)) if is_number and int(said) <= registry.LARGEST_ID else None
        return render_template(
            "sessions/new.html", typed=typed, refusal=refusal, units=accounts.units(db), kinds=list(SessionKind),
            like=like,
        )  # fmt: skip


@bp.get("/sessions/<code>/edit")
def edit_session(code: str) -> str:
    """The crew's setup of a session: details, intake, rundown, going live."""
    require(actor(), "live.change_session")
    with reading() as db:
        found = queries.session_by_code(db, code)
        now = clock.now()
        sheet = queries.sheet(db, found, now)
        steps = {undone: queries.last_step(db, found.id, actor().user_id, undone=undone) for undone in (False, True)}
        return render_template(
            "sessions/edit.html", session=found, units=accounts.units(db), intake=rules.intake(found),
            chosen=[unit.id for unit in queries.units(db, found.id)], sheet=sheet,
            its_time=rules.is_its_time(found, now), aired=any(one.item.started_at for one in sheet.lines),
            kinds=list(SessionKind), item_kinds=list(ItemKind), ends=list(AtZero), colours=list(ItemColour),
            noted=NOTED, undo=steps[False], redo=steps[True],
            closed=found.state is SessionState.CLOSED, begun=found.state is not SessionState.PLANNED,
            starts_at=found.starts_at.astimezone(settings().zone).strftime("%Y-%m-%dT%H:%M"),
            setup_panels=panels.of_setup(db, found), rehearsal=queries.rehearsal(db, found.id),
            rehearsed=queries.session(db, found.rehearsal_of_id) if found.rehearsal_of_id is not None else None,
        )  # fmt: skip


@bp.get("/qr/<code>.svg")
def qr(code: str) -> Response:
    """The way into a session as a picture for phones: black on white, on any ground."""
    with reading() as db:
        found = queries.session_by_code(db, code)
    picture = io.BytesIO()
    address = f"{public_address()}/join/{found.code}"
    segno.make(address, error="m").save(picture, kind="svg", xmldecl=False, scale=8, border=3, light="#fff")
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
