"""Votes that no audience gave: looked for after the close, shown to the crew, and set aside by a person or not at all.

A hall full of phones has one address, and a good answer is liked by many at once. So a network is never suspected for
its size: only for many of its votes within moments that all say the same, for a beat that hands do not keep, and for
devices that were made together and vote as one. What nobody can have done by hand is a vote before the page was seen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..models import Pattern

#: The sentence has to arrive, to be read and to be answered with a thumb.
NO_HAND_MS = 400
BURST_VOTES, BURST_MS = 20, 2000
STEP_VOTES, STEP_MS, STEP_JITTER_MS = 8, 100, 40
BORN_DEVICES, BORN_MS = 10, 1000
#: So many in a hundred of a finding say the same, at least; where the audience is of two minds it does not.
ALIKE_PERCENT = 95


@dataclass(frozen=True)
class Seen:
    """A viewer's vote as far as patterns go. `at_ms` counts from the opening; `born_ms` is when its device was made."""

    id: int
    device_id: int
    satisfied: bool
    at_ms: int
    network: str
    born_ms: int


@dataclass(frozen=True)
class Finding:
    """Votes that look alike. `found` names it among the findings of its verdict: the same votes have the same name."""

    pattern: Pattern
    found: str
    votes: tuple[Seen, ...]

    @property
    def satisfied(self) -> int:
        return sum(one.satisfied for one in self.votes)

    @property
    def span_ms(self) -> int:
        """From the first of its votes to the last."""
        return max(one.at_ms for one in self.votes) - min(one.at_ms for one in self.votes)


def find(votes: Iterable[Seen]) -> list[Finding]:
    """All findings, the largest first. A vote may be in several."""
    in_order = sorted(votes, key=lambda one: (one.at_ms, one.id))
    networks: dict[str, list[Seen]] = defaultdict(list)
    for one in in_order:
        if one.network:
            networks[one.network].append(one)
    found = [_finding(Pattern.TOO_SOON, "", [one for one in in_order if one.at_ms < NO_HAND_MS])]
    for network, of in networks.items():
        by_birth = sorted(of, key=lambda one: (one.born_ms, one.id))
        found += [
            _finding(Pattern.BURST, network, _close(of, lambda one: one.at_ms, BURST_MS, BURST_VOTES)),
            _finding(Pattern.IN_STEP, network, _in_step(of)),
            _finding(Pattern.BORN_TOGETHER, network, _close(by_birth, lambda one: one.born_ms, BORN_MS, BORN_DEVICES)),
        ]
    return sorted((one for one in found if one.votes), key=lambda one: (-len(one.votes), one.pattern, one.found))


def _finding(pattern: Pattern, found: str, votes: Sequence[Seen]) -> Finding:
    return Finding(pattern, found, tuple(dict.fromkeys(votes)))


def _close(votes: Sequence[Seen], at: Callable[[Seen], int], within_ms: int, fewest: int) -> list[Seen]:
    """Those that lie with at least so many within a time, nearly all of which say the same; each once."""
    found: list[Seen] = []
    first = taken = satisfied = 0
    for last, one in enumerate(votes):
        satisfied += one.satisfied
        while at(one) - at(votes[first]) > within_ms:
            satisfied -= votes[first].satisfied
            first += 1
        number = last + 1 - first
        if number >= fewest and 100 * max(satisfied, number - satisfied) >= ALIKE_PERCENT * number:
            found += votes[max(first, taken) : last + 1]
            taken = last + 1
    return found


def _in_step(votes: Sequence[Seen]) -> list[Seen]:
    """Runs of votes that say the same and come at even distances, each long enough to be a distance."""
    found: list[Seen] = []
    run: list[Seen] = []
    least = largest = 0  # of the gaps of the run
    for before, one in pairwise(votes):
        gap = one.at_ms - before.at_ms
        least, largest = (min(least, gap), max(largest, gap)) if run else (gap, gap)
        if gap >= STEP_MS and largest - least <= STEP_JITTER_MS and one.satisfied is before.satisfied:
            run = run or [before]
            run.append(one)
        else:
            run = []
        if len(run) == STEP_VOTES:
            found += run
        elif len(run) > STEP_VOTES:
            found.append(one)
    return found
