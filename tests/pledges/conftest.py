"""A pledge that was made on an evening, and everybody who has to do with it."""

from datetime import date
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Role
from inquiry.pledges.commands import checking, extensions, progress, recording
from inquiry.pledges.models import Evidence, Extension, Pledge
from inquiry.pledges.queries import lookup
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.responses.conftest import Evening, evening
from tests.support.application import City
from tests.support.scenes import scene

__all__ = ["DUE", "EIGHT", "Clock", "Evening", "Promise", "clock", "do", "evening", "promise"]

#: The evening is the first of December; soon begins on the eleventh.
DUE = date(2026, 12, 18)
WHOLE: dict[str, Any] = {
    "spoken": "我承诺，12月18日前修好湖滨路全部路灯。", "action": "修复", "object": "湖滨路路灯",
    "officer": "林知远", "due_on": DUE,
}  # fmt: skip


class Promise:
    """A specific pledge of 城管局, recorded by the clerk; `official` is of that unit, `staff` and `leader` of none."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        self.city: City = evening.city
        self.clerk, self.official = evening.clerk, evening.official
        self.staff, self.leader = self.city.person(Role.STAFF), self.city.person(Role.LEADER)
        self.session = evening.session
        self.question = evening.aired()
        self.response = evening.record(self.question).id
        self.id = self.record().id
        self.withdrawn = 0  # a question of the evening whose words were withdrawn, where a test has one

    def record(self, **fields: Any) -> Pledge:
        """Another pledge out of the same response."""
        recorded: Pledge = do(
            recording.record_pledge, self.clerk, self.response,
            **{"lead_unit_id": self.city.city_management.id} | WHOLE | fields,
        )  # fmt: skip
        return recorded

    @property
    def row(self) -> Pledge:
        with reading() as db:
            return lookup.pledge(db, self.id)

    @property
    def rev(self) -> int:
        return self.row.rev

    def press(self, command: Any, actor: Any, *args: Any, **fields: Any) -> Any:
        """Press as somebody who has seen the pledge as it is."""
        return do(command, actor, self.id, self.rev, *args, **fields)

    def prove(self, text: str = "更换灯具的验收单") -> Evidence:
        with unit_of_work() as uow:
            return progress.add_evidence(uow, self.official, self.id, text=text)

    def claim(self) -> "Promise":
        self.prove()
        self.press(progress.claim_done, self.official)
        return self

    def claimed_again(self, clock: Clock) -> "Promise":
        clock.forward(minutes=1)
        return self.claim()

    def keep(self) -> "Promise":
        self.claim().press(checking.accept_pledge, self.staff, "逐盏看过，都亮")
        return self

    def give_back(self) -> "Promise":
        self.claim().press(checking.return_pledge, self.staff, "现场仍有三盏不亮")
        return self

    def extend(self, due_on: date, reason: str = "灯具到货晚了") -> Extension:
        asked: Extension = self.press(extensions.ask_extension, self.official, due_on, reason)
        return asked


@pytest.fixture
@scene
def promise(evening: Evening) -> Promise:
    return Promise(evening)
