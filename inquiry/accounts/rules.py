"""Decisions about people that need no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

SIGN_IN_LASTS = timedelta(hours=14)
SHORTEST_PASSWORD = 10
_SIGN_IN_ROOM = "sign-in:"


def expires_at(now: datetime) -> datetime:
    """A sign-in lasts for one long day of production and is then asked for again."""
    return now + SIGN_IN_LASTS


def sign_in_room(sign_in_id: int) -> str:
    """The room of the sockets that one sign-in opened: `fanout.cut` it and they are gone."""
    return f"{_SIGN_IN_ROOM}{sign_in_id}"


def sign_ins_in(rooms: Iterable[str]) -> set[int]:
    """The sign-ins whose rooms are among these."""
    return {int(room.removeprefix(_SIGN_IN_ROOM)) for room in rooms if room.startswith(_SIGN_IN_ROOM)}


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
