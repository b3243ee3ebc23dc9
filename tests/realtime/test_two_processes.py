"""Two processes on one database, and nothing between them: what one commits, the readers of the other are told."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.realtime.test_live_state import a_live_session
from tests.support.client import Connect
from tests.support.people import MakePerson, Person
from tests.support.server import Server

pytestmark = pytest.mark.live


def press(host: Person, session: int, times: int, title: str) -> None:
    for number in range(times):
        host.call("live.add_item", session=session, kind="clip", title=f"{title}{number}", planned_minutes=1)


def test_processes_that_start_at_once_make_one_database(empty_database_url: str, tmp_path: Path) -> None:
    """Each waits for the tables of the others instead of making them once more."""
    environment = os.environ | {"INQUIRY_DATABASE_URL": empty_database_url, "INQUIRY_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "inquiry.cli", "db", "upgrade"]
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [one.communicate(timeout=60)[1] for one in started]
    assert [one.returncode for one in started] == [0] * 4, errors


def test_readers_of_the_other_process_are_told_within_two_seconds(
    neighbour: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    host = person("host")
    session = a_live_session(host, units)["session"]
    reader = connect(neighbour.url)
    seq = reader.call("follow", {"session": session})["streams"][f"session:{session}:public"]["seq"]
    press(host, session, 3, "短片")
    pressed = time.monotonic()
    reader.wait_for(lambda: len(reader.entries) == 3, seconds=5)
    assert time.monotonic() - pressed < 2
    assert [one["seq"] for one in reader.entries] == [seq + 1, seq + 2, seq + 3]


def test_both_processes_tell_the_same_in_the_same_order(
    server: Server, neighbour: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    """Presses at both at once: everybody is told every number once and in order, wherever they are connected."""
    host = person("host")
    session = a_live_session(host, units)["session"]
    stream = f"session:{session}:public"
    other = Person(neighbour.url, connect).sign_in("host")
    readers = [connect(url) for url in (server.url, server.url, neighbour.url, neighbour.url)]
    seq = max(one.call("follow", {"session": session})["streams"][stream]["seq"] for one in readers)
    presses = [threading.Thread(target=press, args=(who, session, 15, str(who.url))) for who in (host, other)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    other.http.close()
    for reader in readers:
        reader.wait_for(lambda told=reader.entries: len(told) >= 30, seconds=5)
        time.sleep(0.1)
        assert [one["seq"] for one in reader.entries] == list(range(seq + 1, seq + 31))
    told: list[list[Any]] = [[one["hash"] for one in reader.entries] for reader in readers]
    assert told.count(told[0]) == len(readers)
