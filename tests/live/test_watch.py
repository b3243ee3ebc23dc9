"""The watcher of deadlines, with the clock in the tests' hands."""

import logging
from datetime import timedelta

import pytest
from flask import Flask

from inquiry.core import background
from inquiry.core import clock as time
from inquiry.core.db import engine, reading
from inquiry.live import watch
from inquiry.live.commands import slots
from inquiry.live.models import AtZero
from inquiry.trace.queries import since
from tests.live.conftest import EIGHT, Clock, Evening


class Enough(Exception):
    """A sleeper that has slept enough."""


def execute(statement: str) -> None:
    with engine().execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(statement)


def calls(evening: Evening) -> int:
    with reading() as db:
        entries = since(db, f"session:{evening.session}:public", 0)
    return [entry.kind for entry in entries].count("live.time_called")


def test_it_sleeps_until_the_next_deadline_but_no_longer_than_a_second(
    app: Flask, on_air: Evening, clock: Clock
) -> None:
    assert watch.watch_once(app) == 1
    on_air.start(60)
    assert watch.watch_once(app) == 1
    clock.forward(seconds=59.25)
    assert watch.watch_once(app) == 0.75
    on_air.press(slots.pause_slot)
    assert watch.watch_once(app) == 1


def test_it_calls_time_once(app: Flask, on_air: Evening, clock: Clock) -> None:
    on_air.start(60)
    clock.forward(seconds=59.999)
    watch.watch_once(app)
    assert calls(on_air) == 0
    clock.forward(seconds=0.001)
    watch.watch_once(app)
    clock.forward(seconds=1)
    watch.watch_once(app)
    assert calls(on_air) == 1


def test_it_watches_all_sessions(app: Flask, on_air: Evening, clock: Clock) -> None:
    other = Evening(on_air.city)
    other.go_live().take(other.slot)
    on_air.start(60, AtZero.END)
    other.start(30)
    clock.forward(seconds=45)
    with reading() as db:
        assert watch.next_deadline(db, time.now()) == EIGHT + timedelta(seconds=60)
    clock.forward(minutes=1)
    assert watch.call_due(time.now()) == 2
    assert (calls(on_air), calls(other)) == (1, 1)
    assert on_air.open_slot() is None
    assert other.open_slot() is not None


def test_it_goes_on_after_a_failure(
    app: Flask, on_air: Evening, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The database is away for a while: that is logged, and time is called when it is back."""
    on_air.start(60)
    clock.forward(minutes=2)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise Enough
        execute("ALTER TABLE slots_elsewhere RENAME TO slots")

    execute("ALTER TABLE slots RENAME TO slots_elsewhere")
    task = next(watch.tasks(app))
    with caplog.at_level(logging.ERROR), pytest.raises(Enough):
        background.for_ever(task, sleep)
    assert "failed and goes on" in caplog.text
    assert slept == [1, 1]
    assert calls(on_air) == 1


def test_one_slot_that_cannot_be_called_does_not_keep_the_others_waiting(
    app: Flask, on_air: Evening, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    other = Evening(on_air.city)
    other.go_live().take(other.slot)
    broken = on_air.start(30)
    other.start(60)
    if engine().dialect.name == "sqlite":
        execute(
            f"CREATE TRIGGER broken BEFORE UPDATE ON slots WHEN old.id = {broken.id} "
            "BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    else:
        execute(f"ALTER TABLE slots ADD CONSTRAINT broken CHECK (id <> {broken.id} OR time_called_at IS NULL)")
    clock.forward(minutes=2)
    with caplog.at_level(logging.ERROR):
        assert watch.call_due(time.now()) == 1
    assert f"slot {broken.id}" in caplog.text
    assert (calls(on_air), calls(other)) == (0, 1)
