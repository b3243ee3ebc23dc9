"""What a reader is sent has a bound, whatever the session and the city hold, whatever is pressed and asked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from inquiry.core.db import reading
from inquiry.core.extensions import socketio
from inquiry.dispatch import registry
from inquiry.dispatch.rate_limit import rates
from inquiry.realtime import session_cache, snapshots, streams, ticks
from inquiry.realtime.history import CATCH_UP_ROWS, Body, History
from inquiry.realtime.views import View
from inquiry.trace import queries as trace
from inquiry.web import sockets
from tests.questions.conftest import Clock, Floor, clock, floor
from tests.support.many import fill

__all__ = ["Clock", "clock", "floor"]

MOST_BYTES = 300_000


def snapshot_bytes(session_id: int, view: View) -> int:
    return sum(map(len, snapshots.of(session_id, view).chunks(0)))


@pytest.mark.parametrize("view", [View.PUBLIC, View.STAFF], ids=str)
def test_a_snapshot_is_bounded(floor: Floor, view: View) -> None:
    """50,000 questions, 5,000 units, and an evening with sixty questions on air, two answers to each."""
    fill(floor.session, 50_000, units=5_000, aired=60, spoken=2)
    assert snapshot_bytes(floor.session, view) <= MOST_BYTES


# --- telling ---------------------------------------------------------------------------------------------------------


class Noting(dict[str, str]):
    """The rooms of a watched session; `looked_at` are the sessions whose rooms were looked at."""

    def __init__(self, session: int, rooms: dict[str, str], looked_at: set[int]) -> None:
        super().__init__(rooms)
        self._session, self._looked_at = session, looked_at

    def __getitem__(self, stream: str) -> str:
        self._looked_at.add(self._session)
        return super().__getitem__(stream)

    def items(self) -> Any:
        self._looked_at.add(self._session)
        return super().items()

    def values(self) -> Any:
        self._looked_at.add(self._session)
        return super().values()


def test_a_commit_looks_at_its_own_session_however_many_are_watched(floor: Floor) -> None:
    looked_at: set[int] = set()
    watched = [session_cache.of(floor.session, view) for view in (View.PUBLIC, View.STAFF)]
    memory = session_cache._memories.here()
    for number in range(500):
        memory.add(one := session_cache.SessionCache(10_000 + number, View.PUBLIC))
        watched.append(one)
    for one in watched:
        one.room_of = Noting(one.session_id, one.room_of, looked_at)
    floor.item()
    assert looked_at == {floor.session}
    for one in watched:
        memory.remove(one)
    assert (memory.following, memory.in_room) == ({}, {})


# --- ticks ------------------------------------------------------------------------------------------------------------


class Counted:
    """A part of the tick that notes which questions it was to count."""

    def __init__(self) -> None:
        self.turns: list[set[int]] = []

    def __call__(self, _db: Any, _session: int, touched: set[int], _view: View) -> dict[str, Any]:
        self.turns.append(set(touched))
        return {}


@pytest.fixture
def counted(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Of a session that somebody watches."""
    snapshots.of(floor.session, View.PUBLIC)
    ticks._touched.clear()
    monkeypatch.setattr(ticks, "_parts", {(part := Counted()): ticks.alike})
    return part


def test_a_tick_tells_so_many_tallies_and_the_next_ones_tell_the_rest(floor: Floor, counted: Counted) -> None:
    voted = set(range(1, 2 * ticks._MOST_TOLD + 11))
    ticks.count_again(floor.session, voted)
    for second in range(4):
        ticks.beat(10_000.0 + second)
    assert [len(turn) for turn in counted.turns if turn] == [ticks._MOST_TOLD, ticks._MOST_TOLD, 10]
    assert set().union(*counted.turns) == voted


def test_no_more_questions_wait_to_be_counted_than_one_statement_takes(floor: Floor, counted: Counted) -> None:
    for number in range(2 * ticks._MOST_TOUCHED):
        ticks.touch(floor.session, number)
    assert len(ticks._touched[floor.session]) == ticks._MOST_TOUCHED


def test_a_snapshot_carries_so_many_tallies_and_is_read_anew_instead(floor: Floor) -> None:
    snapshots.of(floor.session, View.PUBLIC)
    one = session_cache.of(floor.session, View.PUBLIC)
    one.carry({"tallies": {str(number): 1 for number in range(session_cache.MOST_TALLIES)}})
    assert one.snapshot is not None
    one.carry({"tallies": {"7": 2, "a": 1}})
    assert one.snapshot is None
    assert one.carried["tallies"] == {"7": 2, "a": 1}


# --- catching up ------------------------------------------------------------------------------------------------------


def about(seq: int, rows: int) -> Body:
    state = {"question": {str(number): {} for number in range(rows)}}
    return {"stream": "session:7:public", "seq": seq, "hash": "", "payload": {}, "state": state}


@pytest.mark.parametrize(("rows", "given"), [(CATCH_UP_ROWS, 1), (CATCH_UP_ROWS + 1, None)])
def test_what_is_held_is_caught_up_with_while_its_rows_are_few(rows: int, given: int | None) -> None:
    known = History.at({"session:7:public": {"seq": 1, "hash": ""}}).told(about(2, rows))
    entries = known.since({"session:7:public": 1})
    assert (entries if entries is None else len(entries)) == given


def test_what_is_asked_of_the_database_is_caught_up_with_while_its_rows_are_few(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.item()
    floor.item()
    begun = {(name := str(streams.public_stream(floor.session))): 0}
    with reading() as db:
        entries = streams.missed(db, floor.session, View.PUBLIC, begun)
        assert entries is not None
        rows = sum(len(entry.about) for entry in trace.since(db, name, 0))
        monkeypatch.setattr(streams, "CATCH_UP_ROWS", rows)
        assert streams.missed(db, floor.session, View.PUBLIC, begun) == entries
        monkeypatch.setattr(streams, "CATCH_UP_ROWS", rows - 1)
        assert streams.missed(db, floor.session, View.PUBLIC, begun) is None


# --- following --------------------------------------------------------------------------------------------------------


@pytest.fixture
def socket(app: Flask) -> Iterator[SocketIOTestClient]:
    registry.forget_limits()
    one = SocketIOTestClient(app, socketio)
    yield one
    one.disconnect()


def test_a_socket_follows_only_so_often(floor: Floor, socket: SocketIOTestClient) -> None:
    [rate] = rates(sockets.FOLLOWS)
    answers = [socket.emit("follow", {"session": floor.session}, callback=True) for _each in range(2 * rate.amount)]
    assert all(answer["ok"] for answer in answers[: rate.amount])
    assert {answer["error"]["code"] for answer in answers if not answer["ok"]} == {"TOO_MANY"}


def test_nobody_says_of_more_streams_than_there_are_where_they_got_to(floor: Floor, socket: SocketIOTestClient) -> None:
    seen = {f"session:{floor.session}:{number}": 1 for number in range(5)}
    answer = socket.emit("follow", {"session": floor.session, "seen": seen}, callback=True)
    assert (answer["error"]["code"], list(answer["error"]["data"]["fields"])) == ("BAD_INPUT", ["seen"])
