"""The table as a pure function of its sources."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.results.rules.periods import Period, PeriodKind
from inquiry.results.rules.scores import Better, attainment, exact
from inquiry.results.rules.tables import Column, Measured, Sources, periods_of, table

MONTH, QUARTER, YEAR = PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR
GDP = Measured("GDP", Better.MORE, True, MONTH, Decimal(3))
AIR = Measured("AIR", Better.LESS, False, MONTH, Decimal(1))
UNITS = [{"id": number, "name": name} for number, name in enumerate(("甲区", "乙区", "丙区"), 1)]


def months(code: str, unit: int, *values: str) -> dict[tuple[str, int, str], tuple[int, str]]:
    return {(code, unit, f"2026-{month:02}"): (month, value) for month, value in enumerate(values, 1) if value}


def targets(code: str, unit: int, period: str, baseline: str, stretch: str) -> dict[Any, Any]:
    return {(code, unit, period): (99, baseline, stretch)}


def columns(flat: dict[tuple[str, int, str], tuple[Any, ...]]) -> dict[tuple[str, str], Column]:
    """As sources hold them."""
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for (code, unit, period), row in sorted(flat.items()):
        found.setdefault((code, period), []).append((unit, *row))
    texts = {key: [" ".join(map(str, each)) for each in zip(*of, strict=True)] for key, of in found.items()}
    return {key: Column(units, ids, tuple(values)) for key, (units, ids, *values) in texts.items()}


TARGETS = {
    **{key: value for unit in (1, 2, 3) for key, value in targets("GDP", unit, "2026", "120", "144").items()},
    **{key: value for unit in (1, 2, 3) for key, value in targets("AIR", unit, "2026", "40", "30").items()},
}
ACTUALS = {
    **months("GDP", 1, "10", "11"), **months("AIR", 1, "40", "35"),
    **months("GDP", 2, "12", "12"), **months("AIR", 2, "40", "30"),
    **months("GDP", 3, "10", "11"), **months("AIR", 3, "40", "35"),
}  # fmt: skip
SOURCES = Sources(
    theme="经济", period=Period.parse("2026-02"), group={"id": 1}, indicators=[GDP, AIR], units=UNITS,
    targets=columns(TARGETS), actuals=columns(ACTUALS),
)  # fmt: skip


def rows(sources: Sources) -> list[tuple[str, int | None, str | None, str | None, list[str]]]:
    return [
        (row["unit"]["name"], row["rank"], row["score"], row["band"], row["missing"]) for row in table(sources)["rows"]
    ]


def figures(sources: Sources, unit: str, code: str) -> dict[str, Any]:
    (row,) = (row for row in table(sources)["rows"] if row["unit"]["name"] == unit)
    (found,) = (one for one in row["figures"] if one["indicator"] == code)
    return dict(found)


def test_a_month_compares_the_sum_since_january_with_the_sum_planned() -> None:
    """21 since January; two twelfths of 120 and 144 are 20 and 24; a quarter of the way is 105. (3·105 + 110) / 4."""
    gdp = figures(SOURCES, "甲区", "GDP")
    assert (gdp["actual"], gdp["baseline"], gdp["stretch"], gdp["attainment"]) == ("21", "20", "24", "105.00")
    air = figures(SOURCES, "甲区", "AIR")
    assert (air["actual"], air["baseline"], air["stretch"], air["attainment"]) == ("35", "40", "30", "110.00")
    assert rows(SOURCES) == [
        ("乙区", 1, "120.00", "leading", []), ("甲区", 2, "106.25", "holding", []),
        ("丙区", 2, "106.25", "holding", []),
    ]  # fmt: skip


def test_what_it_was_made_from_is_told() -> None:
    without = {key: value for key, value in ACTUALS.items() if key != ("GDP", 2, "2026-02")}
    made_from = table(replace(SOURCES, actuals=columns(without)))["made_from"]
    assert made_from["units"] == "1 2 3"
    assert made_from["actuals"] == [
        {"indicator": "GDP", "period": "2026-01", "units": None, "ids": "1 1 1", "values": "10 12 10"},
        {"indicator": "GDP", "period": "2026-02", "units": "1 3", "ids": "2 2", "values": "11 11"},
        {"indicator": "AIR", "period": "2026-02", "units": None, "ids": "2 2 2", "values": "35 30 35"},
    ]  # fmt: skip
    assert made_from["targets"][0] == {
        "indicator": "GDP", "period": "2026", "units": None, "ids": "99 99 99", "baselines": "120 120 120",
        "stretches": "144 144 144",
    }  # fmt: skip
    assert table(SOURCES)["indicators"][0]["weight"] == "3"


decimals = st.builds(lambda number, places: f"{Decimal(number).scaleb(-places):f}", st.integers(-(10**6), 10**6),
                     st.integers(0, 4))  # fmt: skip


@given(st.lists(st.lists(st.one_of(st.none(), decimals), min_size=3, max_size=3), min_size=3, max_size=3), decimals)
def test_figures_are_the_exact_sums_of_what_there_is(values: list[list[str | None]], baseline: str) -> None:
    """With whatever places they are written, and whoever lacks one: against fractions, unit by unit."""
    actuals = {
        ("GDP", unit, f"2026-{month:02}"): (month, value)
        for unit, of_unit in zip((7, 3, 12), values, strict=True)
        for month, value in enumerate(of_unit, 1) if value is not None
    }  # fmt: skip
    stretch = f"{Decimal(baseline) + Decimal('0.7'):f}"
    found = table(
        replace(
            SOURCES, period=Period.parse("2026-03"), indicators=[GDP], actuals=columns(actuals),
            units=[{"id": unit, "name": ""} for unit in (7, 3, 12)],
            targets=columns({("GDP", unit, "2026"): (1, baseline, stretch) for unit in (3, 7, 12)}),
        )
    )["rows"]  # fmt: skip
    of_units = {row["unit"]["id"]: row["figures"][0] for row in found}
    for unit, of_unit in zip((7, 3, 12), values, strict=True):
        figure, there = of_units[unit], [Fraction(one) for one in of_unit if one is not None]
        due = [Fraction(one) / 4 for one in (baseline, stretch)]
        assert [Fraction(figure["baseline"]), Fraction(figure["stretch"])] == due
        if len(there) < 3:
            assert (figure["actual"], figure["attainment_exact"]) == (None, None)
            continue
        assert figure["actual"] == exact(*sum(there).as_integer_ratio())
        assert Fraction(figure["attainment_exact"]) == attainment(sum(there), *due, Better.MORE)
    scores = [-1 if row["score_exact"] is None else Fraction(row["score_exact"]) for row in found]
    assert scores == sorted(scores, reverse=True)


def test_others_go_first_again_and_again() -> None:
    """Between two of its pieces no more is done than a few thousand figures, however many there are."""
    turns: list[int] = []

    def made(units: int) -> int:
        turns.clear()
        everyone = [{"id": number, "name": ""} for number in range(1, units + 1)]
        flat = {("GDP", unit["id"], f"2026-{month:02}"): (1, "10.5") for unit in everyone for month in range(1, 13)}
        promised = {("GDP", unit["id"], "2026"): (1, "120", "144") for unit in everyone}
        year = replace(
            SOURCES, period=Period.parse("2026-12"), indicators=[GDP], units=everyone, actuals=columns(flat),
            targets=columns(promised),
        )  # fmt: skip
        assert len(table(year, lambda: turns.append(1))["rows"]) == units
        return len(turns)

    few, many = made(2000), made(6000)
    assert few >= 12 + 3, "after each period, and while figures and rows are made"
    assert many - few >= 2 * 4000 // 200, "and the oftener the more rows there are"


def test_shares_spread_the_year_otherwise() -> None:
    shares = [Decimal(5)] * 2 + [Decimal(9)] * 10
    gdp = figures(replace(SOURCES, shares={"GDP": shares}), "甲区", "GDP")
    assert (gdp["baseline"], gdp["stretch"], gdp["attainment"]) == ("12", "14.4", "130.00")


def test_targets_of_the_months_themselves_go_before_the_years() -> None:
    own = {**targets("GDP", 1, "2026-01", "9", "10"), **targets("GDP", 1, "2026-02", "9", "10")}
    assert figures(replace(SOURCES, targets=columns({**TARGETS, **own})), "甲区", "GDP")["baseline"] == "18"
    one = targets("GDP", 1, "2026-02", "9", "10")
    assert figures(replace(SOURCES, targets=columns({**TARGETS, **one})), "甲区", "GDP")["baseline"] == "20"
    assert figures(replace(SOURCES, targets=columns(one)), "甲区", "GDP")["baseline"] is None


def test_what_is_missing_is_named_and_nobody_is_ranked_without_it() -> None:
    actuals = {key: value for key, value in ACTUALS.items() if key not in {("GDP", 2, "2026-01")}}
    promised = {key: value for key, value in TARGETS.items() if key != ("AIR", 3, "2026")}
    missing = replace(SOURCES, actuals=columns(actuals), targets=columns(promised))
    assert rows(missing) == [
        ("甲区", 1, "106.25", "holding", []), ("乙区", None, None, None, ["GDP 2026-01"]),
        ("丙区", None, None, None, ["AIR target"]),
    ]  # fmt: skip
    assert figures(missing, "乙区", "AIR")["attainment"] == "120.00"  # what is there is shown
    zero = {**actuals, ("GDP", 2, "2026-01"): (1, "0")}
    assert rows(replace(missing, actuals=columns(zero)))[1][:2] == ("乙区", 2)  # nought is a figure


def test_movement_is_against_the_ranks_of_before() -> None:
    before = {1: (1, (110, 1)), 2: (3, (100, 1))}
    found = {row["unit"]["name"]: row for row in table(replace(SOURCES, before=before))["rows"]}
    assert [(found[name]["places"], found[name]["points"]) for name in ("甲区", "乙区", "丙区")] == [
        (-1, "-3.75"), (2, "20.00"), (None, None),
    ]  # fmt: skip
    assert (found["甲区"]["previous_rank"], found["甲区"]["previous_score"]) == (1, "110.00")


@pytest.mark.parametrize(
    ("kind", "accumulates", "period", "looked_at"),
    [
        (MONTH, True, "2026-03", 3), (MONTH, True, "2026-Q2", 6), (MONTH, True, "2026", 12),
        (QUARTER, True, "2026-03", 1), (QUARTER, True, "2026-02", 0), (YEAR, True, "2026", 1),
        (YEAR, True, "2026-12", 0),
        (MONTH, False, "2026-03", 1), (MONTH, False, "2026-Q1", 0), (QUARTER, False, "2026-Q1", 1),
        (YEAR, False, "2026", 1), (MONTH, True, "2026-W09", 0),
    ],
)  # fmt: skip
def test_an_indicator_has_a_say_where_its_periods_end_with_the_tables(
    kind: PeriodKind, accumulates: bool, period: str, looked_at: int
) -> None:
    assert len(periods_of(Measured("A", Better.MORE, accumulates, kind, Decimal(1)), Period.parse(period))) == looked_at


def test_a_quarter_takes_the_sum_of_its_months_and_of_those_before() -> None:
    more = columns({**ACTUALS, **months("GDP", 1, *["10"] * 6)})
    quarter = replace(SOURCES, period=Period.parse("2026-Q2"), actuals=more)
    gdp = figures(quarter, "甲区", "GDP")
    assert (gdp["actual"], gdp["baseline"], gdp["attainment"]) == ("60", "60", "100.00")
    assert [one["code"] for one in table(quarter)["indicators"]] == ["GDP"]  # AIR stands for itself in each month


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "0"), ("112.4", "112.4"), ("325/3", "325/3"), ("1/8", "0.125"), ("-1/2", "-0.5"), ("120", "120"),
        ("1/7", "1/7"),
    ],
)  # fmt: skip
def test_exact_figures_are_read_back_as_they_were(value: str, said: str) -> None:
    assert exact(*Fraction(value).as_integer_ratio()) == said
    assert Fraction(said) == Fraction(value)


def test_the_same_sources_give_the_same_table() -> None:
    assert json.dumps(table(SOURCES)) == json.dumps(table(replace(SOURCES, units=list(UNITS))))


def test_a_large_city_is_ranked_quickly() -> None:
    """Two hundred units with twenty indicators each, in seconds of the processor: others may be busy too."""
    some = [replace(GDP, code=f"I{number}") for number in range(20)]
    units = [{"id": number, "name": str(number)} for number in range(200)]
    large = replace(
        SOURCES, indicators=some, units=units,
        targets=columns({(one.code, unit["id"], "2026"): (1, "120", "144") for unit in units for one in some}),
        actuals=columns({
            (one.code, unit["id"], f"2026-0{month}"): (1, str(9 + unit["id"] % 7))
            for unit in units for one in some for month in (1, 2)
        }),
    )  # fmt: skip
    began = process_time()
    assert len(table(large)["rows"]) == 200
    assert process_time() - began < 2
