"""Who speaks: what each segment of a policy takes out of the tables, in the order of speaking."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .policy import Pick, Segment


@dataclass(frozen=True)
class Candidate:
    """A unit as the table of its peer group has it. `order` is its place in the units' order; `rank` and `score` are
    None while something is `missing`; `gain` is None where the table before has no score of it. `below` counts the
    periods in a row, this one included, in which it was below its baseline targets."""

    unit_id: int
    name: str
    name_en: str
    order: int
    of: int
    rank: int | None = None
    score: Fraction | None = None
    previous_rank: int | None = None
    gain: Fraction | None = None
    below: int = 0
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Picked:
    """`is_tied` says that the units' order decided between equals. `rival` is the other of a duel."""

    segment: Segment
    unit: Candidate
    is_tied: bool = False
    rival: Candidate | None = None

    @property
    def is_challenger(self) -> bool:
        """Of a duel, the one who speaks first: the lower-ranked."""
        return self.rival is not None and (self.unit.rank or 0, self.unit.order) > (
            self.rival.rank or 0,
            self.rival.order,
        )


Group = Sequence[Candidate]


def picked(segments: Sequence[Segment], groups: Mapping[str, Group]) -> list[list[Picked]]:
    """One list for each that asks for time, in the order of speaking; the list of a duel holds two. `groups` are the
    units of each peer group by the name that the policy gives it."""
    taken: set[int] = set()
    found: list[list[Picked]] = []
    for segment in segments:
        take = _duels if segment.pick is Pick.DUEL else _single
        lines = take(segment, _free(segment, groups, taken))
        found += lines
        taken |= {one.unit.unit_id for line in lines for one in line}
    return found


def _free(segment: Segment, groups: Mapping[str, Group], taken: Collection[int]) -> list[Candidate]:
    """Those still to be had, in the units' order."""
    if segment.pick is Pick.NAMED:
        everybody = {one.unit_id: one for group in groups.values() for one in group}
        group: Sequence[Candidate] = list(everybody.values())
    else:
        group = groups[segment.group]
    return sorted((one for one in group if one.unit_id not in taken), key=lambda one: one.order)


def _single(segment: Segment, free: Sequence[Candidate]) -> list[list[Picked]]:
    if segment.pick is Pick.NAMED:
        by_name = {name: one for one in free for name in (one.name, one.name_en) if name}
        return [[Picked(segment, by_name[name])] for name in segment.units if name in by_name]
    if segment.pick is Pick.UNREPORTED:
        return [[Picked(segment, one)] for one in free if one.missing][: segment.count]
    key, fit = _KEYS[segment.pick]
    able = sorted((one for one in free if fit(one)), key=key)
    worth = [key(one) for one in able]
    return [[Picked(segment, one, worth.count(key(one)) > 1)] for one in able[: segment.count]]


def _is_ranked(one: Candidate) -> bool:
    return one.rank is not None


_KEYS: Mapping[Pick, tuple[Callable[[Candidate], Any], Callable[[Candidate], bool]]] = {
    Pick.TOP: (lambda one: one.rank, _is_ranked),
    Pick.BOTTOM: (lambda one: -(one.rank or 0), _is_ranked),
    Pick.MOST_IMPROVED: (
        lambda one: -(one.gain or 0),
        lambda one: _is_ranked(one) and one.gain is not None and one.gain > 0,
    ),
}


def _duels(segment: Segment, free: Sequence[Candidate]) -> list[list[Picked]]:
    """Neighbours in rank of those still to be had, the closest first, the better-placed where equally close; nobody
    stands in two duels."""
    ranked = sorted((one for one in free if _is_ranked(one)), key=lambda one: one.rank or 0)
    close = sorted(
        ((_apart(better, worse), at, better, worse) for at, (better, worse) in enumerate(pairwise(ranked))),
        key=lambda pair: pair[:2],
    )
    apart = [pair[0] for pair in close]
    found: list[list[Picked]] = []
    engaged: set[int] = set()
    for distance, _at, better, worse in close:
        if len(found) == segment.count:
            break
        if engaged & {better.unit_id, worse.unit_id}:
            continue
        engaged |= {better.unit_id, worse.unit_id}
        is_tied = distance == 0 or apart.count(distance) > 1
        found.append([Picked(segment, worse, is_tied, better), Picked(segment, better, is_tied, worse)])
    return found


def _apart(better: Candidate, worse: Candidate) -> Fraction:
    return (better.score or Fraction(0)) - (worse.score or Fraction(0))
