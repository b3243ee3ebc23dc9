"""A WebSocket from the side of the client: text out, text in."""

import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import CloseConnection, Event, Ping, RejectConnection, Request, TextMessage
from wsproto.utilities import ProtocolError

_BUFFER = 64 * 1024
_PORTS = {"http": 80, "https": 443}


class HungUp(Exception):
    """There is nobody at the other end, or nobody who speaks WebSocket."""


class Wire:
    """An open connection to `url` (http or https, with the path). One thread receives, any may send.

    Raises HungUp, also when nothing is heard for `seconds`.
    """

    def __init__(self, url: str, headers: dict[str, str], seconds: float) -> None:
        self._writing = threading.Lock()
        self._protocol = WSConnection(ConnectionType.CLIENT)
        parts = urlsplit(url)
        try:
            self._socket = socket.create_connection((parts.hostname, parts.port or _PORTS[parts.scheme]), seconds)
        except OSError as error:
            raise HungUp(f"{url}: {error}") from error
        try:
            if parts.scheme == "https":
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=parts.hostname)
            fields = [(name.encode(), value.encode()) for name, value in headers.items()]
            self._write(Request(host=parts.netloc, target=f"{parts.path}?{parts.query}", extra_headers=fields))
            self._events = self._read()
            next(self._events)  # that the request was accepted; anything else ends the reading
        except (OSError, HungUp) as error:
            self._socket.close()
            raise HungUp(f"{url}: {error}") from error

    def send(self, text: str) -> None:
        try:
            self._write(TextMessage(data=text))
        except (OSError, ProtocolError) as error:
            raise HungUp(str(error)) from error

    def receive(self) -> str:
        """The next message, however long it takes."""
        text = ""
        while True:
            event = next(self._events)
            if isinstance(event, TextMessage):
                text += event.data
                if event.message_finished:
                    return text
            elif isinstance(event, Ping):
                self._write(event.response())
            elif isinstance(event, CloseConnection):
                raise HungUp("The other end has closed the connection.")

    def close(self) -> None:
        """Say so and hang up; whoever receives is told."""
        try:
            self._write(CloseConnection(code=1000))
            self._socket.shutdown(socket.SHUT_RDWR)
        except (OSError, ProtocolError):
            """It was closed already."""
        self._socket.close()

    def _write(self, event: Event) -> None:
        with self._writing:
            self._socket.sendall(self._protocol.send(event))

    def _read(self) -> Iterator[Event]:
        """Every event in its turn. What comes together with the answer to the handshake must not wait for more."""
        while True:
            try:
                data = self._socket.recv(_BUFFER)
                self._protocol.receive_data(data or None)
            except (OSError, ProtocolError) as error:
                raise HungUp(str(error)) from error
            for event in self._protocol.events():
                if isinstance(event, RejectConnection):
                    raise HungUp(f"The connection was refused ({event.status_code}).")
                yield event
            if not data:
                raise HungUp("The other end is gone.")
