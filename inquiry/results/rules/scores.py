"""Attainment, theme score, rank, band and movement. The formulas with worked examples: docs/night-exam.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import Final

#: Whatever is exact: a whole number, a decimal as it was written, a fraction that came out of a spread.
Exact = int | Decimal | Fraction

_AT_BASELINE: Final = 100
_AT_STRETCH: Final = 120
_AT_MOST: Final = 130


class Better(StrEnum):
    MORE = "more"
    LESS = "less"

    @property
    def sign(self) -> int:
        return 1 if self is Better.MORE else -1


class Band(StrEnum):
    LEADING = "leading"
    HOLDING = "holding"
    LAGGING = "lagging"


class TargetsCross(ValueError):
    """The stretch target does not lie beyond the baseline, on the side that is better."""


def targets_cross(baseline: Exact, stretch: Exact, better: Better) -> bool:
    far, base = _whole(stretch, baseline)
    return better.sign * (far - base) <= 0


def attainment(actual: Exact, baseline: Exact, stretch: Exact, better: Better) -> Fraction:
    """0 to 130: 100 at the baseline target, 120 at the stretch target. Raises TargetsCross.

    With `d` = +1 where more is better and -1 where less is, `g = |stretch - baseline|`, `D = max(|baseline|, g)` and
    `u = d·(actual - baseline)`: below the baseline `100·(1 + u/D)`, not below 0; up to the stretch `100 + 20·u/g`;
    beyond it `120 + 10·(u - g)/g`, at most 130.
    """
    reached, base, far = _whole(actual, baseline, stretch)
    gap, ahead = better.sign * (far - base), better.sign * (reached - base)
    if gap <= 0:
        raise TargetsCross
    if ahead < 0:
        scale = max(abs(base), gap)
        return Fraction(max(0, _AT_BASELINE * (scale + ahead)), scale)
    if ahead <= gap:
        return Fraction(_AT_BASELINE * gap + (_AT_STRETCH - _AT_BASELINE) * ahead, gap)
    beyond = _AT_STRETCH * gap + (_AT_MOST - _AT_STRETCH) * (ahead - gap)
    return Fraction(min(_AT_MOST * gap, beyond), gap)


def _whole(*values: Exact) -> list[int]:
    """The same on a scale on which all are whole: a city has a hundred thousand figures, and fractions are slow."""
    ratios = [value.as_integer_ratio() for value in values]
    scale = lcm(*(below for _above, below in ratios))
    return [above * (scale // below) for above, below in ratios]


def theme_score(parts: Sequence[tuple[Exact, Fraction | None]]) -> Fraction | None:
    """The weighted mean of `(weight, attainment)`; None where one is missing, for its weight is nobody else's, or where
    there is nothing to weigh."""
    total = weights = Fraction(0)
    for weight, reached in parts:
        if reached is None:
            return None
        total += Fraction(weight) * reached
        weights += Fraction(weight)
    return total / weights if weights else None


def ranks(scores: Sequence[Fraction | None]) -> list[int | None]:
    """Of each, in the same order: 1, 2, 2, 4. Without a score there is no rank."""
    best_first = sorted((score for score in scores if score is not None), reverse=True)
    first: dict[Fraction, int] = {}
    for place, score in enumerate(best_first, 1):
        first.setdefault(score, place)
    return [None if score is None else first[score] for score in scores]


def listing(scores: Sequence[Fraction | None]) -> list[int]:
    """Where to find whom to list next: best first, equals as they stood, those without a score at the end."""
    return sorted(range(len(scores)), key=lambda at: (-(scores[at] or 0), at) if scores[at] is not None else (1, at))


def band(score: Fraction) -> Band:
    if score >= 110:
        return Band.LEADING
    return Band.HOLDING if score >= _AT_BASELINE else Band.LAGGING


@dataclass(frozen=True)
class Movement:
    """Against the table before: places gained (a loss is negative) and points."""

    places: int
    points: Fraction


def movement(now: tuple[int, Fraction] | None, before: tuple[int, Fraction] | None) -> Movement | None:
    """Between two `(rank, score)`; None where one of the two is not there."""
    if now is None or before is None:
        return None
    return Movement(before[0] - now[0], now[1] - before[1])


def half_up(value: Exact, places: int = 2) -> Decimal:
    """As it is shown: a half goes away from zero."""
    above, below = value.as_integer_ratio()
    scaled = (2 * abs(above) * 10**places + below) // (2 * below)
    return Decimal(scaled if above >= 0 else -scaled).scaleb(-places)
