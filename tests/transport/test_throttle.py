"""How fast one browser is listened to."""

from types import SimpleNamespace

import pytest

from inquiry.transport import throttle
from inquiry.transport.throttle import MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, Throttle


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def pace(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> Throttle:
    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: 100.0))
    return Throttle(slept.append)


def test_a_busy_hand_never_waits(pace: Throttle, slept: list[float]) -> None:
    assert all(pace.keep() for _ in range(10))
    assert slept == []


def test_a_quick_one_lets_others_in_between_and_then_waits(pace: Throttle, slept: list[float]) -> None:
    for _ in range(MESSAGES_AT_ONCE):
        pace.keep()
    assert set(slept) == {0.0}
    pace.keep()
    assert slept[-1] == pytest.approx(1 / MESSAGES_PER_SECOND)


def test_who_sends_in_parallel_waits_behind_their_own_and_is_refused_in_the_end(
    pace: Throttle, slept: list[float]
) -> None:
    assert [pace.keep(100) for _ in range(3)] == [True, True, False]
    assert slept == [0.0, pytest.approx(5.0)]
