"""Targets and actuals: what is there already is left alone, what differs supersedes and is traced one by one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ...accounts.models import Unit
from ...core import clock
from ...core.db import insert_all, take_turn
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.kinds import Kind
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Actual, Indicator, IndicatorVersion, Target
from ..rules.periods import Period, PeriodKind
from ..rules.scores import targets_cross
from .keeping import supersede


@dataclass(frozen=True)
class NewTarget:
    indicator_id: int
    unit_id: int
    period: str
    baseline: Decimal
    stretch: Decimal


@dataclass(frozen=True)
class NewActual:
    indicator_id: int
    unit_id: int
    period: str
    value: Decimal
    evidence: str = ""


@dataclass
class Counts:
    """How many figures were new, how many took the place of another, how many were there already."""

    added: int = 0
    corrected: int = 0
    same: int = 0


def check_target(of: IndicatorVersion, period: Period, baseline: Decimal, stretch: Decimal) -> None:
    """Raises WrongPeriod, TargetsCross."""
    if period.kind not in (of.period, PeriodKind.YEAR):
        raise refusals.WrongPeriod(period=of.period.value)
    if targets_cross(baseline, stretch, of.better):
        raise refusals.TargetsCross()


def check_actual(of: IndicatorVersion, period: Period, today: date) -> None:
    """Raises WrongPeriod, PeriodNotBegun."""
    if period.kind is not of.period:
        raise refusals.WrongPeriod(period=of.period.value)
    if period.first_day > today:
        raise refusals.PeriodNotBegun()


def set_targets(uow: UnitOfWork, actor: Actor, wanted: Sequence[NewTarget]) -> Counts:
    """Of figures that were checked, one for each indicator, unit and period."""
    require(actor, "results.set_target")
    return _put(uow, actor, Target, wanted, ("baseline", "stretch"), events.TARGETS_SET, events.TARGET_CHANGED)


def record_actuals(uow: UnitOfWork, actor: Actor, wanted: Sequence[NewActual]) -> Counts:
    """Of figures that were checked, one for each indicator, unit and period."""
    require(actor, "results.record_actual")
    return _put(uow, actor, Actual, wanted, ("value", "evidence"), events.ACTUALS_RECORDED, events.ACTUAL_CORRECTED)


def set_target(uow: UnitOfWork, actor: Actor, wanted: NewTarget) -> Counts:
    """Raises WrongPeriod, TargetsCross, NotFound."""
    require(actor, "results.set_target")
    version = queries.version_of(uow.db, wanted.indicator_id)
    check_target(version, Period.parse(wanted.period), wanted.baseline, wanted.stretch)
    uow.lock(Unit, wanted.unit_id)
    return set_targets(uow, actor, [wanted])


def record_actual(uow: UnitOfWork, actor: Actor, wanted: NewActual) -> Counts:
    """Raises WrongPeriod, PeriodNotBegun, NotFound."""
    require(actor, "results.record_actual")
    version = queries.version_of(uow.db, wanted.indicator_id)
    check_actual(version, Period.parse(wanted.period), clock.city_day(uow.now))
    uow.lock(Unit, wanted.unit_id)
    return record_actuals(uow, actor, [wanted])


def _put(
    uow: UnitOfWork, actor: Actor, model: type[Target | Actual], wanted: Sequence[NewTarget | NewActual],
    values: tuple[str, str], added: Kind, changed: Kind,
) -> Counts:  # fmt: skip
    take_turn(uow.db, "results.figures")
    counts, fresh, stale = Counts(), [], []
    indicators = queries.indicators(uow.db, {one.indicator_id for one in wanted})
    present = queries.standing(uow.db, model, list(indicators), values)
    for one in wanted:
        row_id, *before = present.get((one.indicator_id, one.unit_id, one.period), (None,))
        after = [getattr(one, name) for name in values]
        if before == after:
            counts.same += 1
            continue
        fresh.append(vars(one) | {"at": uow.now, "user_id": actor.user_id})
        if row_id is None:
            counts.added += 1
        else:
            counts.corrected += 1
            stale.append(row_id)
            _tell_change(uow, actor, changed, indicators, one, before, after)
    supersede(uow, model, stale)
    insert_all(uow.db, model, fresh)
    for indicator_id, count in sorted(Counter(row["indicator_id"] for row in fresh).items()):
        indicator = indicators[indicator_id]
        uow.record(CITY, added, actor, [indicator], code=indicator.code, count=count)
    return counts


def _tell_change(
    uow: UnitOfWork, actor: Actor, kind: Kind, indicators: Mapping[int, Indicator], one: NewTarget | NewActual,
    before: Sequence[Any], after: Sequence[Any],
) -> None:  # fmt: skip
    """The figures alone: evidence is words, and an entry can never be taken back."""
    indicator = indicators[one.indicator_id]
    was, now = (" / ".join(f"{value:f}" for value in each if isinstance(value, Decimal)) for each in (before, after))
    uow.record(
        CITY, kind, actor, [indicator, uow.db.get_one(Unit, one.unit_id)], code=indicator.code, period=one.period,
        before=was, after=now,
    )  # fmt: skip
