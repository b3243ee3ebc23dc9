"""Telling rooms, counting who is in them, and cutting off whoever lost the right to listen.

Never emit to a namespace: a broadcast to it also reaches sockets that have not been let in yet.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from ..core.extensions import socketio
from ..trace.models import Entry
from ..transport.broadcast import BroadcastManager
from . import hints, session_cache, streams
from .streams import Message, Room, tick_room
from .views import View


def tell(entries: list[Entry], messages: list[Message]) -> None:
    """Send what was committed to its rooms, in order, and let the other processes know. Call only after the commit."""
    session_cache.tell(entries, messages)
    hints.say(streams.sessions_of(entries))


def tell_tick(session_id: int, view: View, body: dict[str, Any]) -> None:
    socketio.emit("tick", body, to=str(tick_room(session_id, view)))


def enter(sid: str, room: str) -> None:
    """Let a socket into a room; whoever calls this has asked the permission table."""
    socketio.server.enter_room(sid, room)


def leave(sid: str, room: str) -> None:
    socketio.server.leave_room(sid, room)


def occupied() -> list[str]:
    """The rooms that somebody listens in, in this process."""
    return _manager().occupied()


def count(room: str) -> int:
    return len(_manager().readers(room))


def viewers() -> int:
    """How many follow a session, in this process."""
    return sum(following().values())


def following() -> dict[int, int]:
    """How many follow each session, in this process."""
    found: dict[int, int] = defaultdict(int)
    for room in ticking():
        found[room.stream.id or 0] += count(str(room))
    return found


def ticking() -> list[Room]:
    """The rooms whose readers are told ticks, in this process: one for each session that is followed and each view."""
    rooms = (Room.parse(name) for name in occupied())
    return [one for one in rooms if one is not None and one.ticks]


def dismiss(session_ids: Collection[int]) -> None:
    """These sessions are no more: whoever follows one here is disconnected, and nothing is known of it."""
    session_cache.forget(session_ids)
    for room in ticking():
        if room.stream.id in session_ids:
            cut(str(room))


def cut(room: str) -> None:
    """Disconnect every socket of a room at once: the sign-in behind them was revoked."""
    for sid in _manager().readers(room):
        socketio.server.disconnect(sid)


def _manager() -> BroadcastManager:
    manager: BroadcastManager = socketio.server.manager
    return manager
