"""The limits of a device hold across processes: what one has counted, the others count too."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from inquiry.core.clock import now
from inquiry.core.db import reading
from inquiry.dispatch.peers import TOLD_AGAIN, SharedRates, UsedRates
from inquiry.dispatch.rate_limit import Limiter, Rate
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.realtime.presence import STALE

pytestmark = pytest.mark.usefixtures("app")

PACE = Rate(3, 60)


class Process:
    """One process, as far as it counts."""

    def __init__(self, name: str) -> None:
        self.counter = Limiter()
        self.counter.share()
        self.paces = SharedRates(name)

    def ask(self, at: float, who: str = "device:5") -> float:
        return self.counter.wait(PACE, "questions.ask", who, at)

    def say(self) -> None:
        with unit_of_work() as uow:
            self.paces.say(uow.db, self.counter.news(), uow.now)

    def hear(self, at: float, instant: object = None) -> None:
        with reading() as db:
            for whose, seconds in self.paces.hear(db, instant or now()):
                self.counter.add(whose, seconds, at)


def test_a_device_has_one_pace_however_many_processes_it_reaches() -> None:
    one, two, three = Process("1"), Process("2"), Process("3")
    assert [one.ask(0), two.ask(0)] == [0, 0]
    for process in (one, two):
        process.say()
    for process in (one, two, three):
        process.hear(1)
        process.hear(1)
    assert [one.ask(1), two.ask(1), three.ask(1)] == [0, 0, 0], "a second is too short to hear of each other"
    for process in (one, two, three):
        process.say()
    for process in (one, two, three):
        process.hear(2)
    assert all(process.ask(2) > 15 for process in (one, two, three))
    assert one.ask(2, "device:6") == 0


def test_nothing_is_heard_twice_or_told_back() -> None:
    """Three presses in all are three everywhere, however long the processes talk about them."""
    processes = [Process(name) for name in "1234"]
    busy = Rate(60, 60)
    for _ in range(30):
        assert processes[0].counter.wait(busy, "questions.support", "device:5", 0.0) == 0
    for second in range(15):
        for process in processes:
            process.say()
        for process in processes:
            process.hear(second)
        for process in processes[1:]:
            process.counter.wait(busy, "questions.support", "device:5", second)
    # 15 of the 30 went beyond a quarter and were told; of 45 later ones each process made 15.
    for process in processes[1:]:
        assert process.counter.wait(busy, "questions.support", "device:5", 15.0) == 0


def test_what_was_missed_is_heard_in_the_next_second() -> None:
    one, two = Process("1"), Process("2")
    for second in range(3):
        one.ask(second)
        one.say()
    two.hear(3)
    assert two.ask(3) > 0


def test_nobody_waits_longer_than_for_the_whole_pace() -> None:
    counter = Limiter()
    for _ in range(5):
        counter.add("3/60 questions.ask device:5", 60.0, 0.0)
    assert counter.wait(PACE, "questions.ask", "device:5", 0.0) == pytest.approx(20)


def test_who_uses_little_of_a_pace_is_not_talked_about() -> None:
    busy, counter = Rate(60, 60), Limiter()
    counter.share()
    for _ in range(15):
        assert counter.wait(busy, "questions.support", "device:5", 0.0) == 0
    assert counter.news() == {}
    for _ in range(20):
        counter.wait(busy, "questions.support", "device:5", 0.0)
    assert counter.news() == {"60/60 questions.support device:5": 20.0}
    assert counter.news() == {}


def test_a_process_that_is_alone_talks_about_nobody() -> None:
    counter = Limiter()
    counter.wait(PACE, "questions.ask", "device:5", 0.0)
    assert counter.news() == {}


def test_a_process_that_comes_back_is_heard_from_the_beginning_and_a_silent_one_takes_its_row_away() -> None:
    one, two = Process("1"), Process("2")
    one.ask(0)
    one.say()
    two.hear(0)
    again = Process("1")
    again.ask(0)
    again.say()
    two.hear(0)
    assert two.ask(0) == 0
    assert two.ask(0) > 0
    for _ in range(TOLD_AGAIN):
        again.say()
    assert not again.paces.has_news({})
    with reading() as db:
        assert db.scalar(select(func.count()).select_from(UsedRates)) == 0


def test_a_process_that_is_gone_is_not_believed(app: Flask) -> None:
    one, two = Process("1"), Process("2")
    one.ask(0)
    one.say()
    two.hear(0, now() + STALE * 2)
    assert [two.ask(1), two.ask(1), two.ask(1)] == [0, 0, 0]
