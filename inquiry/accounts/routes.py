"""Pages of accounts: signing in and out, one's own account, people and units, and joining as audience."""

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from ..core import clock, codes
from ..core.db import reading
from ..dispatch.unit_of_work import commit
from ..errors import Busy, Refusal, TooMany
from ..permissions import PERSONS, require
from ..settings import settings
from ..web.forms import carried_here, come_back
from ..web.http import actor, own_path
from . import devices, queries, refusals
from .commands import audience, sign_ins
from .models import UnitKind
from .rules import SIGN_IN_LASTS

bp = Blueprint("accounts", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/sign-in")
def sign_in_page() -> str:
    wish = own_path(request.args.get("next"))
    return render_template("accounts/sign_in.html", next=wish, refused=None, login="", carried="")


@bp.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    """The password is checked outside the transaction: hashing takes long on purpose."""
    wish, login = own_path(request.form.get("next")), request.form.get("login", "")
    try:
        sign_ins.count_sign_in(login, request.remote_addr or "")
        with reading() as db:
            user = queries.user_by_login(db, login)
        if not sign_ins.password_fits(user, request.form.get("password", "")[:200]) or user is None:
            raise refusals.WrongPassword()
    except Refusal as refusal:
        page = render_template(
            "accounts/sign_in.html", next=wish, refused=refusal.message, login=login, carried=carried_here()
        )
        return page, refusal.status
    client, user_id = request.user_agent.string, user.id
    _opened, token = commit("accounts.sign_in", lambda uow: sign_ins.sign_in(uow, user_id, client))
    session.clear()  # whoever knew the token of the forms before must not know it any more
    there = redirect(wish if wish != "/" else home_of(user.role.value), 303)
    response = come_back(queries.SIGN_IN_COOKIE, token) or there
    _set_cookie(response, queries.SIGN_IN_COOKIE, token, int(SIGN_IN_LASTS.total_seconds()))
    return response


def home_of(role: str) -> str:
    """Where a person's work begins."""
    return {"official": "/unit", "staff": "/board", "leader": "/board", "administrator": "/admin/people"}.get(
        role, "/sessions"
    )


@bp.post("/sign-out")
def sign_out() -> Response:
    who = actor()
    if (sign_in_id := who.sign_in_id) is not None:
        commit("accounts.sign_out", lambda uow: sign_ins.revoke_sign_in(uow, who, sign_in_id))
    session.clear()
    response = redirect("/", 303)
    response.delete_cookie(queries.SIGN_IN_COOKIE)
    return response


@bp.get("/account")
def account() -> str:
    """One's own sign-ins and password."""
    who = actor()
    require(who, "accounts.change_password")
    with reading() as db:
        mine = queries.sign_ins(db, who.user_id or 0, clock.now())
    return render_template("accounts/account.html", sign_ins=mine)


@bp.get("/admin/people")
def people() -> str:
    require(actor(), "accounts.add_person")
    now = clock.now()
    with reading() as db:
        everybody = queries.people(db)
        return render_template(
            "admin/people.html", people=everybody, units=queries.units(db), roles=PERSONS,
            sign_ins={one.id: queries.sign_ins(db, one.id, now) for one in everybody},
        )  # fmt: skip


@bp.get("/admin/units")
def units() -> str:
    require(actor(), "accounts.add_unit")
    with reading() as db:
        return render_template("admin/units.html", units=queries.units(db), kinds=list(UnitKind))


@bp.get("/join")
def join_page() -> Response | str:
    """The field for a code. An address that has one already leads on: see `audience.scanned`."""
    code = codes.plain_signs(request.args.get("code", ""))
    return redirect(f"/join/{code}") if code else render_template("accounts/join.html", code="")


@bp.post("/join")
def join() -> Response | tuple[str, int, dict[str, str]]:
    """The second tap: a device token, and on to the session, or to what was typed if no session has that code."""
    code = codes.plain_signs(request.form.get("code", ""))
    response: Response = redirect(f"/s/{code}" if code else "/", 303)
    if actor().device_id is None:
        try:
            audience.count_join(request.remote_addr or "")
            _device, token = commit("accounts.join_audience", audience.join_audience)
        except (TooMany, Busy) as refusal:
            return _queue(code, refusal)
        response = come_back(devices.COOKIE, token) or response
        _set_cookie(response, devices.COOKIE, token, YEAR_SECONDS)
    return response


def _queue(code: str, refusal: TooMany | Busy) -> tuple[str, int, dict[str, str]]:
    """The same page once more: it tries again by itself, or with another tap where there is no script."""
    page = render_template("accounts/join.html", code=code, waiting=True)
    return page, refusal.status, {"Retry-After": str(refusal.data.get("retry_after", 1))}


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings().production, path="/"
    )
