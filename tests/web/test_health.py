"""What an operator's machines ask, and leaving without being missed."""

import json
import re
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import websocket
from flask import Flask
from sqlalchemy import text

from inquiry.core import metrics
from inquiry.core.db import engine
from inquiry.core.draining import GOODBYE_SECONDS, draining
from inquiry.permissions import Role
from tests.realtime.test_live_state import a_live_session
from tests.support.application import City, Say
from tests.support.client import Connect
from tests.support.people import MakePerson
from tests.support.processes import eventually
from tests.support.server import Server

MACHINES = ("/readyz", "/metrics")


@pytest.fixture
def leaving() -> Iterator[None]:
    draining.begun = True
    yield
    draining.begun = False


@pytest.mark.parametrize("path", MACHINES)
@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "192.0.2.7", {}, 404),
        ("", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("a token of sixteen", "192.0.2.7", {"Authorization": "Bearer a token of sixteen"}, 200),
        ("a token of sixteen", "192.0.2.7", {"Authorization": "Bearer another"}, 404),
        ("a token of sixteen", "127.0.0.1", {}, 404),
    ],
)
def test_only_machines_that_may_are_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str, token: str, address: str, headers: dict[str, str],
    status: int,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "INQUIRY", replace(app.config["INQUIRY"], metrics_token=token))
    answer = app.test_client().get(path, environ_base={"REMOTE_ADDR": address}, headers=headers)
    assert answer.status_code == status


def ready(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def test_ready_is_who_has_a_database_of_the_newest_shape(app: Flask) -> None:
    assert ready(app) == (200, {"status": "ready", "database": "ok"})


@pytest.mark.parametrize(("revision", "status"), [("0001", 503), ("9999", 200)])
def test_an_older_shape_is_not_served_and_a_newer_one_is(app: Flask, revision: str, status: int) -> None:
    """While a new version takes over, the old processes go on."""
    with engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    assert ready(app)[0] == status


def test_who_is_leaving_is_alive_and_not_ready(app: Flask, leaving: None) -> None:
    assert ready(app) == (503, {"status": "draining", "database": "ok"})
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.alone
def test_a_database_that_hangs_makes_not_ready_within_a_second(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr("inquiry.migrations.is_at_head", lambda _connection: answers.wait(10))
    began = time.monotonic()
    assert ready(app)[0] == 503
    assert ready(app) == (503, {"status": "not ready", "database": "no answer"}), "and it is not asked twice"
    assert 0.9 < time.monotonic() - began < 2
    answers.set()
    eventually(lambda: ready(app)[0] == 200)


SAMPLE = re.compile(r'([a-z_]+)\{process="[A-Za-z0-9._-]+"(?:,([a-z]+)="([^"]+)")?\} (-?[0-9.e+-]+)')


def samples(page: str) -> dict[tuple[str, str], float]:
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    found = [SAMPLE.fullmatch(line) for line in lines]
    assert all(found), [line for line, one in zip(lines, found, strict=True) if one is None]
    return {(one[1], one[3] or ""): float(one[4]) for one in found if one}


def test_what_happened_is_counted(app: Flask, city: City, say: Say) -> None:
    before = samples(app.test_client().get("/metrics").get_data(as_text=True))
    assert not say(city.person(Role.HOST), "live.go_live", session=999)["ok"]
    page = app.test_client().get("/metrics")
    after = samples(page.get_data(as_text=True))
    assert page.content_type.startswith("text/plain; version=0.0.4")
    refused = ("inquiry_refusals_total", "NOT_FOUND")
    assert after[refused] == before.get(refused, 0) + 1
    told = {name for name, _label in after}
    assert told >= {
        "inquiry_commits_total", "inquiry_writes_total", "inquiry_viewers", "inquiry_deliveries_total",
        "inquiry_readers_cut_total", "inquiry_loop_stall_seconds", "inquiry_loop_stall_longest_seconds",
        "inquiry_uptime_seconds",
    }  # fmt: skip


def test_the_longest_stall_is_forgotten_with_each_scrape_and_kept_in_all() -> None:
    stall = metrics.Stall()
    stall.note(0.2)
    stall.note(0.1)
    assert stall.lately() == 0.2
    stall.note(0.05)
    assert (stall.lately(), stall.lately(), stall.longest) == (0.05, 0.0, 0.2)


# --- a real process ---------------------------------------------------------------------------------------------------


@pytest.mark.live
def test_whoever_follows_is_let_go_and_the_process_ends_in_time(
    server: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    host = person("host")
    session = a_live_session(host, units)["session"]
    readers = [connect(server.url) for _ in range(20)]
    for reader in readers:
        reader.call("follow", {"session": session})
    polling = connect(server.url, transport="polling")
    counted = samples(urllib.request.urlopen(f"{server.url}/metrics").read().decode())
    assert counted["inquiry_viewers", ""] == 20
    assert counted["inquiry_sockets", ""] == 21
    bare = websocket.create_connection(f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket", timeout=9)
    bare.recv()
    bare.send("40")
    bare.recv()
    server.process.send_signal(signal.SIGTERM)
    for reader in [*readers, polling]:
        reader.wait_for(lambda reader=reader: not reader.is_connected, seconds=GOODBYE_SECONDS)
    assert server.process.wait(10) == 0
    opcode, _reason = bare.recv_data()
    assert opcode == websocket.ABNF.OPCODE_CLOSE, "a client that is told to leave in words may not come back"
    bare.shutdown()


@pytest.mark.live
def test_what_has_begun_is_finished_and_nothing_new_is_taken(server: Server) -> None:
    """A request of which half has arrived is answered; whoever comes now is turned away, to another process."""
    body = b'{"session": 999}'
    head = f"POST /api/time HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as half:
        half.sendall(head.encode() + b"\r\n\r\n" + body[:4])
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: is_refused(server.port))
        half.sendall(body[4:])
        assert b"UNKNOWN_COMMAND" in b"".join(iter(lambda: half.recv(4096), b""))
    assert server.process.wait(10) == 0


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.live
def test_a_json_log_is_one_object_a_line(start_server: Any, database_url: str) -> None:
    server = start_server(database_url, INQUIRY_LOG="json", INQUIRY_PROCESS="p1")
    server.stop()
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert [line["process"] for line in lines] == ["p1"] * len(lines)
    assert "serving" in lines[0]["message"]
    assert "stopped" in lines[-1]["message"]
