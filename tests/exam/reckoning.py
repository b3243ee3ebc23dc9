"""What a plan gives each speaker, reckoned by other means than `rules.lengths` has."""

from collections.abc import Sequence
from fractions import Fraction


def shared(
    raw: Sequence[Fraction], bounds: Sequence[tuple[int, int]], speakers: Sequence[int], whole: int
) -> list[int]:
    """The lengths by halving: the λ between two that are too small and too large, until no five seconds can change."""
    small, large = Fraction(0), Fraction(10_000)
    for _step in range(200):
        between = (small + large) / 2
        lengths = [
            min(max(between * one, Fraction(low)), Fraction(high)) for one, (low, high) in zip(raw, bounds, strict=True)
        ]
        if sum(length * many for length, many in zip(lengths, speakers, strict=True)) < whole:
            small = between
        else:
            large = between
    pieces = [int(length) // 5 * 5 for length in lengths]
    left = (whole - sum(one * many for one, many in zip(pieces, speakers, strict=True))) // 5
    for at in sorted(range(len(raw)), key=lambda at: (pieces[at] - round(lengths[at], 6), at)):
        fits = (
            pieces[at] + 5 <= bounds[at][1] and speakers[at] <= left and lengths[at] - pieces[at] > Fraction(1, 10**6)
        )
        if fits:
            pieces[at], left = pieces[at] + 5, left - speakers[at]
    return pieces
