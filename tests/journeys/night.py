"""A night exam in the database of a server: districts with heads and a year of figures, a policy, a plan."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from inquiry import create_app
from inquiry.accounts import queries as accounts
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
from inquiry.permissions import Actor, Role
from inquiry.pledges.commands.recording import record_from
from inquiry.pledges.origins import Origin
from inquiry.results.commands.figures import NewActual, NewTarget, record_actual, set_target
from inquiry.results.commands.indicators import Definition, define_indicator
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period, PeriodKind
from inquiry.results.rules.scores import Better
from inquiry.settings import Settings
from tests.support.server import Server

ROOT = Actor(Role.ADMINISTRATOR)
NAMES = [
    ("沙洲区", "Shazhou District"), ("青岚区", "Qinglan District"), ("听南区", "Tingnan District"),
    ("临浦区", "Linpu District"), ("云溪区", "Yunxi District"), ("望江区", "Wangjiang District"),
    ("长亭区", "Changting District"), ("白露区", "Bailu District"), ("石门县", "Shimen County"),
    ("三河口经济技术开发区", "Sanhekou Economic and Technological Development Zone"), ("柳湖区", "Liuhu District"),
    ("东山县", "Dongshan County"), ("北桥区", "Beiqiao District"),
]  # fmt: skip
MEASURED = [
    ("ZDXM", "重点项目投资", "Investment in key projects", "亿元", Better.MORE, "100", "120", 1),
    ("GYZJ", "规上工业增加值增速", "Growth of value added by larger industry", "%", Better.MORE, "6", "8", 2),
    ("KQZL", "细颗粒物平均浓度", "Mean concentration of fine particles", "微克/立方米", Better.LESS, "32", "27", 0),
    ("KSJE", "国有企业亏损额", "Losses of enterprises owned by the state", "万元", Better.LESS, "800", "300", 0),
    ("XZJY", "城镇新增就业", "New jobs in towns", "人", Better.MORE, "4200", "5000", 0),
    ("JZJL", "净增规上企业", "Net gain of larger enterprises", "家", Better.MORE, "0", "10", 0),
    ("YBGG", "一般公共预算收入累计完成额", "General public budget revenue, summed since January", "万元", Better.MORE,
     "1234567.89", "1456789.12", 2),
    ("PJTS", "企业开办平均时间", "Days that it takes to open an enterprise", "天", Better.LESS, "1.5", "0.5", 1),
]  # fmt: skip
PROMISED = [
    ("打通", "滨河路断头路南段", 0),
    ("建成", "两所公办幼儿园并投入使用", 20),
    ("完成", "老旧小区改造首批四十栋", 45),
]


def policy(count: int = 1) -> str:
    lengths: dict[str, Any] = {"group": "各区县", "count": count, "base_s": 120, "per_point_s": 2, "shortest_s": 60,
                               "longest_s": 480}  # fmt: skip
    segments = [
        {"name": "经验", "name_en": "How it was done", "pick": "top", **lengths},
        {"name": "打擂台", "name_en": "In the ring", "pick": "duel", "at_zero": "end", **lengths},
        {"name": "说明", "name_en": "To explain", "pick": "bottom", "at_zero": "grace", "grace_s": 20, **lengths},
    ]
    return json.dumps({"minutes": 40, "opening_s": 120, "closing_s": 120, "reserve_s": 180, "interruptions_s": 180,
                       "silent_after": 1, "segments": segments})  # fmt: skip


@dataclass
class Night:
    """What was made: the session with its code, units by name, and slot and item of those planned, in their order."""

    session: int = 0
    code: str = ""
    units: dict[str, int] = field(default_factory=dict)
    planned: list[tuple[int, int]] = field(default_factory=list)


@contextmanager
def inside(server: Server) -> Iterator[None]:
    """The application on the database of a server, in this process."""
    app = create_app(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    with app.app_context():
        yield
    app.extensions["inquiry.engine"].dispose()


def do(command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
    with unit_of_work() as uow:
        return command(uow, *args, **fields)


def night_exam(*, districts: int = 7, indicators: int = 2, months: int = 3, count: int = 1) -> Night:
    """Plan a meeting that begins now. What each district reached follows from its place and the month."""
    night = Night()
    with reading() as db:
        city = next(unit.id for unit in accounts.units(db) if unit.kind is UnitKind.CITY)
    group = do(add_peer_group, ROOT, "各区县", "Districts and counties").id
    for place, (name, name_en) in enumerate(NAMES[:districts]):
        unit = do(add_unit, ROOT, name=name, name_en=name_en, kind=UnitKind.DISTRICT, parent_id=city, head="")
        night.units[name] = unit.id
        do(set_peer_group, ROOT, unit.id, group, date(2020, 1, 1))
        surname = "陈林黄周吴徐孙马朱胡郭何高"[place]
        do(appoint_head, ROOT, unit.id, f"{surname}知{'行远明达安平'[place % 6]}", "区长", date(2020, 1, 5))
    period = Period.parse(f"{clock.city_day(clock.now()):%Y-%m}").before
    _measure(night, group, indicators, [period] if months == 1 else _periods(period, months))
    version = do(policies.set_policy, ROOT, parse(policy(count)))[0].id
    night.session = do(
        planning.create_exam, Actor(Role.SYSTEM), title="夜考会：项目与工业", theme="经济", period=period,
        title_en="Night exam: projects and industry", theme_en="The economy", starts_at=clock.now(), policy_id=version,
    ).id  # fmt: skip
    _promise(night)
    do(planning.plan_slots, ROOT, night.session)
    with reading() as db:
        night.code = live.session(db, night.session).code
        night.planned = [(slot.id, item.id) for slot, item in lookup.slots(db, night.session)]
    return night


def _periods(last: Period, months: int) -> list[Period]:
    found = [last]
    while len(found) < months:
        found.append(found[-1].before)
    return found[::-1]


def _measure(night: Night, group: int, indicators: int, periods: list[Period]) -> None:
    chance = random.Random(20261105)
    for code, name, name_en, measure, better, baseline, stretch, decimals in MEASURED[:indicators]:
        meant = Definition(
            name=name, name_en=name_en, theme="经济", measure=measure, better=better, accumulates=False,
            period=PeriodKind.MONTH, decimals=decimals, weight=Decimal(1), groups=[group],
        )  # fmt: skip
        number = do(define_indicator, ROOT, code, meant)[0].indicator_id
        base, far = Decimal(baseline), Decimal(stretch)
        with unit_of_work() as uow:
            for place, unit in enumerate(night.units.values()):
                for year in {period.year for period in periods}:
                    set_target(uow, ROOT, NewTarget(number, unit, str(year), base, far))
                for at, period in enumerate(periods):
                    share = Decimal(chance.randint(-900, 1300) + 40 * at - 90 * (place % 4)) / 1000
                    value = (base + (far - base) * share).quantize(Decimal(1).scaleb(-decimals))
                    record_actual(uow, ROOT, NewActual(number, unit, str(period), value, ""))
    for period in periods[:-1]:
        do(publish_table, ROOT, "经济", period, group, "")


def _promise(night: Night) -> None:
    today = clock.city_day(clock.now())
    for unit in night.units.values():
        for action, what, days in PROMISED:
            do(record_from, ROOT, Origin.of_task_list(), spoken=f"{action}{what}。", lead_unit_id=unit, action=action,
               object=what, officer="", due_on=today + timedelta(days=days))  # fmt: skip
