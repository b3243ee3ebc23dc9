"""The clock of a process that serves goes on evenly, whatever is done to the machine's."""

from datetime import timedelta

import pytest
import time_machine

from inquiry.core import clock


@pytest.mark.parametrize("hours", [1, -1])
def test_setting_the_clock_moves_nothing_in_a_process_that_serves(hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock._Steady, "origin", None)
    before = clock.now()
    assert clock.off_seconds() == pytest.approx(0, abs=0.1)
    clock.use_monotonic_time()
    with time_machine.travel(before + timedelta(hours=hours)):
        assert timedelta() <= clock.now() - before < timedelta(seconds=5)
        assert clock.off_seconds() == pytest.approx(3600 * hours, abs=5)
