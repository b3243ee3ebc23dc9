"""A night exam in the database of a server: districts with heads, rooms, pledges and figures, and a plan."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
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
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.exam.commands import planning, policies
from inquiry.exam.policy_file import parse
from inquiry.exam.queries import lookup
from inquiry.live import queries as live
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.pledges.commands.recording import record_from
from inquiry.pledges.origins import Origin
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
PROMISED = [
    ("打通", "滨河路断头路南段", 0),
    ("建成", "两所公办幼儿园并投入使用", 20),
    ("完成", "老旧小区改造首批四十栋", 45),
]


@dataclass
class Night:
    """What was made: the session with its code, units by name, and slot and item of those planned, in their order.
    Each district's room signs in by the unit's id, `unit-7`. Nothing was reported of the month `open` yet."""

    session: int = 0
    code: str = ""
    open: str = ""
    units: dict[str, int] = field(default_factory=dict)
    planned: list[tuple[int, int]] = field(default_factory=list)


def do(command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
    with unit_of_work() as uow:
        return command(uow, *args, **fields)


def hold(server: Server, *, closed_to_public: bool = False) -> Night:
    """Plan a meeting that begins now, on the figures of the last month but one."""
    app = create_app(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    night = Night()
    with app.app_context():
        group = _districts(night)
        last = Period.parse(f"{clock.city_day(clock.now()):%Y-%m}").before
        night.open = str(last)
        _measure(night, group, {last.before.before: OCTOBER, last.before: NOVEMBER})
        do(publish_table, ROOT, "经济", last.before.before, group, "")
        version = do(policies.set_policy, ROOT, parse(json.dumps(POLICY)))[0].id
        night.session = do(
            planning.create_exam, SYSTEM, title="夜考会：项目与工业", title_en="Night exam: projects and industry",
            theme="经济", theme_en="The economy", period=last.before, starts_at=clock.now(), policy_id=version,
                closed_to_public=closed_to_public,
        ).id  # fmt: skip
        do(planning.plan_slots, ROOT, night.session)
        with reading() as db:
            night.code = live.session(db, night.session).code
            night.planned = [(slot.id, item.id) for slot, item in lookup.slots(db, night.session)]
    app.extensions["inquiry.engine"].dispose()
    return night


def _districts(night: Night) -> int:
    hashed = sign_ins.hash_password(PASSWORD, "")
    today = clock.city_day(clock.now())
    with unit_of_work() as uow:
        city = accounts.unit_by_name(uow.db, "云汀市")
        group: int = add_peer_group(uow, ROOT, "各区", "Districts").id
        for number, name in enumerate(DISTRICTS, 1):
            unit = add_unit(
                uow, ROOT, name=name, name_en=f"District {number}", kind=UnitKind.DISTRICT, parent_id=city, head=""
            )
            night.units[name] = unit.id
            set_peer_group(uow, ROOT, unit.id, group, date(2020, 1, 1))
            appoint_head(uow, ROOT, unit.id, f"{name}长", "区长", date(2020, 1, 5))
            people.add_person(
                uow, ROOT, login=f"unit-{unit.id}", name=f"{name}会场", title="", role=Role.OFFICIAL, unit_id=unit.id,
                password_hash=hashed,
            )  # fmt: skip
            for action, what, days in PROMISED:
                record_from(
                    uow, ROOT, Origin.of_task_list(), spoken=f"{action}{what}。", lead_unit_id=unit.id, action=action,
                    object=what, officer="", due_on=today + timedelta(days=days),
                )  # fmt: skip
    return group


def _measure(night: Night, group: int, months: dict[Period, dict[str, str]]) -> None:
    meant = Definition(
        name="重点项目投资", name_en="Key projects", theme="经济", measure="万元", better=Better.MORE,
        accumulates=False, period=PeriodKind.MONTH, decimals=1, weight=Decimal(1), groups=[group],
    )  # fmt: skip
    with unit_of_work() as uow:
        indicator = define_indicator(uow, ROOT, "PROJECTS", meant)[0].indicator_id
        for unit_id in night.units.values():
            for year in {str(month.year) for month in months} | {night.open[:4]}:
                set_target(uow, ROOT, NewTarget(indicator, unit_id, year, Decimal(100), Decimal(120)))
        for month, reached in months.items():
            for name, value in reached.items():
                wanted = NewActual(indicator, night.units[name], str(month), Decimal(value), "")
                record_actual(uow, ROOT, wanted)
