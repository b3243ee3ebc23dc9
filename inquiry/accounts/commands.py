"""The writes of accounts: people, units, sign-ins, devices."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select

from .. import doors, extensions
from ..errors import NotFound
from ..permissions import PERSONS, Actor, Role, require
from ..realtime import fanout
from ..work import UnitOfWork
from . import devices, events, queries, refusals, rules
from .models import Device, SignIn, Unit, UnitKind, User

CITY = "city"
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe())  # checked when the name is unknown, so that both answers take as long


def count_sign_in(login: str, network: str) -> None:
    """Guessing passwords is slow. Raises TooMany.

    An account's own network is counted apart, so that a stranger elsewhere cannot lock the host out before the show.
    """
    account = login.strip().lower()[:40]
    doors.count("8/5minutes", "accounts.sign_in", f"login:{account}:{network}")
    doors.count("60/5minutes", "accounts.sign_in", f"login:{account}")
    doors.count("60/5minutes", "accounts.sign_in", f"net:{network}")


def count_join(network: str) -> None:
    """A hall of hundreds shares one address and joins within a minute; a script would like more. Raises TooMany."""
    doors.count("600/minute", "accounts.join_audience", f"net:{network}")


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
    uow.db.flush()
    uow.record(CITY, events.SIGNED_IN, queries.person(uow.db, user), [user])
    return opened, token


def revoke_sign_in(uow: UnitOfWork, actor: Actor, sign_in_id: int) -> None:
    """End a sign-in, one's own or (administrator) anybody's, at once and for open sockets too."""
    require(actor, "accounts.revoke_own_sign_in")
    found = uow.lock(SignIn, sign_in_id)
    own = found.user_id == actor.user_id
    require(actor, "accounts.revoke_own_sign_in" if own else "accounts.revoke_sign_in")
    _revoke(uow, actor, found)


def _revoke(uow: UnitOfWork, actor: Actor, found: SignIn) -> None:
    if found.revoked_at is not None:
        return
    found.revoked_at = uow.now
    uow.db.flush()
    uow.record(CITY, events.SIGN_IN_REVOKED, actor, [found.user])
    uow.after_commit(lambda: fanout.cut(rules.sign_in_room(found.id)))


def _revoke_all(uow: UnitOfWork, actor: Actor, user: User, but: int | None = None) -> None:
    for found in queries.sign_ins(uow.db, user.id, uow.now):
        if found.id != but:
            _revoke(uow, actor, found)


def add_person(
    uow: UnitOfWork, actor: Actor, *, login: str, name: str, title: str, role: Role, unit_id: int | None,
    password_hash: str,
) -> User:  # fmt: skip
    """Raises LoginTaken, OfficialNeedsUnit."""
    require(actor, "accounts.add_person")
    return _add_person(uow, actor, login, name, title, role, unit_id, password_hash)


def add_first_administrator(uow: UnitOfWork, actor: Actor, *, login: str, name: str, password_hash: str) -> User:
    """From the command line only: whoever may run it on the server may as well be trusted with this."""
    return _add_person(uow, actor, login, name, "", Role.ADMINISTRATOR, None, password_hash)


def _add_person(
    uow: UnitOfWork,
    actor: Actor,
    login: str,
    name: str,
    title: str,
    role: Role,
    unit_id: int | None,
    password_hash: str,
) -> User:
    login = login.strip().lower()
    if uow.db.scalar(select(User.id).where(User.login == login)):
        raise refusals.LoginTaken(login=login)
    _check_role(uow, role, unit_id)
    user = User(
        login=login, name=name, title=title, role=role, unit_id=unit_id, password_hash=password_hash, created_at=uow.now
    )
    uow.db.add(user)
    uow.db.flush()
    uow.record(CITY, events.PERSON_ADDED, actor, [user], role=role.value, unit=unit_id)
    return user


def _check_role(uow: UnitOfWork, role: Role, unit_id: int | None) -> None:
    if role not in PERSONS:
        raise NotFound(what="role", id=role.value)
    if unit_id is not None:
        queries.unit(uow.db, unit_id)
    elif role is Role.OFFICIAL:
        raise refusals.OfficialNeedsUnit()


def change_person(
    uow: UnitOfWork, actor: Actor, user_id: int, *, name: str, title: str, role: Role, unit_id: int | None
) -> User:
    """A person whose role or unit changes has to sign in again. Raises LastAdministrator, OfficialNeedsUnit."""
    require(actor, "accounts.change_person")
    user = uow.lock(User, user_id)
    _check_role(uow, role, unit_id)
    if role is not Role.ADMINISTRATOR:
        _keep_one_administrator(uow, user)
    moved = (user.role, user.unit_id) != (role, unit_id)
    user.name, user.title, user.role, user.unit_id = name, title, role, unit_id
    uow.db.flush()
    uow.record(CITY, events.PERSON_CHANGED, actor, [user], role=role.value, unit=unit_id)
    if moved:
        _revoke_all(uow, actor, user)
    return user


def disable_person(uow: UnitOfWork, actor: Actor, user_id: int) -> User:
    """Close an account: nobody is deleted, the trace still names the id. Raises LastAdministrator."""
    require(actor, "accounts.disable_person")
    user = uow.lock(User, user_id)
    if user.disabled_at is None:
        _keep_one_administrator(uow, user)
        _revoke_all(uow, actor, user)
        user.disabled_at = uow.now
        uow.db.flush()
        uow.record(CITY, events.PERSON_DISABLED, actor, [user])
    return user


def _keep_one_administrator(uow: UnitOfWork, user: User) -> None:
    if user.role is not Role.ADMINISTRATOR:
        return
    others = select(func.count()).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None), User.id != user.id)
    if uow.db.scalar(others) == 0:
        raise refusals.LastAdministrator()


def change_password(uow: UnitOfWork, actor: Actor, password_hash: str) -> None:
    """One's own, the old one having been checked; every other sign-in of the person ends."""
    require(actor, "accounts.change_password")
    user = uow.lock(User, actor.user_id or 0)
    user.password_hash = password_hash
    uow.db.flush()
    uow.record(CITY, events.PASSWORD_CHANGED, actor, [user])
    _revoke_all(uow, actor, user, but=actor.sign_in_id)


def add_unit(
    uow: UnitOfWork, actor: Actor, *, name: str, name_en: str, kind: UnitKind, parent_id: int | None, head: str
) -> Unit:
    """Raises UnitNameTaken, NotFound."""
    require(actor, "accounts.add_unit")
    _check_unit_name(uow, name, None)
    if parent_id is not None:
        queries.unit(uow.db, parent_id)
    position = uow.db.scalar(select(func.count()).select_from(Unit)) or 0
    unit = Unit(name=name, name_en=name_en, kind=kind, parent_id=parent_id, head=head, position=position)
    uow.db.add(unit)
    uow.db.flush()
    uow.record(CITY, events.UNIT_ADDED, actor, [unit])
    return unit


def change_unit(
    uow: UnitOfWork, actor: Actor, unit_id: int, *, name: str, name_en: str, kind: UnitKind, parent_id: int | None,
    head: str,
) -> Unit:  # fmt: skip
    """Raises UnitNameTaken, UnitLoop, NotFound."""
    require(actor, "accounts.change_unit")
    unit = uow.lock(Unit, unit_id)
    _check_unit_name(uow, name, unit_id)
    if rules.would_loop(unit_id, parent_id, queries.parents(uow.db)):
        raise refusals.UnitLoop()
    unit.name, unit.name_en, unit.kind, unit.parent_id, unit.head = name, name_en, kind, parent_id, head
    uow.db.flush()
    uow.record(CITY, events.UNIT_CHANGED, actor, [unit])
    return unit


def _check_unit_name(uow: UnitOfWork, name: str, own_id: int | None) -> None:
    taken = uow.db.scalar(select(Unit.id).where(Unit.name == name))
    if taken is not None and taken != own_id:
        raise refusals.UnitNameTaken(name=name)


def join_audience(uow: UnitOfWork) -> tuple[Device, str]:
    """A new phone; returns it with the signed token for its cookie. No trace: it is not an act with consequences."""
    device = Device(token=secrets.token_urlsafe(18), created_at=uow.now)
    uow.db.add(device)
    uow.db.flush()
    return device, str(devices.signer().dumps(device.token))
