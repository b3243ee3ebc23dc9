"""The watcher in a real server: time is called when it is up, and a server that was killed catches up."""

import time

import pytest

from tests.support.people import MakePerson, Person
from tests.support.processes import eventually
from tests.support.server import LOOP_OF, Server, SharedServer

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.shared_server]


@pytest.fixture
def server(shared_server: SharedServer, database_kind: str) -> Server:
    return shared_server(database_kind, LOOP_OF[database_kind])


@pytest.fixture
def host(person: MakePerson) -> Person:
    return person("host")


def begin(host: Person, units: dict[str, int]) -> int:
    """A live session with an item on the floor."""
    made = host.call(
        "live.create_session", title="问政", starts_at="2031-05-08T20:00", planned_minutes=60, units=[units["水务局"]]
    )
    session = int(made["session"])
    item = host.call("live.add_item", session=session, kind="slot", title="发言", planned_minutes=5)["item"]
    host.call("live.go_live", session=session, planned_for="2031-05-08")
    host.call("questions.take_item", session=session, item=item, seen=0)
    return session


def test_a_grace_is_cut_and_the_next_speaker_begins(host: Person, units: dict[str, int]) -> None:
    """Two planned speakers in a row, with nobody at the desk but for the first press."""
    made = host.call(
        "live.create_session", title="夜考", starts_at="2031-05-08T20:00", planned_minutes=60, units=[units["水务局"]]
    )
    session = int(made["session"])
    ends: list[dict[str, object]] = [{"at_zero": "next"}, {"at_zero": "grace", "grace_seconds": 2}]
    first, second = (
        host.call(
            "live.add_item", session=session, kind="slot", title="发言", planned_seconds=1, unit=units["水务局"],
            speaker="周启明", **end,
        )["item"]
        for end in ends
    )  # fmt: skip
    host.call("live.go_live", session=session, planned_for="2031-05-08")
    viewer = host.socket()
    assert viewer.call("follow", {"session": session})["ok"]
    host.call("live.take_and_start", session=session, item=first, seen=0)
    assert viewer.wait_for_entry("live.slot_ended", seconds=10)["payload"]["used_s"] == 1
    assert viewer.wait_for_entry("live.slot_started", seconds=10)

    def rows() -> list[dict[str, int]]:
        found = host.get(f"/live/{session}/snapshot").json()["state"]["slot"].values()
        return sorted((dict(one) for one in found), key=lambda one: one["id"])

    eventually(lambda: rows()[-1]["ended_at"], otherwise="the grace was never cut")
    one, two = rows()
    assert (one["item"], two["item"]) == (first, second)
    assert one["ended_at"] - one["started_at"] == 1000
    assert 0 <= two["started_at"] - one["ended_at"] < 1500
    assert two["ended_at"] - two["started_at"] == 3000
    assert two["time_called_at"] < two["ended_at"]


def slot(host: Person, session: int) -> dict[str, int]:
    slots = host.get(f"/live/{session}/snapshot").json()["state"]["slot"]
    (only,) = slots.values()
    return dict(only)


def test_time_is_called_when_it_is_up(host: Person, units: dict[str, int]) -> None:
    session = begin(host, units)
    viewer = host.socket()
    assert viewer.call("follow", {"session": session})["ok"]
    host.call("live.start_slot", session=session, seen=1, unit=units["水务局"], speaker="周启明", seconds=2)
    called = viewer.wait_for_entry("live.time_called", seconds=10)
    row = called["state"]["slot"][str(called["payload"]["slot"])]
    late_ms = row["time_called_at"] - row["started_at"] - 2000
    assert 0 <= late_ms < 1500
    assert row["ended_at"] is None


def test_a_deadline_that_passed_while_the_server_was_dead_counts(
    host: Person, units: dict[str, int], server: Server
) -> None:
    session = begin(host, units)
    host.call(
        "live.start_slot", session=session, seen=1, unit=units["水务局"], speaker="周启明", seconds=2, at_zero="end"
    )
    server.kill()
    time.sleep(3)
    server.start()
    eventually(lambda: slot(host, session)["ended_at"], otherwise="the slot was never ended")
    row = slot(host, session)
    assert row["ended_at"] - row["started_at"] == 2000
    assert row["time_called_at"] - row["started_at"] > 3000
