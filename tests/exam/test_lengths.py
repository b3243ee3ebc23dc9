"""Sharing out the minutes: exact, whole, and nothing left over unsaid."""

import random
from fractions import Fraction

import pytest

from inquiry.exam.rules.cuts import Coming, Cut, proposed
from inquiry.exam.rules.lengths import DoesNotFit, Line, Shared, share_out


def line(raw: str, shortest: int = 60, longest: int = 240, speakers: int = 1) -> Line:
    return Line(Fraction(raw), shortest, longest, speakers)


THREE = [line("200"), line("100"), line("150", speakers=2)]


@pytest.mark.parametrize(
    ("lines", "available", "lengths", "rest"),
    [
        ("λ is 1", 600, [200, 100, 150], 0),
        ("a bound is met, the others share the rest", 400, [135, 65, 100], 0),
        ("the shortest just fit", 240, [60, 60, 60], 0),
        ("the longest do not fill it", 2000, [240, 240, 240], 1040),
        ("no whole piece is left", 603, [200, 100, 150], 3),
    ],
)  # fmt: skip
def test_three_lines(lines: str, available: int, lengths: list[int], rest: int) -> None:
    assert share_out(THREE, available) == Shared(lengths, rest), lines


@pytest.mark.parametrize(
    ("why", "lines", "available", "lengths", "rest"),
    [
        # 3 × 103.33: all remainders are equal, the first two pieces go in the order of speaking
        ("equal remainders in the order of speaking", [line("1")] * 3, 310, [105, 105, 100], 0),
        # 33.33 + 2 × 33.33, cut to 30 each: 10 s are 2 pieces, one for the first, the duel would need both
        ("a duel takes two pieces or none", [line("1", 5), line("1", 5, speakers=2)], 100, [35, 30], 5),
        ("a duel takes two pieces", [line("1", 5, speakers=2), line("1", 5)], 100, [35, 30], 0),
        # the first came out whole at its longest: the piece left is for the one with a remainder
        ("whole takes none", [line("500", 60, 100), line("1", 5)], 203, [100, 100], 3),
        ("nobody asks", [], 500, [], 500),
        ("without raw length only the shortest", [line("0"), line("0")], 400, [60, 60], 280),
    ],
)  # fmt: skip
def test_pieces(why: str, lines: list[Line], available: int, lengths: list[int], rest: int) -> None:
    assert share_out(lines, available) == Shared(lengths, rest), why


def test_shortest_lengths_that_do_not_fit_say_by_how_much() -> None:
    with pytest.raises(DoesNotFit) as caught:
        share_out(THREE, 227)
    assert caught.value.seconds == 13


def test_whatever_is_shared_adds_up_to_the_second() -> None:
    chance = random.Random(20261105)
    shared = 0
    for _ in range(2000):
        lines = [
            Line(Fraction(chance.randint(0, 4000), chance.randint(1, 9)), least := 5 * chance.randint(1, 20),
                 least + 5 * chance.randint(0, 40), chance.choice([1, 1, 2]))
            for _ in range(chance.randint(0, 9))
        ]  # fmt: skip
        available = chance.randint(0, 3000)
        least_of_all = sum(one.shortest * one.speakers for one in lines)
        if least_of_all > available:
            continue
        found = share_out(lines, available)
        shared += 1
        assert sum(x * one.speakers for x, one in zip(found.lengths, lines, strict=True)) + found.rest == available
        assert found.rest >= 0
        assert all(one.shortest <= x <= one.longest for x, one in zip(found.lengths, lines, strict=True))
        assert all(x % 5 == 0 for x in found.lengths)
        assert share_out(lines, available) == found
    assert shared > 1000


COMING = [Coming(1, 200, 60), Coming(2, 100, 60), Coming(3, 150, 60, speakers=2)]


@pytest.mark.parametrize(
    ("over", "cuts"),
    [
        (0, []),
        (-30, []),
        # 600 - 37 = 563 s, λ = 563/600: 187.67, 93.83, 140.75 twice; 8 s are one piece, for the largest remainder
        (37, [Cut(1, 200, 185), Cut(2, 100, 95), Cut(3, 150, 140)]),
        # 163 s are fewer than the shortest of all three: the duel goes; 103 and 60 stay
        (437, [Cut(1, 200, 100), Cut(2, 100, 60), Cut(3, 150, None)]),
        (600, [Cut(1, 200, None), Cut(2, 100, None), Cut(3, 150, None)]),
        (9000, [Cut(1, 200, None), Cut(2, 100, None), Cut(3, 150, None)]),
    ],
)  # fmt: skip
def test_what_is_cut(over: int, cuts: list[Cut]) -> None:
    assert proposed(COMING, over) == cuts


def test_what_was_given_less_than_the_shortest_by_hand_stays() -> None:
    assert proposed([Coming(1, 40, 60), Coming(2, 100, 60)], 20) == [Cut(2, 100, 80)]
