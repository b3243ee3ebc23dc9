"""Telling rooms, counting who is in them, and cutting off whoever lost the right to listen.

Never emit to a namespace: a broadcast to it also reaches sockets that have not been let in yet.
"""

from collections import defaultdict
from typing import Any

from ..extensions import socketio
from .streams import Message, tick_room
from .views import View

#: room -> socket ids, in this process.
_present: dict[str, set[str]] = defaultdict(set)


def tell(messages: list[Message]) -> None:
    """Send entries to their rooms, in the order given. Call only after the commit."""
    for message in messages:
        socketio.emit("entry", message.body, to=message.room)


def tell_tick(session_id: int, view: View, body: dict[str, Any]) -> None:
    socketio.emit("tick", body, to=tick_room(session_id, view))


def enter(sid: str, room: str) -> None:
    """Let a socket into a room; whoever calls this has asked the permission table."""
    socketio.server.enter_room(sid, room)
    _present[room].add(sid)


def leave(sid: str, room: str) -> None:
    socketio.server.leave_room(sid, room)
    _forget(sid, room)


def gone(sid: str) -> None:
    """A socket has closed: socketio has emptied its rooms, only our own count is left to mend."""
    for room in [room for room, sids in _present.items() if sid in sids]:
        _forget(sid, room)


def _forget(sid: str, room: str) -> None:
    _present[room].discard(sid)
    if not _present[room]:
        del _present[room]


def occupied() -> list[str]:
    """The rooms that somebody listens in, in this process."""
    return list(_present)


def count(room: str) -> int:
    return len(_present.get(room, ()))


def cut(room: str) -> None:
    """Disconnect every socket of a room at once: the sign-in behind them was revoked."""
    for sid in list(_present.get(room, ())):
        socketio.server.disconnect(sid)
