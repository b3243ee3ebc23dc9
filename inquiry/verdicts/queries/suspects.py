"""Votes that look as no audience votes, and what was set aside."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from sqlalchemy import select

from ...accounts.models import Device
from ...core.clock import milliseconds
from ...core.db import Db
from ...core.extensions import let_others_go_first
from ..models import DeviceOut, SetAside, Verdict, Vote
from ..rules.patterns import Finding, Seen, find

#: Looked through, those of the newest devices: a city of a million would fill the memory.
MOST_LOOKED_AT = 200_000
#: And read at once, before others may go first.
_READ_AT_ONCE = 500
#: Findings that are shown, the largest. When one is set aside the next comes in its place.
MOST_FINDINGS = 50


def findings(db: Db, verdict: Verdict) -> list[Finding]:
    """What is found among the viewers' votes that count. Votes of a whole city take seconds: they are read and looked
    at in turns."""
    return find(_seen(db, verdict), let_others_go_first)[:MOST_FINDINGS]


def _seen(db: Db, verdict: Verdict) -> Iterator[Seen]:
    began = milliseconds(verdict.opened_at)
    # in the order of an index, so that the first ones come at once
    votes = (
        select(Vote.id, Device.id, Vote.satisfied, Vote.at, Vote.network, Device.created_at)
        .join(Device, Device.id == Vote.device_id)
        .where(Vote.verdict_id == verdict.id, Vote.set_aside_id.is_(None))
        .order_by(Vote.device_id.desc())
        .limit(MOST_LOOKED_AT)
    )
    with closing(db.execute(votes.execution_options(yield_per=_READ_AT_ONCE))) as rows:
        for some in rows.partitions():
            for number, device_id, satisfied, at, network, born in some:
                yield Seen(number, device_id, satisfied, milliseconds(at) - began, network, milliseconds(born))
            let_others_go_first()


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
