"""A device is taken out of a session's verdicts, and put back."""

from sqlalchemy import ColumnElement, delete

from ...accounts.models import Device
from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands.preparation import not_closed
from ...permissions import Actor, require
from ...realtime import ticks
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import DeviceOut, Verdict, Vote
from ..queries import lookup


def take_out_device(uow: UnitOfWork, actor: Actor, session_id: int, device_id: int) -> DeviceOut:
    """From now on it counts for nothing, in the verdict that is open either; what was closed before is set aside by its
    pattern or not at all. Raises DeviceTakenOut, SessionClosed, NotFound."""
    require(actor, "verdicts.take_out_device")
    session = not_closed(uow, session_id)
    existing(uow.db, Device, device_id)
    if uow.db.get(DeviceOut, (session.id, device_id)) is not None:
        raise refusals.DeviceTakenOut()
    forget_in_open(uow, session.id, Vote.device_id == device_id)
    out = DeviceOut(session_id=session.id, device_id=device_id, at=uow.now)
    uow.db.add(out)
    uow.record(public_stream(session.id), events.DEVICE_TAKEN_OUT, actor, [session])
    return out


def put_back_device(uow: UnitOfWork, actor: Actor, session_id: int, device_id: int) -> None:
    """It may judge again. Raises DeviceNotOut, SessionClosed."""
    require(actor, "verdicts.put_back_device")
    session = not_closed(uow, session_id)
    out = uow.db.get(DeviceOut, (session.id, device_id))
    if out is None:
        raise refusals.DeviceNotOut()
    uow.db.delete(out)
    uow.record(public_stream(session.id), events.DEVICE_PUT_BACK, actor, [session])


def forget_in_open(uow: UnitOfWork, session_id: int, whose: ColumnElement[bool]) -> None:
    """What a card or a device has said in the verdict that is open. Its row is held until what comes next is committed:
    whoever judges waits for it, and finds the card or the device taken out."""
    found = lookup.open_verdict(uow.db, session_id)
    if found is not None and uow.lock(Verdict, found.id).closed_at is None:
        uow.db.execute(delete(Vote).where(Vote.verdict_id == found.id, whose))
        uow.after_commit(lambda: ticks.touch(session_id, found.question_id))
