"""Who is acting, and the lists of people and units."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from ..core import clock, text
from ..core.db import Db, among, existing
from ..core.networks import network
from ..dispatch import registry
from ..errors import TokenRefused
from ..permissions import VISITOR, Actor, Grant, Role
from ..realtime.views import Row, View
from ..web.http import comes_from_another_site
from . import devices, rules
from .models import ApiToken, GroupMembership, Headship, PeerGroup, SignIn, Unit, User

SIGN_IN_COOKIE = "sign_in"
#: Where API tokens are good: a page is for people.
_FOR_MACHINES = ("/api/", "/live/", "/socket.io/")
#: Whatever it is used for.
PACE_OF_A_TOKEN = "20/second;600/minute"  # noqa: S105 - no secret
#: As many as a list shows without being scrolled.
UNITS_PAGE = 12

#: Who knows the tokens of other kinds, by the signs with which they begin.
_other_tokens: dict[str, Callable[[Db, str, str], Actor]] = {}


def other_tokens(prefix: str, identify: Callable[[Db, str, str], Actor]) -> None:
    """Let a package above know tokens of its own: `identify(db, token, network)` raises TokenRefused."""
    _other_tokens[prefix] = identify


def digest(token: str) -> str:
    """What is kept of a random token: a thief of the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def identify(db: Db) -> Actor:
    """Who sends the request at hand (page, form, API or socket event), as the database knows it now.

    Raises TokenRefused and, for a token that is used too often, TooMany.
    """
    here = network(request.remote_addr)
    token = _bearer()
    if token is not None:
        return _by_token(db, token, here)
    cookies = _cookies()
    device_id = devices.find(db, cookies.get(devices.COOKIE, ""))
    found = _open_sign_in(db, cookies.get(SIGN_IN_COOKIE, ""), clock.now())
    role = Role.AUDIENCE if device_id else Role.VISITOR
    if found is None:
        return Actor(role, device_id=device_id, network=here)
    if found.user.one_time_until is not None:
        return Actor(role, device_id=device_id, sign_in_id=found.id, network=here, newcomer_id=found.user_id)
    return person(db, found.user, sign_in_id=found.id, device_id=device_id, network=here)


def _bearer() -> str | None:
    """The API token that came with the request at hand, or with the handshake of its socket."""
    if not request.environ["PATH_INFO"].startswith(_FOR_MACHINES):
        return None
    kind, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _by_token(db: Db, token: str, here: str) -> Actor:
    for prefix, identify_other in _other_tokens.items():
        if token.startswith(prefix):
            return identify_other(db, token, here)
    found = db.scalar(
        _open_tokens(clock.now()).where(ApiToken.token_hash == digest(token)).options(contains_eager(ApiToken.user))
    )
    if found is None:
        raise TokenRefused()
    if not getattr(request, "token_is_counted", False):  # a refusal asks once more who it was
        registry.count(PACE_OF_A_TOKEN, "token", f"token:{found.id}")
        request.token_is_counted = True  # type: ignore[attr-defined]
    unit_ids = rules.subtree(found.unit_id, parents(db)) if found.unit_id else None
    grant = Grant(found.id, frozenset(found.commands), found.session_id, unit_ids)
    return person(db, found.user, network=here, grant=grant)


def _cookies() -> dict[str, str]:
    """Of the request at hand; a socket's many presses have the same, so they are read once. A page of another site
    that may speak with us is whoever its token says, and never whoever else uses that browser."""
    found: dict[str, str] | None = request.environ.get("inquiry.cookies")
    if found is None:
        named = () if comes_from_another_site() else (devices.COOKIE, SIGN_IN_COOKIE)
        found = request.environ["inquiry.cookies"] = {
            name: request.cookies[name] for name in named if name in request.cookies
        }
    return found


def listener(db: Db) -> Actor:
    """Who opened the socket at hand. A device has no say in what may be heard, so it is looked up some time later."""
    token = _bearer()
    if token is not None:
        return _by_token(db, token, network(request.remote_addr))
    cookies = _cookies()
    devices.expect(cookies.get(devices.COOKIE, ""))
    found = _open_sign_in(db, cookies.get(SIGN_IN_COOKIE, ""), clock.now())
    if found is None:
        return VISITOR
    if found.user.one_time_until is not None:
        return Actor(Role.VISITOR, sign_in_id=found.id, newcomer_id=found.user_id)
    return person(db, found.user, sign_in_id=found.id)


def person(db: Db, user: User, **details: Any) -> Actor:
    """The actor that a signed-in person is."""
    unit_ids = rules.subtree(user.unit_id, parents(db)) if user.unit_id else frozenset()
    return Actor(user.role, user.id, user.name, user.unit_id, unit_ids, **details)


def _open_sign_in(db: Db, token: str, now: datetime) -> SignIn | None:
    if not token:
        return None
    return db.scalar(_open(now).where(SignIn.token_hash == digest(token)).options(contains_eager(SignIn.user)))


def _open(now: datetime) -> Select[SignIn]:
    """The sign-ins that are good at this moment."""
    return (
        select(SignIn)
        .join(SignIn.user)
        .where(SignIn.revoked_at.is_(None), SignIn.expires_at > now, User.disabled_at.is_(None))
    )


def ended(db: Db, sign_in_ids: set[int], now: datetime) -> set[int]:
    """Those of these sign-ins that are not good any more: expired or revoked."""
    return sign_in_ids - {found.id for found in db.scalars(_open(now).where(SignIn.id.in_(sign_in_ids)))}


def signed_in(db: Db, user_ids: set[int]) -> set[int]:
    """Those of these people who have a sign-in that nobody ended. That one has expired puts nobody out who is at
    work."""
    if not user_ids:
        return set()
    found = select(SignIn.user_id).where(SignIn.user_id.in_(user_ids), SignIn.revoked_at.is_(None))
    return set(db.scalars(found.distinct()))


def _open_tokens(now: datetime) -> Select[ApiToken]:
    """The API tokens that are good at this moment, joined with whoever made them."""
    return (
        select(ApiToken)
        .join(ApiToken.user)
        .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > now, User.disabled_at.is_(None))
    )


def ended_tokens(db: Db, token_ids: set[int], now: datetime) -> set[int]:
    """Those of these API tokens that are not good any more: expired or revoked."""
    return token_ids - {found.id for found in db.scalars(_open_tokens(now).where(ApiToken.id.in_(token_ids)))}


def tokens(db: Db, now: datetime, user_id: int | None = None) -> Sequence[ApiToken]:
    """The API tokens that are good, of one person or of everybody, newest first."""
    found = _open_tokens(now).order_by(ApiToken.id.desc()).options(contains_eager(ApiToken.user))
    return db.scalars(found if user_id is None else found.where(ApiToken.user_id == user_id)).all()


def parents(db: Db) -> dict[int, int | None]:
    """Each unit's parent."""
    return {unit.id: unit.parent_id for unit in db.execute(select(Unit.id, Unit.parent_id))}


def is_within(db: Db, unit_id: int, of: int | None) -> bool:
    """Whether a unit is that one, or below it."""
    found: int | None = unit_id
    while found is not None and found != of:
        found = db.scalar(select(Unit.parent_id).where(Unit.id == found))
    return found is not None


def units(db: Db) -> Sequence[Unit]:
    """All units, a parent before its children, in the order they are kept."""
    return _parents_first(db.scalars(select(Unit).order_by(Unit.position, Unit.id)))


def unit_order(db: Db) -> list[int]:
    """The ids of all units in that order."""
    of_all = select(Unit.id, Unit.parent_id).order_by(Unit.position, Unit.id)
    return [one.id for one in _parents_first(db.execute(of_all))]


def _parents_first(rows: Iterable[Any]) -> list[Any]:
    below: dict[int | None, list[Any]] = defaultdict(list)
    for unit in rows:
        below[unit.parent_id].append(unit)
    ordered: list[Any] = []

    def descend(parent_id: int | None) -> None:
        for unit in below[parent_id]:
            ordered.append(unit)
            descend(unit.id)

    descend(None)
    return ordered


def unit(db: Db, unit_id: int) -> Unit:
    """Raises NotFound."""
    return existing(db, Unit, unit_id)


def with_below(unit_id: int) -> Select[int]:
    """The ids of a unit and of every unit below it, for a condition."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte("unit_with_below", recursive=True)
    tree = tree.union(select(Unit.id).where(Unit.parent_id == tree.c.id))
    return select(tree.c.id)


def find_units(db: Db, words: str, page: int) -> tuple[list[Row | None], int, int]:
    """The rows of one page of the units whose name has these words, the number of pages and of all that have them."""
    wanted = text.search_terms(words)
    found = []
    for unit_id, *names in db.execute(select(Unit.id, Unit.name, Unit.name_en).order_by(Unit.id)):
        said = [text.searchable(name) for name in names]
        if any(all(word in name for word in wanted) for name in said):
            found.append((not any(name.startswith(wanted[0] if wanted else "") for name in said), unit_id))
    start = (page - 1) * UNITS_PAGE
    ids = [unit_id for _rank, unit_id in sorted(found)[start : start + UNITS_PAGE]]
    return list(unit_rows(db, ids, View.PUBLIC).values()), max(1, -(-len(found) // UNITS_PAGE)), len(found)


def peer_groups(db: Db) -> Sequence[PeerGroup]:
    return db.scalars(select(PeerGroup).order_by(PeerGroup.id)).all()


def members(db: Db, group_id: int, day: date) -> list[Any]:
    """The units of a peer group on a day (id, name, name_en), in the units' order."""
    ids = set(db.scalars(member_ids([group_id], day)))
    of_all = select(Unit.id, Unit.name, Unit.name_en, Unit.parent_id).order_by(Unit.position, Unit.id)
    return [one for one in _parents_first(db.execute(of_all)) if one.id in ids] if ids else []


def member_ids(group_ids: Collection[int], day: date) -> Select[int]:
    """The ids of the units of these peer groups on a day, for a condition."""
    of_groups = GroupMembership.group_id.in_(group_ids)
    return select(GroupMembership.unit_id).where(of_groups, _lasts(GroupMembership, day))


def heads_on(db: Db, unit_ids: Collection[int], day: date) -> dict[int, Headship]:
    """Who headed each of these units on a day; the one recorded last, where two could be meant."""
    of_units = select(Headship).where(among(db, Headship.unit_id, unit_ids), _lasts(Headship, day))
    return {one.unit_id: one for one in db.scalars(of_units.order_by(Headship.id))}


def headship(db: Db, unit_id: int) -> Headship | None:
    """The one that lasts."""
    return db.scalar(select(Headship).where(Headship.unit_id == unit_id, Headship.until_day.is_(None)))


def headships(db: Db, unit_id: int) -> Sequence[Headship]:
    """All that are recorded, the newest first."""
    return db.scalars(select(Headship).where(Headship.unit_id == unit_id).order_by(Headship.id.desc())).all()


def memberships(db: Db, unit_id: int) -> Sequence[tuple[GroupMembership, PeerGroup]]:
    """Of which groups a unit was, is or will be, the newest first; those that last no day are left out."""
    found = (
        select(GroupMembership, PeerGroup)
        .join(PeerGroup, PeerGroup.id == GroupMembership.group_id)
        .where(GroupMembership.unit_id == unit_id)
        .where(or_(GroupMembership.until_day.is_(None), GroupMembership.until_day > GroupMembership.from_day))
        .order_by(GroupMembership.from_day.desc(), GroupMembership.id.desc())
    )
    return [(membership, group) for membership, group in db.execute(found)]


def groups_on(db: Db, day: date) -> dict[int, PeerGroup]:
    """The group of each unit on a day."""
    found = (
        select(GroupMembership.unit_id, PeerGroup)
        .join(PeerGroup, PeerGroup.id == GroupMembership.group_id)
        .where(_lasts(GroupMembership, day))
    )
    return {unit_id: group for unit_id, group in db.execute(found)}  # noqa: C416 - rows are no pairs to mypy


def _lasts(kept: type[GroupMembership | Headship], day: date) -> ColumnElement[bool]:
    begun = or_(kept.from_day.is_(None), kept.from_day <= day)
    return begun & or_(kept.until_day.is_(None), kept.until_day > day)


def people(db: Db) -> Sequence[User]:
    return db.scalars(select(User).order_by(User.disabled_at.is_not(None), User.role, User.login)).all()


def user_by_login(db: Db, login: str) -> User | None:
    if not login.isprintable():  # PostgreSQL cannot even compare with some of these
        return None
    return db.scalar(select(User).where(User.login == login.strip().lower(), User.disabled_at.is_(None)))


def account(db: Db, login: str) -> User | None:
    """The same, of closed accounts too."""
    return db.scalar(select(User).where(User.login == login.strip().lower()))


def unit_by_name(db: Db, name: str) -> int | None:
    return db.scalar(select(Unit.id).where(Unit.name == name))


def sign_ins(db: Db, user_id: int, now: datetime) -> Sequence[SignIn]:
    """A person's open sign-ins, newest first."""
    return db.scalars(
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.id.desc())
    ).all()


def unit_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `unit`: `{id, name, name_en, kind, parent, head}`."""
    found = {one.id: one for one in db.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return {number: _unit_row(found[number]) if number in found else None for number in ids}


def _unit_row(unit: Unit) -> Row:
    return {
        "id": unit.id, "name": unit.name, "name_en": unit.name_en, "kind": unit.kind.value,
        "parent": unit.parent_id, "head": unit.head,
    }  # fmt: skip
