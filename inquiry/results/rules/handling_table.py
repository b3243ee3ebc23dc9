"""The table of the built-in theme: a pure function of what was counted. No targets, so no attainments and no bands.

It has the shape of other tables (`tables.py`): `score` is the Bayesian average of satisfaction in percent, by which
units are ranked. Each figure has the ids of what is behind it, so that it can be opened and recounted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from ...core.intervals import wilson
from .handling import NOTHING, Counted, Found, Window
from .handling_indicators import INDICATORS, THEME, THEME_EN, Indicator, Shape
from .periods import Period
from .rates import bayesian_average, is_ranked
from .scores import exact_of, half_up, movement, ranks, ratio_of, shown, shown_of
from .tables import Json

#: What `kind` says of such a table.
KIND: Final = "handling"
RANKED_FIRST: Final = "satisfaction"
RANKED_THEN: Final = "completion"


@dataclass(frozen=True)
class Sources:
    """`units` (`{id, name, …}`) are in the units' order; `before` is the table published before. `history` and `trends`
    are as in other tables, of the Bayesian average."""

    period: Period
    window: Window
    group: Json
    units: Sequence[Json]
    found: Found
    before: Json | None = None
    previous: Json | None = None
    history: Sequence[Json] = ()
    trends: Mapping[int, Sequence[str | None]] = field(default_factory=dict)


def table(sources: Sources) -> Json:
    """The table, best first by satisfaction, then by completion; who has no rank in one stands behind who has."""
    mean = _mean(sources)
    figures = [[_figure(sources, one, unit["id"]) for one in INDICATORS] for unit in sources.units]
    by_code = [{each["indicator"]: each for each in row} for row in figures]
    scores = [_average(row[RANKED_FIRST], mean) for row in by_code]
    rates = [None if row[RANKED_THEN]["actual"] is None else Fraction(row[RANKED_THEN]["actual"]) for row in by_code]
    first, then = ranks(scores), ranks(rates)
    before = {row["unit"]["id"]: row for row in sources.before["rows"]} if sources.before else {}
    for at, row in enumerate(by_code):
        row[RANKED_THEN] |= _completion_moved(then[at], rates[at], before.get(sources.units[at]["id"]))
    listed = sorted(
        range(len(figures)), key=lambda at: (first[at] or len(figures) + 1, then[at] or len(figures) + 1, at)
    )
    rows = [
        _row(sources, sources.units[at], first[at], scores[at], figures[at], before.get(sources.units[at]["id"]))
        for at in listed
    ]  # fmt: skip
    return {
        "kind": KIND, "theme": THEME, "theme_en": THEME_EN, "period": str(sources.period), "group": sources.group,
        "previous": sources.previous, "history": list(sources.history),
        "due_counted_until": sources.window.over.isoformat(), "group_mean": exact_of(mean),
        "indicators": [one.told() for one in INDICATORS], "rows": rows,
    }  # fmt: skip


def _figure(sources: Sources, indicator: Indicator, unit_id: int) -> Json:
    """`actual` is the exact figure, None where there is nothing to take a rate or a mean of. Without targets: whoever
    reads all tables finds none."""
    counted = sources.found.get(indicator.code, {}).get(unit_id, NOTHING)
    figure = {Shape.RATE: _rate, Shape.DAYS: _days, Shape.COUNT: _count}[indicator.shape](counted)
    return {"indicator": indicator.code, **_NO_TARGETS, **figure, "yes": list(counted.yes)}


_NO_TARGETS: Final = {"baseline": None, "stretch": None, "attainment": None, "attainment_exact": None}


def _count(counted: Counted) -> Json:
    return {"actual": str(len(counted.yes)), "shown": str(len(counted.yes))}


def _days(counted: Counted) -> Json:
    mean = Fraction(sum(counted.days), len(counted.days)) if counted.days else None
    return {"actual": exact_of(mean), "shown": shown_of(mean), "of": len(counted.days), "days": list(counted.days)}


def _rate(counted: Counted) -> Json:
    hits, of = len(counted.yes), len(counted.yes) + len(counted.no)
    rate = Fraction(100 * hits, of) if of else None
    low, high = wilson(hits, of) or (None, None)
    return {
        "actual": exact_of(rate), "shown": shown_of(rate), "hits": hits, "of": of,
        "low": None if low is None else f"{half_up(low):f}", "high": None if high is None else f"{half_up(high):f}",
        "no": list(counted.no),
    }  # fmt: skip


def _mean(sources: Sources) -> Fraction | None:
    """Of all ratings of the group together; None where there are none."""
    own = sources.found.get(RANKED_FIRST, {})
    counted = [own.get(unit["id"], NOTHING) for unit in sources.units]
    hits = sum(len(one.yes) for one in counted)
    of = hits + sum(len(one.no) for one in counted)
    return Fraction(hits, of) if of else None


def _average(figure: Json, mean: Fraction | None) -> Fraction | None:
    """In percent; None for who is not ranked."""
    if mean is None or not is_ranked(figure["of"]):
        return None
    return 100 * bayesian_average(figure["hits"], figure["of"], mean)


def _completion_moved(rank: int | None, rate: Fraction | None, before: Mapping[str, Any] | None) -> Json:
    was = next((one for one in before["figures"] if one["indicator"] == RANKED_THEN), None) if before else None
    return {"rank": rank, **_moved(rank, rate, was and was["rank"], was and was["actual"])}


def _row(
    sources: Sources, unit: Json, rank: int | None, score: Fraction | None, figures: Sequence[Json], before: Json | None
) -> Json:
    was = (before["rank"], before["score_exact"]) if before else (None, None)
    return {
        "unit": unit, "rank": rank, "score": shown_of(score), "score_exact": exact_of(score), "band": None,
        **_moved(rank, score, *was), "missing": [one["indicator"] for one in figures if one["actual"] is None],
        "figures": list(figures), "trend": list(sources.trends.get(unit["id"], [None] * len(sources.history))),
    }  # fmt: skip


def _moved(rank: int | None, value: Fraction | None, rank_before: int | None, value_before: str | None) -> Json:
    """Against the table before, where the unit was ranked in it."""
    was = (rank_before, ratio_of(value_before)) if rank_before is not None and value_before is not None else None
    moved = movement(None if rank is None or value is None else (rank, value.as_integer_ratio()), was)
    return {
        "previous_rank": was[0] if was else None, "previous_score": shown(*was[1]) if was else None,
        "places": moved.places if moved else None, "points": shown(*moved.points) if moved else None,
    }  # fmt: skip
