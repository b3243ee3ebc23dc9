"""Headships: who heads a unit (一把手), and since when."""

from datetime import date

from sqlalchemy import select

from ...core import clock
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Headship, Unit


def appoint_head(uow: UnitOfWork, actor: Actor, unit_id: int, name: str, title: str, from_day: date) -> Unit:
    """Say who heads a unit from a day on, today at the latest; nobody, for an empty name. The headship before ends on
    that day. Raises HeadshipOutOfOrder, NotFound.
    """
    require(actor, "accounts.appoint_head")
    unit = uow.lock(Unit, unit_id)
    _begin(uow, actor, unit, name, title, from_day)
    return unit


def name_head(uow: UnitOfWork, actor: Actor, unit: Unit, name: str, title: str = "") -> None:
    """Who heads a unit, locked or new, as told together with it: from today on; the first of all, nobody said since
    when, and the unit's own entry tells of it. A title that was not known is added to whoever heads it already."""
    present = queries.headship(uow.db, unit.id)
    if present is not None and present.name == name and not present.title:
        present.title = title
    elif uow.db.scalar(select(Headship.id).where(Headship.unit_id == unit.id).limit(1)) is not None:
        _begin(uow, actor, unit, name, title, clock.city_day(uow.now))
    elif name:
        unit.head = name
        uow.add(Headship(unit_id=unit.id, name=name, title=title))


def _begin(uow: UnitOfWork, actor: Actor, unit: Unit, name: str, title: str, from_day: date) -> None:
    """Saying again who heads it already changes nothing."""
    present = queries.headship(uow.db, unit.id)
    if (present.name, present.title) == (name, title) if present else not name:
        return
    first = present.from_day if present else None
    if from_day > clock.city_day(uow.now) or (first is not None and from_day < first):
        raise refusals.HeadshipOutOfOrder(first=first.isoformat() if first else "-")
    if present:
        present.until_day = from_day
    unit.head = name
    if name:
        uow.add(Headship(unit_id=unit.id, name=name, title=title, from_day=from_day))
    kind = events.HEAD_APPOINTED if name else events.HEAD_LEFT
    uow.record(CITY, kind, actor, [unit], from_day=from_day.isoformat())
