"""What a reader is sent has a bound, whatever the session and the city hold."""

import pytest

from inquiry.realtime import snapshots
from inquiry.realtime.views import View
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
