"""The writes of accounts: people, units, sign-ins, devices."""

from sqlalchemy import func, select

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...permissions import PERSONS, Actor, Role, require
from ...trace.streams import CITY
from .. import events, queries, refusals, rules
from ..models import User
from .sign_ins import revoke_all
from .tokens import revoke_all_tokens


def add_person(
    uow: UnitOfWork, actor: Actor, *, login: str, name: str, title: str, role: Role, unit_id: int | None,
    password_hash: str, one_time: bool = False,
) -> User:  # fmt: skip
    """A `one_time` password is changed at the first sign-in. Raises LoginTaken, OfficialNeedsUnit."""
    require(actor, "accounts.add_person")
    user = _add_person(uow, actor, login, name, title, role, unit_id, password_hash)
    if one_time:
        user.one_time_until = uow.now + rules.ONE_TIME_LASTS
    return user


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
    uow.add(user)
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
    uow.record(CITY, events.PERSON_CHANGED, actor, [user], role=role.value, unit=unit_id)
    if moved:
        revoke_all(uow, actor, user)
        revoke_all_tokens(uow, actor, user)
    return user


def reset_password(uow: UnitOfWork, actor: Actor, user_id: int, password_hash: str) -> User:
    """Give a person a one-time password, to be changed at the next sign-in. The account may be in other hands: every
    sign-in ends, and every API token the person made."""
    require(actor, "accounts.reset_password")
    user = uow.lock(User, user_id)
    user.password_hash, user.one_time_until = password_hash, uow.now + rules.ONE_TIME_LASTS
    uow.record(CITY, events.PASSWORD_RESET, actor, [user])
    revoke_all(uow, actor, user)
    revoke_all_tokens(uow, actor, user)
    return user


def disable_person(uow: UnitOfWork, actor: Actor, user_id: int) -> User:
    """Close an account: nobody is deleted, the trace still names the id. Raises LastAdministrator."""
    require(actor, "accounts.disable_person")
    user = uow.lock(User, user_id)
    if user.disabled_at is None:
        _keep_one_administrator(uow, user)
        revoke_all(uow, actor, user)
        revoke_all_tokens(uow, actor, user)
        user.disabled_at = uow.now
        uow.record(CITY, events.PERSON_DISABLED, actor, [user])
    return user


def enable_person(uow: UnitOfWork, actor: Actor, user_id: int) -> User:
    """Open a closed account again, with the password it had."""
    require(actor, "accounts.enable_person")
    user = uow.lock(User, user_id)
    if user.disabled_at is not None:
        user.disabled_at = None
        uow.record(CITY, events.PERSON_ENABLED, actor, [user])
    return user


def _keep_one_administrator(uow: UnitOfWork, user: User) -> None:
    if user.role is not Role.ADMINISTRATOR:
        return
    others = select(func.count()).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None), User.id != user.id)
    if uow.db.scalar(others) == 0:
        raise refusals.LastAdministrator()
