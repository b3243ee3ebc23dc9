"""What a timer of the crew counts, by its row: only browsers do so (`counted` in `static/link/timing.js`, which
`journeys/test_twins.py` compares with this)."""

from datetime import datetime, timedelta

from inquiry.live import rules


def counted_ms(timer: rules.CrewTimer, now: datetime) -> int:
    """Pauses left out; 0 while it is ready."""
    if timer.started_at is None:
        return 0
    until = timer.paused_at or rules.whole(now)
    return max(0, (until - timer.started_at) // timedelta(milliseconds=1) - timer.paused_ms)
