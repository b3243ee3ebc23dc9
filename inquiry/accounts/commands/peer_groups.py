"""Peer groups, and which unit belongs to which from when on."""

from datetime import date

from sqlalchemy import select

from ...core import text
from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, refusals
from ..models import GroupMembership, PeerGroup, Unit


def add_peer_group(uow: UnitOfWork, actor: Actor, name: str, name_en: str) -> PeerGroup:
    """Raises GroupNameTaken, also by a name that only looks like it."""
    require(actor, "accounts.add_peer_group")
    for taken in uow.db.scalars(select(PeerGroup.name)):
        if text.look_alike(taken) == text.look_alike(name):
            raise refusals.GroupNameTaken(name=taken)
    return put_group(uow, actor, name, name_en)


def put_group(uow: UnitOfWork, actor: Actor, name: str, name_en: str = "") -> PeerGroup:
    """Add a group whose name was looked at already."""
    group = PeerGroup(name=name, name_en=name_en)
    uow.add(group)
    uow.record(CITY, events.PEER_GROUP_ADDED, actor, [group])
    return group


def set_peer_group(uow: UnitOfWork, actor: Actor, unit_id: int, group_id: int | None, from_day: date) -> Unit:
    """Say to which group a unit belongs from a day on, None for to none. What was said of later days holds no longer,
    what was before stays. Raises NotFound.
    """
    require(actor, "accounts.set_peer_group")
    unit = uow.lock(Unit, unit_id)
    if group_id is not None:
        existing(uow.db, PeerGroup, group_id)
    move_to_group(uow, actor, unit, group_id, from_day)
    return unit


def move_to_group(uow: UnitOfWork, actor: Actor, unit: Unit, group_id: int | None, from_day: date) -> bool:
    """The same, of a unit that is locked or new. Returns whether anything changed."""
    memberships = uow.db.scalars(select(GroupMembership).where(GroupMembership.unit_id == unit.id)).all()
    last = next((one for one in memberships if one.until_day is None), None)
    if last is None and group_id is None and not any(one.until_day > from_day for one in memberships if one.until_day):
        return False
    if last is not None and last.group_id == group_id and last.from_day <= from_day:
        return False
    for one in memberships:
        if one.until_day is None or one.until_day > from_day:
            one.until_day = max(one.from_day, from_day)  # one that would begin later lasts no day
    if group_id is not None:
        uow.add(GroupMembership(unit_id=unit.id, group_id=group_id, from_day=from_day))
    uow.record(CITY, events.PEER_GROUP_SET, actor, [unit], group=group_id, from_day=from_day.isoformat())
    return True
