"""Behind the scenes: what the crew says to the host, to whoever speaks and to the floor, and the stage timer.

All of it is told to the crew alone, and what was said stands in no entry.
"""

from sqlalchemy import func, select

from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import staff_stream
from .. import events, queries, refusals
from ..models import Backstage, BackstageMessage, MessageState, Session, StageTimer
from .preparation import not_closed

#: So many may wait to be acknowledged in a session: more would not be read. The window of `rows` holds all of them.
MOST_OPEN = 20


def send_message(uow: UnitOfWork, actor: Actor, session_id: int, to: Backstage, text: str) -> BackstageMessage:
    """Say something; it stays until somebody has acknowledged it. Raises SessionClosed, TooManyMessages."""
    require(actor, "live.send_message")
    session = not_closed(uow, session_id)
    waiting = uow.db.scalar(
        select(func.count())
        .select_from(BackstageMessage)
        .where(BackstageMessage.session_id == session.id, BackstageMessage.state == MessageState.OPEN)
    )
    if (waiting or 0) >= MOST_OPEN:
        raise refusals.TooManyMessages(most=MOST_OPEN)
    message = BackstageMessage(session_id=session.id, to=to, text=text, sent_at=uow.now, sent_by=actor.user_id)
    uow.add(message)
    uow.record(
        staff_stream(session.id), events.MESSAGE_SENT, actor, [message], message=message.id, to=to.value
    )  # fmt: skip
    return message


def acknowledge_message(uow: UnitOfWork, actor: Actor, message_id: int) -> BackstageMessage:
    """Say that it was read. Two may do so in the same second: the first one's name stands."""
    require(actor, "live.acknowledge_message")
    uow.lock(Session, existing(uow.db, BackstageMessage, message_id).session_id)
    message = uow.lock(BackstageMessage, message_id)
    if message.state is MessageState.OPEN:
        message.state = MessageState.ACKNOWLEDGED
        message.acknowledged_at, message.acknowledged_by = uow.now, actor.user_id
        uow.record(staff_stream(message.session_id), events.MESSAGE_ACKNOWLEDGED, actor, [message], message=message.id)
    return message


def switch_stage_timer(
    uow: UnitOfWork, actor: Actor, session_id: int, *, black: bool | None = None, wrap_up: bool | None = None,
    blink: bool = False,
) -> Session:  # fmt: skip
    """Make the stage timer black, or no more; let it blink once; say "wrap up" to whoever speaks, or no more, which is
    over with the slot. Raises SessionClosed, and NoSlot where nobody speaks."""
    require(actor, "live.switch_stage_timer")
    session = not_closed(uow, session_id)
    stage = uow.db.get(StageTimer, session.id)
    if stage is None:
        stage = StageTimer(id=session.id)
        uow.add(stage)
    if black is not None:
        stage.black = black
    if wrap_up is not None:
        stage.wrap_up_slot_id = _speaking(uow, session) if wrap_up else None
    if blink:
        stage.blinked_at = uow.now
    uow.record(staff_stream(session.id), events.STAGE_TIMER_SWITCHED, actor, [stage])
    return session


def _speaking(uow: UnitOfWork, session: Session) -> int:
    slot = queries.open_slot(uow.db, session.id)
    if slot is None:
        raise refusals.NoSlot()
    return slot.id
