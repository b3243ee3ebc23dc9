"""The writes of accounts: people, units, sign-ins, devices."""

import secrets
from datetime import datetime

from ...dispatch import registry
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, Scope, require
from ...realtime import fanout
from ...trace.streams import CITY
from .. import events, hashing, queries, refusals, rules
from ..known_devices import KnownDevice
from ..models import SignIn, User

#: Wrong passwords for one account, from one network or from a device that signed in to it before.
WRONG_FOR_ACCOUNT = "8/5minutes;30/hour"
#: Wrong ones from one network, whichever the accounts.
WRONG_FROM_NETWORK = "20/5minutes;100/hour"
#: And right ones too: sixty of a studio's crew come at once from one address, and some of them come twice.
ALL_OF_ONE = "120/5minutes"


def check_password(
    user: User | None, login: str, password: str, network: str, device: KnownDevice, now: datetime
) -> User:
    """The person whose name and password these are. Raises WrongPassword, OneTimePasswordOver, TooMany, Busy.

    Wrong passwords are counted for an account and a network together, never for an account alone: whoever guesses
    elsewhere shuts nobody out. A device that has signed in to the account before is counted by itself.

    They are counted when it is their turn, before it is known whether they are wrong: many guesses at once are no way
    round, and of many people who come at once none is taken for a guesser because the others still wait.
    """
    account = login.strip().lower()[:40]
    known = user is not None and device.knows(user.id)
    who = f"device:{device.id}" if known else f"net:{network}"
    registry.count(ALL_OF_ONE, "accounts.sign_in", who)
    counted = [(WRONG_FOR_ACCOUNT, f"{who}:{account}"), *([] if known else [(WRONG_FROM_NETWORK, who)])]
    _count_wrong(counted)
    _not_wrong(counted)  # whoever has guessed too often is told so at once, and takes nobody's place
    with hashing.turn(known=known):
        _count_wrong(counted)
        is_right = hashing.fits(user.password_hash if user else None, password)
    if user is None or not is_right:
        raise refusals.WrongPassword()
    _not_wrong(counted)
    if user.one_time_until is not None and user.one_time_until <= now:
        raise refusals.OneTimePasswordOver()
    return user


def _count_wrong(counted: list[tuple[str, str]]) -> None:
    for limit, whose in counted:
        registry.count(limit, "accounts.wrong_password", whose)


def _not_wrong(counted: list[tuple[str, str]]) -> None:
    for limit, whose in counted:
        registry.uncount(limit, "accounts.wrong_password", whose)


def hash_password(password: str, login: str) -> str:
    """Argon2id, beside the loop: call it before the unit of work. Raises WeakPassword, Busy."""
    fault = rules.password_fault(password, login)
    if fault:
        raise refusals.WeakPassword(fault=fault)
    return hashing.hashed(password)


def sign_in(uow: UnitOfWork, user_id: int, checked: str, client: str) -> tuple[SignIn, str]:
    """Open a sign-in for a person whose password (of which `checked` was kept) was checked; returns it with the token
    for the cookie. Raises WrongPassword where it was reset, or the account closed, while it was checked."""
    user = uow.lock(User, user_id)
    if user.password_hash != checked or user.disabled_at is not None:
        raise refusals.WrongPassword()
    token = secrets.token_urlsafe(32)
    opened = SignIn(
        user_id=user.id, token_hash=queries.digest(token), client=client[:200],
        created_at=uow.now, expires_at=rules.expires_at(uow.now),
    )  # fmt: skip
    uow.db.add(opened)
    uow.record(CITY, events.SIGNED_IN, queries.person(uow.db, user), [user])
    return opened, token


def revoke_sign_in(uow: UnitOfWork, actor: Actor, sign_in_id: int) -> None:
    """End a sign-in, one's own or (administrator) anybody's, at once and for open sockets too."""
    found = uow.lock(SignIn, sign_in_id)
    require(actor, "accounts.revoke_sign_in", Scope(user_id=found.user_id))
    _revoke(uow, actor, found)


def _revoke(uow: UnitOfWork, actor: Actor, found: SignIn) -> None:
    if found.revoked_at is not None:
        return
    found.revoked_at = uow.now
    uow.record(CITY, events.SIGN_IN_REVOKED, actor, [found.user])
    uow.after_commit(lambda: fanout.cut(rules.sign_in_room(found.id)))


def revoke_all(uow: UnitOfWork, actor: Actor, user: User, but: int | None = None) -> None:
    """End every sign-in of a person, whose row is locked, at once and for open sockets too."""
    for found in queries.sign_ins(uow.db, user.id, uow.now):
        if found.id != but:
            _revoke(uow, actor, found)


def change_password(uow: UnitOfWork, actor: Actor, checked: str, password_hash: str) -> None:
    """One's own, the old one (of which `checked` was kept) having been checked; every other sign-in of the person
    ends. Raises WrongPassword where it was changed or reset meanwhile."""
    require(actor, "accounts.change_password")
    user = uow.lock(User, actor.user_id or actor.newcomer_id or 0)
    if user.password_hash != checked:
        raise refusals.WrongPassword()
    user.password_hash, user.one_time_until = password_hash, None
    uow.record(CITY, events.PASSWORD_CHANGED, actor, [user])
    revoke_all(uow, actor, user, but=actor.sign_in_id)
