"""The reads of results: what stands, and the tables that are made of it."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from ..accounts import queries as accounts
from ..accounts.models import PeerGroup, Unit
from ..core.db import Db, among, among_rows, existing
from ..errors import NotFound
from . import counting, refusals
from .models import Actual, Indicator, IndicatorVersion, PublishedTable, Target, YearPlan
from .rules.handling_indicators import THEME
from .rules.periods import Period
from .rules.tables import Json, Measured, Sources, periods_of, table


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
    found = select(*place, model.id, *columns).where(among_rows(db, place, places), model.superseded_at.is_(None))
    return {(indicator, unit, period): tuple(rest) for indicator, unit, period, *rest in db.execute(found)}


def published(db: Db, theme: str, period: Period, group_id: int) -> PublishedTable | None:
    """The table that stands, if one was published."""
    return db.scalar(_published(theme, group_id).where(PublishedTable.period == str(period)))


def standing_tables(db: Db) -> Sequence[PublishedTable]:
    """Those that stand, the newest period first."""
    stand = select(PublishedTable).where(PublishedTable.superseded_at.is_(None))
    found = db.scalars(stand.order_by(PublishedTable.id.desc())).all()
    return sorted(found, key=lambda one: Period.parse(one.period).last_day, reverse=True)


def published_table(db: Db, table_id: int) -> PublishedTable:
    """Raises NotFound."""
    return existing(db, PublishedTable, table_id)


def standing_in_place_of(db: Db, superseded: PublishedTable) -> PublishedTable | None:
    """The one that took a table's place, or the place of that."""
    return published(db, superseded.theme, Period.parse(superseded.period), superseded.group_id)


def _published(theme: str, group_id: int) -> Select[PublishedTable]:
    return select(PublishedTable).where(
        PublishedTable.theme == theme, PublishedTable.group_id == group_id, PublishedTable.superseded_at.is_(None)
    )


def _before(db: Db, theme: str, period: Period, group_id: int) -> PublishedTable | None:
    """The published one of the nearest earlier period of the same kind."""
    stand = _published(theme, group_id).with_only_columns(PublishedTable.id, PublishedTable.period)
    found = [(number, Period.parse(name)) for number, name in db.execute(stand)]
    earlier = [
        (one.first_day, number) for number, one in found if one.kind is period.kind and one.first_day < period.first_day
    ]
    return db.get(PublishedTable, max(earlier)[1]) if earlier else None


def earlier_tables(db: Db, theme: str, period: Period, group_id: int, most: int) -> list[PublishedTable]:
    """The published ones of the same kind before a period, the nearest first, as far as none in between is missing."""
    stand = {one.period: one for one in db.scalars(_published(theme, group_id))}
    found: list[PublishedTable] = []
    while len(found) < most:
        period = period.before
        if str(period) not in stand:
            return found
        found.append(stand[str(period)])
    return found


def table_now(db: Db, theme: str, period: Period, group_id: int) -> dict[str, Any]:
    """The table as it would be published at this moment. Raises NothingMeasured, PeriodNotBegun, NotFound."""
    group = existing(db, PeerGroup, group_id)
    units = accounts.members(db, group_id, period.last_day)
    if theme == THEME and units:
        return counting.table_now(
            db, period, _group(group), _told(db, units, period), _before(db, theme, period, group_id)
        )
    meant = {
        code: one
        for code, one in versions(db).items()
        if one.theme == theme and group_id in one.groups and periods_of(_measured(code, one), period)
    }
    if not meant or not units:
        raise refusals.NothingMeasured(period=str(period))
    codes = {one.indicator_id: code for code, one in meant.items()}
    before = _before(db, theme, period, group_id)
    return table(
        Sources(
            theme=theme, period=period, group=_group(group),
            indicators=[_measured(code, one) for code, one in meant.items()], units=_told(db, units, period),
            targets=_by_code(codes, standing(db, Target, list(codes), ("baseline", "stretch"))),
            actuals=_by_code(codes, standing(db, Actual, list(codes), ("value",))),
            shares=_shares(db, codes, period.year),
            before=_ranked(before), previous={"period": before.period, "digest": before.digest} if before else None,
        )
    )  # fmt: skip


def _group(group: PeerGroup) -> Json:
    return {"id": group.id, "name": group.name, "name_en": group.name_en}


def _told(db: Db, units: Sequence[Unit], period: Period) -> list[Json]:
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


def _by_code(
    codes: Mapping[int, str], found: Mapping[tuple[int, int, str], tuple[Any, ...]]
) -> dict[tuple[str, int, str], tuple[Any, ...]]:
    return {(codes[indicator], unit, period): values for (indicator, unit, period), values in found.items()}


def _shares(db: Db, codes: Mapping[int, str], year: int) -> dict[str, list[Decimal]]:
    plans = select(YearPlan).where(
        YearPlan.indicator_id.in_(codes), YearPlan.year == year, YearPlan.superseded_at.is_(None)
    )
    return {codes[one.indicator_id]: [Decimal(share) for share in one.shares] for one in db.scalars(plans)}


def _ranked(before: PublishedTable | None) -> dict[int, tuple[int, Fraction]]:
    if before is None:
        return {}
    return {
        row["unit"]["id"]: (row["rank"], Fraction(row["score_exact"])) for row in before.contents["rows"] if row["rank"]
    }
