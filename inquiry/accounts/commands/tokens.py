"""The writes of API tokens: made once and told once, revoked at once."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, Scope, allows, require
from ...realtime import fanout
from ...trace.streams import CITY
from .. import events, queries, refusals, rules
from ..models import ApiToken, User

#: So that a program that looks for secrets where they do not belong knows one.
PREFIX = "inq_"
MOST_TOKENS = 20

#: What tokens can be given: what a machine does in a person's stead during and after an evening. What needs a person's
#: judgement of the whole (the close), and accounts themselves, are not among it.
FOR_TOKENS = (
    "read.staff", "read.internal",
    "live.press_unseen", "live.take_and_start",
    "live.start_slot", "live.pause_slot", "live.resume_slot", "live.extend_slot", "live.end_slot",
    "live.extend_everybody",
    "live.open_intake", "live.close_intake",
    "graphics.take", "graphics.update_on_air", "graphics.clear", "graphics.panic", "graphics.hold", "graphics.release",
    "questions.put_on_air", "questions.take_item", "questions.clear_floor",
    "questions.hold", "questions.approve", "questions.refuse", "questions.merge", "questions.set_unit",
    "responses.record_response", "responses.answer_in_writing",
    "pledges.record_pledge", "pledges.confirm_pledge", "pledges.report_progress", "pledges.add_evidence",
    "pledges.claim_done",
    "media.caption", "media.correct_caption",
)  # fmt: skip
#: What can be given for one session only: who may read what the crew sees, or press on the floor, may not everywhere.
OF_A_SESSION = frozenset({"read.staff", "read.internal", "live.press_unseen"})


def make_token(
    uow: UnitOfWork, actor: Actor, owner: Actor, *, name: str, commands: Collection[str], session_id: int | None,
    unit_id: int | None, days: int,
) -> tuple[ApiToken, str]:  # fmt: skip
    """A token for some of what its owner may do; returns it with the secret, which nobody can be told again.

    Whether the session exists is for the caller to know. Raises TokenUnbounded, NotForTokens, ExpiryOutOfRange,
    TooManyTokens, NotFound for the unit.
    """
    require(actor, "accounts.make_token", Scope(user_id=owner.user_id))
    user = uow.lock(User, owner.user_id or 0)
    if (session_id is None) is (unit_id is None):
        raise refusals.TokenUnbounded()
    if unit_id is not None:
        queries.unit(uow.db, unit_id)
    if not 1 <= days <= rules.LONGEST_TOKEN_DAYS:
        raise refusals.ExpiryOutOfRange(most=rules.LONGEST_TOKEN_DAYS)
    unfit = sorted(set(commands) - set(grantable(owner, session_id, unit_id)))
    if unfit or not commands:
        raise refusals.NotForTokens(commands=", ".join(unfit) or "–")
    if len(queries.tokens(uow.db, uow.now, user.id)) >= MOST_TOKENS:
        raise refusals.TooManyTokens(most=MOST_TOKENS)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=user.id, name=name, token_hash=queries.digest(secret), session_id=session_id, unit_id=unit_id,
        commands=sorted(set(commands)), created_at=uow.now, expires_at=uow.now + timedelta(days=days),
    )  # fmt: skip
    uow.add(token)
    uow.record(
        CITY, events.TOKEN_MADE, actor, [user, token],
        commands=", ".join(token.commands), session=session_id, unit=unit_id,
    )  # fmt: skip
    return token, secret


def grantable(owner: Actor, session_id: int | None, unit_id: int | None) -> list[str]:
    """What this person could let a token do there."""
    scope = Scope(session_id=session_id, unit_id=unit_id, token=True)
    return [one for one in FOR_TOKENS if allows(owner, one, scope) and (session_id or one not in OF_A_SESSION)]


def revoke_token(uow: UnitOfWork, actor: Actor, token_id: int) -> ApiToken:
    """End a token, one's own or (administrator) anybody's, at once and for open sockets too."""
    found = uow.lock(ApiToken, token_id)
    require(actor, "accounts.revoke_token", Scope(user_id=found.user_id))
    _revoke(uow, actor, found)
    return found


def revoke_all_tokens(uow: UnitOfWork, actor: Actor, user: User) -> None:
    for found in queries.tokens(uow.db, uow.now, user.id):
        _revoke(uow, actor, found)


def _revoke(uow: UnitOfWork, actor: Actor, found: ApiToken) -> None:
    if found.revoked_at is not None:
        return
    found.revoked_at = uow.now
    uow.record(CITY, events.TOKEN_REVOKED, actor, [found.user, found])
    uow.after_commit(lambda: fanout.cut(rules.token_room(found.id)))
