"""How the time of a meeting is shared out among those who speak, to the second and with nothing left over unsaid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

#: Lengths are whole pieces of so many seconds.
PIECE_S: Final = 5


@dataclass(frozen=True)
class Line:
    """What asks for time. `raw` is its length before sharing, in seconds; `speakers` is 2 for a duel, each of whom gets
    the length. `shortest` and `longest` are whole pieces."""

    raw: Fraction
    shortest: int
    longest: int
    speakers: int = 1


@dataclass(frozen=True)
class Shared:
    """The length of each line, in seconds for each of its speakers, and what nobody took."""

    lengths: Sequence[int]
    rest: int


class DoesNotFit(ValueError):
    """The shortest lengths together are longer than what is available, by `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the shortest lengths do not fit by {seconds} s")
        self.seconds = seconds


def share_out(lines: Sequence[Line], available: int) -> Shared:
    """`clamp(λ·raw, shortest, longest)` with the λ at which the lengths sum to what is available, in whole pieces.

    Each length is cut down to whole pieces. The pieces left go to the largest remainders, equal ones in the order of
    speaking: a line that came out whole takes none, nobody passes the longest, a duel takes two or none. What is left
    then is the `rest`. Raises DoesNotFit.
    """
    least = sum(line.shortest * line.speakers for line in lines)
    if least > available:
        raise DoesNotFit(least - available)
    exact = _exact_lengths(lines, available)
    lengths = [int(length // PIECE_S) * PIECE_S for length in exact]
    left = (int(sum(x * line.speakers for x, line in zip(exact, lines, strict=True))) - _sum(lengths, lines)) // PIECE_S
    by_remainder = sorted(range(len(lines)), key=lambda at: (lengths[at] - exact[at], at))
    for at in by_remainder:
        line = lines[at]
        if exact[at] > lengths[at] and lengths[at] + PIECE_S <= line.longest and line.speakers <= left:
            lengths[at] += PIECE_S
            left -= line.speakers
    return Shared(lengths, available - _sum(lengths, lines))


def _sum(lengths: Sequence[int], lines: Sequence[Line]) -> int:
    return sum(length * line.speakers for length, line in zip(lengths, lines, strict=True))


def _exact_lengths(lines: Sequence[Line], available: int) -> list[Fraction]:
    """The sum grows with λ, and in a straight line between two places at which some line meets one of its bounds."""

    def at(factor: Fraction) -> list[Fraction]:
        return [min(max(factor * line.raw, Fraction(line.shortest)), Fraction(line.longest)) for line in lines]

    def total(factor: Fraction) -> Fraction:
        return sum((x * line.speakers for x, line in zip(at(factor), lines, strict=True)), Fraction(0))

    bends = {Fraction(0)} | {bound / line.raw for line in lines if line.raw for bound in (line.shortest, line.longest)}
    places = sorted(bends)
    high = _first(places, lambda factor: total(factor) >= available)
    if high is None:
        return at(places[-1])  # the longest lengths do not fill it
    if high == 0:
        return at(places[0])
    before, after = places[high - 1], places[high]
    low_sum, high_sum = total(before), total(after)
    return at(before + (after - before) * (available - low_sum) / (high_sum - low_sum))


def _first(places: Sequence[Fraction], is_enough: Callable[[Fraction], bool]) -> int | None:
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if is_enough(places[middle]):
            high = middle
        else:
            low = middle + 1
    return low if low < len(places) else None
