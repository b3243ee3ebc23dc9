"""How far an API token reaches: whether what a message names belongs to the session, or the unit, the token is for.

Commands ask the permission table as ever. What they are about is asked here, before any of them begins: a package says
once for each of its fields, such as `question`, how the number in it leads to a session and a unit.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from ..core.db import Db
from ..errors import BadInput, BeyondToken, NotFound
from ..permissions import Actor, Scope, allows

Finder = Callable[[Db, int], Scope | None]

_finders: dict[str, Finder] = {}


def belongs(field: str, find: Finder) -> None:
    """Say how the number in a field of this name leads to where that thing belongs; None for what does not exist.

    Raises ValueError where a field of this name means something else already.
    """
    if _finders.setdefault(field, find) is not find:
        raise ValueError(f"two packages say where a {field!r} belongs")


def require_within(db: Db, field: str, number: int, session_id: int) -> None:
    """Raise NotFound unless what a field of this name means belongs to a session."""
    scope = _finders[field](db, number)
    if scope is None or scope.session_id != session_id:
        raise NotFound(what=field, id=number)


def check(db: Db, actor: Actor, name: str, writes: bool, message: Any) -> None:
    """Raise BeyondToken for what the actor's token does not cover, and BadInput where somebody without such a token
    has not said what was seen."""
    is_holder = actor.grant is not None
    if getattr(message, "seen", 0) is None and not allows(actor, "live.press_unseen", Scope(token=is_holder)):
        raise BeyondToken(command="live.press_unseen") if is_holder else BadInput(fields={"seen": _("is missing")})
    if actor.grant is None:
        return
    scopes = [
        find(db, number) or Scope()
        for field, find in _finders.items()
        if (number := getattr(message, field, None)) is not None
    ]
    is_granted = name in actor.grant.commands and any(map(actor.grant.bounds, scopes))
    reads = not writes and not actor.grant.is_output
    if not (is_granted or reads) or not all(map(actor.grant.covers, scopes)):
        raise BeyondToken(command=name)
