"""A table of results out of what is known of a theme, a period and a peer group: a pure function of its sources.

What comes out holds JSON values only, exact figures as text (`"112.4"`, `"325/3"`), so that it can be published, kept
and recomputed as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from .periods import TWELFTHS, Period, PeriodKind, share_due
from .scores import Better, attainment, band, half_up, listing, movement, ranks, theme_score

Json = dict[str, Any]

#: For adding up what has at most thirty digits: faster than fractions, and as exact, or it raises.
_EXACTLY: Final = Context(prec=60, traps=[Inexact])


@dataclass(frozen=True)
class Measured:
    """An indicator as a table reads it; `told` is the rest that is shown beside its figures."""

    code: str
    better: Better
    accumulates: bool
    period: PeriodKind
    weight: Decimal
    told: Json = field(default_factory=dict)


#: By indicator, unit and period: the id of the row with the value, or with both targets.
Actuals = Mapping[tuple[str, int, str], tuple[int, Decimal]]
Targets = Mapping[tuple[str, int, str], tuple[int, Decimal, Decimal]]


@dataclass(frozen=True)
class Sources:
    """Everything a table is made from. `units` (`{id, name, …}`) are in the units' order; `shares` are the plans of the
    year by indicator; `before` is the rank and exact score of units in the table published before."""

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


def periods_of(one: Measured, period: Period) -> list[Period]:
    """The periods of an indicator that a table of this period looks at; none, if it has no say in it."""
    if one.accumulates:
        return period.since_january(one.period) if period.kind is not PeriodKind.WEEK else []
    return [period] if period.kind is one.period else []


def table(sources: Sources) -> Json:
    """The table: its head, the indicators as they are, and the units best first, incomplete ones at the end."""
    indicators = [one for one in sources.indicators if periods_of(one, sources.period)]
    looks = [_look(sources, one) for one in indicators]
    figures = [[_figure(sources, look, unit["id"]) for look in looks] for unit in sources.units]
    scores = [
        theme_score([(one.weight, each.reached) for one, each in zip(indicators, row, strict=True)]) for row in figures
    ]
    places = ranks(scores)
    rows = [_row(sources, sources.units[at], places[at], scores[at], figures[at]) for at in listing(scores)]
    return {
        "theme": sources.theme, "period": str(sources.period), "group": sources.group, "previous": sources.previous,
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
    """What a table looks at of an indicator: the periods, and how much of a year's target is due at their end."""

    one: Measured
    since: Sequence[str]
    due: Fraction


def _look(sources: Sources, one: Measured) -> _Look:
    since = [str(each) for each in periods_of(one, sources.period)]
    if not one.accumulates:
        return _Look(one, since, Fraction(1))  # a target of the year holds for each of its periods
    return _Look(one, since, share_due(sources.period.last_month, sources.shares.get(one.code, TWELFTHS)))


@dataclass
class _Figure:
    """Of one unit and indicator. `values` and `promised` are the rows that it was made from."""

    code: str
    actual: Fraction | None = None
    targets: tuple[Fraction, Fraction] | None = None
    reached: Fraction | None = None
    missing: list[str] = field(default_factory=list)
    values: list[Json] = field(default_factory=list)
    promised: list[Json] = field(default_factory=list)

    def told(self) -> Json:
        baseline, stretch = self.targets or (None, None)
        return {
            "indicator": self.code, "actual": exact(self.actual),
            "baseline": exact(baseline), "stretch": exact(stretch),
            "attainment": shown(self.reached), "attainment_exact": exact(self.reached),
            "actuals": self.values, "targets": self.promised,
        }  # fmt: skip


def _figure(sources: Sources, look: _Look, unit_id: int) -> _Figure:
    one = look.one
    found = _Figure(one.code)
    for name in look.since:
        actual = sources.actuals.get((one.code, unit_id, name))
        if actual is None:
            found.missing.append(f"{one.code} {name}")
        else:
            found.values.append({"id": actual[0], "period": name, "value": f"{actual[1]:f}"})
    if not found.missing:
        found.actual = _sum(sources.actuals[one.code, unit_id, name][1] for name in look.since)
    found.targets = _targets(sources, look, unit_id, found.promised)
    if found.targets is None:
        found.missing.append(f"{one.code} target")
    elif found.actual is not None:
        found.reached = attainment(found.actual, *found.targets, one.better)
    return found


def _targets(sources: Sources, look: _Look, unit_id: int, promised: list[Json]) -> tuple[Fraction, Fraction] | None:
    """Those given for each of the periods; otherwise that of the year, spread by its plan if it accumulates."""
    code, due = look.one.code, Fraction(1)
    used = [(name, target) for name in look.since if (target := sources.targets.get((code, unit_id, name)))]
    if len(used) < len(look.since):
        year = f"{sources.period.year:04}"
        whole = sources.targets.get((code, unit_id, year))
        if whole is None:
            return None
        used, due = [(year, whole)], look.due
    promised += [
        {"id": row_id, "period": name, "baseline": f"{baseline:f}", "stretch": f"{stretch:f}"}
        for name, (row_id, baseline, stretch) in used
    ]
    return _sum(target[1] for _name, target in used) * due, _sum(target[2] for _name, target in used) * due


def _sum(values: Iterable[Decimal]) -> Fraction:
    return Fraction(reduce(_EXACTLY.add, values))


def _row(sources: Sources, unit: Json, rank: int | None, score: Fraction | None, figures: Sequence[_Figure]) -> Json:
    before = sources.before.get(unit["id"])
    moved = movement(None if rank is None or score is None else (rank, score), before)
    return {
        "unit": unit, "rank": rank, "score": shown(score), "score_exact": exact(score),
        "band": None if score is None else band(score).value,
        "previous_rank": before[0] if before else None, "previous_score": shown(before[1]) if before else None,
        "places": moved.places if moved else None, "points": shown(moved.points) if moved else None,
        "missing": [name for each in figures for name in each.missing], "figures": [each.told() for each in figures],
    }  # fmt: skip


def shown(value: Fraction | None) -> str | None:
    return None if value is None else f"{half_up(value):f}"


def exact(value: Fraction | None) -> str | None:
    """`"112.4"` where a decimal says it, otherwise `"325/3"`: `Fraction` reads both."""
    if value is None:
        return None
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return f"{half_up(value, max(twos, fives)):f}" if rest == 1 else str(value)
