"""Reading the trace: since a number, about a thing, its heads, and whether it is whole."""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import closing

from sqlalchemy import select

from ..core.db import Db
from . import kinds
from .chain import Break, first_break
from .models import Entry, Mention, StreamHead


def position(db: Db, stream: str) -> tuple[int, str]:
    """The last number and hash of a stream; (0, '') when nothing has happened there."""
    row = db.get(StreamHead, stream)
    return (row.last_seq, row.last_hash) if row else (0, "")


def positions(db: Db, streams: Collection[str]) -> dict[str, tuple[int, str]]:
    """The same of several streams, by name."""
    found = {one.name: one for one in db.scalars(select(StreamHead).where(StreamHead.name.in_(streams)))}
    return {name: (found[name].last_seq, found[name].last_hash) if name in found else (0, "") for name in streams}


def since(db: Db, stream: str, seq: int, limit: int = 200) -> Sequence[Entry]:
    """The entries of a stream after `seq`, oldest first, at most `limit`."""
    return db.scalars(
        select(Entry).where(Entry.stream == stream, Entry.seq > seq).order_by(Entry.seq).limit(limit)
    ).all()


def until(db: Db, stream: str, seq: int, limit: int) -> Sequence[Entry]:
    """The last entries of a stream up to `seq`, oldest first, at most `limit`."""
    return since(db, stream, max(0, seq - limit), seq - max(0, seq - limit)) if seq else []


def naming(db: Db, subject: str, *, public_only: bool = True) -> list[Entry]:
    """The trace of one thing (`question:12`): every entry that names it, oldest first."""
    found = db.scalars(
        select(Entry).join(Mention, Mention.entry_id == Entry.id).where(Mention.subject == subject).order_by(Entry.id)
    )
    return [entry for entry in found if not public_only or ((kind := kinds.find(entry.kind)) and kind.public)]


def heads(db: Db) -> list[StreamHead]:
    """Every stream that stays, with its last number and hash, by name: what `inquiry trace head` prints."""
    return list(db.scalars(select(StreamHead).where(StreamHead.temporary.is_(False)).order_by(StreamHead.name)))


def root(heads: Sequence[StreamHead]) -> str:
    """One hash over all heads: the line to publish, in a newspaper if need be."""
    lines = "".join(f"{one.name} {one.last_seq} {one.last_hash}\n" for one in heads)
    return hashlib.sha256(lines.encode()).hexdigest()


def breaks(db: Db) -> list[Break]:
    """The first broken entry of every stream that is not whole."""
    found = []
    for stream in heads(db):
        oldest_first = select(Entry).where(Entry.stream == stream.name).order_by(Entry.seq)
        with closing(db.scalars(oldest_first.execution_options(yield_per=1000))) as entries:
            found.append(first_break(stream.name, entries, stream.last_seq, stream.last_hash))
    return [one for one in found if one]
