"""Appending to the trace. Only the unit of work calls this, last thing before it commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from ..core.db import Db, insert_all
from ..errors import StaysInRehearsal
from ..permissions import Actor, Role
from .chain import link
from .kinds import Kind
from .models import Entry, Mention, StreamHead, Withheld
from .streams import Stream


@dataclass(frozen=True)
class Draft:
    """A fact on its way into the trace."""

    stream: Stream
    kind: Kind
    actor: Actor
    about: tuple[str, ...]
    payload: dict[str, Any]


def append(db: Db, drafts: list[Draft], at: datetime) -> list[Entry]:
    """Number, chain and insert the drafts.

    Streams are locked in the order of their names, so that two transactions that write to the same two streams wait
    for each other instead of dying; within a stream the order of the drafts is kept.
    """
    entries = []
    for stream in sorted({draft.stream for draft in drafts}, key=str):
        head = _locked(db, str(stream))
        entries += [_next(head, draft, at) for draft in drafts if draft.stream == stream]
    db.add_all(entries)
    db.flush()  # a mention names its entry by the id that the database gives
    mentions = [(entry.id, subject) for entry in entries for subject in dict.fromkeys(entry.about)]
    # In one statement: several rows flushed without a key to come back would be several, each waited for to be written.
    insert_all(db, Mention, [{"entry_id": entry, "subject": subject} for entry, subject in mentions])
    return entries


def open_temporary(db: Db, streams: Collection[Stream]) -> None:
    """Streams in which nothing has happened yet are to be removed one day."""
    insert_all(db, StreamHead, [{"name": str(one), "temporary": True} | _EMPTY for one in streams])


def check_apart(db: Db, drafts: Sequence[Draft]) -> None:
    """Whoever acts in a temporary stream touches nothing beyond that session. What the system does there because of
    something outside, it may: it goes with the stream. Raises StaysInRehearsal."""
    if len({(draft.stream.topic, draft.stream.id) for draft in drafts}) < 2:
        return
    acted = {str(draft.stream) for draft in drafts if draft.actor.role is not Role.SYSTEM}
    temporary = select(StreamHead.name).where(StreamHead.name.in_(acted), StreamHead.temporary)
    if db.scalar(temporary.limit(1)) is not None:
        raise StaysInRehearsal()


def remove(db: Db, streams: Collection[Stream]) -> None:
    """Remove temporary streams with all that stands in them; the database lets no other entry go."""
    names = list(map(str, streams))
    numbers = select(Entry.id).where(Entry.stream.in_(names)).scalar_subquery()
    for model in (Mention, Withheld):
        db.execute(delete(model).where(model.entry_id.in_(numbers)), execution_options=_UNSEEN)
    db.execute(delete(Entry).where(Entry.stream.in_(names)), execution_options=_UNSEEN)
    db.execute(delete(StreamHead).where(StreamHead.name.in_(names)), execution_options=_UNSEEN)


#: A stream before its first entry.
_EMPTY = {"last_seq": 0, "last_hash": ""}
#: Whoever removes goes on with nothing of it.
_UNSEEN = {"synchronize_session": False}


def withhold(db: Db, subjects: Collection[str], words: Collection[str]) -> dict[str, list[int]]:
    """Never tell again what payloads about these subjects (`pledge:12`) hold of these words, as entries from before
    their withdrawal may. Returns the numbers of those entries by their streams.
    """
    named = select(Mention.entry_id).where(Mention.subject.in_(subjects))
    numbers: dict[str, list[int]] = {}
    for entry in db.scalars(select(Entry).where(Entry.id.in_(named)).order_by(Entry.id)):
        fields = [name for name, value in entry.told.items() if isinstance(value, str) and value and value in words]
        if fields:
            known = entry.withheld.fields if entry.withheld else []
            db.merge(Withheld(entry_id=entry.id, fields=[*known, *fields]))
            numbers.setdefault(entry.stream, []).append(entry.seq)
    return numbers


def _locked(db: Db, name: str) -> StreamHead:
    """The counter of a stream, made at its first use; two first users may come in the same moment."""
    one = select(StreamHead).where(StreamHead.name == name).with_for_update().execution_options(populate_existing=True)
    found = db.scalar(one)
    if found is None:
        insert_all(db, StreamHead, [{"name": name} | _EMPTY], unless_there=True)
        found = db.scalars(one).one()
    return found


def _next(head: StreamHead, draft: Draft, at: datetime) -> Entry:
    entry = Entry(
        stream=head.name, seq=head.last_seq + 1, kind=draft.kind.name, at=at,
        actor_role=draft.actor.role.value, actor_unit_id=draft.actor.unit_id, actor_user_id=draft.actor.user_id,
        about=list(draft.about), payload=draft.payload, withheld=None,
    )  # fmt: skip
    entry.hash = link(entry, head.last_hash)
    head.last_seq, head.last_hash = entry.seq, entry.hash
    return entry
