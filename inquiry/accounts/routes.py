"""Pages of accounts: signing in and out, one's own account, people and units, and joining as audience."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from ..core import clock, codes
from ..core.db import reading
from ..core.fields import typed
from ..core.networks import network
from ..dispatch import registry
from ..dispatch.unit_of_work import commit
from ..errors import Busy, NotFound, Refusal, TooMany
from ..permissions import PERSONS, Scope, require
from ..settings import settings
from ..web import forms
from ..web.http import actor, own_path
from . import devices, known_devices, queries, schemas
from .commands import audience, sign_ins
from .commands import people as account_people
from .models import User
from .rules import ONE_TIME_LASTS, SIGN_IN_LASTS, by_kind, one_time_password

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(by_kind)

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/sign-in")
def sign_in_page() -> str:
    wish = own_path(request.args.get("next"))
    return render_template("accounts/sign_in.html", next=wish, refused=None, login="", carried="")


@bp.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    """The password is checked outside the transaction: hashing takes long on purpose."""
    wish, login = own_path(request.form.get("next")), request.form.get("login", "")
    password, client = request.form.get("password", "")[:200], request.user_agent.string
    device = known_devices.read(request.cookies.get(known_devices.COOKIE, ""))
    try:
        with reading() as db:
            found = queries.user_by_login(db, login)
        here = network(request.remote_addr)
        with registry.counted_unless_busy():
            user = sign_ins.check_password(found, login, password, here, device, clock.now())
            user_id, checked = user.id, user.password_hash
            _opened, token = commit("accounts.sign_in", lambda uow: sign_ins.sign_in(uow, user_id, checked, client))
    except Refusal as refusal:
        page = render_template(
            "accounts/sign_in.html", next=wish, refused=refusal.message, login=login, carried=forms.carried_here()
        )
        return page, refusal.status
    place = wish if wish != "/" else home_of(user.role.value)
    drawn = forms.come_back(queries.SIGN_IN_COOKIE, token) if user.one_time_until is None else None
    if drawn is None:
        session.clear()  # whoever knew the token of the forms before must not know it any more
        drawn = redirect(place if user.one_time_until is None else f"/account/password?next={quote(place)}", 303)
    response = drawn
    _set_cookie(response, queries.SIGN_IN_COOKIE, token, int(SIGN_IN_LASTS.total_seconds()))
    _set_cookie(
        response, known_devices.COOKIE, device.with_account(user.id).cookie(), known_devices.LASTS_SECONDS,
        path=known_devices.PATH,
    )  # fmt: skip
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
def account() -> Response | str:
    """One's own sign-ins and password."""
    who = actor()
    require(who, "accounts.change_password")
    if who.newcomer_id is not None:
        return redirect("/account/password", 303)
    with reading() as db:
        mine = queries.sign_ins(db, who.user_id or 0, clock.now())
    return render_template("accounts/account.html", sign_ins=mine)


@bp.get("/account/password")
def password() -> Response | str:
    """Where a one-time password is exchanged for a password of one's own, before anything else."""
    require(who := actor(), "accounts.change_password")
    place = own_path(request.args.get("next"))
    if who.newcomer_id is None:
        return redirect(place, 303)
    return render_template("accounts/password.html", next=place)


@bp.get("/admin/people")
def people() -> str:
    require(actor(), "accounts.add_person")
    return _people(None, "")


@bp.post("/admin/people")
def add_person() -> Response | str:
    """With a password of ours, which this answer tells and nothing keeps: reading it again is not possible."""
    require(who := actor(), "accounts.add_person")
    password = one_time_password()
    fields = {name: request.form.get(name, "") for name in ("login", "name", "title", "role", "unit")}
    try:
        message = registry.parse(schemas.AddPerson, typed(fields | {"password": password}))
        hashed = sign_ins.hash_password(password, message.login)
        user = commit(
            "accounts.add_person",
            lambda uow: account_people.add_person(
                uow, who, login=message.login, name=message.name, title=message.title, role=message.role,
                unit_id=message.unit, password_hash=hashed, one_time=True,
            ),
        )  # fmt: skip
    except Refusal as refusal:
        return forms.refused_form("accounts.add_person", refusal)
    return _people(user, password)


@bp.get("/admin/people/<int:user_id>/password")
def people_again(user_id: int) -> Response:
    """Whoever comes back to the address of that answer is not told the password again."""
    return redirect(f"/admin/people#person-{user_id}", 303)


@bp.post("/admin/people/<int:user_id>/password")
def reset_password(user_id: int) -> Response | str:
    """A new one-time password, told by this answer alone."""
    require(who := actor(), "accounts.reset_password", Scope(user_id=user_id))
    password = one_time_password()
    with reading() as db:
        found = db.get(User, user_id)
    if found is None:
        raise NotFound(what="user", id=user_id)
    hashed = sign_ins.hash_password(password, found.login)
    user = commit("accounts.reset_password", lambda uow: account_people.reset_password(uow, who, user_id, hashed))
    return _people(user, password)


def _people(told: User | None, password: str) -> str:
    """The page of everybody; with it, once, the one-time password of somebody who was just given one."""
    now = clock.now()
    with reading() as db:
        everybody = queries.people(db)
        return render_template(
            "admin/people.html", people=everybody, units=queries.units(db), roles=PERSONS,
            told=told.id if told else None, password=password, lasts=ONE_TIME_LASTS,
            sign_ins={one.id: queries.sign_ins(db, one.id, now) for one in everybody},
        )  # fmt: skip


@bp.get("/join")
def join_page() -> Response | str:
    """The field for a code. An address that has one already leads on: see `audience.scanned`."""
    code = codes.plain_signs(request.args.get("code", ""))
    return redirect(f"/join/{code}") if code else render_template("accounts/join.html", code="")


@bp.post("/join")
def join() -> Response | tuple[str, int, dict[str, str]]:
    """The second tap: a device token, and on to the session, or to what was typed if no session has that code, or to
    where somebody came from to take part (`next`)."""
    code = codes.plain_signs(request.form.get("code", ""))
    response: Response = redirect(f"/s/{code}" if code else own_path(request.form.get("next")), 303)
    if actor().device_id is None:
        try:
            with registry.counted_unless_busy():
                audience.count_join(network(request.remote_addr))
                _device, token = commit("accounts.join_audience", audience.join_audience)
        except (TooMany, Busy) as refusal:
            return _queue(code, refusal)
        response = forms.come_back(devices.COOKIE, token) or response
        _set_cookie(response, devices.COOKIE, token, YEAR_SECONDS)
    return response


def _queue(code: str, refusal: TooMany | Busy) -> tuple[str, int, dict[str, str]]:
    """The same page once more: it tries again by itself, or with another tap where there is no script."""
    wish = request.form.get("next")
    page = render_template("accounts/join.html", code=code, waiting=True, next=own_path(wish) if wish else None)
    return page, refusal.status, {"Retry-After": str(refusal.data["retry_after"])}


def _set_cookie(response: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings().production, path=path
    )
