"""Whoever comes back with what they had seen is in the end where they would be with a fresh snapshot, tallies too; and
what fails for one kind of reader is no reason to tell the others nothing."""

from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import Db, reading
from inquiry.questions.commands import moderation
from inquiry.realtime import fanout, snapshots, streams, ticks
from inquiry.realtime.views import View, merge
from tests.questions.conftest import Clock, Floor, clock, do, floor
from tests.realtime.test_session_cache import Listen, beat, listen

__all__ = ["Clock", "clock", "floor", "listen"]

CARRIED = ("tallies", "totals", "lanes", "holds")


class Reader:
    """What a browser keeps: the state of its last snapshot with what it was told laid over it."""

    def __init__(self, floor: Floor, view: View) -> None:
        self.floor, self.view = floor, view
        with reading() as db:
            shot = streams.snapshot(db, floor.session, view)
        self.state, self.streams = shot["state"], shot["streams"]

    def seen(self) -> dict[str, int]:
        return {name.removeprefix(f"session:{self.floor.session}:"): at["seq"] for name, at in self.streams.items()}

    def come_back(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Lay an answer to `follow` over it; returns the tick."""
        for entry in answer["entries"]:
            self.state = merge(self.state, entry["state"])
            self.streams[entry["stream"]] = {"seq": entry["seq"], "hash": entry["hash"]}
        tick: dict[str, Any] = answer["tick"]
        for key, votes in tick["tallies"].items():
            if key in self.state["question"]:
                self.state["question"][key] = self.state["question"][key] | {"votes": votes}
        if "totals" in tick:
            self.state["totals"] = {str(tick["session"]): tick["totals"]}
        return tick


@pytest.mark.parametrize("view", [View.PUBLIC, View.STAFF], ids=str)
def test_coming_back_is_as_good_as_a_fresh_snapshot(
    floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    monkeypatch.setattr("inquiry.web.sockets.identify", lambda _db: floor.moderator)
    aired, open_still, waiting = floor.approved(), floor.approved("二号问题"), floor.ask("三号问题")
    floor.support(aired, floor.city.phone())
    floor.go_live().put(aired)
    away = Reader(floor, view)
    snapshots.of(floor.session, view)  # what the process has made already is older than the votes
    for question in (aired, open_still, open_still):
        floor.support(question, floor.city.phone())
    do(moderation.hold, floor.moderator, waiting)
    floor.item()
    beat()
    tick = away.come_back(listen().follow(view, **away.seen()))
    with reading() as db:
        fresh = streams.snapshot(db, floor.session, view)
        carried = ticks.compose(db, floor.session, set(), view)
    assert away.streams == fresh["streams"]
    assert away.state == fresh["state"]
    assert away.state["question"][str(aired)]["votes"] == 2
    assert {name: tick.get(name) for name in CARRIED[1:]} == {name: carried.get(name) for name in CARRIED[1:]}


def test_whoever_takes_a_snapshot_is_told_no_tick_besides(floor: Floor, listen: Listen) -> None:
    assert "tick" not in listen().follow()


def test_a_part_that_fails_for_the_crew_leaves_the_public_its_tick(
    app: Flask, floor: Floor, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inquiry.web.sockets.identify", lambda _db: floor.moderator)

    def broken(db: Db, _session_id: int, _touched: set[int], view: View) -> dict[str, Any]:
        if view.is_crew:
            db.connection().exec_driver_sql("SELECT nothing FROM nowhere")
        return {}

    crew, public = listen(), listen()
    crew.follow(View.STAFF)
    public.follow()
    monkeypatch.setitem(ticks._parts, broken, None)
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(fanout, "tell_tick", lambda _session, view, body: told.append((str(view), body)))
    question = floor.approved()
    floor.support(question, floor.city.phone())
    beat()
    assert [(view, body["tallies"]) for view, body in told] == [("public", {str(question): 1})]
    monkeypatch.delitem(ticks._parts, broken)
    beat()
    assert {view: body["tallies"] for view, body in told[1:]}["staff"] == {str(question): 1}, "counted with its next"
