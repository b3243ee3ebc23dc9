"""Commands about results: parse, call, answer."""

from dataclasses import asdict
from typing import Any

from ..dispatch.registry import command
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import Actor
from ..pledges.queries.lookup import also_held
from . import queries, schemas
from .commands import figures, indicators, publishing
from .commands.figures import NewActual, NewTarget
from .commands.indicators import Definition
from .rules.periods import Period

Ack = dict[str, Any]

also_held(queries.pictures_held)


@command("results.define_indicator", schemas.DefineIndicator)
def define_indicator(uow: UnitOfWork, actor: Actor, message: schemas.DefineIndicator) -> Ack:
    meant = Definition(**message.model_dump(exclude={"code", "is_new"}) | {"groups": sorted(set(message.groups))})
    define = indicators.add_indicator if message.is_new else indicators.define_indicator
    version, _changed = define(uow, actor, message.code, meant)
    return {"indicator": version.indicator_id, "version": version.number}


@command("results.set_plan", schemas.SetPlan)
def set_plan(uow: UnitOfWork, actor: Actor, message: schemas.SetPlan) -> Ack:
    return {"indicator": indicators.set_plan(uow, actor, message.indicator, message.year, message.shares).id}


@command("results.set_target", schemas.SetTarget)
def set_target(uow: UnitOfWork, actor: Actor, message: schemas.SetTarget) -> Ack:
    wanted = NewTarget(message.indicator, message.unit, message.period, message.baseline, message.stretch)
    return asdict(figures.set_target(uow, actor, wanted))


@command("results.record_actual", schemas.RecordActual)
def record_actual(uow: UnitOfWork, actor: Actor, message: schemas.RecordActual) -> Ack:
    wanted = NewActual(message.indicator, message.unit, message.period, message.value, message.evidence, message.link)
    return asdict(figures.record_actual(uow, actor, wanted))


@command("results.publish_table", schemas.PublishTable)
def publish_table(uow: UnitOfWork, actor: Actor, message: schemas.PublishTable) -> Ack:
    period = Period.parse(message.period)
    table, fresh = publishing.publish_table(uow, actor, message.theme, period, message.group, message.why)
    return {"table": table.id, "digest": table.digest, "fresh": fresh}


@command("results.publish_theme", schemas.PublishTheme)
def publish_theme(uow: UnitOfWork, actor: Actor, message: schemas.PublishTheme) -> Ack:
    period = Period.parse(message.period)
    published = publishing.publish_theme(uow, actor, message.theme, period, message.why)
    return {"tables": [{"table": one.id, "digest": one.digest, "fresh": fresh} for one, fresh in published]}
