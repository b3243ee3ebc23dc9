"""A night exam in the database of a server: the districts of tests/exam with figures of the last two months."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from inquiry import create_app
from inquiry.accounts import queries as accounts
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.commands.heads import appoint_head
from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.accounts.commands.units import add_unit
from inquiry.accounts.models import UnitKind
from inquiry.core import clock
from inquiry.core.db import Db, reading
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.exam.commands import planning, policies
from inquiry.exam.policy_file import parse
from inquiry.exam.queries import lookup
from inquiry.live import queries as live
from inquiry.permissions import Actor, Role
from inquiry.results.commands.figures import NewActual, NewTarget, record_actual, set_target
from inquiry.results.commands.indicators import Definition, define_indicator
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period, PeriodKind
from inquiry.results.rules.scores import Better
from inquiry.settings import Settings
from tests.exam.conftest import DISTRICTS, NOVEMBER, OCTOBER, POLICY
from tests.support.people import PASSWORD
from tests.support.server import Server

ROOT = Actor(Role.ADMINISTRATOR)


@dataclass
class Night:
    """`units` are the ids by name; each district's official signs in by its id, `unit-7`; `more` are streets that are
    expected besides, so that the roll call is as long as a city's."""

    session: int = 0
    code: str = ""
    units: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


def hold(server: Server, *, more: int = 0, starts_in: float = 0, policy: dict[str, Any] | None = None) -> Night:
    """Plan a meeting of now in the settled database of a server, before or after it was started."""
    app = create_app(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    night = Night()
    with app.app_context():
        with unit_of_work() as uow:
            _districts(uow, night, more)
        with unit_of_work() as uow:
            night.session = _meeting(uow, night, clock.now() + timedelta(minutes=starts_in), policy or POLICY)
        with reading() as db:
            _look(db, night)
    app.extensions["inquiry.engine"].dispose()
    return night


def _districts(uow: UnitOfWork, night: Night, more: int) -> None:
    city = accounts.unit_by_name(uow.db, "云汀市")
    group = add_peer_group(uow, ROOT, "各区", "Districts").id
    hashed = sign_ins.hash_password(PASSWORD, "")
    for name in DISTRICTS:
        unit = add_unit(uow, ROOT, name=name, name_en="", kind=UnitKind.DISTRICT, parent_id=city, head="")
        night.units[name] = unit.id
        set_peer_group(uow, ROOT, unit.id, group, date(2026, 1, 1))
        appoint_head(uow, ROOT, unit.id, f"{name}长", "区长", date(2026, 1, 5))
        people.add_person(
            uow, ROOT, login=f"unit-{unit.id}", name=f"{name}会场", title="", role=Role.OFFICIAL, unit_id=unit.id,
            password_hash=hashed,
        )  # fmt: skip
    for number in range(more):
        street = add_unit(
            uow, ROOT, name=f"第{number + 1}街道", name_en=f"Street {number + 1}", kind=UnitKind.STREET,
            parent_id=night.units["甲区"], head=f"街道负责人{number + 1}",
        )  # fmt: skip
        set_peer_group(uow, ROOT, street.id, group, date(2026, 1, 1))


def _months() -> tuple[str, str]:
    """The last two that have begun, the earlier one first."""
    this = clock.city_day(clock.now()).replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    return f"{before:%Y-%m}", f"{this:%Y-%m}"


def _meeting(uow: UnitOfWork, night: Night, at: datetime, policy: dict[str, Any]) -> int:
    group = next(one.id for one in accounts.peer_groups(uow.db) if one.name == "各区")
    meant = Definition(
        name="重点项目投资", name_en="Key projects", theme="经济", measure="万元", better=Better.MORE,
        accumulates=False, period=PeriodKind.MONTH, decimals=1, weight=Decimal(1), groups=[group],
    )  # fmt: skip
    indicator = define_indicator(uow, ROOT, "PROJECTS", meant)[0].indicator_id
    before, this = _months()
    for unit_id in night.units.values():
        for year in {before[:4], this[:4]}:
            set_target(uow, ROOT, NewTarget(indicator, unit_id, year, Decimal(100), Decimal(120)))
    for period, reached in ((before, OCTOBER), (this, NOVEMBER)):
        for name, value in reached.items():
            record_actual(uow, ROOT, NewActual(indicator, night.units[name], period, Decimal(value), ""))
    publish_table(uow, ROOT, "经济", Period.parse(before), group, "")
    kept = policies.set_policy(uow, ROOT, parse(json.dumps(policy)))[0]
    exam = planning.create_exam(
        uow, ROOT, title="夜考会：重点项目", title_en="Night exam: key projects", theme="经济",
        period=Period.parse(this), starts_at=at, policy_id=kept.id,
    )  # fmt: skip
    planning.plan_slots(uow, ROOT, exam.id)
    return exam.id


def _look(db: Db, night: Night) -> None:
    night.code = live.session(db, night.session).code
    night.items = {item.title: item.id for _slot, item in lookup.slots(db, night.session)}
