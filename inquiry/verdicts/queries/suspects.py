"""Votes that look as no audience votes, and what was set aside."""

from collections.abc import Sequence

from sqlalchemy import select

from ...accounts.models import Device
from ...core.clock import milliseconds
from ...core.db import Db
from ..models import DeviceOut, SetAside, Verdict, Vote
from ..rules.patterns import Finding, Seen, find

#: Looked through at once, the first of them: a city of a million would fill the memory.
MOST_LOOKED_AT = 200_000


def findings(db: Db, verdict: Verdict) -> list[Finding]:
    """What is found among the viewers' votes that count."""
    began = milliseconds(verdict.opened_at)
    rows = db.execute(
        select(Vote.id, Device.id, Vote.satisfied, Vote.at, Vote.network, Device.created_at)
        .join(Device, Device.id == Vote.device_id)
        .where(Vote.verdict_id == verdict.id, Vote.set_aside_id.is_(None))
        .order_by(Vote.id)
        .limit(MOST_LOOKED_AT)
    )
    return find(
        Seen(number, device_id, satisfied, milliseconds(at) - began, network, milliseconds(born))
        for number, device_id, satisfied, at, network, born in rows
    )


def set_asides(db: Db, *verdict_ids: int) -> Sequence[SetAside]:
    """What was set aside in these verdicts, as it happened."""
    return db.scalars(select(SetAside).where(SetAside.verdict_id.in_(verdict_ids)).order_by(SetAside.id)).all()


def by_verdict(db: Db, verdicts: Sequence[Verdict]) -> dict[int, list[SetAside]]:
    """What stands set aside in each of these, by its id."""
    found: dict[int, list[SetAside]] = {one.id: [] for one in verdicts}
    for one in set_asides(db, *found) if found else ():
        if one.brought_back_at is None:
            found[one.verdict_id].append(one)
    return found


def devices_out(db: Db, session_id: int) -> Sequence[DeviceOut]:
    return db.scalars(select(DeviceOut).where(DeviceOut.session_id == session_id).order_by(DeviceOut.at)).all()
