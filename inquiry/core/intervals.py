"""How far a rate can be trusted: the Wilson score interval, exact to the last digit that is shown."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

#: The normal quantile of a 95 % interval.
_Z: Final = Fraction("1.959963984540054")
_DIGITS: Final = Context(prec=40)


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
