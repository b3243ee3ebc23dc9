"""Votes that no audience gave: looked for after the close, shown to the crew, and set aside by a person or not at all.

A hall full of phones has one address, and a good answer is liked by many at once. So a network is never suspected for
its size: only for many of its votes within moments that all say the same, for a beat that hands do not keep, and for
devices that were made together and vote as one. What nobody can have done by hand is a vote before the page was seen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...core.turns import Pause, go_on, in_turn
from ..models import Pattern

#: The sentence has to arrive, to be read and to be answered with a thumb.
NO_HAND_MS = 400
BURST_VOTES, BURST_MS = 20, 2000
STEP_VOTES, STEP_MS, STEP_JITTER_MS = 8, 100, 40
BORN_DEVICES, BORN_MS = 10, 1000
#: So many in a hundred of a finding say the same, at least; where the audience is of two minds it does not.
ALIKE_PERCENT = 95

#: So many votes are looked at before others may go first.
_AT_ONCE = 2000
#: Of a network with fewer votes nothing is found.
_FEWEST = min(BURST_VOTES, STEP_VOTES, BORN_DEVICES)


@dataclass(frozen=True, slots=True)
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


def find(votes: Iterable[Seen], pause: Pause = go_on) -> list[Finding]:
    """All findings, the largest first. A vote may be in several. `pause` is called after every few thousand votes."""
    networks: dict[str, list[Seen]] = defaultdict(list)
    too_soon: list[Seen] = []
    for one in in_turn(votes, pause, _AT_ONCE):
        networks[one.network].append(one)
        if one.at_ms < NO_HAND_MS:
            too_soon.append(one)
    networks.pop("", None)  # nobody knows whose they are
    found = [_finding(Pattern.TOO_SOON, "", list(_in_order(too_soon, _at, pause)))]
    for network, of in in_turn(networks.items(), pause, _AT_ONCE):
        if len(of) < _FEWEST:
            continue
        by_time = list(_in_order(of, _at, pause))
        by_birth = list(_in_order(of, _born, pause))
        found += [
            _finding(Pattern.BURST, network, _close(by_time, _at, BURST_MS, BURST_VOTES, pause)),
            _finding(Pattern.IN_STEP, network, _in_step(by_time, pause)),
            _finding(Pattern.BORN_TOGETHER, network, _close(by_birth, _born, BORN_MS, BORN_DEVICES, pause)),
        ]
    return sorted((one for one in found if one.votes), key=lambda one: (-len(one.votes), one.pattern, one.found))


def _finding(pattern: Pattern, found: str, votes: Sequence[Seen]) -> Finding:
    return Finding(pattern, found, tuple(dict.fromkeys(votes)))


def _at(one: Seen) -> int:
    return one.at_ms


def _born(one: Seen) -> int:
    return one.born_ms


def _in_order(votes: Iterable[Seen], at: Callable[[Seen], int], pause: Pause) -> Iterator[Seen]:
    """By their time, a second after the other: all at once would be a long piece of work."""
    seconds: dict[int, list[Seen]] = defaultdict(list)
    for one in in_turn(votes, pause, _AT_ONCE):
        seconds[at(one) // 1000].append(one)
    for second in in_turn(sorted(seconds), pause, 1):
        yield from sorted(seconds[second], key=lambda one: (at(one), one.id))


def _close(
    votes: Sequence[Seen], at: Callable[[Seen], int], within_ms: int, fewest: int, pause: Pause
) -> list[Seen]:  # fmt: skip
    """Those that lie with at least so many within a time, nearly all of which say the same; each once."""
    found: list[Seen] = []
    first = taken = satisfied = 0
    for last, one in enumerate(in_turn(votes, pause, _AT_ONCE)):
        satisfied += one.satisfied
        while at(one) - at(votes[first]) > within_ms:
            satisfied -= votes[first].satisfied
            first += 1
        number = last + 1 - first
        if number >= fewest and 100 * max(satisfied, number - satisfied) >= ALIKE_PERCENT * number:
            found += votes[max(first, taken) : last + 1]
            taken = last + 1
    return found


def _in_step(votes: Sequence[Seen], pause: Pause = go_on) -> list[Seen]:
    """Runs of votes that say the same and come at even distances, each long enough to be a distance."""
    found: list[Seen] = []
    run: list[Seen] = []
    least = largest = 0  # of the gaps of the run
    for before, one in in_turn(pairwise(votes), pause, _AT_ONCE):
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
