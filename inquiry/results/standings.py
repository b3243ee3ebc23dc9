"""What published tables say of one unit: for each theme its newest figures, their course, and its places."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from ..accounts.models import PeerGroup
from ..core.db import Db
from . import queries
from .drawing import Line, lines
from .models import Indicator, IndicatorVersion, Place, PublishedTable
from .rules.handling_indicators import THEME
from .rules.periods import Period, PeriodKind, line_up
from .rules.scores import band, shown

#: The kinds of tables in the order in which a page shows them.
_KINDS = list(PeriodKind)


@dataclass(frozen=True)
class Standing:
    """A unit's place in one table, of so many that are ranked there."""

    table: PublishedTable
    group: PeerGroup
    place: Place
    of: int

    @property
    def score(self) -> str | None:
        """As it is shown."""
        return _shown(self.place.score)

    @property
    def band(self) -> str | None:
        """None also in the built-in theme, whose scores are no attainments."""
        is_banded = self.place.score is not None and self.table.theme != THEME
        return band(Fraction(self.place.score or 0)).value if is_banded else None


@dataclass(frozen=True)
class Course:
    """An indicator in the newest table, and its attainment in the twelve periods up to it."""

    meant: IndicatorVersion
    figure: dict[str, Any]
    scores: Sequence[str | None]
    line: Line


@dataclass(frozen=True)
class ThemeOfUnit:
    """`periods` are the twelve up to the newest table's, `standings` the unit's place in each of them or None."""

    theme: str
    newest: Standing
    periods: Sequence[str]
    standings: Sequence[Standing | None]
    scores: Sequence[str | None]
    line: Line
    courses: Sequence[Course]


def of_unit(db: Db, unit_id: int) -> list[ThemeOfUnit]:
    """By theme and kind of period, out of the tables that stand; months before quarters and years."""
    kept = (
        select(Place, PublishedTable, PeerGroup)
        .join(PublishedTable, PublishedTable.id == Place.table_id)
        .join(PeerGroup, PeerGroup.id == PublishedTable.group_id)
        .where(Place.unit_id == unit_id, PublishedTable.superseded_at.is_(None))
        .options(*queries.LEAN)
        .order_by(PublishedTable.id)
    )
    found = [(place, table, group) for place, table, group in db.execute(kept)]
    ranked = _ranked(db, {table.id for _place, table, _group in found})
    by_theme: dict[tuple[PeriodKind, str], list[Standing]] = defaultdict(list)
    for place, table, group in found:
        one = Standing(table, group, place, ranked.get(table.id, 0))
        by_theme[Period.parse(table.period).kind, table.theme].append(one)
    in_order = sorted(by_theme.items(), key=lambda item: _KINDS.index(item[0][0]))
    return [_theme(db, theme, standings) for (_kind, theme), standings in in_order]


def _ranked(db: Db, table_ids: Collection[int]) -> dict[int, int]:
    counted = select(Place.table_id, func.count().label("number")).where(
        Place.table_id.in_(table_ids), Place.rank.is_not(None)
    )
    return {of.table_id: of.number for of in db.execute(counted.group_by(Place.table_id))}


def _theme(db: Db, theme: str, standings: Sequence[Standing]) -> ThemeOfUnit:
    newest = max(standings, key=lambda one: Period.parse(one.table.period).first_day)
    periods = [str(one) for one in line_up(Period.parse(newest.table.period))]
    by_period = {one.table.period: one for one in standings}
    line = [by_period.get(name) for name in periods]
    scores = [one.score if one else None for one in line]
    there = [float(one) for one in scores if one is not None]
    level = sum(there) / len(there) if theme == THEME and there else 100  # no targets: its own course
    drawn = lines([scores], level)[0]
    return ThemeOfUnit(theme, newest, periods, line, scores, drawn, _courses(db, newest, line))


def _courses(db: Db, newest: Standing, line: Sequence[Standing | None]) -> list[Course]:
    figures = newest.place.figures
    meant = _meant(db, [(one["indicator"], one["version"]) for one in figures])
    by_code = [{of["indicator"]: of["attainment"] for of in one.place.figures} if one else {} for one in line]
    scores = [[period.get(one["indicator"]) for period in by_code] for one in figures]
    return [
        Course(meant[one["indicator"], one["version"]], one, course, drawn)
        for one, course, drawn in zip(figures, scores, lines(scores), strict=True)
        if (one["indicator"], one["version"]) in meant
    ]


def _meant(db: Db, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], IndicatorVersion]:
    """The versions of indicators that a table was made with."""
    found = (
        select(Indicator.code, IndicatorVersion)
        .join(IndicatorVersion, IndicatorVersion.indicator_id == Indicator.id)
        .where(Indicator.code.in_({code for code, _number in wanted}))
    )
    return {(code, one.number): one for code, one in db.execute(found)}


def _shown(score: str | None) -> str | None:
    return None if score is None else shown(*Fraction(score).as_integer_ratio())
