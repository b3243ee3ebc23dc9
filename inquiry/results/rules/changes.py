"""What would be different if a table were published anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...core.turns import Pause, go_on, in_turn

Json = dict[str, Any]

#: What is compared of each unit and of each indicator.
_OF_A_ROW = ("rank", "score", "missing")
_OF_AN_INDICATOR = ("version", "weight", "shares")
_AT_ONCE = 200


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


def changes(was: Json, now: Json, pause: Pause = go_on) -> Changes:
    """`pause` is called between rows, for there may be many."""
    before, after = ({row["unit"]["id"]: row for row in table["rows"]} for table in (was, now))
    ids = [*after, *(one for one in before if one not in after)]
    rows, figures = [], 0
    for each in in_turn(ids, pause, _AT_ONCE):
        one = Changed(before.get(each), after.get(each))
        figures += _differing(one.was, one.now)
        if _told(one.was, _OF_A_ROW) != _told(one.now, _OF_A_ROW):
            rows.append(one)
    return Changes(rows, figures, _indicators(was, now))


def is_said_again(was: Json, now: Json) -> bool:
    """Whether a table that was published with what each figure was made from beside it, as all were before there was
    `made_from`, says what the present one says: their digests cannot be the same."""
    return "made_from" in now and "made_from" not in was and _without_sources(was) == _without_sources(now)


def _without_sources(table: Json) -> Json:
    kept = {name: value for name, value in table.items() if name != "made_from"}
    return kept | {"rows": [row | {"figures": [_bare(one) for one in row["figures"]]} for row in table["rows"]]}


def _bare(figure: Json) -> Json:
    return {name: value for name, value in figure.items() if name not in ("actuals", "targets")}


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
