"""The writes of accounts: people, units, sign-ins, devices."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ...core import extensions
from ...dispatch import registry
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, Scope, require
from ...realtime import fanout
from ...trace.streams import CITY
from .. import events, queries, refusals, rules
from ..models import SignIn, User

_hasher = PasswordHasher()


_NOBODY = _hasher.hash(secrets.token_urlsafe())  # checked when the name is unknown, so that both answers take as long


def count_sign_in(login: str, network: str) -> None:
    """Guessing passwords is slow. Raises TooMany.

    An account's own network is counted apart, so that a stranger elsewhere cannot lock the host out before the show.
    """
    account = login.strip().lower()[:40]
    registry.count("8/5minutes", "accounts.sign_in", f"login:{account}:{network}")
    registry.count("60/5minutes", "accounts.sign_in", f"login:{account}")
    registry.count("60/5minutes", "accounts.sign_in", f"net:{network}")


def hash_password(password: str, login: str) -> str:
    """Argon2id, beside the loop: call it before the unit of work. Raises WeakPassword."""
    fault = rules.password_fault(password, login)
    if fault:
        raise refusals.WeakPassword(fault=fault)
    return str(extensions.offload(_hasher.hash, password))


def password_fits(user: User | None, password: str) -> bool:
    """Whether this is the person's password; takes as long for a person who does not exist."""
    return bool(extensions.offload(_verify, user.password_hash if user else _NOBODY, password)) and user is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(uow: UnitOfWork, user_id: int, client: str) -> tuple[SignIn, str]:
    """Open a sign-in for a person whose password was checked; returns it with the token for the cookie."""
    user = uow.lock(User, user_id)
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


def _revoke_all(uow: UnitOfWork, actor: Actor, user: User, but: int | None = None) -> None:
    for found in queries.sign_ins(uow.db, user.id, uow.now):
        if found.id != but:
            _revoke(uow, actor, found)


def change_password(uow: UnitOfWork, actor: Actor, password_hash: str) -> None:
    """One's own, the old one having been checked; every other sign-in of the person ends."""
    require(actor, "accounts.change_password")
    user = uow.lock(User, actor.user_id or 0)
    user.password_hash = password_hash
    uow.record(CITY, events.PASSWORD_CHANGED, actor, [user])
    _revoke_all(uow, actor, user, but=actor.sign_in_id)
