"""The figures of Yunting: targets, and month by month what each unit reached, out of chance with a fixed seed.

How they are made. Each unit takes a course from twelve months ago to last month, in points of attainment (100 is the
baseline target, 120 the stretch target): a district's is told (`COURSES`), anybody else's is drawn. A theme and an
indicator lie a little beside the unit's course, each month a little beside that. These points are turned back into the
figure that has them, by the formula of docs/night-exam.md read backwards, and written with the indicator's decimals.

The same seed and the same last month give the same figures, byte for byte: everything is whole numbers and fractions,
and each unit and indicator draws from a source of its own, so that one more unit changes nobody else's figures.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ..results.rules.periods import TWELFTHS, Period, PeriodKind
from ..results.rules.scores import half_up
from .indicators import CORRECTED, COURSES, INDICATORS, LATE
from .shapes import Indicator, Unit
from .units import UNITS

SEED: Final = 20
#: Tables are published of so many months up to the last; figures reach back to the January before.
MONTHS: Final = 12
#: Whoever has no course that is told begins and ends between these points.
_LOWEST, _HIGHEST = 84, 120
#: So many points may a theme or an indicator lie beside the course, and a month beside that.
_ASIDE, _FROM_MONTH_TO_MONTH = 5, 6
#: The smallest and the largest unit, in percent of the average.
_SMALL, _LARGE = 60, 170
#: A year's targets lie so far beyond those of the year before, in percent.
_GROWTH: Final = 5

_LATE = {(one.indicator, one.unit, one.back): one for one in LATE}
_CORRECTED = {(one.indicator, one.unit, one.back): one for one in CORRECTED}

Row = dict[str, str]


@dataclass
class Month:
    """What came in about a month: the figures in time, those of earlier months that were late, and later what was put
    right, with the reason why tables are published again, by indicator and unit."""

    period: Period
    figures: list[Row] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)
    again: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """`targets` by year, `months` oldest first."""

    targets: dict[int, list[Row]]
    months: list[Month]


def month_before(last: Period, back: int) -> Period:
    """The month so many months before another."""
    number = last.year * 12 + last.number - 1 - back
    return Period(PeriodKind.MONTH, number // 12, number % 12 + 1)


def all_months(last: Period) -> list[Period]:
    """From the January before the first month of which a table is published: what is summed needs them."""
    first = month_before(last, MONTHS - 1)
    return [month_before(last, back) for back in reversed(range(MONTHS + first.number - 1))]


def figures(last: Period, seed: int = SEED) -> Figures:
    """All figures up to a month."""
    months = {str(one): Month(one) for one in all_months(last)}
    targets: dict[int, list[Row]] = {month.period.year: [] for month in months.values()}
    for indicator in INDICATORS:
        for place, unit in enumerate(_measured(indicator)):
            line = _Line(indicator, unit, place, last, seed)
            for year, rows in targets.items():
                rows.extend(line.targets(year, [one.period for one in months.values()]))
            for back, month in enumerate(reversed(months.values())):
                _deliver(line, months, month, back)
    return Figures(targets, list(months.values()))


def _measured(indicator: Indicator) -> Iterable[Unit]:
    return (unit for unit in UNITS if unit.kind in indicator.typical)


def _deliver(line: "_Line", months: dict[str, Month], month: Month, back: int) -> None:
    """The figure of a month, when it came: in time, a month later or not at all; as it is, or wrong and then right."""
    key = (line.indicator.code, line.unit.key, back)
    late, wrong = _LATE.get(key), _CORRECTED.get(key)
    if late is not None:
        if back and not late.never:
            after = months[str(month_before(month.period, -1))]
            after.figures.append(line.row(month.period, line.reached(month.period), "补报 late"))
        return
    reached = line.reached(month.period)
    if wrong is None:
        month.figures.append(line.row(month.period, reached))
        return
    month.figures.append(line.row(month.period, line.written(reached * (100 + wrong.percent) / 100)))
    month.corrections.append(line.row(month.period, reached, wrong.why))
    if wrong.again:
        month.again[wrong.indicator, wrong.unit] = wrong.why


@dataclass
class _Line:
    """One indicator of one unit."""

    indicator: Indicator
    unit: Unit
    place: int
    last: Period
    seed: int

    def __post_init__(self) -> None:
        course = self._chance("course")
        drawn = tuple(_LOWEST + _below(course, _HIGHEST - _LOWEST) for _end in range(2))
        self.course = COURSES.get(self.unit.key, drawn)
        self.beside = sum(_around(self._chance(name), _ASIDE) for name in (self.indicator.theme, self.indicator.code))
        self.size = 100 if self.indicator.same_size else _SMALL + _below(self._chance("size"), _LARGE - _SMALL)

    def _chance(self, *names: str) -> random.Random:
        return random.Random("|".join((str(self.seed), self.unit.key, *names)))  # noqa: S311 - figures, not a secret

    # --- targets

    def targets(self, year: int, months: Sequence[Period]) -> Iterator[Row]:
        """A year's; month by month where the months differ."""
        if self.indicator.months:
            for month in months:
                if month.year == year:
                    yield self._target(month)
        else:
            yield self._target(Period(PeriodKind.YEAR, year))

    def _target(self, period: Period) -> Row:
        baseline, stretch = self._promised(period)
        return {
            "indicator": self.indicator.code, "unit": self.unit.name, "period": str(period),
            "baseline": f"{baseline:f}", "stretch": f"{stretch:f}",
        }  # fmt: skip

    def _promised(self, period: Period) -> tuple[Decimal, Decimal]:
        """Baseline and stretch target of a year or a month."""
        one = self.indicator
        if one.spread:
            baseline = Decimal(one.spread[self.place])
            return baseline, baseline + Decimal(one.step)
        typical = Fraction(one.typical[self.unit.kind] * self.size, 100)
        if one.months:
            typical = typical * one.months[period.number - 1] / 100
        elif one.accumulates and one.better == "more":
            typical = typical * (100 + _GROWTH * (period.year - self.last.year)) / 100
        baseline = half_up(typical, one.decimals)
        step = Fraction(one.step) / 100 * self._sign
        return baseline, half_up(Fraction(baseline) * (1 + step), one.decimals)

    # --- actuals

    @property
    def _sign(self) -> int:
        return 1 if self.indicator.better == "more" else -1

    def reached(self, month: Period) -> Decimal:
        """The figure of a month."""
        one = self.indicator
        whole = month if one.months else Period(PeriodKind.YEAR, month.year)
        value = _turned_back(self._points(month), *self._promised(whole), self._sign)
        if one.accumulates:
            shares = [Fraction(share) for share in one.shares] or TWELFTHS
            value = value * shares[month.number - 1] / 100
        return self.written(value)

    def written(self, value: Fraction | Decimal) -> Decimal:
        """As it comes in: nothing below zero where things are counted, no share above the whole."""
        one = self.indicator
        if not one.spread:
            value = max(value, Decimal(0))
        return half_up(min(value, Decimal(100)) if one.measure == "%" else value, one.decimals)

    def _points(self, month: Period) -> int:
        """The attainment that the figure of a month has, in points."""
        ago = min(MONTHS - 1, (self.last.year - month.year) * 12 + self.last.number - month.number)
        begin, end = self.course
        on_course = end + (begin - end) * ago // (MONTHS - 1)
        return on_course + self.beside + _around(self._chance(self.indicator.code, str(month)), _FROM_MONTH_TO_MONTH)

    def row(self, month: Period, value: Decimal, evidence: str = "") -> Row:
        return {
            "indicator": self.indicator.code, "unit": self.unit.name, "period": str(month),
            "value": f"{value:f}", "evidence": evidence,
        }  # fmt: skip


def _turned_back(points: int, baseline: Decimal, stretch: Decimal, sign: int) -> Fraction:
    """The figure whose attainment is so many points: docs/night-exam.md, section 4, read backwards."""
    base, gap = Fraction(baseline), Fraction(abs(stretch - baseline))
    if points < 100:
        return base - sign * max(abs(base), gap) * Fraction(100 - points, 100)
    if points <= 120:
        return base + sign * gap * Fraction(points - 100, 20)
    return base + sign * gap * (1 + Fraction(min(points, 130) - 120, 10))


def _below(chance: random.Random, most: int) -> int:
    """From 0 to most: of all that a source of chance can do, only `random()` is promised to stay the same."""
    return int(chance.random() * (most + 1))


def _around(chance: random.Random, most: int) -> int:
    return _below(chance, 2 * most) - most
