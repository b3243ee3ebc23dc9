"""An evening on which an answer was given, and everybody who judges it."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select

from inquiry.accounts.models import Device
from inquiry.core import clock as clocks
from inquiry.core.db import insert_all, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.verdicts import pins
from inquiry.verdicts.commands import cards, judging, opening
from inquiry.verdicts.models import Card, Verdict
from inquiry.verdicts.queries import counts, lookup
from inquiry.verdicts.rules.voting import Counts
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.responses.conftest import Evening, evening
from tests.support.scenes import scene

__all__ = ["EIGHT", "Clock", "Evening", "Hall", "clock", "do", "evening", "hall"]


class Hall:
    """The evening with a question that was answered on air; `producer` looks after the votes."""

    def __init__(self, evening: Evening) -> None:
        self.evening, self.city = evening, evening.city
        self.host, self.clerk = evening.host, evening.clerk
        self.producer = self.city.person(Role.PRODUCER)
        self.session = evening.session
        self.question = evening.on_air()
        self.response = evening.record(self.question).id

    def open(self, seconds: int = 30, question: int = 0) -> int:
        verdict: Verdict = do(opening.open_verdict, self.host, question or self.question, seconds)
        return verdict.id

    def close(self, verdict: int) -> int:
        do(opening.close_verdict, self.host, verdict)
        return verdict

    def cards(self, number: int) -> list[str]:
        """What stands on so many new cards."""
        made: list[Card] = do(cards.make_cards, self.host, self.session, number)
        code = self.evening.row.code
        return [f"{one.number} {pins.pin(code, one.number)}" for one in made]

    def phones(self, number: int, network: str = "192.0.2.1", born: datetime | None = None) -> list[Actor]:
        """So many new devices of the audience, with a few statements."""
        with unit_of_work() as uow:
            last = max(uow.db.scalars(select(Device.id)), default=0)
            born = born or clocks.now()
            insert_all(
                uow.db, Device,
                [{"token": f"phone {last + one}", "created_at": born} for one in range(number)],
            )  # fmt: skip
            ids = uow.db.scalars(select(Device.id).where(Device.id > last).order_by(Device.id)).all()
        return [Actor(Role.AUDIENCE, device_id=one, network=network) for one in ids]

    def judge(self, verdict: int, says: bool, *phones: Actor) -> None:
        with unit_of_work() as uow:
            outcomes = judging.judge_all(uow, [(one, verdict, says) for one in phones])
        assert all(isinstance(one, Verdict) for one in outcomes)

    def by_card(self, verdict: int, card: str, says: bool, actor: Actor | None = None) -> Card:
        judged: Card = do(cards.judge_by_card, actor or self.host, verdict, card, says)
        return judged

    def row(self, verdict: int) -> Verdict:
        with reading() as db:
            return lookup.verdict(db, verdict)

    def counts(self, verdict: int) -> Counts:
        with reading() as db:
            return counts.counted(db, verdict)

    def everybody(self, verdict: int, says: Sequence[bool]) -> None:
        """A phone for each of these words."""
        phones = self.phones(len(says))
        for satisfied in (True, False):
            self.judge(verdict, satisfied, *(one for one, word in zip(phones, says, strict=True) if word is satisfied))


@pytest.fixture
@scene
def hall(evening: Evening) -> Hall:
    return Hall(evening)
