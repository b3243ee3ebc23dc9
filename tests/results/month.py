"""A December in which everything happens that the platform measures."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.accounts.models import Unit
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.pledges.commands import checking, extensions, progress, recording
from inquiry.pledges.models import Pledge
from inquiry.pledges.origins import Origin
from inquiry.responses.commands import judging
from inquiry.responses.models import ResponseKind
from inquiry.results import queries
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.handling_indicators import THEME
from inquiry.results.rules.periods import Period
from tests.pledges.conftest import Promise
from tests.support.scenes import scene

DECEMBER = Period.parse("2026-12")
PROMISED: dict[str, Any] = {"spoken": "我承诺修好。", "action": "修复", "object": "路灯", "officer": "林知远"}


def day(number: int, hour: int = 10) -> datetime:
    """In December, by the city's clock."""
    return datetime(2026, 12, number, hour - 8, tzinfo=UTC)


class Month:
    """A December of 城管局, which is a group with 水务局."""

    def __init__(self, promise: Promise) -> None:
        self.promise, self.evening, self.city = promise, promise.evening, promise.city
        self.unit = self.city.city_management
        with unit_of_work() as uow:
            root = Actor(Role.ADMINISTRATOR)
            self.group = add_peer_group(uow, root, "各局", "Bureaus").id
            for unit in (self.unit, self.city.water):
                set_peer_group(uow, root, unit.id, self.group, date(2026, 1, 1))

    def pledge(self, due: date | None, unit: Unit | None = None) -> int:
        """One of a task list: no question led to it."""
        with unit_of_work() as uow:
            words = PROMISED | {"lead_unit_id": (unit or self.unit).id, "due_on": due}
            return recording.record_from(uow, SYSTEM, Origin.of_task_list(), **words).id

    def claim(self, pledge_id: int) -> None:
        self._press(progress.add_evidence, self.promise.official, pledge_id, text="验收单")
        self._press(progress.claim_done, self.promise.official, pledge_id, self._rev(pledge_id))

    def check(self, pledge_id: int, *, kept: bool = True) -> None:
        command = checking.accept_pledge if kept else checking.return_pledge
        self._press(command, self.promise.staff, pledge_id, self._rev(pledge_id), "看过")

    def extend(self, pledge_id: int, due: date) -> None:
        self._press(extensions.ask_extension, self.promise.official, pledge_id, self._rev(pledge_id), due, "晚到货")

    def judge(self, phone: Actor, question_id: int, satisfied: bool) -> None:
        self._press(judging.judge_answer, phone, satisfied, question_id=question_id)

    @staticmethod
    def _press(command: Any, *args: Any, **fields: Any) -> Any:
        with unit_of_work() as uow:
            return command(uow, *args, **fields)

    @staticmethod
    def _rev(pledge_id: int) -> int:
        with reading() as db:
            return db.get_one(Pledge, pledge_id).rev


@pytest.fixture
@scene
def month(promise: Promise) -> Month:
    """Everything that is counted happens once or twice."""
    month, evening = Month(promise), promise.evening
    phones = [month.city.phone() for _ in range(3)]
    with time_machine.travel(day(1, 20), tick=True) as clock:
        handed, avoided, firm = (
            evening.approved(text=text, phone=phone)
            for text, phone in zip(("何时修桥？", "谁来负责？", "路灯何时亮？"), phones, strict=True)
        )
        for question, kind in ((avoided, ResponseKind.DEFLECTION), (firm, ResponseKind.SPECIFIC_COMMITMENT)):
            evening.put(question)
            evening.clear()
            evening.record(question, kind=kind)
        evening.close()
        in_time, late, extended, waiting, _nobodys = (month.pledge(date(2026, 12, 18)) for _ in range(5))
        month.pledge(None)
        month.pledge(date(2026, 12, 20), month.city.water)
        clock.move_to(day(4))
        evening.write(handed, kind=ResponseKind.ACKNOWLEDGEMENT, text="收到。")
        month.judge(phones[0], handed, satisfied=True)
        month.judge(phones[1], avoided, satisfied=False)
        clock.move_to(day(5))
        month._press(judging.reopen_question, phones[1], "没有回答", question_id=avoided)
        clock.move_to(day(9))
        evening.write(avoided, kind=ResponseKind.GENERIC_COMMITMENT, text="我们来办。")
        month.judge(phones[1], avoided, satisfied=True)
        clock.move_to(day(15))
        month.extend(extended, date(2026, 12, 25))
        for one in (in_time, waiting):
            month.claim(one)
        month.check(in_time)
        clock.move_to(day(21))
        month.claim(late)
        month.check(late, kept=False)
        clock.move_to(day(23))
        for one in (late, extended):
            month.claim(one)
            month.check(one)
        month.check(waiting, kept=False)
        clock.move_to(day(31, 23))
        month.claim(waiting)  # after its day, and nobody has looked
    return month


@pytest.fixture(autouse=True)
def the_day(month: Month) -> Iterator[None]:
    with time_machine.travel("2027-01-05T10:00:00+08:00", tick=True):
        yield


def now(month: Month, period: Period = DECEMBER) -> dict[str, Any]:
    with reading() as db:
        return queries.table_now(db, THEME, period, month.group)


def figures(table: dict[str, Any], unit: Unit) -> dict[str, dict[str, Any]]:
    (row,) = (row for row in table["rows"] if row["unit"]["id"] == unit.id)
    return {one["indicator"]: one for one in row["figures"]}


def publish(month: Month, period: Period = DECEMBER, why: str = "") -> int:
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, THEME, period, month.group, why)[0].id
