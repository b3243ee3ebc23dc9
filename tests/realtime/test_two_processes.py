"""Two processes on one database, and nothing between them: what one commits, the readers of the other are told."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.realtime.test_live_state import a_live_session, start
from tests.support.client import Connect, LiveClient
from tests.support.people import MakePerson, Person
from tests.support.server import LOOP_OF, Server, SharedServer

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.shared_server]


@pytest.fixture
def server(shared_server: SharedServer, database_kind: str) -> Server:
    """The first process. Each event loop once: what is between two is the database."""
    return shared_server(database_kind, LOOP_OF[database_kind], process="first")


@pytest.fixture
def neighbour(shared_server: SharedServer, database_kind: str) -> Server:
    """The second, beside it."""
    return shared_server(database_kind, LOOP_OF[database_kind], process="second")


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


def test_viewers_are_counted_over_all_processes(
    server: Server, neighbour: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    session = a_live_session(person("host"), units)["session"]
    readers = [connect(url) for url in (server.url, neighbour.url, neighbour.url)]
    for reader in readers:
        reader.call("follow", {"session": session})
    for reader in readers:
        reader.wait_for(lambda ticks=reader.ticks: ticks and ticks[-1]["viewers"] == 3, seconds=5)
    neighbour.kill()
    readers[0].wait_for(lambda: readers[0].ticks[-1]["viewers"] == 1, seconds=12)


def test_votes_at_one_process_are_counted_before_the_viewers_of_the_other(
    server: Server, neighbour: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    session, question = a_session_with_one_question(person)
    reader = connect(neighbour.url)
    reader.call("follow", {"session": session})
    for more, votes in ((1, 1), (2, 3)):
        for _ in range(more):
            person().call("questions.support", question=question)
        pressed = time.monotonic()
        reader.wait_for(lambda votes=votes: told_tally(reader, question) == votes, seconds=6)
        assert time.monotonic() - pressed < 4, "two ticks"


def test_a_device_has_one_pace_at_all_processes(
    server: Server, neighbour: Server, person: MakePerson, connect: Connect
) -> None:
    session, _question = a_session_with_one_question(person)
    phone, elsewhere = person(), Person(neighbour.url, connect)
    elsewhere.http.cookies.update(phone.http.cookies)
    for number in range(3):
        phone.call("questions.ask", session=session, text=f"第{number}盏路灯什么时候修好？")
    time.sleep(2.5)
    refused = elsewhere.ask("questions.ask", session=session, text="第九盏路灯什么时候修好？")
    elsewhere.http.close()
    assert refused["error"]["code"] == "TOO_MANY", refused


def a_session_with_one_question(person: MakePerson) -> tuple[int, int]:
    """Before its evening, with its intake open."""
    host, moderator = person("host"), person("moderator")
    made = host.call("live.create_session", title="市容问政", starts_at="2026-12-01T20:00", planned_minutes=40)
    session = int(made["session"])
    host.call("live.open_intake", session=session)
    asked = person().call("questions.ask", session=session, text="路灯什么时候修好？")
    moderator.call("questions.approve", question=asked["question"], seen=0)
    return session, int(asked["question"])


def told_tally(reader: LiveClient, question: int) -> int | None:
    tallies = [tick["tallies"][str(question)] for tick in reader.ticks if str(question) in tick["tallies"]]
    return tallies[-1] if tallies else None


def test_several_watchers_call_time_once(
    server: Server, neighbour: Server, person: MakePerson, units: dict[str, int], connect: Connect
) -> None:
    """Both processes wake at the same deadline; the row that both lock lets one of them say it."""
    host = person("host")
    reader = connect(neighbour.url)
    for _ in range(2):
        made = a_live_session(host, units)
        reader.call("follow", {"session": made["session"]})
        start(host, units, made, seconds=1)
    reader.wait_for(lambda: len(calls(reader)) == 2, seconds=6)
    time.sleep(1.5)
    assert len(calls(reader)) == len(set(calls(reader))) == 2
    for process in (server, neighbour):
        assert "could not be called" not in process.log


def calls(reader: LiveClient) -> list[int]:
    return [one["payload"]["slot"] for one in reader.entries if one["kind"] == "live.time_called"]
