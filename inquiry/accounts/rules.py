"""Decisions about people that need no database."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

SIGN_IN_LASTS = timedelta(hours=14)
SHORTEST_PASSWORD = 10
#: A password that somebody else gave is to be changed within this time.
ONE_TIME_LASTS = timedelta(days=7)
LONGEST_TOKEN_DAYS = 400
_SIGN_IN_ROOM = "sign-in:"
_TOKEN_ROOM = "token:"  # noqa: S105 - no secret
#: Nobody mistakes one of these for another, read out or written down.
_PLAIN_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def expires_at(now: datetime) -> datetime:
    """A sign-in lasts for one long day of production and is then asked for again."""
    return now + SIGN_IN_LASTS


def sign_in_room(sign_in_id: int) -> str:
    """The room of the sockets that one sign-in opened: `fanout.cut` it and they are gone."""
    return f"{_SIGN_IN_ROOM}{sign_in_id}"


def token_room(token_id: int) -> str:
    """The room of the sockets that were opened with one API token."""
    return f"{_TOKEN_ROOM}{token_id}"


def sign_ins_in(rooms: Iterable[str]) -> set[int]:
    """The sign-ins whose rooms are among these."""
    return _numbers(rooms, _SIGN_IN_ROOM)


def tokens_in(rooms: Iterable[str]) -> set[int]:
    """The API tokens whose rooms are among these."""
    return _numbers(rooms, _TOKEN_ROOM)


def _numbers(rooms: Iterable[str], of: str) -> set[int]:
    return {int(room.removeprefix(of)) for room in rooms if room.startswith(of)}


def one_time_password() -> str:
    """A password that is told once and typed once: 59 bits of chance, in three groups."""
    while True:
        groups = ("".join(secrets.choice(_PLAIN_SIGNS) for _ in range(4)) for _ in range(3))
        password = "-".join(groups)
        if password_fault(password, "") is None:
            return password


def password_fault(password: str, login: str) -> str | None:
    """Why a new password will not do: `short`, `login`, `monotonous`; None when it will."""
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if login and login.lower() in password.lower():
        return "login"
    if len(set(password)) < 5:
        return "monotonous"
    return None


def subtree(unit_id: int, parents: dict[int, int | None]) -> frozenset[int]:
    """A unit and every unit below it, given each unit's parent."""
    found = {unit_id}
    while True:
        below = {unit for unit, parent in parents.items() if parent in found} - found
        if not below:
            return frozenset(found)
        found |= below


def would_loop(unit_id: int, parent_id: int | None, parents: dict[int, int | None]) -> bool:
    """Whether hanging a unit under this parent would make it its own ancestor."""
    return parent_id is not None and parent_id in subtree(unit_id, parents)


def by_kind(units: Iterable[Any]) -> list[tuple[str, Any, list[Any]]]:
    """Units as a list offers them, in the order in which they come: `(kind, None, units)` for the city, the districts
    and the departments, then `("street", the unit above, units)` for the streets of each; None above streets whose
    parent is not among the units.
    """
    known = {unit.id: unit for unit in units}
    found: dict[tuple[str, int | None], list[Any]] = {(kind, None): [] for kind in ("city", "district", "department")}
    for unit in known.values():
        kind = str(unit.kind)
        above = unit.parent_id if kind == "street" and unit.parent_id in known else None
        found.setdefault((kind, above), []).append(unit)
    return [(kind, known.get(above), alike) for (kind, above), alike in found.items() if alike]
