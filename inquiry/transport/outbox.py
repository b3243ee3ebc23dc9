"""What one browser is still to be sent: written straight to its socket while it keeps up, bounded while it does not."""

import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..core import metrics
from . import frames

#: Broadcasts beyond this are forgotten for a reader that is behind: the next tick tells it that it missed something.
LARGEST_BACKLOG = 64 * 1024
#: Answers and pings cannot be forgotten: whoever lets this much of them wait is cut off.
LARGEST_DEBT = 192 * 1024
#: Whoever has not caught up after this long is cut off; it comes back to a fresh snapshot.
LONGEST_BEHIND_SECONDS = 8.0
#: What the system keeps for a reader that does not read counts too; it doubles this figure.
_KERNEL_BUFFER = 48 * 1024
_ABORT = struct.pack("ii", 1, 0)
#: Written in one go while catching up, so that what still waits behind it can be superseded.
_MOUTHFUL = 16 * 1024

#: The kind of a broadcast that may be forgotten, but not replaced. Any other kind is replaced by the next of its kind.
ENTRY = "entry"


CUT = metrics.Counter("inquiry_readers_cut_total", "Readers cut off because they did not keep up.")


@dataclass(frozen=True)
class Loop:
    """What the outboxes of a process need of its event loop."""

    queue: Callable[[], Any]
    spawn: Callable[[Callable[[], None]], Any]
    serve_first: Callable[[Any], None]
    #: The outboxes that have something waiting.
    behind: set["Outbox"] = field(default_factory=set)


class Outbox:
    """engineio takes it for the packet queue of one of its sockets.

    `direct` writes to a WebSocket that has nothing waiting, without blocking, and is None in every other case: the
    broadcast asks for nothing else. Whoever long-polls is kept an ordinary queue.
    """

    __slots__ = (
        "_ending", "_loop", "_queue", "_raw", "_rest", "_size", "_socket", "_waiting", "born", "direct", "is_first",
        "since",
    )  # fmt: skip

    def __init__(self, loop: Loop) -> None:
        self.direct: Callable[[bytes], int] | None = None
        #: Since when (monotonic seconds) it is there, and since when something waits (when somebody last polled).
        self.born = time.monotonic()
        self.since = 0.0
        #: Whether what it is sent by its browser is read before what others send.
        self.is_first = False
        self._loop = loop
        self._queue: Any = None
        self._socket: Any = None
        self._raw: Any = None
        self._rest = b""
        self._waiting: deque[tuple[str | None, bytes]] | None = None
        self._size = 0
        self._ending = False

    # What engineio asks of a queue.

    def put(self, packet: Any) -> None:
        """Send a packet; None ends the connection once everything before it is written."""
        if self._socket is None:
            self._polled().put(packet)
            self._size += len(packet.encode()) if packet is not None else 0
        elif packet is None:
            self._end()
        else:
            encoded = packet.encode()
            self.take(frames.frame(frames.BINARY, encoded) if isinstance(encoded, bytes) else frames.text(encoded))

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        packet = self._polled().get(block=block, timeout=timeout)
        self._size -= len(packet.encode()) if packet is not None else 0
        self.since = time.monotonic()
        return packet

    @property
    def is_over(self) -> bool:
        """Whether the WebSocket was cut."""
        return self._socket is not None and self.direct is None and self._waiting is None

    @property
    def owes_too_much(self) -> bool:
        """Whether a browser that long-polls lets its answers lie."""
        return self._socket is None and self._size > LARGEST_DEBT

    def lies_since(self, seconds: float) -> bool:
        """Whether a browser that long-polls has not asked for what waits for it for so long."""
        return self._socket is None and self._size > 0 and time.monotonic() - max(self.since, self.born) > seconds

    def task_done(self) -> None:
        self._polled().task_done()

    def join(self) -> None:
        """Nobody waits: what is written is on its way, and what is not may never be asked for again."""

    def _polled(self) -> Any:
        if self._queue is None:
            self._queue = self._loop.queue()
        return self._queue

    # The WebSocket.

    def attach(self, sock: Any, raw: socket.socket) -> None:
        """From now on everything goes to this WebSocket; `raw` is the same socket, never blocking."""
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
        queued, self._queue, self._size = self._queue, None, 0
        self._socket, self._raw, self.direct = sock, raw, raw.send
        while queued is not None and queued.qsize():
            self.put(queued.get(block=False))
        if self.is_first:
            self._loop.serve_first(raw)

    def serve_first(self) -> None:
        """Asked again when a browser leaves and comes back on the same WebSocket."""
        was_first, self.is_first = self.is_first, True
        if self._raw is not None and not was_first:
            self._loop.serve_first(self._raw)

    def offer(self, data: bytes, packet: Any, kind: str) -> None:
        """A broadcast for somebody who could not be written to directly."""
        if self._socket is not None:
            self.take(data, kind)
        elif self._polled().qsize() < LARGEST_BACKLOG // 1024:
            self.put(packet)

    def take(self, data: bytes, kind: str | None = None) -> None:
        """Write a frame, or let it wait behind what waits already. Broadcasts have a `kind`."""
        if self.direct is None:
            self._wait(data, kind)
            return
        try:
            sent = self.direct(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.cut()
            return
        if sent < len(data):
            self.fall_behind(data[sent:])

    def cut(self) -> None:
        """End the connection at once; whoever reads from the socket notices and clears up."""
        behind = self._waiting is not None
        self.direct, self._waiting, self._rest = None, None, b""
        self._loop.behind.discard(self)
        if self._raw is None:
            return
        try:
            if behind:  # a polite end would wait behind what is not read either, and the system would keep all of it
                self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            self._raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def _end(self) -> None:
        if self.direct is not None:
            self.take(frames.closing(frames.NORMAL))
            self.cut()
        else:
            self._ending = True  # if it is behind, it ends when it has caught up

    def fall_behind(self, rest: bytes) -> None:
        self.direct, self.since = None, time.monotonic()
        self._rest, self._waiting, self._size = rest, deque(), 0
        self._loop.behind.add(self)
        self._loop.spawn(self._catch_up)

    def _wait(self, data: bytes, kind: str | None) -> None:
        if self._waiting is None or self._ending:
            return
        if kind is not None and kind != ENTRY:
            self._drop(lambda other: other == kind)
        self._waiting.append((kind, data))
        self._size += len(data)
        if self._size > LARGEST_BACKLOG:
            self._drop(lambda other: other == ENTRY)
        if self._size > LARGEST_DEBT:
            CUT.add()
            self.cut()

    def _drop(self, unwanted: Callable[[str | None], bool]) -> None:
        self._waiting = deque(one for one in self._waiting or () if not unwanted(one[0]))
        self._size = sum(len(data) for _kind, data in self._waiting)

    def _catch_up(self) -> None:
        """Runs beside the reader until nothing waits, or the connection is cut."""
        try:
            while self._rest or self._waiting:
                self._socket.sendall(self._mouthful())
        except OSError:
            self.cut()
        if self._waiting is None:
            return
        self._loop.behind.discard(self)
        self._waiting, self.direct = None, self._raw.send
        if self._ending:
            self._end()

    def _mouthful(self) -> bytes:
        """What is written next. A frame that was begun comes first: nothing may be put in its middle."""
        taken, self._rest = [self._rest], b""
        size = len(taken[0])
        while self._waiting and size < _MOUTHFUL:
            _kind, data = self._waiting.popleft()
            taken.append(data)
            size += len(data)
            self._size -= len(data)
        return b"".join(taken)
