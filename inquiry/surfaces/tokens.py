"""API tokens: a person's own, for an administrator everybody's. A secret is told by the answer to the form alone."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..accounts import schemas
from ..accounts.commands import tokens
from ..accounts.models import ApiToken
from ..accounts.rules import LONGEST_TOKEN_DAYS
from ..core import clock
from ..core.db import Db, reading
from ..core.fields import typed
from ..dispatch import registry
from ..dispatch.unit_of_work import commit
from ..errors import PasswordChangeNeeded, Refusal, SignedOut
from ..live import queries as live
from ..live.models import Session
from ..permissions import Actor, Role
from ..web import forms
from ..web.http import actor

bp = Blueprint("tokens", __name__)

#: For the hardware of one evening, a season, a year.
DAYS = (1, 7, 30, 90, LONGEST_TOKEN_DAYS)


@bp.get("/account/tokens")
def page() -> str:
    return _page(_person(), None, "")


@bp.post("/account/tokens")
def make() -> Response | str:
    who = _person()
    fields: dict[str, str | list[str]] = {
        name: request.form.get(name, "") for name in ("name", "session", "unit", "days")
    }
    try:
        message = registry.parse(schemas.MakeToken, typed(fields | {"commands": request.form.getlist("commands[]")}))
        if message.session is not None:
            with reading() as db:
                live.session(db, message.session)
        token, secret = commit(
            "accounts.make_token",
            lambda uow: tokens.make_token(
                uow, who, who, name=message.name, commands=message.commands, session_id=message.session,
                unit_id=message.unit, days=message.days,
            ),
        )  # fmt: skip
    except Refusal as refusal:
        return forms.refused_form("accounts.make_token", refusal)
    return _page(who, token, secret)


def _person() -> Actor:
    who = actor()
    if who.newcomer_id is not None:
        raise PasswordChangeNeeded(command="accounts.make_token")
    if not who.is_signed_in:
        raise SignedOut(command="accounts.make_token")
    return who


def _page(who: Actor, told: ApiToken | None, secret: str) -> str:
    now = clock.now()
    everybodys = who.role is Role.ADMINISTRATOR
    with reading() as db:
        found = accounts.tokens(db, now, None if everybodys else who.user_id)
        sessions = [*live.live(db), *live.upcoming(db, now)]
        return render_template(
            "accounts/tokens.html", tokens=found, told=told, secret=secret, days=DAYS, everybodys=everybodys,
            sessions=sessions, named=_sessions_of(db, found), units=_units(db, who),
            possible=_possible(who), of_a_session=tokens.OF_A_SESSION,
        )  # fmt: skip


def _possible(who: Actor) -> list[str]:
    """What a token of this person could be given somewhere; whether there is asked when it is made."""
    somewhere = {*tokens.grantable(who, 1, None), *tokens.grantable(who, None, who.unit_id or 1)}
    return [one for one in tokens.FOR_TOKENS if one in somewhere]


def _units(db: Db, who: Actor) -> list[object]:
    """Those a token of this person may be for: an official's own and those below; of others all."""
    return [one for one in accounts.units(db) if who.role is not Role.OFFICIAL or one.id in who.unit_ids]


def _sessions_of(db: Db, found: Sequence[ApiToken]) -> dict[int, Session]:
    return {one.session_id: live.session(db, one.session_id) for one in found if one.session_id is not None}
