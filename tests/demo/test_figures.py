"""The figures of the demo's city: the same seed gives the same, byte for byte, and they are what they should be."""

import hashlib
import json
from decimal import Decimal
from fractions import Fraction

import pytest

from inquiry.demo.figures import MONTHS, SEED, Figures, _turned_back, figures, month_before
from inquiry.demo.indicators import CORRECTED, COURSES, INDICATORS, LATE
from inquiry.demo.units import UNITS
from inquiry.results.rules.periods import Period, shares_fault
from inquiry.results.rules.scores import Better, attainment, targets_cross

OCTOBER = Period.parse("2026-10")
UNIT = {unit.name: unit for unit in UNITS}
OF = {one.code: one for one in INDICATORS}


def digest(told: Figures) -> str:
    written = [told.targets, [[str(one.period), one.figures, one.corrections] for one in told.months]]
    return hashlib.sha256(json.dumps(written, ensure_ascii=False).encode()).hexdigest()


@pytest.fixture(scope="module")
def october() -> Figures:
    return figures(OCTOBER)


def test_the_same_seed_gives_the_same_figures_everywhere(october: Figures) -> None:
    assert digest(october) == "d6da55c986ea0cace97a5ac584c831332443a98dc932e84a60fb3a94bbfe79c1"
    assert digest(figures(OCTOBER)) == digest(october)
    assert digest(figures(OCTOBER, SEED + 1)) != digest(october)


@pytest.mark.parametrize("number", range(1, 13))
def test_whatever_is_summed_since_january_is_there(number: int) -> None:
    told = figures(Period.parse(f"2026-{number:02}"))
    months = [one.period for one in told.months]
    assert months[0].number == 1
    assert months[-1] == Period.parse(f"2026-{number:02}")
    assert [month_before(one, -1) for one in months[:-1]] == months[1:]
    assert months.index(month_before(months[-1], MONTHS - 1)) < 12
    assert set(told.targets) == {one.year for one in months}


@pytest.mark.parametrize(
    ("baseline", "stretch", "better"),
    [("1000", "1200", "more"), ("80", "60", "less"), ("0", "10", "more"), ("-50", "-20", "more"), ("0", "-3", "less")],
)
def test_points_turned_back_have_the_attainment_they_came_from(baseline: str, stretch: str, better: str) -> None:
    base, far, of = Decimal(baseline), Decimal(stretch), Better(better)
    for points in range(20, 131):
        value = _turned_back(points, base, far, of.sign)
        assert attainment(value, base, far, of) == points


def test_themes_have_indicators_of_every_kind(october: Figures) -> None:
    assert len(INDICATORS) == 8
    assert len({one.theme for one in INDICATORS}) == 2
    assert {one.accumulates for one in INDICATORS} == {True, False}
    assert {one.better for one in INDICATORS} == {"more", "less"}
    assert all(one.source and one.definition and one.name_en for one in INDICATORS)
    for one in INDICATORS:
        assert not one.shares or shares_fault([Decimal(share) for share in one.shares]) is None
        assert not one.spread or len(one.spread) == len(COURSES)
    baselines = {Decimal(row["baseline"]) for row in october.targets[2026] if row["indicator"] == "IND"}
    assert 0 in baselines
    assert min(baselines) < 0
    for rows in october.targets.values():
        for row in rows:
            base, far = Decimal(row["baseline"]), Decimal(row["stretch"])
            assert not targets_cross(base, far, Better(OF[row["indicator"]].better)), row


def test_a_figure_comes_once_and_stays_within_its_measure(october: Figures) -> None:
    rows = [row for month in october.months for row in month.figures]
    keys = [(row["indicator"], row["unit"], row["period"]) for row in rows]
    assert len(set(keys)) == len(keys)
    never = sum(one.never or one.back == 0 for one in LATE)
    expected = sum(unit.kind in one.typical for one in INDICATORS for unit in UNITS) * len(october.months)
    assert len(keys) == expected - never
    for row in rows:
        one, value = OF[row["indicator"]], Decimal(row["value"])
        assert -value.as_tuple().exponent == one.decimals
        assert one.spread or value >= 0
        assert one.measure != "%" or value <= 100


def test_what_comes_late_or_wrong_is_told(october: Figures) -> None:
    came = {(row["indicator"], row["unit"], row["period"]): month for month in october.months for row in month.figures}
    for late in LATE:
        key = (late.indicator, next(u.name for u in UNITS if u.key == late.unit), str(month_before(OCTOBER, late.back)))
        month = came.get(key)
        assert (month is None) == (late.never or late.back == 0)
        assert month is None or month.period == month_before(OCTOBER, late.back - 1)
    put_right = {(row["indicator"], UNIT[row["unit"]].key): row for one in october.months for row in one.corrections}
    assert put_right.keys() == {(one.indicator, one.unit) for one in CORRECTED}
    for key, row in put_right.items():
        wrong = next(
            r
            for one in october.months
            for r in one.figures
            if (r["indicator"], r["unit"], r["period"]) == (row["indicator"], row["unit"], row["period"])
        )
        assert wrong["value"] != row["value"], key
        assert row["evidence"]


def test_courses_are_taken(october: Figures) -> None:
    """What each month stands for by itself goes from where the course begins to where it ends, a little beside it."""
    promised = {
        (row["indicator"], row["unit"]): (Decimal(row["baseline"]), Decimal(row["stretch"]))
        for row in october.targets[2026]
    }
    for month, end in ((october.months[-1], 1), (october.months[-MONTHS], 0)):
        for row in month.figures:
            unit, one = UNIT[row["unit"]], OF[row["indicator"]]
            if unit.key in COURSES and one.spread and row["period"] == str(month.period):
                points = attainment(Decimal(row["value"]), *promised[one.code, unit.name], Better(one.better))
                assert abs(points - COURSES[unit.key][end]) <= Fraction(20), row
