"""What was planned of a meeting against what came of it, so that every column adds up to the second.

Whole seconds: a time is cut down to them where it is measured, and what the cutting leaves is told with the time
between two speakers, so that the sum of what is shown is what is shown as the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_MS: Final = 1000


@dataclass(frozen=True)
class Turn:
    """Once that somebody had the floor. `allowed_ms` has the extensions in it, `used_ms` neither pauses nor
    interruptions, `paused_ms` the pauses that were no interruption."""

    allowed_ms: int
    used_ms: int
    interrupted_ms: int = 0
    paused_ms: int = 0


@dataclass(frozen=True)
class Time:
    """A line of the plan, in seconds: as `computed`, as `changed` by hand (0 where it was left out), and what came of
    it. What was used beyond what was allowed is `over`."""

    computed: int
    changed: int
    used: int = 0
    over: int = 0
    interrupted: int = 0
    paused: int = 0
    extended: int = 0


def time(computed_s: int, changed_s: int, turns: Sequence[Turn]) -> Time:
    """Of one line with each turn that somebody had in it; `extended` is what was given on air beyond the plan."""
    allowed = sum(one.allowed_ms for one in turns) // _MS
    return Time(
        computed_s, changed_s,
        used=sum(one.used_ms // _MS for one in turns),
        over=sum(max(0, one.used_ms // _MS - one.allowed_ms // _MS) for one in turns),
        interrupted=sum(one.interrupted_ms // _MS for one in turns),
        paused=sum(one.paused_ms // _MS for one in turns),
        extended=max(0, allowed - changed_s) if turns else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """What stands around the speaking: as planned in seconds, and as held in milliseconds. Of `opening_ms`,
    `closing_ms` and `silent_ms` (the heads who have long been silent) the turns within are taken out; `lasted_ms` is
    the whole meeting."""

    opening_s: int
    closing_s: int
    reserve_s: int
    interruptions_s: int
    total_s: int
    opening_ms: int = 0
    closing_ms: int = 0
    silent_ms: int = 0
    lasted_ms: int = 0


@dataclass(frozen=True)
class Share:
    """Seconds of one kind: as computed, as changed by hand, as held."""

    computed: int
    changed: int
    actual: int


@dataclass(frozen=True)
class Balance:
    """Where the minutes went. In each of the three columns the shares add up to `total`.

    The reserve is what the rest leaves: of the plan as changed it shrinks by what was given and grows by what was taken
    away, and below 0 more was promised than there is. As held it is what was spent on changing speakers, on pauses, and
    on whatever nobody had planned.
    """

    opening: Share
    speaking: Share
    interruptions: Share
    silent: Share
    closing: Share
    reserve: Share
    total: Share

    @property
    def interruptions_left(self) -> int:
        """Of the budget, in seconds; below 0 when it was not enough."""
        return self.interruptions.computed - self.interruptions.actual


def balance(frame: Frame, planned: Sequence[Time], unplanned: Sequence[Time] = ()) -> Balance:
    """`planned` are the lines of the plan, `unplanned` speakers who stand in no line of it."""
    everybody = [*planned, *unplanned]
    opening = Share(frame.opening_s, frame.opening_s, frame.opening_ms // _MS)
    closing = Share(frame.closing_s, frame.closing_s, frame.closing_ms // _MS)
    silent = Share(0, 0, frame.silent_ms // _MS)
    speaking = Share(
        sum(one.computed for one in planned), sum(one.changed for one in planned), sum(one.used for one in everybody)
    )
    interruptions = Share(
        frame.interruptions_s, frame.interruptions_s, sum(one.interrupted for one in everybody)
    )  # fmt: skip
    total = Share(frame.total_s, frame.total_s, frame.lasted_ms // _MS)
    named = (opening, speaking, interruptions, silent, closing)
    reserve = Share(
        total.computed - sum(one.computed for one in named),
        total.changed - sum(one.changed for one in named),
        total.actual - sum(one.actual for one in named),
    )
    return Balance(opening, speaking, interruptions, silent, closing, reserve, total)
