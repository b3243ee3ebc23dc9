"""Joining without asking the database: what a process knows of a session, and how it keeps that true."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import event

from inquiry.accounts import devices, queries
from inquiry.core.clock import milliseconds, now
from inquiry.core.db import engine, reading
from inquiry.core.extensions import socketio
from inquiry.errors import NotFound
from inquiry.realtime import session_cache, snapshots, streams, ticks
from inquiry.realtime.history import CATCH_UP_LIMIT
from inquiry.realtime.views import View, merge
from inquiry.transport.json import dumps, loads
from inquiry.web import sockets
from tests.questions.conftest import Clock, Floor, clock, floor
from tests.support.statements import asking

__all__ = ["Clock", "clock", "floor"]

#: A socket that follows a session, as the server hears it.
Listen = Callable[..., "Listener"]


class Listener:
    """A socket without a network; `entries` are the numbers it was told, in order."""

    def __init__(self, app: Flask, session: int) -> None:
        self._app, self._session = app, session
        self._client = SocketIOTestClient(app, socketio)
        self.heard: list[dict[str, Any]] = []

    def follow(self, view: View = View.PUBLIC, **seen: int) -> dict[str, Any]:
        named = {f"session:{self._session}:{name}": seq for name, seq in seen.items()}
        message = {"session": self._session, "view": str(view)} | ({"seen": named} if seen else {})
        answer: dict[str, Any] = loads(dumps(self._client.emit("follow", message, callback=True)))
        return answer

    @property
    def entries(self) -> list[int]:
        self.heard += [one["args"][0] for one in self._client.get_received() if one["name"] == "entry"]
        return [one["seq"] for one in self.heard]

    def close(self) -> None:
        if self._client.is_connected():
            self._client.disconnect()


@pytest.fixture
def listen(app: Flask, floor: Floor) -> Iterator[Listen]:
    listeners: list[Listener] = []

    def open_one() -> Listener:
        listeners.append(Listener(app, floor.session))
        return listeners[-1]

    yield open_one
    for one in listeners:
        one.close()


_seconds = count(1_000, 10)


def beat() -> None:
    """A tick ten seconds after the one before, in whichever test that was."""
    ticks.beat(next(_seconds))


def numbered(floor: Floor) -> int:
    """The last number of the public stream."""
    with reading() as db:
        name = str(streams.public_stream(floor.session))
        return int(streams.positions(db, floor.session, View.PUBLIC)[name]["seq"])


def bodies(floor: Floor, after: int) -> list[dict[str, Any]]:
    with reading() as db:
        found = streams.missed(db, floor.session, View.PUBLIC, {str(streams.public_stream(floor.session)): after})
    assert found is not None
    return found


def elsewhere(floor: Floor, monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """Change the session as another process does: it is committed, and nobody here is told."""
    with monkeypatch.context() as patch:
        patch.setattr("inquiry.dispatch.unit_of_work.fanout.tell", lambda _entries, _messages: None)
        for _ in range(times):
            floor.item()


def test_two_hundred_rejoin_for_the_reads_of_one(app: Flask, floor: Floor, listen: Listen) -> None:
    """After a restart nothing is known; those who come back with a number and those who need a snapshot share reads."""
    floor.go_live().put(floor.approved())
    seq = numbered(floor)
    first, rest = [listen(), listen()], [listen() for _ in range(198)]

    def rejoin(some: list[Listener]) -> None:
        for number, one in enumerate(some):
            if number % 2:
                assert len(one.follow(public=seq - 2)["entries"]) == 2
            else:
                assert one.follow()["streams"][f"session:{floor.session}:public"]["seq"] == seq
                assert snapshots.of(floor.session, View.PUBLIC).etag

    with asking() as of_two:
        rejoin(first)
    assert 0 < of_two.looks <= 10
    with asking() as of_the_others:
        rejoin(rest)
    assert of_the_others.statements == []


def test_nobody_looks_up_a_phone_that_only_listens(app: Flask, floor: Floor) -> None:
    """Its device has no say in what may be heard; a sign-in is asked for every time."""
    assert app.extensions["inquiry.listener"] is queries.listener
    signed = devices.signer().dumps(floor.city.device(floor.phone).token)
    with app.test_request_context(headers={"Cookie": f"device={signed}"}), reading() as db, asking() as of_a_phone:
        assert not sockets.identify(db).is_signed_in
    assert of_a_phone.statements == []
    with app.test_request_context(headers={"Cookie": "sign_in=x"}), reading() as db, asking() as of_a_person:
        sockets.identify(db)
    assert of_a_person.statements


def test_an_entry_is_told_in_its_turn_and_once(floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = listen()
    listener.follow()
    one, seq = session_cache.of(floor.session, View.PUBLIC), numbered(floor)
    elsewhere(floor, monkeypatch, 3)
    first, second, third = bodies(floor, seq)
    assert not one.take(third)
    assert listener.entries == []
    assert not one.take(second, third)
    assert one.take(first)
    assert one.take(first, second)
    assert listener.entries == [seq + 1, seq + 2, seq + 3]


def test_what_another_process_commits_is_told_within_a_tick(
    floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = listen()
    listener.follow()
    seq = numbered(floor)
    elsewhere(floor, monkeypatch, 2)
    assert listener.entries == []
    beat()
    assert listener.entries == [seq + 1, seq + 2]
    beat()
    assert listener.entries == [seq + 1, seq + 2]


def test_a_gap_is_filled_before_the_next_entry_is_told(
    floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = listen()
    listener.follow()
    seq = numbered(floor)
    elsewhere(floor, monkeypatch)
    monkeypatch.setattr(socketio, "start_background_task", lambda work: work())
    floor.item()
    assert listener.entries == [seq + 1, seq + 2]


def test_who_comes_from_a_process_that_is_ahead_is_not_sent_back(
    floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen().follow()
    seq = numbered(floor)
    elsewhere(floor, monkeypatch)
    answer = listen().follow(public=seq + 1)
    assert answer["entries"] == []
    assert answer["streams"][f"session:{floor.session}:public"]["seq"] == seq + 1
    assert listen().follow(public=seq + 2)["entries"] is None, "a number that the database does not have either"


def test_more_than_can_be_told_is_skipped(floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tick then says that something is missing, and who follows again is sent for a snapshot."""
    listener = listen()
    listener.follow()
    seq = numbered(floor)
    elsewhere(floor, monkeypatch, CATCH_UP_LIMIT + 1)
    beat()
    assert listener.entries == []
    assert session_cache.of(floor.session, View.PUBLIC).history.seen == {
        f"session:{floor.session}:public": seq + CATCH_UP_LIMIT + 1
    }
    assert listener.follow(public=seq)["entries"] is None


def test_what_is_told_while_the_first_reader_is_answered_is_not_lost(floor: Floor, listen: Listen) -> None:
    """An entry between the moment of the reading and the reading's end waits, and is told then."""
    listener = listen()
    pressed: list[int] = []

    def press(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM sessions" in statement and not pressed:
            pressed.append(numbered(floor))
            floor.item()

    event.listen(engine(), "after_cursor_execute", press)
    answer = listener.follow()
    event.remove(engine(), "after_cursor_execute", press)
    assert answer["streams"][f"session:{floor.session}:public"]["seq"] == pressed[0] + 1
    floor.item()
    assert listener.entries[-1] == pressed[0] + 2


def test_nobody_follows_what_is_not_there(floor: Floor, listen: Listen) -> None:
    with pytest.raises(NotFound):
        session_cache.of(999, View.PUBLIC)
    assert session_cache.positions(999, View.PUBLIC) is None


def test_what_nobody_watches_is_forgotten(floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = listen()
    listener.follow()
    listener.close()
    session_cache.keep(set())
    assert session_cache.positions(floor.session, View.PUBLIC) is not None, "who lost the connection comes back soon"
    monkeypatch.setattr(session_cache, "LINGER_SECONDS", -1)
    session_cache.keep(set())
    assert session_cache.positions(floor.session, View.PUBLIC) is None


# --- the snapshot ---------------------------------------------------------------------------------------------------


def shown(floor: Floor, view: View = View.PUBLIC) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(b"".join(snapshots.of(floor.session, view).chunks(milliseconds(now()))))
    return told


@pytest.mark.parametrize("view", [View.PUBLIC, View.STAFF], ids=str)
def test_a_snapshot_is_a_tick_with_its_state(floor: Floor, view: View) -> None:
    floor.go_live().put(floor.approved())
    snapshot = shown(floor, view)
    with reading() as db:
        fresh = streams.snapshot(db, floor.session, view)
        tick = ticks.compose(db, floor.session, set(), view)
    assert {name: snapshot[name] for name in ("view", "session", "streams", "state")} == {
        name: fresh[name] for name in ("view", "session", "streams", "state")
    }
    assert tick.keys() <= snapshot.keys()
    assert snapshot["totals"] == tick["totals"]


@pytest.mark.parametrize("view", [View.PUBLIC, View.STAFF], ids=str)
def test_a_snapshot_is_read_once_and_what_is_told_is_laid_over_it(
    floor: Floor, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.go_live()
    first = snapshots.of(floor.session, view)
    floor.item()
    question = floor.put(floor.approved())
    floor.support(question)
    floor.ask()
    beat()
    with asking() as asked:
        later = snapshots.of(floor.session, view)
        assert snapshots.of(floor.session, view) is later
    assert asked.statements == []
    assert later.etag != first.etag
    assert later.positions[f"session:{floor.session}:public"]["seq"] == numbered(floor)

    monkeypatch.setattr(snapshots, "LONGEST_KEPT_SECONDS", -1)
    read = snapshots.of(floor.session, view)
    assert later.positions == read.positions
    assert later.carried["totals"] == read.carried["totals"]
    votes = later.carried["tallies"][str(question)]
    laid_over = merge(
        later.state, {"question": {str(question): later.state["question"][str(question)] | {"votes": votes}}}
    )
    assert laid_over | {"totals": {str(floor.session): later.carried["totals"]}} == read.state


def test_an_entry_counts_votes_later_than_the_tick_before_it(floor: Floor) -> None:
    question = floor.go_live().approved()
    snapshots.of(floor.session, View.PUBLIC)
    floor.support(question)
    beat()
    floor.support(question)
    floor.put(question)
    assert "tallies" not in shown(floor) or str(question) not in shown(floor)["tallies"]
    assert shown(floor)["state"]["question"][str(question)]["votes"] == 2


def test_votes_are_in_the_snapshot_with_the_next_tick(floor: Floor) -> None:
    question = floor.go_live().put(floor.approved())
    before = snapshots.of(floor.session, View.PUBLIC)
    floor.support(question)
    beat()
    assert snapshots.of(floor.session, View.PUBLIC).etag != before.etag
    assert shown(floor)["tallies"] == {str(question): 1}
    beat()
    assert shown(floor)["tallies"] == {str(question): 1}, "a tick without news takes nothing back"
    floor.item()
    assert shown(floor)["tallies"] == {str(question): 1}


def test_another_number_of_viewers_is_no_other_snapshot(floor: Floor, listen: Listen) -> None:
    """Every phone would fetch all of it again whenever somebody comes or goes."""
    before = snapshots.of(floor.session, View.PUBLIC).etag
    listen().follow()
    beat()
    assert shown(floor)["viewers"] == 1
    assert snapshots.of(floor.session, View.PUBLIC).etag == before


def test_a_change_without_an_entry_of_the_session_shows_after_a_while(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = snapshots.of(floor.session, View.PUBLIC)
    monkeypatch.setattr(snapshots, "LONGEST_KEPT_SECONDS", -1)
    again = snapshots.of(floor.session, View.PUBLIC)
    assert again is not first
    assert again.etag == first.etag


def test_a_session_that_cannot_be_counted_keeps_nobody_elses_tick_back(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was to be counted is counted with its next tick."""
    other = floor.plan("另一场")
    question = floor.approved()
    monkeypatch.setattr(ticks, "_parts", {(fails := Failing(floor.session)): None} | ticks._parts)
    snapshots.of(other, View.PUBLIC)
    snapshots.of(floor.session, View.PUBLIC)
    floor.support(question)
    ticks.touch(other)
    fails.now = True
    beat()
    assert floor.session in ticks._touched
    assert other not in ticks._touched
    fails.now = False
    beat()
    assert shown(floor)["tallies"] == {str(question): 1}


class Failing:
    """A part of the tick that fails for one session, when told to."""

    def __init__(self, session: int) -> None:
        self.session, self.now = session, False

    def __call__(self, _db: Any, session: int, _touched: set[int], _view: View) -> dict[str, Any]:
        if self.now and session == self.session:
            raise ZeroDivisionError
        return {}
