"""The limits of a device hold across processes: what one has counted, the others count too."""

import pytest
from flask import Flask

from inquiry.clock import now
from inquiry.db import reading
from inquiry.neighbours import Paces
from inquiry.pace import Counter, Pace
from inquiry.realtime.presence import STALE
from inquiry.work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PACE = Pace(3, 60)


class Process:
    """One process, as far as it counts."""

    def __init__(self, name: str) -> None:
        self.counter = Counter()
        self.counter.is_shared = True
        self.paces = Paces(name)

    def ask(self, at: float, who: str = "device:5") -> float:
        return self.counter.wait(PACE, "questions.ask", who, at)

    def say(self, at: float) -> None:
        with unit_of_work() as uow:
            self.paces.say(uow.db, self.counter.used(at), uow.now)

    def hear(self, at: float, instant: object = None) -> None:
        with reading() as db:
            for whose, seconds in self.paces.hear(db, instant or now()):
                self.counter.add(whose, seconds, at)


def test_a_device_has_one_pace_however_many_processes_it_reaches() -> None:
    one, two, three = Process("1"), Process("2"), Process("3")
    assert [one.ask(0), two.ask(0)] == [0, 0]
    for process in (one, two):
        process.say(1)
    for process in (one, two, three):
        process.hear(1)
        process.hear(1)
    assert [one.ask(1), two.ask(1), three.ask(1)] == [0, 0, 0], "a second is too short to hear of each other"
    for process in (one, two, three):
        process.say(2)
    for process in (one, two, three):
        process.hear(2)
    assert all(process.ask(2) > 40 for process in (one, two, three))
    assert one.ask(2, "device:6") == 0


def test_who_uses_little_of_a_pace_is_not_talked_about() -> None:
    busy, counter = Pace(60, 60), Counter()
    counter.is_shared = True
    for second in range(15):
        assert counter.wait(busy, "questions.support", "device:5", float(second)) == 0
    assert counter.used(15.0) == {}
    for _ in range(20):
        counter.wait(busy, "questions.support", "device:5", 15.0)
    assert counter.used(15.0) == {"60/60 questions.support device:5": 20.0}
    assert counter.used(100.0) == {}


def test_a_process_that_is_alone_talks_about_nobody() -> None:
    counter = Counter()
    counter.wait(PACE, "questions.ask", "device:5", 0.0)
    assert counter.used(0.0) == {}


def test_what_is_heard_again_after_a_while_is_counted_from_the_beginning() -> None:
    one, two = Process("1"), Process("2")
    one.ask(0)
    one.say(0)
    two.hear(0)
    one.say(40)
    assert not one.paces.has_news({}), "there is nothing left to take back"
    two.hear(40)
    one.ask(41)
    one.say(41)
    two.hear(41)
    assert [two.ask(41) == 0, two.ask(41) == 0, two.ask(41) == 0] == [True, True, False]


def test_a_process_that_is_gone_is_not_believed(app: Flask) -> None:
    one, two = Process("1"), Process("2")
    one.ask(0)
    one.say(0)
    two.hear(0, now() + STALE * 2)
    assert [two.ask(1), two.ask(1), two.ask(1)] == [0, 0, 0]
