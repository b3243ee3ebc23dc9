"""How often somebody may do something, kept as one instant for each: a whole city is counted at every press.

The generic cell rate algorithm (ITU-T I.371): of `amount` in `seconds` all may come at once, and then one more each
`seconds / amount`. Counting costs two looks into a dictionary, however many are counted. Each process counts for
itself: whoever reaches several of them has the pace of each.
"""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
#: Beyond this many, whoever could do everything again is forgotten.
_MANY = 200_000


@dataclass(frozen=True)
class Pace:
    amount: int
    seconds: float

    def times(self, factor: int) -> "Pace":
        return Pace(self.amount * factor, self.seconds)


@lru_cache
def paces(written: str) -> tuple[Pace, ...]:
    """`3/minute;20/hour`, `8/5minutes`. Raises ValueError."""
    return tuple(_pace(one.strip()) for one in written.split(";"))


def _pace(written: str) -> Pace:
    found = re.fullmatch(r"(\d+)/(\d*)(second|minute|hour)s?", written)
    if found is None:
        raise ValueError(f"no pace: {written}")
    amount, several, unit = found.groups()
    return Pace(int(amount), int(several or 1) * _SECONDS[unit])


class Counter:
    """Counts in this process. `now` are monotonic seconds."""

    def __init__(self) -> None:
        self._due: dict[tuple[Pace, str, str], float] = {}
        self._turn = Lock()

    def wait(self, pace: Pace, what: str, who: str, now: float | None = None) -> float:
        """Count one more of `what` by `who` and return 0; or count nothing and return the seconds until it may be."""
        now = time.monotonic() if now is None else now
        with self._turn:
            due = max(self._due.get((pace, what, who), now), now)
            wait = due - now - pace.seconds + pace.seconds / pace.amount
            # A hair's breadth: a sum of fractions is no reason to refuse.
            if wait > 1e-6:
                return wait
            self._due[pace, what, who] = due + pace.seconds / pace.amount
            if len(self._due) > _MANY:
                self._due = {key: due for key, due in self._due.items() if due > now}
            return 0

    def forget(self) -> None:
        self._due.clear()
