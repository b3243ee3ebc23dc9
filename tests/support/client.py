"""A Socket.IO client that remembers what it was sent."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import requests
import socketio

from tests.support.server import StartServer

T = TypeVar("T")

#: Connect to the server at an address; the keywords of `LiveClient`.
Connect = Callable[..., "LiveClient"]


class LiveClient:
    """One connection over WebSocket alone, or over long-polling alone.

    `entries` and `ticks` hold the payloads of every `entry` and `tick` received, oldest first; `events` holds
    `(name, arguments)` of everything. `cookies` is what a signed-in browser would send; `auth` goes with the connect.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: dict[str, Any] | None = None,
        cookies: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        namespace: str = "/",
        transport: str = "websocket",
    ) -> None:
        self.namespace = namespace
        self.entries: list[dict[str, Any]] = []
        self.ticks: list[dict[str, Any]] = []
        self.events: list[tuple[str, tuple[Any, ...]]] = []
        self._arrived = threading.Condition()
        self._http = http = requests.Session()
        http.trust_env = False
        http.cookies.update(cookies or {})
        self._socket = socketio.Client(reconnection=False, handle_sigint=False, http_session=http)
        self._socket.on("*", self._remember, namespace=namespace)
        self._socket.on("disconnect", self._notice, namespace=namespace)
        self._socket.connect(
            url, headers=headers or {}, auth=auth, transports=[transport], namespaces=[namespace], wait_timeout=30
        )

    def _remember(self, event: str, *arguments: Any) -> None:
        with self._arrived:
            self.events.append((event, arguments))
            kept = {"entry": self.entries, "tick": self.ticks}.get(event)
            if kept is not None:
                kept.append(arguments[0])
            self._arrived.notify_all()

    def _notice(self, *_reason: Any) -> None:
        with self._arrived:
            self._arrived.notify_all()

    def call(self, event: str, data: Any = None, *, seconds: float = 30) -> Any:
        """Send an event and return its acknowledgement; socketio's TimeoutError when none comes."""
        return self._socket.call(event, data, namespace=self.namespace, timeout=seconds)

    def send(self, event: str, data: Any = None) -> None:
        """Send an event without waiting for an acknowledgement."""
        self._socket.emit(event, data, namespace=self.namespace)

    def wait_for(self, predicate: Callable[[], T], *, seconds: float = 10) -> T:
        """The first true answer of `predicate`, asked again after each event; AssertionError after `seconds`."""
        end = time.monotonic() + seconds
        with self._arrived:
            while not (answer := predicate()):
                left = end - time.monotonic()
                assert left > 0, f"not within {seconds} s; received: {[name for name, _ in self.events][-20:]}"
                self._arrived.wait(left)
            return answer

    def wait_for_entry(self, kind: str, *, seconds: float = 10) -> dict[str, Any]:
        """The first entry of a kind, whether it has come already or is still to come."""
        return self.wait_for(lambda: next((one for one in self.entries if one["kind"] == kind), None), seconds=seconds)

    @property
    def is_connected(self) -> bool:
        return self.namespace in self._socket.namespaces

    def drop(self) -> None:
        """Lose the connection, as a phone in a tunnel does: nobody says goodbye."""
        self._socket.eio.ws.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.disconnect()
        self._socket.shutdown()
        if self._socket.eio.ws is not None:  # a connection that the server ended is left open by the library
            self._socket.eio.ws.shutdown()
        self._http.close()


@pytest.fixture
def connect(start_server: StartServer) -> Iterator[Connect]:
    """Open live clients that are closed with the test, before their server goes away."""
    clients: list[LiveClient] = []

    def open_one(url: str, **options: Any) -> LiveClient:
        clients.append(LiveClient(url, **options))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()
