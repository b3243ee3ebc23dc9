"""The arithmetic of results: the worked examples of docs/night-exam.md, and what holds for whatever numbers."""

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.intervals import wilson
from inquiry.results.rules.digest import digest_of, read, written
from inquiry.results.rules.periods import TWELFTHS, Period, PeriodKind, line_up, share_due, shares_fault
from inquiry.results.rules.rates import bayesian_average, is_ranked
from inquiry.results.rules.scores import (
    Band,
    Better,
    Movement,
    TargetsCross,
    attainment,
    band,
    exact,
    half_up,
    listing,
    movement,
    ranks,
    ratio_of,
    shown,
    spelling,
    theme_score,
)

MORE, LESS = Better.MORE, Better.LESS


# --- attainment -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "baseline", "stretch", "actual", "shown"),
    [
        # more is better: 1,000 promised, 1,200 to jump for
        (MORE, "1000", "1200", "1000", "100.00"),
        (MORE, "1000", "1200", "1124", "112.40"),  # 62 % of the way
        (MORE, "1000", "1200", "1200", "120.00"),
        (MORE, "1000", "1200", "1300", "125.00"),
        (MORE, "1000", "1200", "1400", "130.00"),
        (MORE, "1000", "1200", "9000", "130.00"),
        (MORE, "1000", "1200", "710", "71.00"),
        (MORE, "1000", "1200", "0", "0.00"),
        (MORE, "1000", "1200", "-50", "0.00"),
        # less is better: 80 complaints at most, 60 to jump for
        (LESS, "80", "60", "80", "100.00"),
        (LESS, "80", "60", "70", "110.00"),
        (LESS, "80", "60", "60", "120.00"),
        (LESS, "80", "60", "50", "125.00"),
        (LESS, "80", "60", "0", "130.00"),
        (LESS, "80", "60", "100", "75.00"),
        (LESS, "80", "60", "160", "0.00"),
        # a baseline of nought: D is the way to the stretch target
        (MORE, "0", "10", "-4", "60.00"),
        (MORE, "0", "10", "0", "100.00"),
        (MORE, "0", "10", "2.5", "105.00"),
        (LESS, "0", "-10", "3", "70.00"),
        # negative targets: a loss to be brought down from 50 to 20
        (MORE, "-50", "-20", "-50", "100.00"),
        (MORE, "-50", "-20", "-35", "110.00"),
        (MORE, "-50", "-20", "-75", "50.00"),
        (MORE, "-50", "-20", "10", "130.00"),
        (LESS, "-5", "-8", "-6.5", "110.00"),
        # the way is longer than the baseline
        (MORE, "1", "5", "-1", "50.00"),
        # only the shown value is rounded: 100 + 20/3, and a half goes up
        (MORE, "0", "3", "1", "106.67"),
        (MORE, "0", "1600", "1", "100.01"),
        (MORE, "0", "8000", "2", "100.01"),
    ],
)
def test_attainment_by_worked_examples(better: Better, baseline: str, stretch: str, actual: str, shown: str) -> None:
    found = attainment(Decimal(actual), Decimal(baseline), Decimal(stretch), better)
    assert str(half_up(found)) == shown


@pytest.mark.parametrize(("better", "baseline", "stretch"), [(MORE, 5, 5), (MORE, 5, 4), (LESS, 5, 5), (LESS, 5, 6)])
def test_targets_that_cross_have_no_attainment(better: Better, baseline: int, stretch: int) -> None:
    with pytest.raises(TargetsCross):
        attainment(5, baseline, stretch, better)


values = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)
gaps = st.decimals(min_value=Decimal("0.0001"), max_value=10**9, places=4, allow_nan=False)
directions = st.sampled_from(Better)


def stretch_of(baseline: Decimal, gap: Decimal, better: Better) -> Fraction:
    return Fraction(baseline) + better.sign * Fraction(gap)


@given(values, values, values, gaps, directions)
def test_attainment_is_monotone_and_bounded(
    one: Decimal, other: Decimal, baseline: Decimal, gap: Decimal, better: Better
) -> None:
    worse, more = sorted((one, other), key=lambda value: better.sign * value)
    stretch = stretch_of(baseline, gap, better)
    assert 0 <= attainment(worse, baseline, stretch, better) <= attainment(more, baseline, stretch, better) <= 130


@given(values, values, gaps, directions, st.fractions(min_value=0, max_value=1))
def test_attainment_is_continuous(
    actual: Decimal, baseline: Decimal, gap: Decimal, better: Better, step: Fraction
) -> None:
    """Nowhere steeper than its steepest piece: 100 over D, 20 over g or 10 over g, so at most 100 over g."""
    stretch = stretch_of(baseline, gap, better)
    moved = Fraction(actual) + better.sign * step * Fraction(gap)
    gained = attainment(moved, baseline, stretch, better) - attainment(actual, baseline, stretch, better)
    assert 0 <= gained <= 100 * step


@given(values, values, gaps, directions, st.fractions(min_value=Fraction(1, 10**6), max_value=10**6))
def test_attainment_is_free_of_scale(
    actual: Decimal, baseline: Decimal, gap: Decimal, better: Better, scale: Fraction
) -> None:
    stretch = stretch_of(baseline, gap, better)
    scaled = attainment(Fraction(actual) * scale, Fraction(baseline) * scale, stretch * scale, better)
    assert scaled == attainment(actual, baseline, stretch, better)


@given(values, values, gaps)
def test_less_is_more_seen_in_a_mirror(actual: Decimal, baseline: Decimal, gap: Decimal) -> None:
    stretch = stretch_of(baseline, gap, MORE)
    assert attainment(actual, baseline, stretch, MORE) == attainment(-actual, -baseline, -stretch, LESS)


# --- scores, ranks, bands -------------------------------------------------------------------------------------------


def test_a_theme_score_is_the_weighted_mean() -> None:
    assert theme_score([(Decimal(3), Fraction(110)), (Decimal(1), Fraction(90))]) == 105
    assert theme_score([(Decimal("0.5"), Fraction(100)), (Decimal("0.25"), Fraction(130))]) == 110


def test_a_missing_value_is_not_zero_and_its_weight_nobody_elses() -> None:
    assert theme_score([(1, Fraction(120)), (1, None)]) is None
    assert theme_score([]) is None


@pytest.mark.parametrize(
    ("scores", "expected", "order"),
    [
        ([], [], []),
        ([100, 120, 110], [3, 1, 2], [1, 2, 0]),
        ([110, 120, 110, 90], [2, 1, 2, 4], [1, 0, 2, 3]),
        ([None, 90, None, 90], [None, 1, None, 1], [1, 3, 0, 2]),
        ([0, None, 0], [1, None, 1], [0, 2, 1]),
        # both are shown as 110.00: the exact value decides
        ([Fraction("109.999"), Fraction("110.001")], [2, 1], [1, 0]),
    ],
)
def test_equal_scores_share_a_rank_and_stand_in_the_units_order(
    scores: list[int | None], expected: list[int | None], order: list[int]
) -> None:
    exact = [None if score is None else Fraction(score) for score in scores]
    assert ranks(exact) == expected
    assert listing(exact) == order


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("130", Band.LEADING), ("110", Band.LEADING), ("109.999", Band.HOLDING), ("100", Band.HOLDING),
        ("99.999", Band.LAGGING), ("0", Band.LAGGING),
    ],
)  # fmt: skip
def test_bands_begin_at_exact_scores(score: str, expected: Band) -> None:
    assert band(Fraction(score)) is expected


def test_movement_is_against_the_table_before() -> None:
    assert movement((2, (112, 1)), (7, (104, 1))) == Movement(5, (8, 1))
    down = movement((9, (90, 1)), (7, (286, 3)))
    assert down is not None
    assert (down.places, Fraction(*down.points)) == (-2, Fraction(-16, 3))
    assert movement((9, (90, 1)), None) is None
    assert movement(None, (7, (95, 1))) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "0.00"), ("1/3", "0.33"), ("2/3", "0.67"), ("0.005", "0.01"), ("-0.005", "-0.01"), ("-1/3", "-0.33"),
        ("112.4", "112.40"), ("2.675", "2.68"), ("99.994999", "99.99"), ("99.995", "100.00"),
    ],
)  # fmt: skip
def test_what_is_shown_is_rounded_half_up(value: str, shown: str) -> None:
    assert str(half_up(Fraction(value))) == shown


# --- rates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (60, 100, "50.20", "69.06"), (0, 10, "0.00", "27.75"), (10, 10, "72.25", "100.00"), (1, 2, "9.45", "90.55"),
        (5, 10, "23.66", "76.34"), (600, 1000, "56.93", "62.99"), (0, 1, "0.00", "79.35"),
    ],
)  # fmt: skip
def test_an_interval_says_how_far_a_rate_can_be_trusted(hits: int, of: int, low: str, high: str) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert (str(half_up(found[0])), str(half_up(found[1]))) == (low, high)


def test_nothing_of_nothing_has_no_rate() -> None:
    assert wilson(0, 0) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_an_interval_holds_its_rate(hits: int, misses: int) -> None:
    found = wilson(hits, hits + misses)
    if found is None:
        assert hits + misses == 0
        return
    assert 0 <= found[0] <= half_up(Fraction(100 * hits, hits + misses), 30) + Decimal("1e-20")
    assert half_up(Fraction(100 * hits, hits + misses), 30) - Decimal("1e-20") <= found[1] <= 100


def test_few_ratings_weigh_little_beside_the_groups() -> None:
    assert bayesian_average(10, 10, Fraction(4, 5)) == Fraction(34, 40)
    assert bayesian_average(0, 0, Fraction(4, 5)) == Fraction(4, 5)
    assert half_up(100 * bayesian_average(570, 600, Fraction(4, 5))) == Decimal("94.29")
    assert [is_ranked(ratings) for ratings in (29, 30)] == [False, True]


# --- periods --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "first", "last"),
    [
        ("2026", PeriodKind.YEAR, "2026-01-01", "2026-12-31"),
        ("2026-Q1", PeriodKind.QUARTER, "2026-01-01", "2026-03-31"),
        ("2026-Q3", PeriodKind.QUARTER, "2026-07-01", "2026-09-30"),
        ("2028-02", PeriodKind.MONTH, "2028-02-01", "2028-02-29"),
        ("2026-12", PeriodKind.MONTH, "2026-12-01", "2026-12-31"),
        ("2026-W01", PeriodKind.WEEK, "2025-12-29", "2026-01-04"),
        ("2026-W53", PeriodKind.WEEK, "2026-12-28", "2027-01-03"),
        ("2099-12", PeriodKind.MONTH, "2099-12-01", "2099-12-31"),
    ],
)
def test_periods_are_named_as_they_are_parsed(name: str, kind: PeriodKind, first: str, last: str) -> None:
    period = Period.parse(name)
    assert (str(period), period.kind) == (name, kind)
    assert (str(period.first_day), str(period.last_day)) == (first, last)


@pytest.mark.parametrize(
    "name",
    ["", "26", "2026-", "2026-1", "2026-13", "2026-00", "2026-Q5", "2026-Q", "2027-W53", "2026-W00", "1999", "2100",
     "２０２６", "2026-10 ", "2026/10", "2026-10-01"],
)  # fmt: skip
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Period.parse(name)


@pytest.mark.parametrize(
    ("period", "kind", "first", "last", "number"),
    [
        ("2026-10", PeriodKind.MONTH, "2026-01", "2026-10", 10),
        ("2026-Q3", PeriodKind.MONTH, "2026-01", "2026-09", 9),
        ("2026", PeriodKind.MONTH, "2026-01", "2026-12", 12),
        ("2026-Q3", PeriodKind.QUARTER, "2026-Q1", "2026-Q3", 3),
        ("2026-09", PeriodKind.QUARTER, "2026-Q1", "2026-Q3", 3),
        ("2026", PeriodKind.YEAR, "2026", "2026", 1),
    ],
)
def test_the_sum_since_january_ends_where_the_period_does(
    period: str, kind: PeriodKind, first: str, last: str, number: int
) -> None:
    found = Period.parse(period).since_january(kind)
    assert (str(found[0]), str(found[-1]), len(found)) == (first, last, number)


@pytest.mark.parametrize(("period", "kind"), [("2026-10", PeriodKind.QUARTER), ("2026-Q4", PeriodKind.YEAR)])
def test_a_sum_does_not_end_in_the_middle(period: str, kind: PeriodKind) -> None:
    assert Period.parse(period).since_january(kind) == []


SHARES = [Decimal(one) for one in (4, 6, 8, 8, 9, 9, 8, 8, 10, 10, 10, 10)]


def test_a_year_is_spread_by_twelfths_or_by_shares() -> None:
    assert 1200 * share_due(10) == 1000
    assert 100 * share_due(1) == Fraction(25, 3)  # and not 8.33
    assert 1200 * share_due(10, SHARES) == 960
    assert share_due(12, SHARES) == share_due(12) == 1
    assert sum(TWELFTHS) == 100


@pytest.mark.parametrize(
    ("shares", "fault"),
    [
        (SHARES, None),
        (SHARES[:11], "twelve"),
        ([*SHARES[:11], Decimal("10.01")], "sum"),
        ([Decimal(110), Decimal(-10), *[Decimal(0)] * 10], "negative"),
        ([Decimal(0), Decimal(100), *[Decimal(0)] * 10], "january"),
        ([Decimal(100), *[Decimal(0)] * 11], None),
        ([Decimal("8.33")] * 11 + [Decimal("8.37")], None),
    ],
)
def test_a_plan_is_twelve_shares_that_sum_to_a_hundred(shares: list[Decimal], fault: str | None) -> None:
    assert shares_fault(shares) == fault


@pytest.mark.parametrize(
    ("period", "first", "before"),
    [
        ("2026-03", "2025-04", "2026-02"), ("2026-01", "2025-02", "2025-12"), ("2026-Q1", "2023-Q2", "2025-Q4"),
        ("2026", "2015", "2025"), ("2026-W01", "2025-W42", "2025-W52"), ("2021-W01", "2020-W43", "2020-W53"),
    ],
)  # fmt: skip
def test_twelve_periods_up_to_one(period: str, first: str, before: str) -> None:
    line = line_up(Period.parse(period))
    assert (len(line), str(line[0]), str(line[-2]), str(line[-1])) == (12, first, before, period)
    assert all(one.last_day < other.first_day for one, other in pairwise(line))


# --- digests ----------------------------------------------------------------------------------------------------------

words = st.text(max_size=8)
members = st.none() | st.booleans() | st.integers() | words | st.lists(words, max_size=30)


@given(st.dictionaries(words, members, max_size=4), st.lists(st.dictionaries(words, members, max_size=2), max_size=50))
def test_a_digest_made_in_pieces_is_that_of_the_whole(others: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """And a table that is read back a row at a time is the one that was kept, whatever words are in it."""
    table = {"group": {"name": 'a "rows":[ b'}, "others": list(others.items()), "rows": rows, "made_from": others}
    turns: list[int] = []
    assert digest_of(table, lambda: turns.append(1)) == hashlib.sha256(written(table).encode()).hexdigest()
    assert len(turns) > len(rows) // 20
    kept = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    assert json.dumps(read(kept, lambda: None)) == json.dumps(json.loads(kept))


@given(st.fractions(), st.integers(1, 10**6), st.integers(-(10**9), 10**9))
def test_what_is_spelled_quickly_is_spelled_the_same(value: Fraction, below: int, above: int) -> None:
    assert spelling(below)(above) == exact(above, below)
    assert Fraction(*ratio_of(exact(*value.as_integer_ratio()))) == value
    assert shown(above, below) == str(half_up(Fraction(above, below))).replace("-0.00", "0.00")


@given(st.lists(st.none() | st.fractions(min_value=0, max_value=130)))
def test_ranks_are_those_of_the_exact_scores(scores: list[Fraction | None]) -> None:
    there = [one for one in scores if one is not None]
    assert ranks(scores) == [None if one is None else 1 + sum(other > one for other in there) for one in scores]
    order = listing(scores)
    assert [scores[at] for at in order] == [*sorted(there, reverse=True), *[None] * (len(scores) - len(there))]
    assert all(one < other for one, other in pairwise(order) if scores[one] == scores[other])
