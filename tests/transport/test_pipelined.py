"""Who sends thousands of requests in one piece is answered one by one: everybody else comes in between."""

import socket
import threading
import time

import pytest
import requests

from tests.support.server import Server

pytestmark = [pytest.mark.live, pytest.mark.shared_server]

#: This is about what travels; no page asks which database lies behind.
DATABASES = ("sqlite",)

REQUESTS = 400


def test_a_pipeline_holds_up_nobody_else(server: Server) -> None:
    asked = f"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    last = asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    requests.get(f"{server.url}/sign-in", timeout=10)
    waited: list[float] = []
    over = threading.Event()

    def somebody_else() -> None:
        while not over.is_set():
            began = time.monotonic()
            assert requests.get(f"{server.url}/healthz", timeout=30).ok
            waited.append(time.monotonic() - began)

    other = threading.Thread(target=somebody_else)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as one:
        other.start()
        began = time.monotonic()
        threading.Thread(target=one.sendall, args=[asked * (REQUESTS - 1) + last]).start()
        answers = b"".join(iter(lambda: one.recv(1 << 20), b""))
        lasted = time.monotonic() - began
    over.set()
    other.join()
    assert answers.count(b"HTTP/1.1 200") == REQUESTS
    assert max(waited) < lasted / 4
