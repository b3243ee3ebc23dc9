"""A small Socket.IO server on our lane and driver, for checks of the protocol: `python -m tests.support.echo PORT`.

It says on `connect` with what one came, sends a `message` back, and acknowledges a `message-with-ack`.
"""

import sys
from typing import Any

from inquiry import server

server.patch()

import eventlet.wsgi  # noqa: E402 - after the patch
import socketio  # noqa: E402

from inquiry.core import background  # noqa: E402
from inquiry.transport import driver  # noqa: E402
from inquiry.transport.broadcast import BroadcastManager  # noqa: E402

NAMESPACES = ("/", "/custom")


def make() -> socketio.Server:
    sockets = socketio.Server(
        async_mode=server.mode(), client_manager=BroadcastManager(), async_handlers=False, monitor_clients=False,
        ping_interval=1, ping_timeout=1, always_connect=True, namespaces=list(NAMESPACES),
    )  # fmt: skip
    for namespace in NAMESPACES:
        _answer(sockets, namespace)
    return sockets


def _answer(sockets: socketio.Server, namespace: str) -> None:
    def connect(sid: str, _environ: Any, auth: Any) -> None:
        sockets.emit("auth", auth or {}, to=sid, namespace=namespace)

    def message(sid: str, *contents: Any) -> None:
        sockets.emit("message-back", contents, to=sid, namespace=namespace)

    def with_ack(_sid: str, *contents: Any) -> tuple[Any, ...]:
        return contents

    sockets.on("connect", connect, namespace=namespace)
    sockets.on("message", message, namespace=namespace)
    sockets.on("message-with-ack", with_ack, namespace=namespace)


if __name__ == "__main__":
    served = make()
    served.start_background_task(background.for_ever, driver.install(served, server.ground()), served.sleep)
    eventlet.wsgi.server(eventlet.listen(("127.0.0.1", int(sys.argv[1]))), socketio.WSGIApp(served), log_output=False)
