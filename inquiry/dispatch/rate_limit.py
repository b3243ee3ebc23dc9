"""How often somebody may do something, kept as one instant for each: a whole city is counted at every press.

The generic cell rate algorithm (ITU-T I.371): of `amount` in `seconds` all may come at once, and then one more each
`seconds / amount`. Counting costs two looks into a dictionary, however many are counted. Each process counts for
itself, and tells the others of whoever has used up a good part of a rate: see `peers`.
"""

import heapq
import re
import time
from functools import lru_cache
from operator import itemgetter
from threading import Lock
from typing import NamedTuple

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
#: Beyond this many, whoever could do everything again is forgotten.
_MANY = 200_000
#: And never are there more.
_MOST = 1_000_000
#: Others are told of what goes beyond this part of a rate, and of so many at most.
_WORTH_TELLING = 0.25
_MOST_TOLD = 5000


class Rate(NamedTuple):
    """So many in so many seconds: a tuple, which is hashed without running any Python."""

    amount: int
    seconds: float

    def times(self, factor: int) -> "Rate":
        return Rate(self.amount * factor, self.seconds)


@lru_cache
def rates(written: str) -> tuple[Rate, ...]:
    """`3/minute;20/hour`, `8/5minutes`. Raises ValueError."""
    return tuple(_rate(one.strip()) for one in written.split(";"))


def _rate(written: str) -> Rate:
    found = re.fullmatch(r"(\d+)/(\d*)(second|minute|hour)s?", written)
    if found is None:
        raise ValueError(f"no rate: {written}")
    amount, several, unit = found.groups()
    return Rate(int(amount), int(several or 1) * _SECONDS[unit])


_Key = tuple[Rate, str, str]


class Limiter:
    """Counts in this process. `now` are monotonic seconds. What has peers is to `share`."""

    def __init__(self) -> None:
        self._due: dict[_Key, float] = {}
        #: Seconds used up here that nobody was told of yet.
        self._news: dict[_Key, float] = {}
        self._turn = Lock()
        self._most = _MANY
        self._is_shared = False

    def share(self) -> None:
        """There are peers, who are to be told."""
        self._is_shared = True

    def wait(self, rate: Rate, what: str, who: str, now: float | None = None) -> float:
        """Count one more of `what` by `who` and return 0; or count nothing and return the seconds until it may be."""
        now = time.monotonic() if now is None else now
        key, cost = (rate, what, who), rate.seconds / rate.amount
        with self._turn:
            due = max(self._due.get(key, now), now)
            wait = due - now - rate.seconds + cost
            # A hair's breadth: a sum of fractions is no reason to refuse.
            if wait > 1e-6:
                return min(wait, rate.seconds)
            self._due[key] = due + cost
            if self._is_shared and due + cost - now > rate.seconds * _WORTH_TELLING and len(self._news) < _MOST_TOLD:
                self._news[key] = self._news.get(key, 0) + cost
            if len(self._due) > self._most:
                self._forget(now)
            return 0

    def give_back(self, rate: Rate, what: str, who: str) -> None:
        """One that was counted does not count after all."""
        key, cost = (rate, what, who), rate.seconds / rate.amount
        with self._turn:
            if key in self._due:
                self._due[key] -= cost
            if key in self._news:
                self._news[key] = max(0.0, self._news[key] - cost)

    def _forget(self, now: float) -> None:
        """Whoever could do everything again; and where a whole city is busy, whoever has least to wait for. It is done
        anew only when there are twice as many: looking through all of them at each press would be the larger flood."""
        busy = {key: due for key, due in self._due.items() if due > now}
        if len(busy) > _MOST // 2:
            busy = dict(heapq.nlargest(_MOST // 2, busy.items(), key=itemgetter(1)))
        self._due, self._most = busy, max(_MANY, 2 * len(busy))

    def news(self) -> dict[str, float]:
        """`{whose rate: seconds of it}`: what was used up here since this was asked last."""
        with self._turn:
            news, self._news = self._news, {}
        return {_spelt(*key): round(seconds, 3) for key, seconds in news.items()}

    def add(self, whose: str, seconds: float, now: float | None = None) -> None:
        """So much of a rate was used up elsewhere. More than all of it nobody has to wait for."""
        now = time.monotonic() if now is None else now
        key = _read(whose)
        with self._turn:
            self._due[key] = min(max(self._due.get(key, now), now) + seconds, now + key[0].seconds)

    def forget(self) -> None:
        self._due.clear()
        self._news.clear()


def _spelt(rate: Rate, what: str, who: str) -> str:
    return f"{rate.amount}/{rate.seconds:g} {what} {who}"


def _read(whose: str) -> _Key:
    rate, what, who = whose.split(" ", 2)
    amount, seconds = rate.split("/")
    return Rate(int(amount), float(seconds)), what, who
