"""What every press on a pledge begins and ends with."""

from typing import Any

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...permissions import Actor, Scope, require
from ...questions.models import Question
from ...trace.kinds import Kind
from .. import refusals, rules
from ..models import Pledge
from ..rows import pledge_row
from ..rules import Transition


def lock_as_seen(
    uow: UnitOfWork, actor: Actor, command: str, pledge_id: int, step: Transition, seen: int | None = None
) -> Pledge:
    """The pledge, locked, if the actor may, saw it as it is (`seen` is its `rev`) and it is in a state for this step.

    Raises NotFound, SignedOut, Forbidden, Stale (`now` is the pledge's row), WrongState; PledgeWordsWithdrawn where
    there are no words any more that could be settled.
    """
    pledge = uow.lock(Pledge, pledge_id)
    require(actor, f"pledges.{command}", Scope(unit_id=pledge.lead_unit_id))
    if seen is not None and seen != pledge.rev:
        raise Stale(now=pledge_row(pledge))
    rules.after(step, pledge.state)
    if step is Transition.SETTLE_WORDS and pledge.withdrawn_at is not None:
        raise refusals.PledgeWordsWithdrawn()
    return pledge


def record(uow: UnitOfWork, actor: Actor, kind: Kind, *pledges: Pledge, **payload: Any) -> None:
    """Record what happened to a pledge, and to older versions of it; its question, if it has one, is named, so that one
    trace leads from the question to what became of it.
    """
    pledge = pledges[0]
    asked = [] if pledge.question_id is None else [uow.db.get_one(Question, pledge.question_id)]
    uow.record(pledge.stream, kind, actor, [*pledges, *asked], pledge=pledge.id, **payload)
