"""The reads of results: what stands, and the tables that are made of it."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Select, Text, and_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import defer

from ..accounts import queries as accounts
from ..accounts.models import PeerGroup, User
from ..core import clock, extensions
from ..core.db import Db, among, called, existing, joined, listed
from ..core.turns import Pause
from ..errors import NotFound
from . import counting, refusals
from .models import Actual, Indicator, IndicatorVersion, Place, PublishedTable, Target, YearPlan
from .rules.digest import read
from .rules.handling_indicators import THEME, THEME_EN
from .rules.periods import Period, line_up
from .rules.scores import Ratio, ratio_of, shown
from .rules.tables import Column, Json, Measured, Sources, periods_of, table

_LEAN = {False: (), True: (defer(PublishedTable.contents, raiseload=True),)}


def versions(db: Db) -> dict[str, IndicatorVersion]:
    """The newest version of each indicator by its code, in the order in which indicators came."""
    found = (
        select(Indicator.code, IndicatorVersion)
        .join(IndicatorVersion, IndicatorVersion.indicator_id == Indicator.id)
        .where(IndicatorVersion.superseded_at.is_(None))
        .order_by(Indicator.id)
    )
    return {code: version for code, version in db.execute(found)}  # noqa: C416 - rows are no pairs to mypy


def version_of(db: Db, indicator_id: int) -> IndicatorVersion:
    """Raises NotFound."""
    found = newest_version(db, indicator_id)
    if found is None:
        raise NotFound(what="indicator", id=indicator_id)
    return found


def newest_version(db: Db, indicator_id: int) -> IndicatorVersion | None:
    """None while an indicator is only now being defined."""
    newest = select(IndicatorVersion).where(
        IndicatorVersion.indicator_id == indicator_id, IndicatorVersion.superseded_at.is_(None)
    )
    return db.scalar(newest)


def indicators(db: Db, ids: Collection[int]) -> dict[int, Indicator]:
    return {one.id: one for one in db.scalars(select(Indicator).where(Indicator.id.in_(ids)))}


def standing(
    db: Db, model: type[Target | Actual], indicator_ids: Collection[int], values: Sequence[str]
) -> dict[tuple[int, int, str], tuple[Any, ...]]:
    """Of each indicator, unit and period the row that stands: its id and these values."""
    columns = [getattr(model, name) for name in values]
    found = select(model.indicator_id, model.unit_id, model.period, model.id, *columns).where(
        among(db, model.indicator_id, list(indicator_ids)), model.superseded_at.is_(None)
    )
    return {(indicator, unit, period): tuple(rest) for indicator, unit, period, *rest in db.execute(found)}


def standing_at(
    db: Db, model: type[Target | Actual], places: Sequence[tuple[int, int, str]], values: Sequence[str]
) -> dict[tuple[int, int, str], tuple[Any, ...]]:
    """The same of some indicators, units and periods alone, however many others there are."""
    columns = [getattr(model, name) for name in values]
    place = (model.indicator_id, model.unit_id, model.period)
    wanted = listed(db, place, places)
    here = and_(*(one == wanted.c[one.key] for one in place))
    found = select(*place, model.id, *columns).join(wanted, here).where(model.superseded_at.is_(None))
    return {(indicator, unit, period): tuple(rest) for indicator, unit, period, *rest in db.execute(found)}


def history(
    db: Db, model: type[Target | Actual], unit_id: int, periods: Collection[str]
) -> dict[tuple[int, str], list[tuple[Any, str]]]:
    """Of each indicator and period all that was ever said of a unit, the newest first, each with whoever said it."""
    found = (
        select(cast(Any, model), User.name)
        .outerjoin(User, User.id == model.user_id)
        .where(model.unit_id == unit_id, model.period.in_(periods))
        .order_by(model.id.desc())
    )
    said: dict[tuple[int, str], list[tuple[Any, str]]] = defaultdict(list)
    for row, name in db.execute(found):
        said[row.indicator_id, row.period].append((row, name or ""))
    return said


def versions_of(db: Db, indicator_id: int) -> list[tuple[IndicatorVersion, str]]:
    """All of an indicator, the newest first, each with whoever made it. Raises NotFound."""
    existing(db, Indicator, indicator_id)
    found = (
        select(IndicatorVersion, User.name)
        .outerjoin(User, User.id == IndicatorVersion.user_id)
        .where(IndicatorVersion.indicator_id == indicator_id)
        .order_by(IndicatorVersion.number.desc())
    )
    return [(version, name or "") for version, name in db.execute(found)]


def pictures_held(db: Db, names: Collection[str]) -> Sequence[str]:
    """Those of these pictures from which a figure is known."""
    return db.scalars(select(Actual.picture).where(Actual.picture.in_(names))).all()


def has_picture(db: Db, name: str) -> bool:
    return db.scalar(select(Actual.id).where(Actual.picture == name).limit(1)) is not None


def published(db: Db, theme: str, period: Period, group_id: int, *, lean: bool = False) -> PublishedTable | None:
    """The table that stands, if one was published; a `lean` one without its contents."""
    return db.scalar(_published(theme, group_id).where(PublishedTable.period == str(period)).options(*_LEAN[lean]))


def contents_of(db: Db, table: PublishedTable) -> Json:
    """What a table holds: that of a large city is long, so others may go first while it is read."""
    return read(text_of(db, table), extensions.let_others_go_first)


def text_of(db: Db, table: PublishedTable) -> str:
    """The same as JSON, as it is kept."""
    return db.scalars(select(as_type(PublishedTable.contents, Text)).where(PublishedTable.id == table.id)).one()


def standing_tables(db: Db) -> list[tuple[PublishedTable, PeerGroup]]:
    """Those that stand, the newest period first, without their contents."""
    stand = (
        select(PublishedTable, PeerGroup)
        .join(PeerGroup, PeerGroup.id == PublishedTable.group_id)
        .where(PublishedTable.superseded_at.is_(None))
        .options(defer(PublishedTable.contents, raiseload=True))
        .order_by(PublishedTable.id.desc())
    )
    found = [(table, group) for table, group in db.execute(stand)]
    return sorted(found, key=lambda one: Period.parse(one[0].period).last_day, reverse=True)


def themes(db: Db) -> dict[str, str]:
    """What each is called in English, in the order in which their first indicators came; the built-in one last."""
    by_theme: dict[str, list[IndicatorVersion]] = defaultdict(list)
    for one in versions(db).values():
        by_theme[one.theme].append(one)
    return {theme: _in_english(of) for theme, of in by_theme.items()} | {THEME: THEME_EN}


def groups_measured(db: Db, theme: str, period: Period) -> list[PeerGroup]:
    """The peer groups that have units at the end of the period, and an indicator of the theme that has a say in it."""
    applied = {
        group_id
        for code, one in versions(db).items()
        if one.theme == theme and periods_of(_measured(code, one), period)
        for group_id in one.groups
    }
    day = period.last_day
    groups = [one for one in accounts.peer_groups(db) if theme == THEME or one.id in applied]
    return [one for one in groups if db.scalar(accounts.member_ids([one.id], day).limit(1)) is not None]


def published_table(db: Db, table_id: int, *, lean: bool = False) -> PublishedTable:
    """A `lean` one without its contents. Raises NotFound."""
    found = db.scalar(select(PublishedTable).where(PublishedTable.id == table_id).options(*_LEAN[lean]))
    if found is None:
        raise NotFound(what=called(PublishedTable), id=table_id)
    return found


def standing_in_place_of(db: Db, superseded: PublishedTable) -> PublishedTable | None:
    """The one that took a table's place, or the place of that."""
    return published(db, superseded.theme, Period.parse(superseded.period), superseded.group_id, lean=True)


def _published(theme: str, group_id: int) -> Select[PublishedTable]:
    return select(PublishedTable).where(
        PublishedTable.theme == theme, PublishedTable.group_id == group_id, PublishedTable.superseded_at.is_(None)
    )


def _earlier(db: Db, theme: str, period: Period, group_id: int) -> list[PublishedTable]:
    """The standing tables of earlier periods of the same kind, the nearest first, without their contents."""
    lean = _published(theme, group_id).options(defer(PublishedTable.contents, raiseload=True))
    stand = ((Period.parse(one.period), one) for one in db.scalars(lean))
    earlier = [(each.first_day, one) for each, one in stand if each.kind is period.kind]
    of_before = [(day, one) for day, one in earlier if day < period.first_day]
    return [one for _day, one in sorted(of_before, key=lambda found: found[0], reverse=True)]


def _history(
    db: Db, period: Period, earlier: Sequence[PublishedTable], unit_ids: Sequence[int], pause: Pause
) -> tuple[list[dict[str, Any]], dict[int, list[str | None]]]:
    """The eleven periods before, and what each of the units scored in them, as far as a table was published."""
    by_period = {one.period: one for one in earlier}
    names = [str(each) for each in line_up(period)[:-1]]
    tables = [by_period.get(name) for name in names]
    whose, scored = joined(db, Place.unit_id), joined(db, Place.score)
    kept = select(Place.table_id, whose, scored).where(Place.score.is_not(None)).group_by(Place.table_id)
    shown_in: dict[int, dict[str, str]] = {}
    for table_id, ids, scores in db.execute(kept.where(Place.table_id.in_([one.id for one in tables if one]))):
        pause()
        as_shown = [shown(*ratio_of(score)) for score in scores.split(" ")]
        shown_in[table_id] = dict(zip(ids.split(" "), as_shown, strict=True))
    keys = [str(one) for one in unit_ids]
    columns = [map(shown_in.get(one.id, {}).get if one else _nothing, keys) for one in tables]
    trends = dict(zip(unit_ids, map(list, zip(*columns, strict=True)), strict=True))
    return [{"period": name, "digest": one and one.digest} for name, one in zip(names, tables, strict=True)], trends


def _nothing(_key: str) -> None:
    """In a period of which no table was published."""


def earlier_scores(db: Db, theme: str, period: Period, group_id: int, most: int) -> list[dict[int, Fraction]]:
    """Of the tables of the same kind before a period, the nearest first, what each unit scored; as far as none in
    between is missing."""
    ids = {name: number for number, name in db.execute(
        _published(theme, group_id).with_only_columns(PublishedTable.id, PublishedTable.period)
    )}  # fmt: skip
    tables: list[int] = []
    while len(tables) < most and (number := ids.get(str(period := period.before))) is not None:
        tables.append(number)
    return [scores_in(db, number) for number in tables]


def scores_in(db: Db, table_id: int) -> dict[int, Fraction]:
    """The exact score of each unit that has one in a published table."""
    scored = select(Place.unit_id, Place.score).where(Place.table_id == table_id, Place.score.is_not(None))
    return {unit_id: Fraction(score) for unit_id, score in db.execute(scored) if score}


def table_now(db: Db, theme: str, period: Period, group_id: int, now: datetime | None = None) -> dict[str, Any]:
    """The table as it would be published at this moment, or `now`. Raises NothingMeasured, PeriodNotBegun, NotFound."""
    with uncollected():
        return _table_now(db, theme, period, group_id, now or clock.now(), extensions.let_others_go_first)


@contextmanager
def uncollected() -> Iterator[None]:
    """A table is a million small things, none of which leads back to itself: looking again and again whether one does
    takes a third of the time, all at once."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _table_now(db: Db, theme: str, period: Period, group_id: int, now: datetime, pause: Pause) -> dict[str, Any]:
    group = existing(db, PeerGroup, group_id)
    units = accounts.members(db, group_id, period.last_day)
    earlier = _earlier(db, theme, period, group_id)
    before = earlier[0] if earlier else None
    history, trends = _history(db, period, earlier, [unit.id for unit in units], pause)
    previous = {"period": before.period, "digest": before.digest} if before else None
    if theme == THEME and units:
        was = contents_of(db, before) if before else None
        told = _told(db, units, period)
        return counting.table_now(db, period, _group(group), told, was, previous, history, trends, now)
    meant = {
        code: one
        for code, one in versions(db).items()
        if one.theme == theme and group_id in one.groups and periods_of(_measured(code, one), period)
    }
    if not meant or not units:
        raise refusals.NothingMeasured(period=str(period))
    unit_ids = [unit.id for unit in units]
    looks = {
        one.indicator_id: (code, [str(each) for each in periods_of(_measured(code, one), period)])
        for code, one in meant.items()
    }
    of_targets = {number: (code, [*names, f"{period.year:04}"]) for number, (code, names) in looks.items()}
    return table(
        Sources(
            theme=theme, theme_en=_in_english(meant.values()), period=period, group=_group(group),
            indicators=[_measured(code, one) for code, one in meant.items()], units=_told(db, units, period),
            targets=_columns(db, Target, of_targets, unit_ids, pause),
            actuals=_columns(db, Actual, looks, unit_ids, pause),
            shares=_shares(db, {number: code for number, (code, _names) in looks.items()}, period.year),
            before=_ranked(db, before), history=history, trends=trends, previous=previous,
        ),
        pause,
    )  # fmt: skip


def _in_english(versions: Iterable[IndicatorVersion]) -> str:
    """What a theme is called in English by the first of its indicators that says so."""
    return next((one.theme_en for one in versions if one.theme_en), "")


def _group(group: PeerGroup) -> Json:
    return {"id": group.id, "name": group.name, "name_en": group.name_en}


def _told(db: Db, units: Sequence[Any], period: Period) -> list[Json]:
    """With whoever headed them on the period's last day."""
    heads = accounts.heads_on(db, [unit.id for unit in units], period.last_day)
    return [
        {
            "id": unit.id, "name": unit.name, "name_en": unit.name_en,
            "head": heads[unit.id].name if unit.id in heads else "",
        }
        for unit in units
    ]  # fmt: skip


def _measured(code: str, one: IndicatorVersion) -> Measured:
    told = {
        "version": one.number, "name": one.name, "name_en": one.name_en, "measure": one.measure,
        "decimals": one.decimals, "source": one.source, "definition": one.definition,
    }  # fmt: skip
    return Measured(code, one.better, one.accumulates, one.period, one.weight, told)


def _columns(
    db: Db, model: type[Target | Actual], looks: Mapping[int, tuple[str, Sequence[str]]], unit_ids: Sequence[int],
    pause: Pause,
) -> dict[tuple[str, str], Column]:  # fmt: skip
    """Of each indicator (by its id: its code, and the periods that a table looks at) what stands of these units. The
    database puts the columns together: a row at a time, they would take twice as long as everything else."""
    values = (Actual.value,) if model is Actual else (Target.baseline, Target.stretch)
    columns = [joined(db, one) for one in (model.unit_id, model.id, *values)]
    by_period: dict[str, list[int]] = defaultdict(list)
    for indicator_id, (_code, periods) in looks.items():
        for period in dict.fromkeys(periods):
            by_period[period].append(indicator_id)
    first, last = min(unit_ids), max(unit_ids)
    # Of units that lie close together the index is read from the first to the last, otherwise once for each.
    whose = (
        model.unit_id.between(first, last) if last - first < 2 * len(unit_ids) else among(db, model.unit_id, unit_ids)
    )
    wanted, everyone = set(unit_ids), " ".join(map(str, sorted(unit_ids)))
    found: dict[tuple[str, str], Column] = {}
    # A period at a time: of several, PostgreSQL reads all that there ever were, until its statistics say how many.
    for period, ids in by_period.items():
        stand = (
            select(model.indicator_id, *columns)
            .where(among(db, model.indicator_id, ids), model.period == period, whose, model.superseded_at.is_(None))
            .group_by(model.indicator_id)
        )
        for indicator_id, *texts in db.connection().execute(stand):
            pause()
            units, row_ids, *rest = texts if texts[0] == everyone else _in_order(wanted, texts)
            found[looks[indicator_id][0], period] = Column(units, row_ids, tuple(rest))
    return found


def _in_order(wanted: Collection[int], texts: Sequence[str]) -> list[str]:
    """Columns by the unit's id, of these units alone: no database promises an order."""
    rows = zip(*(text.split(" ") for text in texts), strict=True)
    kept = sorted((row for row in rows if int(row[0]) in wanted), key=lambda row: int(row[0]))
    return [" ".join(column) for column in zip(*kept, strict=True)] if kept else [""] * len(texts)


def _shares(db: Db, codes: Mapping[int, str], year: int) -> dict[str, list[Decimal]]:
    plans = select(YearPlan).where(
        YearPlan.indicator_id.in_(codes), YearPlan.year == year, YearPlan.superseded_at.is_(None)
    )
    return {codes[one.indicator_id]: [Decimal(share) for share in one.shares] for one in db.scalars(plans)}


def _ranked(db: Db, before: PublishedTable | None) -> dict[int, tuple[int, Ratio]]:
    if before is None:
        return {}
    ranked = select(Place.unit_id, Place.rank, Place.score).where(
        Place.table_id == before.id, Place.rank.is_not(None), Place.score.is_not(None)
    )
    return {unit_id: (rank, ratio_of(score)) for unit_id, rank, score in db.execute(ranked) if rank and score}
