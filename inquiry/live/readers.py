"""Who may follow a meeting that is closed to the public while it runs: asked here by every door that shows any of it.

Until it goes live such a meeting is announced like any other, and when it is over its minutes, entries and trace are
public like any other's. In between it is for whoever is signed in (`read.internal`), in the view of that name; the
view of the public holds nothing of it (`realtime.views`) and is told nothing (`realtime.session_cache`). See
docs/adr/0023-closed-while-it-runs.md.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ..core.db import Db
from ..errors import NotPublic
from ..permissions import Actor, Scope, allows, require
from ..realtime.views import View
from . import rules
from .models import Session, SessionState

#: Made once: it is asked with every entry that is told to the public.
_NOT_PUBLIC = select(Session.id).where(Session.state == SessionState.LIVE, Session.closed_to_public)


def not_public(db: Db) -> frozenset[int]:
    """The sessions that are not public at this moment: `rules.is_public`, said to the database."""
    return frozenset(db.scalars(_NOT_PUBLIC))


def may_follow(actor: Actor, session_id: int | None) -> bool:
    """Whether this reader may follow a session that is not public."""
    return allows(actor, "read.internal", Scope(session_id=session_id))


def hidden(db: Db, actor: Actor) -> frozenset[int]:
    """Those of them that this reader may not follow: lists and sums leave out what belongs to them."""
    return frozenset(one for one in not_public(db) if not may_follow(actor, one))


def outside(column: Any, sessions: Iterable[int]) -> list[ColumnElement[bool]]:
    """The conditions under which a row belongs to none of these sessions, by the column that names its session."""
    ids = sorted(sessions)
    return [or_(column.is_(None), column.not_in(ids))] if ids else []


def may_read(actor: Actor, session: Session) -> bool:
    """Whether this reader may be shown what belongs to a session, as it stands."""
    return rules.is_public(session) or may_follow(actor, session.id)


def require_readable(actor: Actor, session: Session) -> None:
    """Raises NotPublic."""
    if not may_read(actor, session):
        raise NotPublic(session=session.id)


def require_not_hidden(db: Db, actor: Actor, *session_ids: int | None) -> None:
    """The same for things that belong to a session, if to any. Raises NotPublic."""
    if found := hidden(db, actor).intersection(session_ids):
        raise NotPublic(session=min(found))


def require_view(db: Db, actor: Actor, view: View, session_id: int) -> None:
    """Raises NotPublic for the view of the public while the session is not, SignedOut, Forbidden or BeyondToken where
    the view is not for this reader."""
    require(actor, view.kind.permission, Scope(view.unit_id, session_id))
    if view == View.PUBLIC and session_id in not_public(db):
        raise NotPublic(session=session_id)


def view_of(actor: Actor, session: Session) -> View:
    """The view in which this reader's pages follow a session: whoever may, goes on when it is public no more."""
    return View.INTERNAL if session.closed_to_public and may_follow(actor, session.id) else View.PUBLIC
