"""Somebody sets the clock of a machine by an hour while a slot runs: the speaker has the time that was given."""

import signal
import time

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Evening
from tests.breaking.follower import settle, snapshot_of
from tests.breaking.record import Record
from tests.support.history import ENDED, STARTED
from tests.support.server import Server, StartServer, metrics_of

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]

HOUR = 3600
SLOT_SECONDS = 6
EXACT_SECONDS = 0.5
NOTICED_SECONDS = 3.0  # by a watcher that looks once a second, on a busy machine
FORWARD, BACK = signal.SIGUSR1, signal.SIGUSR2


@pytest.fixture
def server(start_server: StartServer, database_url: str, database_kind: str) -> Server:
    """The process on the machine whose clock is set."""
    mode = {"sqlite": "gevent", "postgres": "eventlet"}[database_kind]
    return start_server(database_url, module="tests.support.stepping", INQUIRY_ASYNC_MODE=mode, INQUIRY_PROCESS="first")


@pytest.fixture
def processes(server: Server, database_kind: str, request: pytest.FixtureRequest) -> list[Server]:
    """Alone on SQLite; on PostgreSQL beside one on a machine whose clock nobody touches."""
    return [server] if database_kind == "sqlite" else [server, request.getfixturevalue("neighbour")]


def put(server: Server, *steps: signal.Signals, off: int) -> None:
    """Set the clock, and see that it is set."""
    for step in steps:
        server.process.send_signal(step)
        time.sleep(0.2)
    assert metrics_of(server.url)["inquiry_clock_off_seconds"] == pytest.approx(off, abs=1)


def remaining(server: Server, session: int, slot: int) -> float:
    """The seconds left as docs/protocol.md reckons them."""
    snapshot = snapshot_of(server.url, session)
    row = snapshot["state"]["slot"][str(slot)]
    assert row["ended_at"] is None
    return float((row["allotted_ms"] + row["extended_ms"] - (snapshot["now"] - row["started_at"])) / 1000)


def test_a_slot_has_the_time_that_was_given(
    processes: list[Server], server: Server, evening: Evening, record: Record, follower: Follow
) -> None:
    viewers = [follower(one.url) for one in processes]
    slot = evening.start(SLOT_SECONDS, at_zero="end")
    started = time.monotonic()
    for viewer in viewers:
        viewer.client.wait_for_entry(STARTED)
    for steps, off in (([FORWARD], HOUR), ([BACK, BACK], -HOUR)):
        put(server, *steps, off=off)
        for process in processes:
            most = SLOT_SECONDS - (time.monotonic() - started)
            told = remaining(process, evening.session, slot)
            least = SLOT_SECONDS - (time.monotonic() - started)
            assert least - EXACT_SECONDS < told < most + EXACT_SECONDS
    viewers[0].client.wait_for_entry(ENDED, seconds=SLOT_SECONDS + NOTICED_SECONDS)
    assert SLOT_SECONDS - EXACT_SECONDS < time.monotonic() - started < SLOT_SECONDS + NOTICED_SECONDS
    time.sleep(1.5)  # for the watcher of the other process, which looks once a second
    assert record.broken([], viewers, settle(viewers, server.url)) == []
    assert [one.slot for one in record.facts(ENDED)] == [slot]
    assert [one.until - one.since for one in record.spans() if one.until] == [SLOT_SECONDS * 1000]
