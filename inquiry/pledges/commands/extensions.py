"""More time: asked for before the date; a little of it once by the unit's own word, else with a signature."""

from datetime import date

from sqlalchemy import select

from ...core.clock import city_day
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor
from ...trace.kinds import Kind
from .. import events, refusals, rules
from ..models import Extension, ExtensionState, Pledge
from ..queries.lookup import states_of
from ..rules import Transition
from .common import lock_as_seen, record


def ask_extension(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, due_on: date, reason: str) -> Extension:
    """Ask for a later date. A short first extension is in force at once; the first date stays visible for ever.

    Raises Stale, WrongState, NoDate, ExtensionPending, TooLateToExtend, NotLater, TooMuchLater.
    """
    pledge = lock_as_seen(uow, actor, "ask_extension", pledge_id, Transition.ASK_EXTENSION, seen)
    earlier = states_of(uow.db, pledge.id)
    state = rules.ask_extension(pledge.due_on, pledge.first_due_on, due_on, city_day(uow.now), earlier)
    assert pledge.due_on is not None
    extension = Extension(
        pledge_id=pledge.id, reason=reason, due_before=pledge.due_on, due_after=due_on, state=state,
        asked_at=uow.now, asked_by_id=actor.user_id,
    )  # fmt: skip
    uow.add(extension)
    if state is ExtensionState.IN_FORCE:
        pledge.due_on = due_on
    pledge.rev += 1
    kind = events.EXTENDED if state is ExtensionState.IN_FORCE else events.EXTENSION_ASKED
    _say(uow, actor, kind, pledge, extension, reason=reason)
    return extension


def sign_extension(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int) -> Extension:
    """Let an extension come into force: a first one as staff, any as a leader.

    Raises Stale, WrongState, NoExtensionAsked.
    """
    pledge, extension = _decide(uow, actor, "sign_extension", pledge_id, seen, ExtensionState.IN_FORCE)
    pledge.due_on = extension.due_after
    _say(uow, actor, events.EXTENSION_SIGNED, pledge, extension)
    return extension


def refuse_extension(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, note: str) -> Extension:
    """Do not sign, and say why: the date stands. Raises Stale, WrongState, NoExtensionAsked."""
    pledge, extension = _decide(uow, actor, "refuse_extension", pledge_id, seen, ExtensionState.REFUSED)
    extension.decision_note = note
    due_on = extension.due_before.isoformat()
    _say(uow, actor, events.EXTENSION_REFUSED, pledge, extension, due_on=due_on, note=note)
    return extension


def _decide(
    uow: UnitOfWork, actor: Actor, command: str, pledge_id: int, seen: int, state: ExtensionState
) -> tuple[Pledge, Extension]:
    uow.lock(Pledge, pledge_id)
    permission = rules.permission_to_decide(command, states_of(uow.db, pledge_id))
    pledge = lock_as_seen(uow, actor, permission, pledge_id, Transition.DECIDE_EXTENSION, seen)
    extension = uow.db.scalar(
        select(Extension).where(Extension.pledge_id == pledge.id, Extension.state == ExtensionState.ASKED)
    )
    if extension is None:
        raise refusals.NoExtensionAsked()
    extension.state, extension.decided_at, extension.decided_by_id = state, uow.now, actor.user_id
    pledge.rev += 1
    return pledge, extension


def _say(uow: UnitOfWork, actor: Actor, kind: Kind, pledge: Pledge, extension: Extension, **payload: str) -> None:
    record(
        uow, actor, kind, pledge, extension=extension.id, due_before=extension.due_before.isoformat(),
        due_after=extension.due_after.isoformat(), **payload,
    )  # fmt: skip
