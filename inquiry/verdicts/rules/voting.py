"""How long a verdict takes votes, and what its counts say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ...core.intervals import wilson

FEWEST_SECONDS, MOST_SECONDS = 10, 120
#: A press under way when the time is up still counts: a whole city presses in the last second, and lines are slow.
TRAVEL = timedelta(seconds=2)
#: An evening has some dozens; each is told to every reader.
MOST_VERDICTS = 200


class Timed(Protocol):
    """What is known of a verdict's time."""

    @property
    def ends_at(self) -> datetime: ...

    @property
    def closed_at(self) -> datetime | None: ...


def ends_at(opened_at: datetime, seconds: int) -> datetime:
    return opened_at + timedelta(seconds=seconds)


def closes_at(verdict: Timed) -> datetime:
    """The instant from which it takes no vote, unless it is closed before."""
    return verdict.ends_at + TRAVEL


def takes_votes(verdict: Timed, now: datetime) -> bool:
    return verdict.closed_at is None and now < closes_at(verdict)


@dataclass(frozen=True)
class Count:
    """How many of one body are satisfied and how many are not."""

    satisfied: int = 0
    not_satisfied: int = 0

    @property
    def votes(self) -> int:
        return self.satisfied + self.not_satisfied

    @property
    def share(self) -> float | None:
        """How many in a hundred are satisfied, to a tenth; None where nobody voted."""
        return round(100 * self.satisfied / self.votes, 1) if self.votes else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of the share, in percent to a tenth; None where nobody voted."""
        found = wilson(self.satisfied, self.votes)
        return (round(float(found[0]), 1), round(float(found[1]), 1)) if found else None

    @property
    def told(self) -> dict[str, int | float | None]:
        """`{satisfied, not_satisfied, low, high}`; the last two are percent, null where nobody voted."""
        low, high = self.interval or (None, None)
        return {"satisfied": self.satisfied, "not_satisfied": self.not_satisfied, "low": low, "high": high}


@dataclass(frozen=True)
class Counts:
    """The two bodies, which are never added up, and how many votes were set aside."""

    panel: Count = Count()
    viewers: Count = Count()
    set_aside: int = 0
