"""A slot policy: how the minutes of a meeting are given to those whom results pick."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ...live.models import AtZero


class Pick(StrEnum):
    """Whom a segment takes of its peer group; of whoever an earlier segment took, none again."""

    TOP = "top"
    BOTTOM = "bottom"
    MOST_IMPROVED = "most_improved"
    DUEL = "duel"
    UNREPORTED = "unreported"
    NAMED = "named"


@dataclass(frozen=True)
class Segment:
    """A stretch of the meeting. `count` is how many speak, of a duel how many pairs; `named` takes all `units`."""

    name: str
    pick: Pick
    group: str
    count: int
    base_s: Decimal
    per_point_s: Decimal
    shortest_s: int
    longest_s: int
    at_zero: AtZero
    grace_s: int = 0
    name_en: str = ""
    units: Sequence[str] = ()


@dataclass(frozen=True)
class Policy:
    """`silent_after` is the number of meetings after which a head who did not speak is named at the end."""

    minutes: int
    opening_s: int
    closing_s: int
    reserve_s: int
    interruptions_s: int
    segments: Sequence[Segment]
    silent_after: int = 3

    @property
    def total_s(self) -> int:
        return self.minutes * 60

    @property
    def available_s(self) -> int:
        """For speaking; below 0 where the rest alone is longer than the meeting."""
        return self.total_s - self.opening_s - self.closing_s - self.reserve_s - self.interruptions_s
