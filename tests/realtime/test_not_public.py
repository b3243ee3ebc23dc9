"""Following a meeting that is closed to the public while it runs: who hears what, and what is heard afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.errors import NotPublic
from inquiry.live.commands import floor as stage
from inquiry.live.commands import preparation
from inquiry.permissions import VISITOR, Actor, Grant, Role
from inquiry.realtime import session_cache, snapshots, streams, views
from inquiry.realtime.views import View, merge
from tests.questions.conftest import Clock, Floor, clock, do, floor
from tests.realtime.test_session_cache import Listener, beat, bodies, numbered

__all__ = ["Clock", "clock", "floor"]

#: A socket of somebody: `(actor) -> listener`; it is that person whenever it is used.
Listen = Callable[[Actor], "Reader"]


class Reader(Listener):
    """`become` makes the application take whoever sends for this reader."""

    def __init__(self, app: Flask, session: int, become: Callable[[], None]) -> None:
        self._become = become
        become()
        super().__init__(app, session)

    def follow(self, view: View = View.PUBLIC, **seen: int) -> dict[str, Any]:
        self._become()
        return super().follow(view, **seen)

    def refused(self, view: View = View.PUBLIC, **seen: int) -> str:
        answer = self.follow(view, **seen)
        return "" if answer["ok"] else str(answer["error"]["code"])

    def told(self) -> list[str]:
        """The names of the events that came since it was asked last."""
        return [one["name"] for one in self._client.get_received()]


@pytest.fixture
def listen(app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    readers: list[Reader] = []

    def open_one(actor: Actor) -> Reader:
        def become() -> None:
            monkeypatch.setitem(app.extensions, "inquiry.listener", lambda _db: actor)

        readers.append(Reader(app, floor.session, become))
        return readers[-1]

    yield open_one
    for one in readers:
        one.close()


@pytest.fixture
def closed(floor: Floor) -> Floor:
    """Planned, and closed to the public."""
    do(preparation.change_session, floor.host, floor.session, closed_to_public=True)
    return floor


def official(floor: Floor) -> Actor:
    return floor.city.person(Role.OFFICIAL)


def put(floor: Floor, text: str = "会上的问题") -> int:
    """On air, asked there by somebody who may follow."""
    question = floor.approved(text, phone=replace(official(floor), device_id=floor.phone.device_id))
    floor.put(question)
    return question


def test_whoever_followed_before_it_began_hears_nothing_until_it_is_over(closed: Floor, listen: Listen) -> None:
    stranger, person = listen(VISITOR), listen(official(closed))
    seen = numbered(closed)
    assert stranger.follow()["ok"]
    assert person.follow(View.INTERNAL)["ok"]
    old = snapshots.of(closed.session, View.PUBLIC)
    beat()
    assert stranger.told() == ["tick"]
    person.told()

    put(closed.go_live())
    closed.item("会上加的一项")
    beat()
    beat()
    assert stranger.told() == []
    heard = person.told()
    assert heard.count("entry") >= 4
    assert "tick" in heard
    for number in ({}, {"public": seen}, {"public": 0}, {"public": numbered(closed)}, {"public": 10**6}):
        assert stranger.refused(**number) == "NOT_PUBLIC"
    assert stranger.refused(View.INTERNAL) == "SIGNED_OUT"
    assert stranger.refused(View.STAFF) == "SIGNED_OUT"
    assert person.refused() == "NOT_PUBLIC", "the public's view is nobody's"
    with pytest.raises(NotPublic):
        snapshots.of(closed.session, View.PUBLIC)

    do(stage.close, closed.host, closed.session)
    assert set(stranger.told()) == {"entry"}, "those that say that it is over"
    answer = stranger.follow(public=seen)
    assert [one["seq"] for one in answer["entries"]] == list(range(seen + 1, numbered(closed) + 1))
    state = old.state
    for entry in answer["entries"]:
        state = merge(state, entry["state"])
    with reading() as db:
        fresh = streams.snapshot(db, closed.session, View.PUBLIC)["state"]
    assert {name: rows for name, rows in state.items() if name != "totals"} == {
        name: rows for name, rows in fresh.items() if name != "totals"
    }
    assert "会上的问题" in str(state["question"])
    assert snapshots.of(closed.session, View.PUBLIC).state["question"] == fresh["question"]
    beat()
    assert "tick" in stranger.told()


def test_a_meeting_that_is_opened_is_heard_from_then_on(closed: Floor, listen: Listen) -> None:
    stranger = listen(VISITOR)
    seen = numbered(closed)
    stranger.follow()
    put(closed.go_live())
    do(preparation.change_session, closed.host, closed.session, closed_to_public=False)
    assert stranger.told() == ["entry"]
    closed.item()
    assert stranger.told() == ["entry"]
    told = stranger.follow(public=seen)["entries"]
    assert all(row for entry in told for row in entry["state"].get("question", {}).values())
    assert snapshots.of(closed.session, View.PUBLIC).state["item"]


def test_what_another_process_commits_begins_and_ends_it_as_well(
    closed: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody here is told: the entries are found in the database, and the same holds."""
    stranger, person = listen(VISITOR), listen(official(closed))
    stranger.follow()
    person.follow(View.INTERNAL)

    def elsewhere(work: Callable[[], object]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("inquiry.dispatch.unit_of_work.fanout.tell", lambda _entries, _messages: None)
            work()

    elsewhere(lambda: put(closed.go_live()))
    session_cache.of(closed.session, View.PUBLIC).snapshot = None
    with pytest.raises(NotPublic):  # read anew, before this process has heard of it
        snapshots.of(closed.session, View.PUBLIC)
    session_cache.look()
    assert stranger.told() == []
    assert "entry" in person.told()
    assert stranger.refused() == "NOT_PUBLIC"
    elsewhere(lambda: do(stage.close, closed.host, closed.session))
    session_cache.look()
    assert set(stranger.told()) == {"entry"}
    assert stranger.refused() == ""


def test_a_process_that_knows_nothing_of_it_yet_refuses_and_keeps_no_refusal(closed: Floor, listen: Listen) -> None:
    closed.go_live()
    stranger = listen(VISITOR)
    assert stranger.refused() == "NOT_PUBLIC"
    assert session_cache.positions(closed.session, View.PUBLIC) is None
    beat()
    do(stage.close, closed.host, closed.session)
    assert stranger.refused() == ""


def test_whoever_missed_too_much_to_be_told_of_it_is_kept_out_as_well(
    closed: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = listen(VISITOR)
    stranger.follow()
    with monkeypatch.context() as patch:
        patch.setattr("inquiry.dispatch.unit_of_work.fanout.tell", lambda _entries, _messages: None)
        closed.go_live()
        for _ in range(201):
            closed.item()
    session_cache.look()
    assert stranger.refused() == "NOT_PUBLIC"
    beat()
    assert stranger.told() == []


def test_the_public_view_holds_no_row_of_it_wherever_it_is_named(closed: Floor) -> None:
    """In entries of another session as well, read again while the meeting runs."""
    item = closed.item()
    assert any(body["state"].get("item", {}).get(str(item)) for body in bodies(closed, 0))
    closed.go_live()
    for body in bodies(closed, 0):
        assert not [row for name, rows in body["state"].items() if name != "unit" for row in rows.values() if row]


@pytest.mark.usefixtures("app")
def test_every_collection_says_to_which_session_its_rows_belong() -> None:
    """One that does not would be held by the view of the public whatever the session is."""
    of_none = {name for name, one in views._collections.items() if one.session is None}
    assert {name for name in of_none if not name.startswith("test")} == {"unit"}


def test_a_token_follows_its_own_meeting_and_no_other(closed: Floor, listen: Listen) -> None:
    closed.go_live()
    for session, commands, code in [
        (closed.session, {"read.internal"}, ""),
        (closed.session, {"live.end_slot"}, "BEYOND_TOKEN"),
        (closed.session + 1, {"read.internal"}, "BEYOND_TOKEN"),
    ]:
        machine = replace(official(closed), grant=Grant(1, frozenset(commands), session))
        assert listen(machine).refused(View.INTERNAL) == code
        assert listen(machine).refused() == "NOT_PUBLIC"


def test_an_address_that_was_cached_is_refused_and_answers_again(closed: Floor, app: Flask) -> None:
    address, http = f"/live/{closed.session}/snapshot", app.test_client()
    tag = http.get(address).headers["ETag"]
    closed.go_live()
    for headers in ({}, {"If-None-Match": tag}):
        refused = http.get(address, headers=headers)
        assert refused.status_code == 403
        assert refused.headers["Cache-Control"] == "no-store"
        assert refused.get_json()["error"]["code"] == "NOT_PUBLIC"
        assert "ETag" not in refused.headers
    do(stage.close, closed.host, closed.session)
    again = http.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.get_json()["state"]["session"][str(closed.session)]["state"] == "closed"
