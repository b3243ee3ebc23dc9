"""A table of results out of what is known of a theme, a period and a peer group: a pure function of its sources.

What comes out holds JSON values only, exact figures as text (`"112.4"`, `"325/3"`), so that it can be published, kept
and recomputed as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from .periods import TWELFTHS, Period, PeriodKind, share_due
from .scores import (
    Better,
    Ratio,
    attained,
    band,
    exact,
    listing,
    movement,
    pointed,
    ranks,
    shown,
    weighted_mean,
    whole,
)

Json = dict[str, Any]

_ALL_OF_IT: Final = (1, 1)
_TENS: Final = [10**places for places in range(41)]


@dataclass(frozen=True)
class Measured:
    """An indicator as a table reads it; `told` is the rest that is shown beside its figures."""

    code: str
    better: Better
    accumulates: bool
    period: PeriodKind
    weight: Decimal
    told: Json = field(default_factory=dict)


#: By indicator and period, then by unit: the id of the row with the value, or with both targets; decimals as they are
#: written.
Actuals = Mapping[tuple[str, str], Mapping[int, tuple[int, str]]]
Targets = Mapping[tuple[str, str], Mapping[int, tuple[int, str, str]]]


@dataclass(frozen=True)
class Sources:
    """Everything a table is made from. `units` (`{id, name, …}`) are in the units' order; `shares` are the plans of the
    year by indicator; `before` is the rank and exact score of units in the table published before. `history` are the
    eleven periods before (`{period, digest}`, without a digest where no table was published), `trends` each unit's
    scores in them, as shown."""

    theme: str
    period: Period
    group: Json
    indicators: Sequence[Measured]
    units: Sequence[Json]
    targets: Targets
    actuals: Actuals
    shares: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    before: Mapping[int, tuple[int, Fraction]] = field(default_factory=dict)
    previous: Json | None = None
    history: Sequence[Json] = ()
    trends: Mapping[int, Sequence[str | None]] = field(default_factory=dict)
    theme_en: str = ""


def periods_of(one: Measured, period: Period) -> list[Period]:
    """The periods of an indicator that a table of this period looks at; none, if it has no say in it."""
    if one.accumulates:
        return period.since_january(one.period) if period.kind is not PeriodKind.WEEK else []
    return [period] if period.kind is one.period else []


def table(sources: Sources) -> Json:
    """The table: its head, the indicators as they are, and the units best first, incomplete ones at the end."""
    indicators = [one for one in sources.indicators if periods_of(one, sources.period)]
    weights = whole(one.weight for one in indicators)
    figures = list(zip(*(_column(sources, one) for one in indicators), strict=True)) or [()] * len(sources.units)
    scores = [weighted_mean(weights, [each.reached for each in row]) for row in figures]
    places = ranks(scores)
    rows = [_row(sources, sources.units[at], places[at], scores[at], figures[at]) for at in listing(scores)]
    return {
        "theme": sources.theme, "theme_en": sources.theme_en, "period": str(sources.period),
        "group": sources.group, "previous": sources.previous,
        "history": list(sources.history),
        "indicators": [
            {
                "code": one.code, "better": one.better.value, "accumulates": one.accumulates,
                "period": one.period.value, "weight": f"{one.weight:f}", **one.told,
                "shares": [f"{share:f}" for share in sources.shares.get(one.code, ())] or None,
            }
            for one in indicators
        ],
        "rows": rows,
    }  # fmt: skip


@dataclass(frozen=True)
class _Look:
    """What a table looks at of an indicator: what is known of its periods by unit, of the whole year, and how much of
    a year's target is due at their end."""

    code: str
    sign: int
    actuals: Sequence[tuple[str, Mapping[int, tuple[int, str]]]]
    targets: Sequence[tuple[str, Mapping[int, tuple[int, str, str]]]]
    of_the_year: tuple[str, Mapping[int, tuple[int, str, str]]]
    due: Ratio


def _look(sources: Sources, one: Measured) -> _Look:
    code, year = one.code, f"{sources.period.year:04}"
    names = [str(each) for each in periods_of(one, sources.period)]
    due = Fraction(1)  # a target of the year holds for each of its periods
    if one.accumulates:
        due = share_due(sources.period.last_month, sources.shares.get(code, TWELFTHS))
    return _Look(
        code, one.better.sign, [(name, sources.actuals.get((code, name), {})) for name in names],
        [(name, sources.targets.get((code, name), {})) for name in names],
        (year, sources.targets.get((code, year), {})), due.as_integer_ratio(),
    )  # fmt: skip


class _Figure(NamedTuple):
    """Of one unit and indicator: as it is told, with the rows that it was made from, and its attainment."""

    told: Json
    reached: Ratio | None
    missing: list[str]


def _column(sources: Sources, one: Measured) -> list[_Figure]:
    """The figures of an indicator, in the order of the units."""
    look = _look(sources, one)
    return [_figure(look, unit["id"]) for unit in sources.units]


def _figure(look: _Look, unit_id: int) -> _Figure:
    code = look.code
    missing: list[str] = []
    values: list[Json] = []
    for name, of in look.actuals:
        found = of.get(unit_id)
        if found is None:
            missing.append(f"{code} {name}")
        else:
            values.append({"id": found[0], "period": name, "value": found[1]})
    promised, (times, parts) = _promised(look, unit_id)
    actual = baseline = stretch = reached = None
    if not missing:
        total, places = _sum([one["value"] for one in values])
        actual = pointed(total, places).rstrip("0").rstrip(".") if places else str(total)
    if promised:
        base, base_places = _sum([one["baseline"] for one in promised])
        far, far_places = _sum([one["stretch"] for one in promised])
        baseline, stretch = (
            exact(base * times, _TENS[base_places] * parts),
            exact(far * times, _TENS[far_places] * parts),
        )
    if actual and promised:
        most = max(places, base_places, far_places)
        reached = attained(
            total * _TENS[most - places] * parts, base * _TENS[most - base_places] * times,
            far * _TENS[most - far_places] * times, look.sign,
        )  # fmt: skip
    elif not promised:
        missing.append(f"{code} target")
    told = {
        "indicator": code, "actual": actual, "baseline": baseline, "stretch": stretch,
        "attainment": reached and shown(*reached), "attainment_exact": reached and exact(*reached),
        "actuals": values, "targets": promised,
    }  # fmt: skip
    return _Figure(told, reached, missing)


def _promised(look: _Look, unit_id: int) -> tuple[list[Json], Ratio]:
    """The targets given for each of the periods; otherwise that of the year, of which so much is due."""
    used = [(name, found) for name, of in look.targets if (found := of.get(unit_id))]
    due = _ALL_OF_IT
    if len(used) < len(look.targets):
        name, of = look.of_the_year
        used, due = ([(name, of[unit_id])] if unit_id in of else []), look.due
    return [
        {"id": row_id, "period": name, "baseline": baseline, "stretch": stretch}
        for name, (row_id, baseline, stretch) in used
    ], due


def _sum(written: Sequence[str]) -> tuple[int, int]:
    """Of decimals: a whole number, and how many of its digits are behind the point. A city has a hundred thousand of
    them, and fractions are slow."""
    if len(written) == 1:
        before, _point, behind = written[0].partition(".")
        return int(before + behind), len(behind)
    total = places = 0
    for one in written:
        before, _point, behind = one.partition(".")
        if len(behind) > places:
            total, places = total * _TENS[len(behind) - places], len(behind)
        total += int(before + behind) * _TENS[places - len(behind)]
    return total, places


def _row(sources: Sources, unit: Json, rank: int | None, score: Fraction | None, figures: Sequence[_Figure]) -> Json:
    before = sources.before.get(unit["id"])
    moved = movement(None if rank is None or score is None else (rank, score), before)
    return {
        "unit": unit, "rank": rank, "score": _shown(score),
        "score_exact": None if score is None else exact(*score.as_integer_ratio()),
        "band": None if score is None else band(score).value,
        "previous_rank": before[0] if before else None, "previous_score": _shown(before[1]) if before else None,
        "places": moved.places if moved else None, "points": _shown(moved.points) if moved else None,
        "trend": list(sources.trends.get(unit["id"], [None] * len(sources.history))),
        "missing": [name for each in figures for name in each.missing], "figures": [each.told for each in figures],
    }  # fmt: skip


def _shown(value: Fraction | None) -> str | None:
    return None if value is None else shown(*value.as_integer_ratio())
