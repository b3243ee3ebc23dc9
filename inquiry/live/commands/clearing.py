"""What is left of a rehearsal: nothing. It goes with every row that hangs on it, and with its streams of the trace."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, or_, select

from ...accounts.commands import tokens
from ...accounts.models import ApiToken
from ...core.db import Base, Db, existing
from ...dispatch.idempotency import CompletedCommand
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import SYSTEM, Actor, Scope, require
from ...realtime import fanout
from ...realtime.streams import streams_of
from ...realtime.views import View
from ...trace import commands as trace
from .. import queries, refusals
from ..models import Session

#: What names a session without being a part of it: where a question was deferred to.
_NO_PARTS = frozenset({"deferred_to_id"})
#: The key of the press that began it is claimed before it is there.
_KEYS_BEFORE = timedelta(minutes=5)
_on_cleared: list[Callable[[UnitOfWork, Session], None]] = []


def on_cleared(tell: Callable[[UnitOfWork, Session], None]) -> None:
    """Let a package above know, within the same unit of work and before anything is gone, that a rehearsal is cleared
    away: what was only lent to it is given back, and what lies outside the database is removed."""
    _on_cleared.append(tell)


def clear_rehearsal(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """Remove a rehearsal, at whatever point it is, with all that came of it; returns the session that was rehearsed.

    Raises NotFound, NoRehearsal.
    """
    require(actor, "live.clear_rehearsal", Scope(session_id=session_id))
    return queries.session(uow.db, clear(uow, session_id))


def clear(uow: UnitOfWork, session_id: int) -> int:
    """The same for whoever has asked who may: returns the id of what was rehearsed. Raises NotFound, NoRehearsal."""
    rehearsed = existing(uow.db, Session, session_id).rehearsal_of_id
    if rehearsed is None:
        raise refusals.NoRehearsal()
    uow.lock(Session, rehearsed)  # first, as whoever goes live with it does
    rehearsal = uow.lock(Session, session_id)
    for tell in _on_cleared:
        tell(uow, rehearsal)
    begun = rehearsal.created_at - _KEYS_BEFORE
    of_it = delete(CompletedCommand).where(CompletedCommand.at >= begun, CompletedCommand.session_id == rehearsal.id)
    uow.db.execute(of_it)
    for token in uow.db.scalars(select(ApiToken.id).where(ApiToken.session_id == session_id)).all():
        tokens.revoke_token(uow, SYSTEM, token)  # that it was made stands with the city, and so does this
    _remove(uow.db, rehearsal.id)
    trace.remove(uow.db, streams_of(session_id, View.STAFF))
    uow.db.expire_all()
    uow.after_commit(lambda: fanout.dismiss({session_id}))  # SQLite may give its id again
    return rehearsed


def _remove(db: Db, session_id: int) -> None:
    """Whatever the foreign keys say belongs to it, children first."""
    parts = _parts(session_id)
    for table, belongs in reversed(parts.items()):
        db.execute(delete(table).where(belongs), execution_options={"synchronize_session": False})


def _parts(session_id: int) -> dict[Table, ColumnElement[bool]]:
    """Which rows of which table are part of a session, parents first.

    A row is where its own session is. One that names none, or has no column for it, is where what it hangs on is.
    """
    sessions = Base.metadata.tables[Session.__tablename__]
    found: dict[Table, ColumnElement[bool]] = {sessions: sessions.c.id == session_id}
    for table in Base.metadata.sorted_tables:
        keys = [key for key in table.foreign_keys if key.column.table in found and key.column.table is not table]
        keys = sorted((key for key in keys if key.parent.name not in _NO_PARTS), key=lambda key: str(key.parent.name))
        own = [key.parent for key in keys if key.column.table is sessions]
        others = [_hangs(key.parent, key.column, found) for key in keys if key.column.table is not sessions]
        if own and own[0].nullable and others:
            found[table] = or_(own[0] == session_id, and_(own[0].is_(None), or_(*others)))
        elif own:
            found[table] = own[0] == session_id
        elif others:
            found[table] = or_(*others)
    return found


def _hangs(column: Column[Any], on: Column[Any], found: dict[Table, ColumnElement[bool]]) -> ColumnElement[bool]:
    return column.in_(select(on).where(found[on.table]))
