"""Which questions were answered after their day. Read from the trace: a later term does not make it undone."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from ...core.clock import city_day
from ...core.db import Db, among
from ...trace.models import Entry, Mention
from .. import events, rules
from ..rules import Late

_KINDS = [kind.name for kind in (events.HANDED, events.REASSIGNED, events.ANSWERED, events.EVADED)]


def late_answers(db: Db, question_ids: Collection[int]) -> dict[int, Late]:
    """Those of these questions that a unit ever answered late, each with the answer that came longest after its day."""
    steps: dict[str, list[tuple[date | None, date]]] = {f"question:{one}": [] for one in question_ids}
    rows = db.execute(
        select(Mention.subject, Entry.at, Entry.payload)
        .join(Entry, Entry.id == Mention.entry_id)
        .where(among(db, Mention.subject, list(steps)), Entry.kind.in_(_KINDS))
        .order_by(Entry.id)
    )
    for subject, at, payload in rows:
        due_on = date.fromisoformat(payload["due_on"]) if "due_on" in payload else None
        steps[subject].append((due_on, city_day(at)))
    found = {int(subject.removeprefix("question:")): rules.latest(told) for subject, told in steps.items()}
    return {number: late for number, late in found.items() if late is not None}
