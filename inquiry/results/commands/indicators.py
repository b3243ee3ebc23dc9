"""Indicators and the plans of a year: whatever is changed is a new version."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select

from ...accounts.models import PeerGroup
from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Indicator, IndicatorVersion, YearPlan
from ..rules.handling_indicators import THEME, theme_called
from ..rules.periods import PeriodKind, shares_fault
from ..rules.scores import Better
from .keeping import supersede


@dataclass(frozen=True)
class Definition:
    """What an indicator is; `groups` are the ids of the peer groups it applies to."""

    name: str
    name_en: str
    theme: str
    measure: str
    better: Better
    accumulates: bool
    period: PeriodKind
    decimals: int
    weight: Decimal
    groups: list[int]
    source: str = ""
    definition: str = ""
    theme_en: str = ""
    measure_en: str = ""


def is_same(version: IndicatorVersion, meant: Definition) -> bool:
    return all(getattr(version, name) == value for name, value in asdict(meant).items())


def define_indicator(uow: UnitOfWork, actor: Actor, code: str, meant: Definition) -> tuple[IndicatorVersion, bool]:
    """Add an indicator, or a new version where anything differs; says whether it did. Raises ThemeTaken, PeriodFixed,
    NotFound.
    """
    require(actor, "results.define_indicator")
    if theme_called(meant.theme) == THEME:
        raise refusals.ThemeTaken()
    for group_id in meant.groups:
        existing(uow.db, PeerGroup, group_id)
    found = uow.db.scalar(select(Indicator).where(Indicator.code == code))
    if found is None:
        found = Indicator(code=code)
        uow.add(found)
    uow.lock(Indicator, found.id)
    latest = queries.newest_version(uow.db, found.id)
    if latest is not None:
        if latest.period is not meant.period:
            raise refusals.PeriodFixed()
        if is_same(latest, meant):
            return latest, False
        supersede(uow, IndicatorVersion, [latest.id])
    number = latest.number + 1 if latest else 1
    version = IndicatorVersion(indicator_id=found.id, number=number, at=uow.now, user_id=actor.user_id, **asdict(meant))
    uow.add(version)
    uow.record(CITY, events.INDICATOR_DEFINED, actor, [found], code=code, version=number)
    return version, True


def add_indicator(uow: UnitOfWork, actor: Actor, code: str, meant: Definition) -> tuple[IndicatorVersion, bool]:
    """The same for one that must not be there yet. Raises CodeTaken, ThemeTaken, NotFound."""
    require(actor, "results.define_indicator")
    if uow.db.scalar(select(Indicator.id).where(Indicator.code == code)) is not None:
        raise refusals.CodeTaken(code=code)
    return define_indicator(uow, actor, code, meant)


def set_plan(uow: UnitOfWork, actor: Actor, indicator_id: int, year: int, shares: Sequence[Decimal]) -> Indicator:
    """Say how a year's targets are spread over its months, in percent. Raises NoPlan, NotFound."""
    require(actor, "results.set_plan")
    indicator = uow.lock(Indicator, indicator_id)
    if fault := shares_fault(shares):
        raise refusals.NoPlan(fault=fault)
    written = [f"{share:f}" for share in shares]
    present = uow.db.scalar(
        select(YearPlan).where(
            YearPlan.indicator_id == indicator_id, YearPlan.year == year, YearPlan.superseded_at.is_(None)
        )
    )
    if present is not None:
        if present.shares == written:
            return indicator
        supersede(uow, YearPlan, [present.id])
    uow.add(YearPlan(indicator_id=indicator_id, year=year, shares=written, at=uow.now, user_id=actor.user_id))
    uow.record(CITY, events.PLAN_SET, actor, [indicator], code=indicator.code, year=year, shares=", ".join(written))
    return indicator
