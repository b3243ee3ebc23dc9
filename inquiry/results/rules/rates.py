"""How far a rate can be trusted: its interval, and what few ratings say beside those of the whole group."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

#: The normal quantile of a 95 % interval.
_Z: Final = Fraction("1.959963984540054")
_DIGITS: Final = Context(prec=40)
#: So many ratings at the group's mean are laid beside a unit's own.
PRIOR_WEIGHT: Final = 30
FEWEST_RANKED: Final = 30


def wilson(hits: int, of: int) -> tuple[Decimal, Decimal] | None:
    """The 95 % Wilson score interval of a rate, in percent: 60 of 100 is 50.20 to 69.06. None for none of none."""
    if of == 0:
        return None
    share, square = Fraction(hits, of), _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * _root(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return _percent(max(Fraction(0), (middle - half) / whole)), _percent(min(Fraction(1), (middle + half) / whole))


def _root(value: Fraction) -> Fraction:
    return Fraction(_DIGITS.sqrt(_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))))


def _percent(share: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(share.numerator * 100), Decimal(share.denominator))


def bayesian_average(satisfied: int, ratings: int, group_mean: Fraction) -> Fraction:
    """A share: the unit's own ratings together with `PRIOR_WEIGHT` at the group's mean."""
    return (PRIOR_WEIGHT * group_mean + satisfied) / (PRIOR_WEIGHT + ratings)


def is_ranked(ratings: int) -> bool:
    return ratings >= FEWEST_RANKED
