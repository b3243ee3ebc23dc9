"""When a verdict takes votes, what counts say, what stands on a card, and which votes no audience gave."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.codes import ALPHABET
from inquiry.verdicts.models import Pattern
from inquiry.verdicts.rules import patterns, voting
from inquiry.verdicts.rules.cards import read_card
from inquiry.verdicts.rules.patterns import Seen, find
from inquiry.verdicts.rules.voting import Count
from tests.support.scenes import EIGHT


@dataclass
class Timed:
    ends_at: datetime = EIGHT + timedelta(seconds=30)
    closed_at: datetime | None = None


@pytest.mark.parametrize(
    ("seconds", "takes"), [(0, True), (29.9, True), (30, True), (31.9, True), (32, False), (3600, False)]
)
def test_a_press_under_way_at_the_end_still_counts_and_none_after(seconds: float, takes: bool) -> None:
    assert voting.takes_votes(Timed(), EIGHT + timedelta(seconds=seconds)) is takes
    assert not voting.takes_votes(Timed(closed_at=EIGHT), EIGHT + timedelta(seconds=seconds))


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_interval_is_wilsons(satisfied: int, not_satisfied: int) -> None:
    count = Count(satisfied, not_satisfied)
    n = satisfied + not_satisfied
    if n == 0:
        assert count.told == {"satisfied": 0, "not_satisfied": 0, "low": None, "high": None}
        return
    z, p = 1.959963984540054, satisfied / n
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    for found, sign in zip(count.interval or (), (-1, 1), strict=True):
        assert found == pytest.approx(100 * (p + z * z / (2 * n) + sign * half) / (1 + z * z / n), abs=0.0501)
    assert count.share == pytest.approx(100 * p, abs=0.0501)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12 K7CM3XHP", (12, "K7CM3XHP")),
        ("12-K7CM-3XHP", (12, "K7CM3XHP")),
        ("  12 k7cm 3xhp ", (12, "K7CM3XHP")),
        ("No. 12 / K7CM", None),
        ("https://example.org/v/3HKW7P/12-K7CM-3XHP", (12, "K7CM3XHP")),
        ("HTTPS://EXAMPLE.ORG/V/3HKW7P/12-K7CM-3XHP/", (12, "K7CM3XHP")),
        ("１２ Ｋ７ＣＭ－３ＸＨＰ", (12, "K7CM3XHP")),
        ("12 K7CM3XHZ", (12, "K7CM3XH2")),  # what is never issued is read as what it looks like
        ("12", None),
        ("K7CM3XHP", None),
        ("", None),
        ("x" * 200, None),
        ("1234 K7CM3XHP", None),
    ],
)
def test_what_stands_on_a_card_is_read_however_it_is_typed(typed: str, read: tuple[int, str] | None) -> None:
    assert read_card(typed) == read


@given(st.integers(1, 300), st.text(ALPHABET, min_size=8, max_size=8))
def test_every_card_is_read(number: int, pin: str) -> None:
    for typed in (f"{number} {pin}", f"{number}-{pin[:4]}-{pin[4:]}", f"http://x/v/abc/{number}-{pin}"):
        assert read_card(typed) == (number, pin)


def seen(number: int, at_ms: int, satisfied: bool = True, network: str = "a", born_ms: int = 0) -> Seen:
    return Seen(number, number, satisfied, at_ms, network, born_ms or -number * 60_000)


def found(votes: list[Seen]) -> list[tuple[Pattern, int]]:
    return [(one.pattern, len(one.votes)) for one in find(votes)]


FIRST = patterns.NO_HAND_MS


@pytest.mark.parametrize(
    ("votes", "finds"),
    [
        ([], []),
        ([seen(1, FIRST - 1), seen(2, FIRST)], [(Pattern.TOO_SOON, 1)]),
        # nineteen within two seconds are a family at one table, twenty that say the same are looked at
        ([seen(one, FIRST + one * 7) for one in range(1, 20)], []),
        ([seen(one, FIRST + one * 7) for one in range(1, 21)], [(Pattern.BURST, 20)]),
        ([seen(one, FIRST + one * 7, one != 3) for one in range(1, 21)], [(Pattern.BURST, 20)]),
        ([seen(one, FIRST + one * 7, one not in (3, 4)) for one in range(1, 21)], []),
        ([seen(one, FIRST + one * 7, network=str(one % 2)) for one in range(1, 21)], []),
        ([seen(one, FIRST + one * 7, network="") for one in range(1, 21)], []),
        ([seen(one, FIRST + one * one * 50) for one in range(1, 21)], []),  # slower and slower
        ([seen(one, FIRST + one * 500) for one in range(1, 8)], []),
        ([seen(one, FIRST + one * 500) for one in range(1, 9)], [(Pattern.IN_STEP, 8)]),
        ([seen(one, FIRST + one * 500 + one % 2 * 30) for one in range(1, 9)], []),  # 470, 530: no clock
        ([seen(one, FIRST + one * 500, one % 2 == 0) for one in range(1, 9)], []),
        ([seen(one, FIRST + one * one * 1000, born_ms=5_000 + one) for one in range(1, 11)],
         [(Pattern.BORN_TOGETHER, 10)]),
        ([seen(one, FIRST + one * one * 1000, born_ms=5_000 + one) for one in range(1, 10)], []),
        ([seen(one, FIRST + one * one * 1000, born_ms=5_000 + one * 150) for one in range(1, 11)], []),
    ],
)  # fmt: skip
def test_what_no_audience_does_is_found_and_what_it_does_is_not(
    votes: list[Seen], finds: list[tuple[Pattern, int]]
) -> None:
    assert found(votes) == finds


def test_a_long_run_in_step_is_each_of_its_votes_once() -> None:
    """And then another, after one that is out of step; what is found grows with the votes and not with their square."""
    beats = [*(FIRST + one * 500 + one % 2 * 20 for one in range(3000)), FIRST + 2_000_000]
    beats += [beats[-1] + one * 300 for one in range(1, 8)]
    run = patterns._in_step([seen(at, beat) for at, beat in enumerate(beats, 1)])
    assert [one.id for one in run] == [*range(1, 3001), *range(3001, 3009)]


@pytest.mark.parametrize("networks", [1, 7, 5000])
def test_a_citys_votes_are_looked_at_in_turns(networks: int) -> None:
    """Whatever they come from, others may go first after a few thousand of them."""
    votes = 0

    def read() -> Iterator[Seen]:
        nonlocal votes
        for one in range(1, 30_001):
            votes += 1
            yield seen(one, FIRST + one * 3, network=str(one % networks), born_ms=one * 40)

    turns: list[int] = []
    find(read(), lambda: turns.append(votes))
    assert max(later - before for before, later in pairwise(turns)) <= 2000
    assert len(turns) >= 30_000 // 2000 + (100 if networks == 7 else 1)


def test_a_hall_of_two_minds_behind_one_address_is_not_suspected() -> None:
    chance = random.Random(7)
    votes = [
        seen(one, FIRST + int(chance.expovariate(1 / 3000)), chance.random() < 0.7, born_ms=chance.randrange(600_000))
        for one in range(1, 2001)
    ]
    assert found(votes) == []


def test_every_vote_of_a_long_burst_is_in_it_once() -> None:
    votes = [seen(one, FIRST + one * 20) for one in range(1, 3001)]
    assert (Pattern.BURST, 3000) in found(votes)
