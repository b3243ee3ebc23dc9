"""What would be different if a table were published anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

#: What is compared of each unit and of each indicator.
_OF_A_ROW = ("rank", "score", "missing")
_OF_AN_INDICATOR = ("version", "weight", "shares")


@dataclass(frozen=True)
class Changed:
    """A row of a table; `was` or `now` is None where the unit is in one of the two only."""

    was: Json | None
    now: Json | None

    @property
    def unit(self) -> Json:
        row = self.now or self.was
        assert row is not None
        unit: Json = row["unit"]
        return unit


@dataclass(frozen=True)
class Changes:
    """Of a table against the one that stands: the rows whose place, score or missing values differ, how many figures
    differ in all of it, and the codes of the indicators that are other ones now."""

    rows: Sequence[Changed]
    figures: int
    indicators: Sequence[str]


def changes(was: Json, now: Json) -> Changes:
    before, after = ({row["unit"]["id"]: row for row in table["rows"]} for table in (was, now))
    ids = [*after, *(one for one in before if one not in after)]
    rows = [Changed(before.get(one), after.get(one)) for one in ids]
    return Changes(
        [one for one in rows if _told(one.was, _OF_A_ROW) != _told(one.now, _OF_A_ROW)],
        sum(_differing(one.was, one.now) for one in rows),
        _indicators(was, now),
    )


def _told(of: Json | None, names: Sequence[str]) -> list[Any] | None:
    return None if of is None else [of.get(name) for name in names]


def _differing(was: Json | None, now: Json | None) -> int:
    """How many figures of a unit are not the same: actual, targets or attainment."""
    before, after = ({one["indicator"]: one for one in row["figures"]} if row else {} for row in (was, now))
    names = ("actual", "baseline", "stretch", "attainment_exact")
    return sum(_told(before.get(code), names) != _told(after.get(code), names) for code in {**before, **after})


def _indicators(was: Json, now: Json) -> list[str]:
    before, after = ({one["code"]: one for one in table["indicators"]} for table in (was, now))
    return [
        code
        for code in {**before, **after}
        if _told(before.get(code), _OF_AN_INDICATOR) != _told(after.get(code), _OF_AN_INDICATOR)
    ]
