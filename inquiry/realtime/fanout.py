"""Telling rooms, counting who is in them, and cutting off whoever lost the right to listen.

Never emit to a namespace: a broadcast to it also reaches sockets that have not been let in yet.
"""

from collections import defaultdict
from typing import Any

from ..core.extensions import socketio
from ..transport.broadcast import BroadcastManager
from . import hints, session_cache, streams
from .streams import Message, tick_room
from .views import View


def tell(messages: list[Message]) -> None:
    """Send entries to their rooms, here and in the other processes, in order. Call only after the commit."""
    session_cache.tell(messages)
    hints.say(messages)


def tell_tick(session_id: int, view: View, body: dict[str, Any]) -> None:
    socketio.emit("tick", body, to=tick_room(session_id, view))


def enter(sid: str, room: str) -> None:
    """Let a socket into a room; whoever calls this has asked the permission table."""
    socketio.server.enter_room(sid, room)


def leave(sid: str, room: str) -> None:
    socketio.server.leave_room(sid, room)


def occupied() -> list[str]:
    """The rooms that somebody listens in, in this process."""
    return _lane().occupied()


def count(room: str) -> int:
    return len(_lane().readers(room))


def viewers() -> int:
    """How many follow a session, in this process."""
    return sum(following().values())


def following() -> dict[int, int]:
    """How many follow each session, in this process."""
    found: dict[int, int] = defaultdict(int)
    for room in occupied():
        session_id = streams.ticking(room)
        if session_id is not None:
            found[session_id] += count(room)
    return found


def cut(room: str) -> None:
    """Disconnect every socket of a room at once: the sign-in behind them was revoked."""
    for sid in _lane().readers(room):
        socketio.server.disconnect(sid)


def _lane() -> BroadcastManager:
    lane: BroadcastManager = socketio.server.manager
    return lane
