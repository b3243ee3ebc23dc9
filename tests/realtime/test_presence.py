"""What processes tell each other through the database, with the clock of the test."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from inquiry.core.clock import now
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.realtime import ticks
from inquiry.realtime.presence import STALE, Peers, Presence, Screens, Told
from tests.questions.conftest import Clock, Floor, clock, floor

__all__ = ["Clock", "clock", "floor"]

pytestmark = pytest.mark.usefixtures("app")


def say(
    one: Peers, viewers: Mapping[int, int], screens: Mapping[int, Screens] | None = None,
    outputs: Mapping[int, list[Told]] | None = None,
) -> None:  # fmt: skip
    with unit_of_work() as uow:
        one.say(uow.db, viewers, screens or {}, outputs or {}, uow.now)


def hear(one: Peers, after: timedelta = timedelta()) -> dict[int, set[int]]:
    with reading() as db:
        return dict(one.hear(db, now() + after))


def test_viewers_are_those_of_all_the_others_while_they_are_there() -> None:
    one, two, three = Peers("1"), Peers("2"), Peers("3")
    say(one, {7: 5})
    say(two, {7: 20, 8: 1})
    say(three, {7: 100})
    hear(one)
    assert one.viewers == {7: 120, 8: 1}
    say(two, {})
    hear(one)
    assert one.viewers == {7: 100}
    hear(one, after=STALE + timedelta(seconds=1))
    assert one.viewers == {}


def test_a_screen_is_heard_of_in_the_other_processes_while_it_is_there() -> None:
    one, two, three = Peers("1"), Peers("2"), Peers("3")
    say(two, {7: 5}, {7: (1, 0, 0), 8: (1, 1, 0)})
    say(three, {}, {8: (2, 1, 2)})
    hear(one)
    assert (one.viewers, one.screens) == ({7: 5, 8: 0}, {7: (1, 0, 0), 8: (3, 2, 2)})
    say(two, {7: 5})
    say(three, {})
    hear(one)
    assert one.screens == {7: (0, 0, 0)}


def test_what_outputs_say_is_heard_of_in_the_other_processes_while_they_are_there() -> None:
    one, two, three = Peers("1"), Peers("2"), Peers("3")
    said: list[Told] = [{"output": 4, "page": "page-0001", "layers": {"logo": 2}}]
    say(two, {}, {}, {7: said})
    say(three, {}, {}, {7: [{"output": 5}]})
    hear(one)
    assert sorted(one.outputs[7], key=lambda told: told["output"]) == [*said, {"output": 5}]
    say(two, {7: 1})
    hear(one)
    assert one.outputs == {7: [{"output": 5}]}


def test_a_process_that_comes_back_takes_its_old_rows_away() -> None:
    say(Peers("1"), {7: 5, 8: 6})
    say(Peers("1"), {8: 1})
    with reading() as db:
        assert [(row.session_id, row.viewers) for row in db.scalars(select(Presence))] == [(8, 1)]


def test_votes_are_counted_again_once_for_each_time_they_changed() -> None:
    began = now()
    one, two = Peers("1"), Peers("2")
    two.note(7, 12, began)
    two.note(7, 13, began)
    assert two.has_news({})
    say(two, {})
    assert hear(one) == {7: {12, 13}}
    say(two, {})
    assert hear(one) == {}
    two.note(7, 12, began + timedelta(milliseconds=1))
    say(two, {})
    assert hear(one) == {7: {12}}
    assert hear(two) == {}, "nobody hears what it said itself"


def test_who_has_nothing_to_say_writes_nothing(app: Flask, floor: Floor) -> None:
    one = Peers("1")
    say(one, {})
    assert not one.has_news({})
    ticks.touch(floor.session, 1)
    with reading() as db:
        assert db.scalar(select(func.count()).select_from(Presence)) == 0, "a process without a name has no neighbours"
