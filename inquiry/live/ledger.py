"""The ledger of speaking time: what every press on a slot did to its time, as intervals, to the millisecond.

It is told by the trace, which nothing can change: each start, stop and extension of a slot is an entry with its
instant. What the entries add up to is what the slot's row says, and a test holds one against the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import add
from typing import Generic, TypeVar

from . import rules

_MS = timedelta(milliseconds=1)


class Step(StrEnum):
    """What somebody, or the time itself, did to a slot."""

    STARTED = "started"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ENDED = "ended"


class Doing(StrEnum):
    """What an interval was: somebody spoke, or the time stood still, plainly or for a question."""

    SPEAKING = "speaking"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"


_BEGINS = {
    Step.STARTED: Doing.SPEAKING, Step.RESUMED: Doing.SPEAKING, Step.PAUSED: Doing.PAUSED,
    Step.INTERRUPTED: Doing.INTERRUPTED,
}  # fmt: skip


@dataclass(frozen=True)
class Press:
    """`extended_ms` is what an extension gave, below 0 what it took away."""

    step: Step
    at: datetime
    extended_ms: int = 0


@dataclass(frozen=True)
class Span:
    """From one press to the next. `until` is None while it lasts; `ms` is how long it was, or is so far, `allowed_ms`
    what the slot was allowed meanwhile."""

    step: Step
    doing: Doing
    begins: datetime
    until: datetime | None
    ms: int
    extended_ms: int
    allowed_ms: int


@dataclass(frozen=True)
class Sum:
    """What intervals add up to, in milliseconds; `over_ms` is what was spoken beyond what was allowed."""

    slots: int = 0
    spoken_ms: int = 0
    paused_ms: int = 0
    interrupted_ms: int = 0
    allotted_ms: int = 0
    extended_ms: int = 0
    over_ms: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(*map(add, astuple(self), astuple(other)))


T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True)
class Account(Generic[T]):
    """A slot with its intervals and what they add up to."""

    slot: T
    spans: Sequence[Span]
    sum: Sum


def account(slot: T, allotted_ms: int, presses: Iterable[Press], now: datetime) -> Account[T]:
    """The account of a slot out of its presses, oldest first; what lasts is counted until `now`."""
    intervals = list(spans(allotted_ms, presses, now))
    of = {doing: sum(one.ms for one in intervals if one.doing is doing) for doing in Doing}
    allowed_ms = intervals[-1].allowed_ms if intervals else allotted_ms
    spoken = of[Doing.SPEAKING]
    total = Sum(
        1, spoken, of[Doing.PAUSED] + of[Doing.INTERRUPTED], of[Doing.INTERRUPTED], allotted_ms,
        allowed_ms - allotted_ms, max(0, spoken - allowed_ms),
    )  # fmt: skip
    return Account(slot, intervals, total)


def spans(allotted_ms: int, presses: Iterable[Press], now: datetime) -> Iterator[Span]:
    """The intervals between presses, oldest first. An extension divides one and changes nothing about what it was."""
    pressed = list(presses)
    doing, allowed_ms = Doing.SPEAKING, allotted_ms
    for number, press in enumerate(pressed):
        if press.step is Step.ENDED:
            return
        doing = _BEGINS.get(press.step, doing)
        allowed_ms += press.extended_ms
        until = pressed[number + 1].at if number + 1 < len(pressed) else None
        ms = max(0, ((until or rules.whole(now)) - press.at) // _MS)
        yield Span(press.step, doing, press.at, until, ms, press.extended_ms, allowed_ms)


def total(accounts: Iterable[Account[T]]) -> Sum:
    return sum((one.sum for one in accounts), Sum())


def sums(accounts: Iterable[Account[T]], of: Callable[[T], K]) -> dict[K, Sum]:
    """The sums of slots that have the same of something (a unit, a speaker), in the order in which they first spoke."""
    found: dict[K, Sum] = {}
    for one in accounts:
        found[of(one.slot)] = found.get(of(one.slot), Sum()) + one.sum
    return found
