"""Broadcasts: a Socket.IO client manager that frames a message once and writes it straight to idle readers.

The ordinary path costs a queue, a timer and a change of greenlet for each reader; this one costs a system call. Whoever
is behind, half-written or long-polling takes the ordinary path, in the same order. What has no room, skips somebody or
wants an answer is left to python-socketio altogether.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio import Manager
from socketio.packet import EVENT

from ..core.background import attempt
from . import frames
from .outbox import ENTRY, Outbox

#: So many readers are written to before the clock is looked at, and after so long others may work in between.
SLICE = 64
SLICE_SECONDS = 0.005
HURRIED_SECONDS = 0.002
#: Broadcasts that may wait for their turn.
MOST_WAITING = 64
#: Only the newest of these matters to a reader that is behind.
SUPERSEDED = frozenset({"tick"})

_Room = tuple[str, str]
#: An outbox, or the sid of somebody who has none of ours. A pair of both for each would be garbage to be looked
#: through, after every message.
_Reader = Outbox | str


@dataclass(frozen=True)
class _Broadcast:
    data: bytes
    packet: EnginePacket
    kind: str
    readers: list[_Reader]
    namespace: str


class BroadcastManager(Manager):
    """`deliveries` counts what was handed to readers since the start; `is_hurried` says whether somebody should not
    wait for the end of a broadcast's turn."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries = 0
        self.is_hurried: Callable[[], bool] = lambda: False
        self._readers: dict[_Room, dict[str, _Reader]] = {}
        self._queue: deque[_Broadcast] = deque()
        self._sending = False

    # Telling a room.

    def emit(self, event: str, data: Any, namespace: str, room: Any = None, **options: Any) -> None:
        """Tell a room. Messages to the same reader arrive in the order in which they were emitted."""
        room = options.pop("to", None) or room
        rare = any(options.values()) or not isinstance(data, dict) or not isinstance(room, str)
        if rare or self.is_sid_room(namespace, room):
            super().emit(event, data, namespace, room=room, **options)
            return
        readers = self._readers.get((namespace, room))
        if readers:
            message = self.server.packet_class(EVENT, namespace=namespace, data=[event, data])
            packet = EnginePacket(MESSAGE, message.encode())
            kind = f"{event} {room}" if event in SUPERSEDED else ENTRY
            self._send(_Broadcast(frames.text(packet.encode()), packet, kind, list(readers.values()), namespace))

    def _send(self, one: _Broadcast) -> None:
        while len(self._queue) >= MOST_WAITING:
            self.server.sleep(0)  # whoever tells more than can be written has to wait, not the memory to grow
        self._queue.append(one)
        if not self._sending:
            self._sending = True
            if len(one.readers) <= SLICE:
                self._work_off()
            else:
                self._begin_to_work_off()

    def _begin_to_work_off(self) -> None:
        try:
            self.server.start_background_task(self._work_off)
        except BaseException:
            self._sending = False  # or nobody would ever work off what waits
            raise

    def _work_off(self) -> None:
        """One broadcast after the other, each as a whole: overlapping ones would arrive in different orders."""
        try:
            while self._queue:
                attempt("a broadcast", self._broadcast, self._queue.popleft())
        finally:
            self._sending = False

    def _broadcast(self, one: _Broadcast) -> None:
        began = time.monotonic()
        for start in range(0, len(one.readers), SLICE):
            lasted = time.monotonic() - began
            if lasted >= SLICE_SECONDS or (lasted >= HURRIED_SECONDS and self.is_hurried()):
                self.server.sleep(0)
                began = time.monotonic()
            self._write(one, one.readers[start : start + SLICE])
        self.deliveries += len(one.readers)

    def _write(self, one: _Broadcast, readers: list[_Reader]) -> None:
        data, size = one.data, len(one.data)
        for outbox in readers:
            if isinstance(outbox, str):
                attempt("telling a reader", self._the_ordinary_way, one, outbox)
            elif (direct := outbox.direct) is None:
                attempt("telling a reader", outbox.offer, data, one.packet, one.kind)
            else:
                try:
                    sent = direct(data)
                except BlockingIOError:
                    sent = 0
                except Exception:  # gone; or half a frame may have left, and all that follows would be misread
                    attempt("cutting off a reader", outbox.cut)
                    continue
                if sent != size:
                    outbox.fall_behind(data[sent:])

    def _the_ordinary_way(self, one: _Broadcast, sid: str) -> None:
        eio_sid = self.eio_sid_from_sid(sid, one.namespace)
        if eio_sid is not None:
            self.server._send_eio_packet(eio_sid, one.packet)

    # Who is where. Nobody is given a room of their own, as the original does: leaving is then a walk over a few rooms
    # instead of over everybody's, and a reader costs less.

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        if sid == room:
            return
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        if room is not None:
            engine_socket = self.server.eio.sockets.get(self.eio_sid_from_sid(sid, namespace))
            queue = getattr(engine_socket, "queue", None)
            self._readers.setdefault((namespace, room), {})[sid] = queue if isinstance(queue, Outbox) else sid

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        super().basic_leave_room(sid, namespace, room)
        readers = self._readers.get((namespace, room or ""))
        if readers is not None:
            readers.pop(sid, None)
            if not readers:
                del self._readers[(namespace, room or "")]

    def get_participants(self, namespace: str, room: Any) -> Any:
        if isinstance(room, str) and self.is_sid_room(namespace, room):
            yield room, self.eio_sid_from_sid(room, namespace)
        else:
            yield from super().get_participants(namespace, room)

    def readers(self, room: str, namespace: str = "/") -> list[str]:
        """The sockets of a room, in this process."""
        return list(self._readers.get((namespace, room), ()))

    def occupied(self, namespace: str = "/") -> list[str]:
        """The rooms that somebody listens in, in this process."""
        return [room for space, room in self._readers if space == namespace]
