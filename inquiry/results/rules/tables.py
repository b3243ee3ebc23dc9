"""A table of results out of what is known of a theme, a period and a peer group: a pure function of its sources.

What comes out holds JSON values only, exact figures as text (`"112.4"`, `"325/3"`), so that it can be published, kept
and recomputed as it is. In a large city a hundred thousand figures are made of six times as many: these are read, added
up and kept by the column, an indicator's period at a time, and not as so many objects.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import add
from typing import Any, Final, NamedTuple

from ...core.turns import Pause, go_on, in_turn
from .periods import TWELFTHS, Period, PeriodKind, share_due
from .scores import (
    Better,
    Ratio,
    attained,
    band,
    exactly,
    listing,
    movement,
    ranks,
    reduced,
    shown,
    spelling,
    weighted_mean,
    whole,
)

Json = dict[str, Any]

#: So many rows, and so many figures, are made before somebody else may go first.
_AT_ONCE: Final = 200
_FIGURES_AT_ONCE: Final = 2000
_TENS: Final = [10**places for places in range(81)]
_NOUGHTS: Final = str.maketrans("123456789", "000000000")


@dataclass(frozen=True)
class Measured:
    """An indicator as a table reads it; `told` is the rest that is shown beside its figures."""

    code: str
    better: Better
    accumulates: bool
    period: PeriodKind
    weight: Decimal
    told: Json = field(default_factory=dict)


class Column(NamedTuple):
    """What stands of an indicator in a period, in texts that are separated by blanks: the ids of the units, in their
    order, those of the rows, and decimals as they are written: of actuals the values, of targets both."""

    units: str
    ids: str
    values: tuple[str, ...]


#: By indicator and period.
Columns = Mapping[tuple[str, str], Column]


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
    targets: Columns
    actuals: Columns
    shares: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    before: Mapping[int, tuple[int, Ratio]] = field(default_factory=dict)
    previous: Json | None = None
    history: Sequence[Json] = ()
    trends: Mapping[int, list[str | None]] = field(default_factory=dict)
    theme_en: str = ""


def periods_of(one: Measured, period: Period) -> list[Period]:
    """The periods of an indicator that a table of this period looks at; none, if it has no say in it."""
    if one.accumulates:
        return period.since_january(one.period) if period.kind is not PeriodKind.WEEK else []
    return [period] if period.kind is one.period else []


def table(sources: Sources, pause: Pause = go_on) -> Json:
    """The table: its head, the indicators as they are, the units best first, incomplete ones at the end, and what all
    of it was made from. `pause` is called after every few hundred figures: there others may go first."""
    indicators = [one for one in sources.indicators if periods_of(one, sources.period)]
    weights = whole(one.weight for one in indicators)
    everyone = _Everyone.of(sources.units)
    looks = [_look(sources, one) for one in indicators]
    columns = [_column(look, everyone, pause) for look in looks]
    told = list(zip(*(one.told for one in columns), strict=True)) or [()] * len(sources.units)
    reached = list(zip(*(one.reached for one in columns), strict=True)) or [()] * len(sources.units)
    scores = [weighted_mean(weights, reached[at]) for at in in_turn(everyone.order, pause, _AT_ONCE)]
    places = ranks(scores)
    rows = []
    for place in in_turn(listing(scores), pause, _AT_ONCE):
        at = everyone.order[place]
        missing = [name for one in columns for name in one.missing.get(at, ())]
        rows.append(_row(sources, sources.units[place], places[place], scores[place], told[at], missing))
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
        "rows": rows, "made_from": _made_from(looks, everyone),
    }  # fmt: skip


class _Everyone(NamedTuple):
    """The units by their ids, as columns have them; `order` says where to find whom in the units' order."""

    units: str
    names: Sequence[str]
    order: Sequence[int]

    @classmethod
    def of(cls, units: Sequence[Json]) -> "_Everyone":
        ids = sorted(unit["id"] for unit in units)
        at = {unit_id: place for place, unit_id in enumerate(ids)}
        names = [str(one) for one in ids]
        return cls(" ".join(names), names, [at[unit["id"]] for unit in units])


@dataclass(frozen=True)
class _Look:
    """What a table looks at of an indicator: what is known of its periods, of the whole year, and how much of a year's
    target is due at their end."""

    code: str
    sign: int
    actuals: Mapping[str, Column]
    targets: Mapping[str, Column]
    of_the_year: Mapping[str, Column]
    due: Ratio


#: Where nothing stands.
_NOTHING: Final = Column("", "", ("", ""))


def _look(sources: Sources, one: Measured) -> _Look:
    code, year = one.code, f"{sources.period.year:04}"
    names = [str(each) for each in periods_of(one, sources.period)]
    due = Fraction(1)  # a target of the year holds for each of its periods
    if one.accumulates:
        due = share_due(sources.period.last_month, sources.shares.get(code, TWELFTHS))
    return _Look(
        code, one.better.sign, {name: sources.actuals.get((code, name), _NOTHING) for name in names},
        {name: sources.targets.get((code, name), _NOTHING) for name in names},
        {year: sources.targets.get((code, year), _NOTHING)}, due.as_integer_ratio(),
    )  # fmt: skip


def _made_from(looks: Sequence[_Look], everyone: _Everyone) -> Json:
    """Of each indicator and period the rows that were looked at, in columns; `units` is null where all are there."""
    told: Json = {"units": everyone.units, "actuals": [], "targets": []}
    for look in looks:
        for kind, columns, names in (
            ("actuals", look.actuals, ("values",)),
            ("targets", {**look.targets, **look.of_the_year}, ("baselines", "stretches")),
        ):
            told[kind] += [
                {
                    "indicator": look.code,
                    "period": period,
                    "units": None if column.units == everyone.units else column.units,
                    "ids": column.ids,
                    **dict(zip(names, column.values, strict=False)),
                }
                for period, column in columns.items()
                if column.units
            ]
    return told


class _Figures(NamedTuple):
    """Of an indicator, for everyone: each as it is told, its attainment, and of whom what is missing."""

    told: Sequence[Json]
    reached: Sequence[Ratio | None]
    missing: Mapping[int, Sequence[str]]


def _column(look: _Look, everyone: _Everyone, pause: Pause) -> _Figures:
    parts = look.due[1]
    total = _sum(look.actuals, 0, everyone, pause)
    base, far = _promised(look, 0, everyone, pause), _promised(look, 1, everyone, pause)
    most = max(total.places, base.places, far.places)
    figures = [total.scaled(most, parts), base.scaled(most), far.scaled(most)]
    spell = spelling(_TENS[most] * parts)
    said = []
    for one in figures:
        pause()
        said.append(_said(one, spell))
    told: list[Json] = []
    reached: list[Ratio | None] = []
    figures_in_words = zip(zip(*figures, strict=True), zip(*said, strict=True), strict=True)
    for (actual, baseline, stretch), in_words in in_turn(figures_in_words, pause, _FIGURES_AT_ONCE):
        ratio, shown_as, exact = None, None, None
        if actual is not None and baseline is not None and stretch is not None:
            above, below = ratio = reduced(*attained(actual, baseline, stretch, look.sign))
            shown_as, exact = shown(above, below), exactly(above, below)
        reached.append(ratio)
        of_actual, of_baseline, of_stretch = in_words
        told.append({
            "indicator": look.code, "actual": of_actual, "baseline": of_baseline, "stretch": of_stretch,
            "attainment": shown_as, "attainment_exact": exact,
        })  # fmt: skip
    return _Figures(told, reached, _missing(look, everyone, base))


def _said(numbers: Sequence[int | None], spell: Callable[[int], str]) -> list[str | None]:
    """Exactly; many units have the same target."""
    known = {one: None if one is None else spell(one) for one in set(numbers)}
    return [known[one] for one in numbers]


def _missing(look: _Look, everyone: _Everyone, promised: "_Numbers") -> dict[int, list[str]]:
    missing: dict[int, list[str]] = defaultdict(list)
    for name, column in look.actuals.items():
        if column.units != everyone.units:
            there = set(column.units.split(" "))
            for at, unit in enumerate(everyone.names):
                if unit not in there:
                    missing[at].append(f"{look.code} {name}")
    for at, one in enumerate(promised.numbers):
        if one is None:
            missing[at].append(f"{look.code} target")
    return missing


class _Numbers(NamedTuple):
    """Decimals of everyone as whole numbers, so many of whose digits are behind the point; None where there is none."""

    numbers: Sequence[int | None]
    places: int

    def scaled(self, places: int, times: int = 1) -> Sequence[int | None]:
        """The same, or so many times as much, with more places."""
        scale = times * _TENS[places - self.places]
        return self.numbers if scale == 1 else [None if one is None else one * scale for one in self.numbers]

    def plus(self, other: "_Numbers") -> "_Numbers":
        """Of whom one of the two is missing there is none."""
        places = max(self.places, other.places)
        both: Any = self.scaled(places), other.scaled(places)
        try:
            return _Numbers(list(map(add, *both)), places)
        except TypeError:
            return _Numbers([None if None in each else sum(each) for each in zip(*both, strict=True)], places)


def _promised(look: _Look, which: int, everyone: _Everyone, pause: Pause) -> _Numbers:
    """As many times as there are parts of a year: the targets given for each of the periods; otherwise that of the
    year, of which so much is due."""
    times, parts = look.due
    of_the_year = _sum(look.of_the_year, which, everyone, pause)
    if _NOTHING in look.targets.values():
        return _Numbers(of_the_year.scaled(of_the_year.places, times), of_the_year.places)
    own = _sum(look.targets, which, everyone, pause)
    places = max(own.places, of_the_year.places)
    both = zip(own.scaled(places, parts), of_the_year.scaled(places, times), strict=True)
    return _Numbers([other if one is None else one for one, other in both], places)


def _sum(columns: Mapping[str, Column], which: int, everyone: _Everyone, pause: Pause) -> _Numbers:
    """Of all periods; of whom one is missing there is none."""
    first, *others = columns.values()
    found = _read(first, which, everyone)
    for column in others:
        pause()
        found = found.plus(_read(column, which, everyone))
    return found


def _read(column: Column, which: int, everyone: _Everyone) -> _Numbers:
    if not column.units:
        return _Numbers([None] * len(everyone.names), 0)
    numbers, places = _whole(column.values[which])
    if column.units != everyone.units:
        found = dict(zip(column.units.split(" "), numbers, strict=True))
        numbers = [found.get(name) for name in everyone.names]
    return _Numbers(numbers, places)


def _whole(written: str) -> tuple[Sequence[int | None], int]:
    """Of decimals: whole numbers, and how many of their digits are behind the point. A city has a hundred thousand of
    them, and most often all have the same places: then the points are simply left out."""
    first = written.partition(" ")[0]
    places = len(first.partition(".")[2])
    if _have_places(written, places):
        return list(map(int, written.replace(".", "").split(" "))), places
    apart = [one.partition(".") for one in written.split(" ")]
    places = max(len(behind) for _before, _point, behind in apart)
    return [int(before + behind) * _TENS[places - len(behind)] for before, _point, behind in apart], places


def _have_places(written: str, places: int) -> bool:
    """Whether all have so many: whatever digits they have, the ends of all are then alike."""
    ends = f"{written} ".translate(_NOUGHTS)
    return ends.count("." + "0" * places + " ") == ends.count(" ") if places else "." not in written


def _row(
    sources: Sources, unit: Json, rank: int | None, score: Fraction | None, figures: Sequence[Json],
    missing: Sequence[str],
) -> Json:  # fmt: skip
    before = sources.before.get(unit["id"])
    ratio = None if score is None else score.as_integer_ratio()
    moved = movement(None if rank is None or ratio is None else (rank, ratio), before)
    return {
        "unit": unit, "rank": rank, "score": ratio and shown(*ratio), "score_exact": ratio and exactly(*ratio),
        "band": None if score is None else band(score).value,
        "previous_rank": before[0] if before else None, "previous_score": shown(*before[1]) if before else None,
        "places": moved.places if moved else None, "points": shown(*moved.points) if moved else None,
        "trend": sources.trends.get(unit["id"]) or [None] * len(sources.history),
        "missing": missing, "figures": list(figures),
    }  # fmt: skip
