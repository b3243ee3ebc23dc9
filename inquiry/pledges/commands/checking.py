"""Somebody from outside looks: kept, or returned."""

from ...accounts.models import User
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor
from .. import events, rules
from ..models import Pledge
from ..rules import Transition
from .common import lock_as_seen, record


def accept_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, note: str) -> Pledge:
    """Find that the pledge was kept, and say by what. Raises Stale, WrongState, OwnCheck."""
    pledge = _checked(uow, actor, "accept_pledge", pledge_id, Transition.ACCEPT, seen, note)
    pledge.kept_at = uow.now
    record(uow, actor, events.KEPT, pledge, note=note)
    return pledge


def return_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, note: str) -> Pledge:
    """Find that it was not, and say why. Raises Stale, WrongState, OwnCheck."""
    pledge = _checked(uow, actor, "return_pledge", pledge_id, Transition.RETURN, seen, note)
    record(uow, actor, events.RETURNED, pledge, note=note)
    return pledge


def _checked(
    uow: UnitOfWork, actor: Actor, command: str, pledge_id: int, step: Transition, seen: int, note: str
) -> Pledge:
    pledge = lock_as_seen(uow, actor, command, pledge_id, step, seen)
    claimant = uow.db.get(User, pledge.claimed_by_id) if pledge.claimed_by_id else None
    rules.check_checker(
        (actor.user_id, actor.unit_id),
        (pledge.claimed_by_id, claimant.unit_id if claimant else None),
        pledge.lead_unit_id,
    )
    pledge.state = rules.after(step, pledge.state)
    pledge.checked_by_id, pledge.check_note = actor.user_id, note
    pledge.rev += 1
    return pledge
