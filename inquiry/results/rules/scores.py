"""Attainment, theme score, rank, band and movement. The formulas with worked examples: docs/night-exam.md."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Final

#: Whatever is exact: a whole number, a decimal as it was written, a fraction that came out of a spread.
Exact = int | Decimal | Fraction
#: Numerator and denominator, which may have divisors in common.
Ratio = tuple[int, int]

_AT_BASELINE: Final = 100
_LEADING: Final = 110
_AT_STRETCH: Final = 120
_AT_MOST: Final = 130
_DIGITS: Final = 10**20


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
    far, base = whole([stretch, baseline])
    return better.sign * (far - base) <= 0


def attainment(actual: Exact, baseline: Exact, stretch: Exact, better: Better) -> Fraction:
    """0 to 130: 100 at the baseline target, 120 at the stretch target. Raises TargetsCross.

    With `d` = +1 where more is better and -1 where less is, `g = |stretch - baseline|`, `D = max(|baseline|, g)` and
    `u = d·(actual - baseline)`: below the baseline `100·(1 + u/D)`, not below 0; up to the stretch `100 + 20·u/g`;
    beyond it `120 + 10·(u - g)/g`, at most 130.
    """
    reached, base, far = whole([actual, baseline, stretch])
    return Fraction(*attained(reached, base, far, better.sign))


def attained(reached: int, base: int, far: int, sign: int) -> Ratio:
    """The attainment of figures on a scale on which all are whole. Raises TargetsCross."""
    gap, ahead = sign * (far - base), sign * (reached - base)
    if gap <= 0:
        raise TargetsCross
    if ahead < 0:
        scale = max(abs(base), gap)
        return (_AT_BASELINE * (scale + ahead) if ahead > -scale else 0), scale
    if ahead <= gap:
        return _AT_BASELINE * gap + (_AT_STRETCH - _AT_BASELINE) * ahead, gap
    beyond = _AT_STRETCH * gap + (_AT_MOST - _AT_STRETCH) * (ahead - gap)
    return (beyond if beyond < _AT_MOST * gap else _AT_MOST * gap), gap


def whole(values: Iterable[Exact]) -> list[int]:
    """The same on a scale on which all are whole."""
    return on_one_scale(*(value.as_integer_ratio() for value in values))


def on_one_scale(*ratios: Ratio) -> list[int]:
    """The numerators that ratios have over the same denominator."""
    scale = lcm(*(below for _above, below in ratios))
    return [above * (scale // below) for above, below in ratios]


def theme_score(parts: Sequence[tuple[Exact, Fraction | None]]) -> Fraction | None:
    """The weighted mean of `(weight, attainment)`; None where one is missing, for its weight is nobody else's, or where
    there is nothing to weigh."""
    return weighted_mean(
        whole(weight for weight, _reached in parts),
        [None if reached is None else reached.as_integer_ratio() for _weight, reached in parts],
    )


def weighted_mean(weights: Sequence[int], parts: Sequence[Ratio | None]) -> Fraction | None:
    """The same of weights on a scale on which all are whole."""
    there = [part for part in parts if part is not None]
    whole = sum(weights)
    if len(there) < len(parts) or not whole:
        return None
    scale = lcm(*[below for _above, below in there])
    total = sum([weight * above * (scale // below) for weight, (above, below) in zip(weights, there, strict=True)])
    return Fraction(total, scale * whole)


def ranks(scores: Sequence[Fraction | None]) -> list[int | None]:
    """Of each, in the same order: 1, 2, 2, 4. Without a score there is no rank."""
    found: list[int | None] = [None] * len(scores)
    rank, before = 0, None
    for place, at in enumerate(listing(scores), 1):
        if scores[at] is None:
            break
        if scores[at] != before:
            rank, before = place, scores[at]
        found[at] = rank
    return found


def listing(scores: Sequence[Fraction | None]) -> list[int]:
    """Where to find whom to list next: best first, equals as they stood, those without a score at the end."""
    ranked = [at for at, score in enumerate(scores) if score is not None]
    ranked.sort(
        key=lambda at: _order(scores[at] or Fraction(0)), reverse=True
    )  # in reverse too, equals stay as they were
    return [*ranked, *(at for at, score in enumerate(scores) if score is None)]


def _order(score: Fraction) -> tuple[int, Fraction]:
    """What scores are sorted by: fractions are slow to compare, and most often their first twenty digits decide."""
    return score.numerator * _DIGITS // score.denominator, score


def band(score: Fraction) -> Band:
    above, below = score.numerator, score.denominator
    if above >= _LEADING * below:
        return Band.LEADING
    return Band.HOLDING if above >= _AT_BASELINE * below else Band.LAGGING


@dataclass(frozen=True)
class Movement:
    """Against the table before: places gained (a loss is negative) and points."""

    places: int
    points: Ratio


def movement(now: tuple[int, Ratio] | None, before: tuple[int, Ratio] | None) -> Movement | None:
    """Between two `(rank, score)`; None where one of the two is not there."""
    if now is None or before is None:
        return None
    (rank, (above, below)), (rank_before, (above_before, below_before)) = now, before
    return Movement(rank_before - rank, (above * below_before - above_before * below, below * below_before))


def half_up(value: Exact, places: int = 2) -> Decimal:
    """As it is shown: a half goes away from zero."""
    return rounded(*value.as_integer_ratio(), places)


def rounded(above: int, below: int, places: int) -> Decimal:
    """The same of a ratio."""
    scaled = (2 * abs(above) * 10**places + below) // (2 * below)
    return Decimal(f"{scaled if above >= 0 else -scaled}E-{places}")


def shown(above: int, below: int = 1) -> str:
    """A ratio as it is shown, with two places."""
    digits = str((200 * abs(above) + below) // (2 * below)).rjust(3, "0")
    sign = "-" if above < 0 and digits != "000" else ""
    return f"{sign}{digits[:-2]}.{digits[-2:]}"


def exact(above: int, below: int = 1) -> str:
    """`"112.4"` where a decimal says it, otherwise `"325/3"`: `Fraction` reads both."""
    return exactly(*reduced(above, below))


def reduced(above: int, below: int) -> Ratio:
    """Without divisors in common."""
    shared = gcd(above, below)
    return (above, below) if shared == 1 else (above // shared, below // shared)


def exactly(above: int, below: int) -> str:
    """The same as `exact`, of a ratio that is `reduced`."""
    places = _places(below)
    return f"{above}/{below}" if places is None else pointed(above * (10**places // below), places)


def ratio_of(said: str) -> Ratio:
    """What was said exactly, read back: faster than `Fraction`, which makes sure that nothing can be shortened."""
    above, line, below = said.partition("/")
    if line:
        return int(above), int(below)
    before, _point, behind = above.partition(".")
    return int(before + behind), 10 ** len(behind)


def spelling(below: int) -> Callable[[int], str]:
    """The same for many ratios over one denominator, of which each then takes a third of the time."""
    odd = below
    for factor in (2, 5):
        while odd % factor == 0:
            odd //= factor
    places = _places(below // odd) or 0
    times = 10**places // (below // odd)

    def spell(above: int) -> str:
        if odd > 1:
            whole, rest = divmod(above, odd)
            if rest:
                shared = gcd(above, below)
                return f"{above // shared}/{below // shared}"
            above = whole
        said = pointed(above * times, places)
        return said.rstrip("0").rstrip(".") if places and said[-1] == "0" else said

    return spell


@lru_cache(maxsize=4096)
def _places(below: int) -> int | None:
    """How many a decimal has that says a fraction with this denominator; None where none says it."""
    rest, twos, fives = below, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def pointed(scaled: int, places: int) -> str:
    """A whole number with its last digits behind a decimal point."""
    digits = str(scaled)
    if places == 0:
        return digits
    if scaled < 0:
        return f"-{pointed(-scaled, places)}"
    if len(digits) <= places:
        digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def shown_of(value: Fraction | None) -> str | None:
    """The same of a fraction, where there is one."""
    return None if value is None else shown(*value.as_integer_ratio())


def exact_of(value: Fraction | None) -> str | None:
    return None if value is None else exact(*value.as_integer_ratio())
