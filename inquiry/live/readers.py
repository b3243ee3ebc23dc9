"""Who may follow a meeting that is closed to the public while it runs, or a rehearsal: asked here by every door that
shows any of it.

Until it goes live such a meeting is announced like any other, and when it is over its minutes, entries and trace are
public like any other's. In between it is for whoever is signed in (`read.internal`), in the view of that name; the
view of the public holds nothing of it (`realtime.views`) and is told nothing (`realtime.session_cache`). A rehearsal
is so from its beginning to its end, and is besides in no list and no sum but its own, whoever reads. See
docs/adr/0023-closed-while-it-runs.md and docs/adr/0025-rehearsals.md.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from ..core.db import Db
from ..errors import NotPublic
from ..permissions import Actor, Scope, allows, require
from ..realtime.views import View
from . import rules
from .models import Session, SessionState

#: Made once: it is asked with every entry that is told to the public.
_NOT_PUBLIC = select(Session.id, Session.rehearsal_of_id).where(
    or_(and_(Session.state == SessionState.LIVE, Session.closed_to_public), Session.rehearsal_of_id.is_not(None))
)
_REHEARSALS = select(Session.id).where(Session.rehearsal_of_id.is_not(None))
#: Lists of sessions are of those that are held: a rehearsal is reached from its session.
REAL = Session.rehearsal_of_id.is_(None)


def not_public(db: Db) -> frozenset[int]:
    """The sessions that are not public at this moment: `rules.is_public`, said to the database."""
    return frozenset(db.scalars(_NOT_PUBLIC))


def may_follow(actor: Actor, session_id: int | None) -> bool:
    """Whether this reader may follow a session that is not public."""
    return allows(actor, "read.internal", Scope(session_id=session_id))


def closed_to(db: Db, actor: Actor) -> frozenset[int]:
    """Those of them that this reader may not follow: of what belongs to them nothing is found."""
    return frozenset(one for one in not_public(db) if not may_follow(actor, one))


def hidden(db: Db, actor: Actor) -> frozenset[int]:
    """Those that lists and sums leave out for this reader, with all that belongs to them: rehearsals for everybody."""
    found = db.execute(_NOT_PUBLIC)
    return frozenset(one for one, rehearsed in found if rehearsed is not None or not may_follow(actor, one))


def no_rehearsal(column: Any) -> ColumnElement[bool]:
    """The same where everybody else is shown all there is, by the column that names a row's session."""
    return or_(column.is_(None), column.not_in(_REHEARSALS))


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
    if found := closed_to(db, actor).intersection(session_ids):
        raise NotPublic(session=min(found))


def require_view(db: Db, actor: Actor, view: View, session_id: int) -> None:
    """Raises NotPublic for the view of the public while the session is not, SignedOut, Forbidden or BeyondToken where
    the view is not for this reader."""
    require(actor, view.kind.permission, Scope(view.unit_id, session_id))
    if view == View.PUBLIC and session_id in not_public(db):
        raise NotPublic(session=session_id)


def view_of(actor: Actor, session: Session) -> View:
    """The view in which this reader's pages follow a session: whoever may, goes on when it is public no more."""
    is_closed = session.closed_to_public or session.rehearsal_of_id is not None
    return View.INTERNAL if is_closed and may_follow(actor, session.id) else View.PUBLIC
