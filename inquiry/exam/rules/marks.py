"""Where the marks of an indicator stand on one line: the baseline target, the stretch target, a unit, its peers.

The line is the scale of attainment, so that both targets stand in the same places whatever is measured, whichever side
is better and wherever zero lies, and peers with other targets can be set beside each other.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

#: Attainments and where they stand, in thousandths from the left end; straight in between, and nothing lies outside.
_PLACES = ((40, 0), (100, 450), (120, 850), (130, 1000))
BASELINE_AT, STRETCH_AT = _PLACES[1][1], _PLACES[2][1]
#: Peers nearer to each other than this are one faint mark: a line has so many places that an eye can tell apart.
_NEAR = 5


def place(attainment: Fraction) -> int:
    """In thousandths of the line. What is below its beginning stands at its beginning."""
    for (low, left), (high, right) in pairwise(_PLACES):
        if attainment < high:
            return left + max(0, round((attainment - low) * (right - left) / (high - low)))
    return _PLACES[-1][1]


def peers(attainments: Iterable[Fraction]) -> list[int]:
    """The faint marks, from the left: never more than a line has places, however many the peers are."""
    return sorted({place(one) // _NEAR * _NEAR for one in attainments})
