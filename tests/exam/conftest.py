"""A city of eight districts with heads and two months of figures, a slot policy, and a meeting to plan and hold."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from inquiry.accounts import queries as accounts
from inquiry.accounts.commands.heads import appoint_head
from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.accounts.commands.units import add_unit
from inquiry.accounts.models import UnitKind
from inquiry.core.db import reading
from inquiry.exam.commands import planning, policies
from inquiry.exam.models import ExamPlan, ExamSlot
from inquiry.exam.policy_file import parse
from inquiry.exam.queries import lookup
from inquiry.live import queries as live
from inquiry.live.commands import preparation, slots
from inquiry.live.models import Item, Session, Slot
from inquiry.permissions import Actor, Role
from inquiry.results.commands.figures import NewActual, NewTarget, record_actual, set_target
from inquiry.results.commands.indicators import Definition, define_indicator
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period, PeriodKind
from inquiry.results.rules.scores import Better
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.results.conftest import inquiry
from tests.support.application import City
from tests.support.scenes import scene

__all__ = ["EIGHT", "Clock", "Night", "clock", "do", "inquiry"]

ROOT = Actor(Role.ADMINISTRATOR)
#: What each district reached of 100 promised, with 120 to jump for: in October and, to be spoken of in
#: the meeting, in November. The seventh reported nothing.
OCTOBER = {"甲区": "104", "乙区": "118", "丙区": "112", "丁区": "70", "戊区": "98", "己区": "103", "庚区": "99"}
NOVEMBER = {"甲区": "112.4", "乙区": "118", "丙区": "112", "丁区": "65", "戊区": "71", "己区": "101"}
DISTRICTS = ("甲区", "乙区", "丙区", "丁区", "戊区", "己区", "庚区")

POLICY: dict[str, Any] = {
    "minutes": 40, "opening_s": 120, "closing_s": 120, "reserve_s": 180, "interruptions_s": 180, "silent_after": 2,
    "segments": [
        {"name": "经验", "name_en": "How it was done", "pick": "top", "group": "各区", "count": 1, "base_s": 180,
         "per_point_s": 2, "shortest_s": 120, "longest_s": 480},
        {"name": "打擂台", "name_en": "In the ring", "pick": "duel", "group": "各区", "count": 1, "base_s": 150,
         "per_point_s": 2, "shortest_s": 120, "longest_s": 300, "at_zero": "end"},
        {"name": "进步", "pick": "most_improved", "group": "各区", "count": 1, "base_s": 120, "per_point_s": 0,
         "shortest_s": 60, "longest_s": 300, "at_zero": "grace", "grace_s": 10},
        {"name": "说明", "name_en": "To explain", "pick": "bottom", "group": "各区", "count": 2, "base_s": 180,
         "per_point_s": 3, "shortest_s": 120, "longest_s": 480, "at_zero": "next"},
        {"name": "缺数", "pick": "unreported", "group": "各区", "count": 2, "base_s": 60, "shortest_s": 60,
         "longest_s": 120},
    ],
}  # fmt: skip


class Night:
    """The meeting of 1 December 2026 at eight, not planned yet."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.host: Actor = city.person(Role.HOST)
        self.leader: Actor = city.person(Role.LEADER)
        self.units = {name: self._district(name) for name in DISTRICTS}
        self.group: int = do(add_peer_group, ROOT, "各区", "Districts").id
        for name, unit_id in self.units.items():
            do(set_peer_group, ROOT, unit_id, self.group, date(2026, 1, 1))
            do(appoint_head, ROOT, unit_id, f"{name}长", "区长", date(2026, 1, 5))
        self._measure()
        self.policy: int = do(policies.set_policy, self.host, parse(json.dumps(POLICY)))[0].id
        self.session: int = self.create()

    def _district(self, name: str) -> int:
        unit = do(add_unit, ROOT, name=name, name_en="", kind=UnitKind.DISTRICT, parent_id=self.city.city.id, head="")
        return int(unit.id)

    def _measure(self) -> None:
        staff = self.city.person(Role.STAFF)
        meant = Definition(
            name="重点项目", name_en="Key projects", theme="经济", measure="分", better=Better.MORE, accumulates=False,
            period=PeriodKind.MONTH, decimals=1, weight=Decimal(1), groups=[self.group],
        )  # fmt: skip
        indicator = do(define_indicator, staff, "PROJECTS", meant)[0].indicator_id
        for unit_id in self.units.values():
            do(set_target, staff, NewTarget(indicator, unit_id, "2026", Decimal(100), Decimal(120)))
        for period, reached in (("2026-10", OCTOBER), ("2026-11", NOVEMBER)):
            for name, value in reached.items():
                do(record_actual, staff, NewActual(indicator, self.units[name], period, Decimal(value), ""))
        do(publish_table, staff, "经济", Period.parse("2026-10"), self.group, "")

    def create(self, **fields: Any) -> int:
        values = {"title": "夜考会", "theme": "经济", "period": Period.parse("2026-11"), "starts_at": EIGHT,
                  "policy_id": self.policy}  # fmt: skip
        return int(do(planning.create_exam, self.host, **values | fields).id)

    def plan(self) -> ExamPlan:
        made: ExamPlan = do(planning.plan_slots, self.host, self.session)
        return made

    def go_live(self) -> "Night":
        self.plan()
        do(preparation.go_live, self.host, self.session, EIGHT.date())
        return self

    def slots(self) -> list[tuple[ExamSlot, Item]]:
        with reading() as db:
            return lookup.slots(db, self.session)

    def slot(self, name: str) -> tuple[ExamSlot, Item]:
        return next(one for one in self.slots() if one[0].unit_id == self.units[name])

    def official_of(self, name: str) -> Actor:
        with reading() as db:
            unit = accounts.unit(db, self.units[name])
        return self.city.official_of(unit)

    def begin(self, name: str) -> Slot:
        """One press: the district's head has the floor."""
        slot: Slot = self.press(slots.take_and_start, self.slot(name)[1].id)[1]
        return slot

    def press(self, command: Callable[..., Any], *args: Any, actor: Actor | None = None, **fields: Any) -> Any:
        """Press as somebody who has seen everything so far."""
        if command is slots.take_and_start:
            return do(command, actor or self.host, self.session, args[0], self.row.floor_rev)
        return do(command, actor or self.host, self.session, self.row.floor_rev, *args, **fields)

    @property
    def row(self) -> Session:
        with reading() as db:
            return live.session(db, self.session)

    def open_slot(self) -> Slot:
        with reading() as db:
            found = live.open_slot(db, self.session)
        assert found is not None
        return found


@pytest.fixture
@scene
def night(city: City, clock: Clock) -> Night:
    """It is eight on the evening of the meeting, and nothing is planned."""
    return Night(city)


@pytest.fixture
def planned(night: Night) -> Night:
    night.plan()
    return night


@pytest.fixture
def held(night: Night) -> Night:
    """Live, and nobody has the floor yet."""
    return night.go_live()
