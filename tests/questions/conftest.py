"""A session that takes questions, with its crew."""

from collections.abc import Callable
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.live import queries as rundown
from inquiry.live.commands import floor as live_floor
from inquiry.live.commands import preparation
from inquiry.live.commands import rundown as live_rundown
from inquiry.live.models import ItemKind, Session
from inquiry.permissions import Actor, Role
from inquiry.questions import rows
from inquiry.questions.commands import air, asking, moderation, supporting
from inquiry.questions.models import Question, QuestionOrigin, QuestionState
from inquiry.questions.queries import lookup, tallies
from inquiry.realtime.views import Row
from inquiry.trace.queries import since
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.support.application import City
from tests.support.scenes import scene

__all__ = ["EIGHT", "Clock", "Floor", "clock", "do", "floor", "imported"]

LAMPS = "湖滨路的路灯何时修好？"


class Floor:
    """A planned session whose intake is open; `session` is its id. Questions are known by their ids."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.host = city.person(Role.HOST)
        self.moderator = city.person(Role.MODERATOR)
        self.phone = city.phone()
        self.session = self.plan("城市照明")

    def plan(self, title: str) -> int:
        """Another session, planned, that takes questions to 城管局 and 水务局."""
        session: Session = do(
            preparation.create_session, self.host, title=title, starts_at=EIGHT, planned_minutes=60,
            unit_ids=[self.city.city_management.id, self.city.water.id],
        )  # fmt: skip
        do(preparation.open_intake, self.host, session.id)
        return session.id

    def question(self, question_id: int) -> Question:
        with reading() as db:
            return lookup.question(db, question_id)

    def row(self, question_id: int) -> Row:
        with reading() as db:
            return rows.staff_row(db, question_id)

    def state(self, question_id: int) -> QuestionState:
        return self.question(question_id).state

    def votes(self, question_id: int) -> int:
        with reading() as db:
            return tallies.tallies(db, [question_id])[question_id]

    def ask(self, text: str = LAMPS, *, unit: int | None = None, phone: Actor | None = None, session: int = 0) -> int:
        """A question that waits for a moderator."""
        asked: Question = do(asking.ask_question, phone or self.phone, session or self.session, asking.word(text), unit)
        return asked.id

    def open(self, text: str = LAMPS, origin: QuestionOrigin = QuestionOrigin.ANY_DAY, **fields: Any) -> int:
        """A question that belongs to no session and waits for a moderator."""
        asked: Question = do(asking.open_question, self.phone, origin, asking.word(text), **fields)
        return asked.id

    def decide(self, command: Callable[..., Any], question_id: int, *args: Any, **fields: Any) -> Any:
        """Press as a moderator who has seen the question as it is."""
        return do(command, self.moderator, question_id, self.question(question_id).rev, *args, **fields)

    def approved(self, text: str = LAMPS, **fields: Any) -> int:
        question_id = self.ask(text, **fields)
        self.decide(moderation.approve, question_id)
        return question_id

    def support(self, question_id: int, *phones: Actor) -> None:
        for phone in phones or (self.city.phone(),):
            do(supporting.support, phone, question_id)

    def go_live(self) -> "Floor":
        do(preparation.go_live, self.host, self.session, EIGHT.date())  # on its day, whatever the clock says
        return self

    @property
    def floor_rev(self) -> int:
        with reading() as db:
            return rundown.session(db, self.session).floor_rev

    def press(self, command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        """Press on the floor as a host who has seen everything so far."""
        return do(command, self.host, self.session, *args, self.floor_rev, **fields)

    def put(self, question_id: int) -> int:
        self.press(air.put_on_air, question_id)
        return question_id

    def clear(self) -> None:
        self.press(air.clear_floor)

    def item(self, title: str = "暗访短片", **fields: Any) -> int:
        fields = {"kind": ItemKind.CLIP, "planned_ms": 600_000} | fields
        return int(do(live_rundown.add_item, self.host, self.session, title=title, **fields).id)

    def words_of(self, item_id: int) -> str:
        """What the rundown says about an item."""
        with reading() as db:
            return rundown.item(db, item_id).title

    def close(self) -> "Floor":
        """End the evening as `live` does it, nothing being settled."""
        do(live_floor.close, self.host, self.session)
        return self

    def totals(self) -> dict[str, Any]:
        with reading() as db:
            return rows.totals_row(db, self.session)

    def entries(self, stream: str = "public") -> list[tuple[str, dict[str, Any]]]:
        with reading() as db:
            found = since(db, f"session:{self.session}:{stream}", 0)
        return [(entry.kind, entry.payload) for entry in found]


def imported(external_id: str, text: str, background: str = "", unit_id: int | None = None) -> asking.Imported:
    """A message of a file, as the command takes it."""
    return asking.Imported(external_id, asking.word(text), background, EIGHT, unit_id)


@pytest.fixture
@scene
def floor(city: City, clock: Clock) -> Floor:
    return Floor(city)
