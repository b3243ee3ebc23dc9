"""What the pages about pledges are shown with: units by id, the city's day, how a pledge stands now."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..accounts import queries as accounts
from ..accounts.models import User
from ..core import workdays
from ..core.clock import city_day
from ..core.db import Db
from ..permissions import Scope, allows
from ..pledges import rules
from ..pledges.models import Confirmation, Pledge
from ..pledges.possible import possible
from ..pledges.queries.lists import Days, extensions_of
from ..questions import rules as question_rules
from ..web.http import actor


def days(now: datetime) -> Days:
    today = city_day(now)
    return Days(today, workdays.add_workdays(today, rules.DUE_SOON_WORKING_DAYS))


def around(db: Db, now: datetime) -> dict[str, Any]:
    """What these pages are shown with: the units by id, the city's day, and how a pledge stands at this moment."""
    today, soon_until = (calendar := days(now)).today, calendar.soon_until

    def timing(pledge: Pledge) -> rules.Timing:
        return rules.timing(pledge.state, pledge.due_on, pledge.claimed_on, today, soon_until)

    def confirmation(pledge: Pledge) -> Confirmation:
        return rules.confirmation(pledge.confirmation, pledge.confirmation_due_at, now)

    units = {unit.id: unit for unit in accounts.units(db)}
    return {
        "units": units, "today": today, "timing": timing, "confirmation": confirmation,
        "may_return": lambda question: (
            question_rules.return_fault(question.state, question.handed_on, question.returned_at, today) is None
            and allows(actor(), "questions.return_question", Scope(unit_id=question.unit_id))
        ),
        "readable": lambda question: question_rules.is_public(question.state, question.approved_at),
    }  # fmt: skip


def can_do(db: Db, pledges: Collection[Pledge], now: datetime) -> dict[int, set[str]]:
    """What the reader could do with each of the pledges, by its id."""
    today = days(now).today
    asked = extensions_of(db, [one.id for one in pledges])
    claimants = {one.claimed_by_id for one in pledges if one.claimed_by_id is not None}
    unit_of = {one.id: one.unit_id for one in db.scalars(select(User).where(User.id.in_(claimants)))}
    return {
        one.id: possible(actor(), one, asked[one.id], unit_of.get(one.claimed_by_id or 0), now, today)
        for one in pledges
    }
