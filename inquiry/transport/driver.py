"""How WebSockets are served: a driver for engineio with one greenlet for each, under eventlet and gevent alike.

engineio takes from its driver the queue of a socket, the WebSocket and the way to start a task. Its own WebSocket holds
three greenlets for each viewer: one that reads, one that waits for something to write, one that sleeps until the next
ping. Here the outbox writes by itself, and one task asks everybody in turn whether they are still there.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.socket import Socket

from ..core import metrics
from ..core.background import Task, attempt
from . import frames
from .outbox import CUT, LONGEST_BEHIND_SECONDS, Loop, Outbox
from .throttle import Throttle, weight

#: Not the chance that the whole program shares: whoever set that in order to repeat something would be disturbed.
_CHANCE = SystemRandom()

#: How often the watch looks for pings that are due and readers that are behind.
WATCH_SECONDS = 0.1
_PINGS_AT_ONCE = 256
#: Whoever opened a connection and has not asked to be let in by then is sent away at the next ping.
LONGEST_STRANGE_SECONDS = 8.0
_FAR_AWAY = 1e12
#: Headers of a handshake that mean nothing afterwards.
_FORGOTTEN = (
    "HTTP_SEC_", "HTTP_ACCEPT_ENCODING", "HTTP_CACHE_CONTROL", "HTTP_PRAGMA", "HTTP_UPGRADE", "HTTP_CONNECTION",
    "HTTP_DNT", "headers_raw",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What a WebSocket stands on, of which only `server.py` knows the kind.

    `socket_of(environ)` gives the request's socket, green and raw; `ended()` is what the WSGI server is returned when
    the WebSocket is over. `turn()` waits until the loop has come by since a few others were answered. What arrives at
    a raw socket that was given to `serve_first(raw)` is read before what arrives elsewhere; `is_hurried()` says that
    something has.
    """

    socket_of: Callable[[dict[str, Any]], tuple[Any, Any]]
    ended: Callable[[], Any]
    turn: Callable[[], None]
    serve_first: Callable[[Any], None]
    is_hurried: Callable[[], bool]


def install(sockets: Any, ground: Ground, acceptable: Callable[[packet.Packet], bool] = lambda _packet: True) -> Task:
    """Serve the WebSockets of a Socket.IO server with this driver; returns the watch, to be run in the background.

    A packet that is not `acceptable` ends its socket before the library looks at it.
    """
    engine = sockets.eio
    stock = engine._async
    sockets.manager.is_hurried = ground.is_hurried
    loop = Loop(stock["queue"], engine.start_background_task, ground.serve_first)
    metrics.gauge("inquiry_readers_behind", "Readers that have something waiting.", lambda: len(loop.behind))
    watch = Watch(engine, loop, joined=lambda socket: sockets.manager.sid_from_eio_sid(socket.sid, "/") is not None)

    def start(target: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(target, "__func__", None) is Socket._send_ping:
            return _Pinged(watch, target.__self__)
        return stock["thread"](target=target, args=args, kwargs=kwargs or {})

    engine._async = stock | {
        "queue": lambda: Outbox(loop),
        "thread": start,
        "websocket": lambda handler, _server: Upgrade(handler.__self__, ground, acceptable),
    }
    return Task("the watch over readers", watch.turn)


def serve_first(sockets: Any, sid: str) -> None:
    """Whoever has an evening in hand is not kept waiting by a city: read what this socket sends before the others'."""
    if outbox := _outbox_of(sockets, sid):
        outbox.serve_first()


def is_first(sockets: Any, sid: str) -> bool:
    outbox = _outbox_of(sockets, sid)
    return outbox is not None and outbox.is_first


def _outbox_of(sockets: Any, sid: str) -> Outbox | None:
    engine_socket = sockets.eio.sockets.get(sockets.manager.eio_sid_from_sid(sid, "/"))
    outbox = getattr(engine_socket, "queue", None)
    return outbox if isinstance(outbox, Outbox) else None


@dataclass(frozen=True)
class _Pinged:
    """In the place of a greenlet that sleeps until the next ping."""

    watch: "Watch"
    socket: Socket

    def start(self) -> None:
        self.watch.ask_later(self.socket)


class Watch:
    """Pings everybody in turn, and cuts off who does not answer, does not join, or does not catch up."""

    def __init__(self, engine: Any, loop: Loop, joined: Callable[[Socket], bool]) -> None:
        self._engine = engine
        self._loop = loop
        self._joined = joined
        self._later: deque[tuple[float, Socket]] = deque()
        self._asked: deque[tuple[float, Socket]] = deque()
        self._ping = packet.Packet(packet.PING)

    def ask_later(self, socket: Socket) -> None:
        self._later.append((time.monotonic() + self._engine.ping_interval * _CHANCE.uniform(0.9, 1), socket))

    def turn(self) -> float:
        self.look(time.monotonic())
        return WATCH_SECONDS

    def look(self, now: float) -> None:
        """Do what is due at the monotonic time `now`. One that cannot be looked at keeps nobody else from it."""
        for outbox in [one for one in self._loop.behind if now - one.since > LONGEST_BEHIND_SECONDS]:
            CUT.add()
            attempt("cutting off a reader", outbox.cut)
        while self._asked and self._asked[0][0] <= now:
            until, socket = self._asked.popleft()
            # Whoever answered may have been asked again meanwhile, and has until later to answer that.
            if socket.last_ping == _FAR_AWAY + until or socket.closed:
                attempt("giving up a socket", self._give_up, socket, self._engine.reason.PING_TIMEOUT)
        for _ in range(_PINGS_AT_ONCE):
            if not self._later or self._later[0][0] > now:
                return
            attempt("asking a socket", self._ask, self._later.popleft()[1], now)

    def _ask(self, socket: Socket, now: float) -> None:
        stranger = not self._joined(socket) and now - socket.queue.born > LONGEST_STRANGE_SECONDS
        deaf = socket.queue.lies_since(self._engine.ping_interval + self._engine.ping_timeout)
        if socket.closed or socket.closing or stranger or deaf:
            self._give_up(socket, self._engine.reason.TRANSPORT_ERROR)
            return
        until = now + self._engine.ping_timeout
        # engineio compares this with the clock on the wall, which may be set: it must never be too long ago.
        socket.last_ping = _FAR_AWAY + until
        socket.send(self._ping)
        self._asked.append((until, socket))

    def _give_up(self, socket: Socket, reason: str) -> None:
        """Also of a socket that said goodbye while long-polling: no request of its own comes to clear it away."""
        try:
            socket.close(wait=False, reason=reason)
        finally:
            self._engine.sockets.pop(socket.sid, None)


class Upgrade:
    """A request that becomes a WebSocket, as a WSGI application."""

    def __init__(self, socket: Socket, ground: Ground, acceptable: Callable[[packet.Packet], bool]) -> None:
        self._socket = socket
        self._ground = ground
        self._acceptable = acceptable

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not key:
            start_response("426 Upgrade Required", [("Sec-WebSocket-Version", "13"), ("Content-Length", "0")])
            return ()
        if self._socket.upgrading:
            start_response("400 Bad Request", [("Content-Length", "0")])
            return ()
        self._socket.upgrading = self._socket.connected
        green, raw = self._ground.socket_of(environ)
        green.settimeout(None)
        green.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + frames.accept_key(key).encode() + b"\r\n\r\n"
        )
        _slim(environ)
        Reader(self._socket, green, raw, self._acceptable, self._ground.turn).run()
        return self._ground.ended()


def _slim(environ: dict[str, Any]) -> None:
    """Forget what no later message asks of the request: it is kept for as long as the viewer watches."""
    for name in [name for name in environ if name.startswith(_FORGOTTEN)]:
        del environ[name]


class Reader:
    """Reads what one browser sends until either side ends it, one message after the other.

    Answering a message before reading the next keeps a browser's commands in order, and a flood out of memory.
    """

    def __init__(
        self,
        socket: Socket,
        green: Any,
        raw: Any,
        acceptable: Callable[[packet.Packet], bool],
        turn: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._turn = turn
        self._acceptable = acceptable
        self._outbox: Outbox = socket.queue
        self._green = green
        self._raw = raw
        self._inbox = frames.Inbox(socket.server.max_http_buffer_size)
        self._pace = Throttle(socket.server.sleep)

    def run(self) -> None:
        socket = self._socket
        try:
            if socket.upgrading:
                self._green.settimeout(socket.server.ping_timeout)
            else:
                self._begin()
            self._read()
        except frames.Violation as violation:
            self._outbox.take(frames.closing(violation.code))
        except (OSError, SocketIsClosedError):
            pass  # the other side is gone, or we have sent it away
        finally:
            if socket.upgrading:
                socket.upgrading = False  # it never changed over, and long-polling goes on
            else:
                self._outbox.cut()
                socket.close(wait=False, abort=True, reason=socket.server.reason.TRANSPORT_CLOSE)

    def _begin(self) -> None:
        self._green.settimeout(None)
        self._socket.connected = self._socket.upgraded = True
        self._socket.upgrading = False
        self._outbox.attach(self._green, self._raw)

    def _read(self) -> None:
        while data := self._green.recv(8192):
            for opcode, contents in self._inbox.feed(data):
                self._pace.keep(weight(1, len(contents)))
                if not self._outbox.is_first:
                    self._turn()
                if self._socket.closed or self._outbox.is_over:
                    return
                if opcode == frames.CLOSE:
                    raise frames.Violation(frames.NORMAL, "goodbye")
                if opcode == frames.PING:
                    self._outbox.take(frames.frame(frames.PONG, contents))
                elif opcode != frames.PONG:
                    self._receive(contents)

    def _receive(self, contents: Any) -> None:
        try:
            message = packet.Packet(encoded_packet=contents)
        except (ValueError, RecursionError):
            raise frames.Violation(frames.PROTOCOL_ERROR, "no Engine.IO packet") from None
        if not self._acceptable(message):
            raise frames.Violation(frames.NOT_OURS, "nothing that this server understands")
        if self._socket.upgrading:
            self._change_over(message)
            return
        try:
            self._socket.receive(message)
        except UnknownPacketError:
            raise frames.Violation(frames.PROTOCOL_ERROR, "unknown packet") from None

    def _change_over(self, message: packet.Packet) -> None:
        """From long-polling to this WebSocket: a probe, its echo, the end of the waiting poll, and the change."""
        if message.packet_type == packet.PING and message.data == "probe":
            self._green.sendall(frames.text("3probe"))
            self._socket.queue.put(packet.Packet(packet.NOOP))
        elif message.packet_type == packet.UPGRADE:
            self._begin()
        else:
            raise frames.Violation(frames.PROTOCOL_ERROR, "a probe was expected")
