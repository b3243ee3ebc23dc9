"""How often somebody may do something, at instants of the test's choosing."""

import math
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from inquiry.dispatch import rate_limit, refused, registry
from inquiry.dispatch.rate_limit import Limiter, Rate, rates
from inquiry.errors import Busy, NotFound, TooMany
from inquiry.permissions import Actor, Role


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3/minute", (Rate(3, 60),)),
        ("3/minute;20/hour", (Rate(3, 60), Rate(20, 3600))),
        ("8/5minutes", (Rate(8, 300),)),
        ("10/2seconds", (Rate(10, 2),)),
    ],
)
def test_a_pace_is_read(written: str, read: tuple[Rate, ...]) -> None:
    assert rates(written) == read


@pytest.mark.parametrize("written", ["", "3", "3/day", "x/minute", "3/minute,4/hour"])
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        rates(written)


def test_all_may_come_at_once_and_then_one_after_the_other() -> None:
    counter, rate = Limiter(), Rate(3, 60)
    assert [counter.wait(rate, "ask", "a", 100.0) for _ in range(4)] == [0, 0, 0, pytest.approx(20)]
    assert counter.wait(rate, "ask", "a", 119.9) == pytest.approx(0.1)
    assert [counter.wait(rate, "ask", "a", 120.0), counter.wait(rate, "ask", "a", 120.0)] == [0, pytest.approx(20)]
    assert [counter.wait(rate, "ask", "a", 1000.0) for _ in range(4)] == [0, 0, 0, pytest.approx(20)]


def test_each_is_counted_apart() -> None:
    counter, rate = Limiter(), Rate(1, 60)
    assert counter.wait(rate, "ask", "a", 0.0) == 0
    assert counter.wait(rate, "ask", "b", 0.0) == 0
    assert counter.wait(rate, "vote", "a", 0.0) == 0
    assert counter.wait(rate.times(2), "ask", "a", 0.0) == 0
    assert counter.wait(rate, "ask", "a", 0.0) > 0
    counter.forget()
    assert counter.wait(rate, "ask", "a", 0.0) == 0


@given(
    amount=st.integers(1, 20),
    seconds=st.integers(1, 100),
    gaps=st.lists(st.floats(0, 10), min_size=1, max_size=200),
)
def test_never_more_than_twice_the_amount_in_any_window(amount: int, seconds: int, gaps: list[float]) -> None:
    counter, rate, now, allowed = Limiter(), Rate(amount, seconds), 0.0, []
    for gap in gaps:
        now += gap
        wait = counter.wait(rate, "ask", "a", now)
        assert wait <= seconds
        if wait == 0:
            allowed.append(now)
    for start in allowed:
        assert sum(start <= at < start + seconds for at in allowed) <= 2 * amount


def test_a_busy_city_is_looked_through_seldom_and_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_MANY", 100)
    monkeypatch.setattr(rate_limit, "_MOST", 1000)
    looked: list[float] = []
    forget = Limiter._forget
    monkeypatch.setattr(Limiter, "_forget", lambda self, now: (looked.append(now), forget(self, now)))
    counter, rate = Limiter(), Rate(2, 3600)
    counter._most = 100
    for device in range(5000):  # nobody could do everything again before the hour is over
        assert counter.wait(rate, "questions.ask", f"device:{device}", now=device / 1000) == 0
        assert len(counter._due) <= 1001
    assert len(looked) <= math.log2(10) + 5000 / 500
    late = [counter.wait(rate, "questions.ask", f"device:{device}", now=5.0) for device in (4998, 4999)]
    assert late == [0, 0]
    assert counter.wait(rate, "questions.ask", "device:4999", now=5.0) > 1000, "who came last is still counted"


def test_who_is_refused_again_and_again_is_slowed_and_then_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: now[0]))
    registry.forget_limits()
    phone, other = (Actor(Role.AUDIENCE, device_id=number, network="192.0.2.7") for number in (1, 2))
    assert [refused.count(phone).wait for _ in range(60)] == [0.0] * 60
    slowed = [refused.count(phone) for _ in range(30)]
    assert all(0.9 < one.wait <= 1 and not one.cut for one in slowed)
    assert refused.count(phone).cut
    assert refused.count(other).wait == 0, "whoever shares the address is not concerned"
    assert refused.count(Actor(Role.VISITOR, network="192.0.2.7")).wait == 0
    now[0] += 300
    assert refused.count(phone).wait == 0
    registry.forget_limits()


@pytest.mark.parametrize("problem", [Busy(command="tests.thing"), OperationalError("", {}, Exception("gone"))])
def test_what_the_server_was_too_busy_for_does_not_count(app: Flask, problem: Exception) -> None:
    def done(because: Exception | None) -> None:
        with registry.counted_unless_busy():
            registry.count("2/hour", "tests.thing", "somebody")
            if because:
                raise because

    for _ in range(5):
        with pytest.raises(type(problem)):
            done(problem)
    done(None)
    with pytest.raises(NotFound):
        done(NotFound(what="thing"))
    with pytest.raises(TooMany):
        done(None)


def test_what_was_taken_back_is_not_given_back_again(app: Flask) -> None:
    @registry.counted_unless_busy()
    def right_but_busy() -> None:
        registry.count("2/hour", "tests.thing", "somebody")
        registry.uncount("2/hour", "tests.thing", "somebody")
        raise Busy(command="tests.thing")

    registry.count("2/hour", "tests.thing", "somebody")
    with pytest.raises(Busy):
        right_but_busy()
    registry.count("2/hour", "tests.thing", "somebody")
    with pytest.raises(TooMany):
        registry.count("2/hour", "tests.thing", "somebody")
