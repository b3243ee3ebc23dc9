"""What the database picks for a period is all that the rules count, and not more statements for more of it."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from inquiry.core.clock import city_day
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.pledges.models import Pledge, PledgeOrigin, PledgeState, Specificity
from inquiry.results import counting
from inquiry.results.rules import handling
from inquiry.results.rules.handling import PledgeFacts, Window
from inquiry.results.rules.handling_indicators import BY_CODE, Shape
from inquiry.results.rules.periods import Period
from tests.support.application import City


def test_the_database_picks_what_the_rules_count(city: City) -> None:
    """Pledges in every state with days around the ends of a period: picked by the database or looked at one by one, the
    same ones count."""
    chance, units = random.Random(9), [city.district.id, city.other_district.id, city.water.id]

    def some_day() -> date:
        return date(2026, 9, 20) + timedelta(days=chance.randrange(60))

    def one() -> dict[str, Any]:
        state = chance.choice(list(PledgeState))
        first = chance.choice([None, some_day()])
        claimed = None if state is PledgeState.OPEN else some_day()
        kept = datetime.combine(some_day(), datetime.min.time(), UTC) + timedelta(hours=chance.randrange(24))
        return {
            "origin": PledgeOrigin.TASK_LIST, "specificity": Specificity.SPECIFIC, "spoken": "修好", "vague": [],
            "action": "", "object": "", "officer": "", "lead_unit_id": chance.choice(units), "first_due_on": first,
            "due_on": first and first + timedelta(days=chance.choice([0, 0, 9])), "search_text": "", "state": state,
            "rev": 0, "confirmation": "asked", "dispute": "", "check_note": "", "withdrawn_reason": "",
            "confirmation_due_at": kept, "recorded_at": kept, "claimed_on": claimed,
            "kept_at": kept if state is PledgeState.KEPT else None,
        }  # fmt: skip

    with unit_of_work() as uow:
        uow.db.execute(insert(Pledge), [one() for _ in range(600)])
    with reading() as db:
        every = [
            PledgeFacts(
                pledge.id, pledge.lead_unit_id, pledge.state, pledge.first_due_on, pledge.due_on, pledge.claimed_on,
                city_day(pledge.kept_at) if pledge.kept_at else None,
            )
            for pledge in db.scalars(select(Pledge).where(Pledge.state != PledgeState.SUPERSEDED).order_by(Pledge.id))
        ]  # fmt: skip
        for name, today in (("2026-10", date(2026, 11, 9)), ("2026-W42", date(2026, 10, 14)), ("2026", some_day())):
            window = Window.of(Period.parse(name), today)
            found = counting.counted(db, window, units[:2])
            for code, rule in (
                ("completion", handling.completed), ("on_time", handling.on_time), ("kept", handling.kept),
                ("overdue", handling.overdue),
            ):  # fmt: skip
                for unit in units[:2]:
                    of_unit = [pledge for pledge in every if pledge.unit_id == unit]
                    got = found[code][unit]
                    assert list(got.yes) == [pledge.id for pledge in of_unit if rule(pledge, window)]
                    if BY_CODE[code].shape is Shape.RATE:
                        assert list(got.no) == [pledge.id for pledge in of_unit if rule(pledge, window) is False]
            assert units[2] not in found["kept"]
