"""Long-polling, for whoever sits behind something that lets no WebSocket through.

engineio answers a POST with "OK" whatever becomes of it: of seventeen packets it drops every one, and of a broken one
only the log knows. Here everything is read before anything is taken, and what cannot be taken as a whole is refused.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from engineio.packet import Packet
from engineio.payload import Payload
from engineio.socket import Socket

from .packets import readable
from .throttle import MESSAGES_AT_ONCE, Throttle, weight

#: The cookie that leads the requests of one long-polling browser to the process that knows it.
COOKIE = "process"


class Unreadable(Exception):
    """The body of a POST is no payload that could be taken as a whole."""


class Polling:
    """What a Socket.IO server is asked over HTTP, looked at before engineio sees it.

    `process` is the name under which the proxy knows this process, empty where there is only one; `secure` says that
    browsers come by HTTPS.
    """

    def __init__(self, engine: Any, process: str, secure: bool) -> None:
        self._engine = engine
        self._handle = engine.handle_request
        self._paces: WeakKeyDictionary[Socket, Throttle] = WeakKeyDictionary()
        attributes = "; Path=/socket.io/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        self._cookie = f"{COOKIE}={process}{attributes}" if process else ""
        Payload.max_decode_packets = MESSAGES_AT_ONCE

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        for header in ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"):
            environ.pop(header, None)  # engineio believes anybody; what a proxy of ours says stands in `Host` by now
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if query.get("transport") == ["websocket"] and environ["REQUEST_METHOD"] == "GET":
            return self._handle(environ, start_response)
        if "j" in query:  # JSONP: another site's page could read with it what is meant for ours
            return _refused(start_response)
        if environ["REQUEST_METHOD"] == "POST":
            try:
                body, packets = _read(environ, self._engine.max_http_buffer_size)
            except Unreadable:
                return self._end(query, start_response)
            if not self._is_heard(query, packets):
                return self._end(query, start_response)
            environ = environ | {"wsgi.input": BytesIO(body)}
        elif "sid" not in query and self._cookie:
            return self._handle(environ, self._with_cookie(start_response))
        return self._handle(environ, start_response)

    def _with_cookie(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Set-Cookie", self._cookie)], *rest)

        return start

    def _is_heard(self, query: dict[str, list[str]], packets: int) -> bool:
        """Not whoever sends much too fast, nor whoever never fetches the answers."""
        socket = self._engine.sockets.get(query.get("sid", [""])[0])
        if socket is None:
            return True
        if socket not in self._paces:
            self._paces[socket] = Throttle(self._engine.sleep)
        return not socket.queue.owes_too_much and self._paces[socket].keep(packets)

    def _end(self, query: dict[str, list[str]], start_response: Callable[..., Any]) -> list[bytes]:
        """Whoever sent it learns that nothing was taken, and begins anew."""
        socket = self._engine.sockets.pop(query.get("sid", [""])[0], None)
        if socket is not None:
            socket.close(wait=False, reason=self._engine.reason.TRANSPORT_ERROR)
        return _refused(start_response)


def _read(environ: dict[str, Any], limit: int) -> tuple[bytes, int]:
    """The body of a POST and how many messages it counts for. Raises Unreadable."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or not 0 < int(length) <= limit:
        raise Unreadable
    try:
        body = environ["wsgi.input"].read(int(length))
        packets = [Packet(encoded_packet=one) for one in body.decode().split("\x1e")]
    except (ValueError, RecursionError, IndexError, OSError):
        raise Unreadable from None
    if len(packets) > MESSAGES_AT_ONCE or not all(readable(one) for one in packets):
        raise Unreadable
    return body, weight(len(packets), len(body))


def _refused(start_response: Callable[..., Any]) -> list[bytes]:
    start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]
