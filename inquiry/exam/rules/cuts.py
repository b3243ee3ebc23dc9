"""What to cut when a meeting runs over: shorter slots first, then fewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .lengths import DoesNotFit, Line, share_out


@dataclass(frozen=True)
class Coming:
    """A slot still to come, or the two of a duel: `key` is what the caller knows it by. Seconds are whole pieces."""

    key: int
    seconds: int
    shortest: int
    speakers: int = 1


@dataclass(frozen=True)
class Cut:
    """`after` is the new length of each speaker, None where the slot is left out."""

    key: int
    before: int
    after: int | None


def proposed(coming: Sequence[Coming], over_s: int) -> list[Cut]:
    """How to get `over_s` seconds back out of the slots to come, in the order of speaking.

    All become shorter by the same part, none shorter than its shortest length; where that is not enough, the last ones
    are left out, as few as possible. Empty when there is nothing to get back, or nothing to take it from.
    """
    if over_s <= 0:
        return []
    for kept in range(len(coming), -1, -1):
        stay = coming[:kept]
        available = sum(one.seconds * one.speakers for one in coming) - over_s
        lengths = _shortened(stay, available)
        if lengths is not None:
            after = {one.key: length for one, length in zip(stay, lengths, strict=True)}
            return [
                Cut(one.key, one.seconds, after.get(one.key)) for one in coming if after.get(one.key) != one.seconds
            ]
    return [Cut(one.key, one.seconds, None) for one in coming]


def _shortened(stay: Sequence[Coming], available: int) -> list[int] | None:
    """None where the shortest lengths are too long. What was given less than the shortest by hand is left so."""
    lines = [Line(Fraction(one.seconds), min(one.shortest, one.seconds), one.seconds, one.speakers) for one in stay]
    try:
        return list(share_out(lines, available).lengths)
    except DoesNotFit:
        return None
