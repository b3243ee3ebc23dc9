"""An evening on which questions are put and answered."""

from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.live import queries as rundown
from inquiry.live.commands import preparation
from inquiry.live.models import Session
from inquiry.permissions import Actor, Role
from inquiry.questions.commands import air, asking, moderation
from inquiry.questions.models import Question
from inquiry.questions.queries import lookup
from inquiry.responses.commands import closing, recording
from inquiry.responses.models import Response, ResponseKind
from inquiry.responses.rules import Wish, Wishes
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.support.application import City
from tests.support.scenes import scene

__all__ = ["EIGHT", "Clock", "Evening", "clock", "do", "evening"]

SPECIFIC, DEFLECTION = ResponseKind.SPECIFIC_COMMITMENT, ResponseKind.DEFLECTION
#: The least that a clerk has to say about an answer.
PLAIN: dict[str, Any] = {"kind": SPECIFIC, "text": "12月20日前修好湖滨路的路灯。", "speaker": "林知远"}


class Evening:
    """A session that is live and takes questions, with its crew."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.host = city.person(Role.HOST)
        self.clerk = city.person(Role.CLERK)
        self.moderator = city.person(Role.MODERATOR)
        self.official = city.official_of(city.city_management)
        self.session = self.plan(city.city_management.id, city.water.id)
        do(preparation.go_live, self.host, self.session, EIGHT.date())  # on its day, whatever the clock says

    def plan(self, *unit_ids: int, title: str = "城市照明") -> int:
        """Another session, planned, that takes questions."""
        session: Session = do(
            preparation.create_session,
            self.host,
            title=title,
            starts_at=EIGHT,
            planned_minutes=60,
            unit_ids=list(unit_ids),
        )
        do(preparation.open_intake, self.host, session.id)
        return session.id

    @property
    def row(self) -> Session:
        with reading() as db:
            return rundown.session(db, self.session)

    @property
    def seen(self) -> int:
        return self.row.floor_rev

    def question(self, question_id: int) -> Question:
        with reading() as db:
            return lookup.question(db, question_id)

    def ask(self, text: str = "湖滨路的路灯何时修好？", *, unit: int | None = None, phone: Actor | None = None) -> int:
        """A question that waits for a moderator."""
        asked: Question = do(asking.ask_question, phone or self.city.phone(), self.session, asking.word(text), unit)
        return asked.id

    def approve(self, question_id: int) -> int:
        do(moderation.approve, self.moderator, question_id, self.question(question_id).rev)
        return question_id

    def approved(self, text: str = "湖滨路的路灯何时修好？", **fields: Any) -> int:
        return self.approve(self.ask(text, **fields))

    def put(self, question_id: int) -> int:
        do(air.put_on_air, self.host, self.session, question_id, self.seen)
        return question_id

    def clear(self) -> None:
        do(air.clear_floor, self.host, self.session, self.seen)

    def on_air(self, **fields: Any) -> int:
        return self.put(self.approved(**fields))

    def aired(self, **fields: Any) -> int:
        question_id = self.on_air(**fields)
        self.clear()
        return question_id

    def record(self, question_id: int, **fields: Any) -> Response:
        answered: Response = do(
            recording.record_response, self.clerk, question_id,
            **{"unit_id": self.city.city_management.id} | PLAIN | fields,
        )  # fmt: skip
        return answered

    def answered(self, **fields: Any) -> int:
        """A question that was aired and answered by 城管局."""
        question_id = self.aired(**fields)
        self.record(question_id)
        return question_id

    def close(self, each: dict[int, Wish] | None = None, defer_rest_to: int | None = None) -> Any:
        """Whatever has no unit goes to 城管局, and the moderators go on with what waits."""
        wishes = Wishes(each or {}, defer_rest_to, self.city.city_management.id, True)
        return do(closing.close_session, self.host, self.session, self.seen, wishes)

    def handed(self, **fields: Any) -> int:
        """A question that was handed to 城管局 at the close."""
        question_id = self.approved(**fields)
        self.close()
        return question_id

    def write(self, question_id: int, **fields: Any) -> Response:
        written: Response = do(
            recording.answer_in_writing, self.official, question_id,
            **{"kind": SPECIFIC, "text": "已于12月3日更换灯具。"} | fields,
        )  # fmt: skip
        return written


@pytest.fixture
@scene
def evening(city: City, clock: Clock) -> Evening:
    return Evening(city)
