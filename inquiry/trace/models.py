"""The tables of the trace: entries that nothing can change, an index of what they name, and a counter per stream.

That nothing can change them is the database's own rule, made by `migrations/versions/0001_first_shape.py`; that those
of a rehearsal, and no others, can go is made by `0029_rehearsals.py`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from ..core.db import LARGE, Base, short


class _Name(TypeDecorator[str]):
    """A stream's printed name, also where it is compared with the stream itself."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else str(value)


class StreamHead(Base):
    """The last number given and the last hash: the row that is locked while an entry is appended.

    One that is `temporary`, which it is from its first entry on or never, holds a rehearsal: it can be removed with its
    entries, and is not among the heads that are published.
    """

    __tablename__ = "streams"
    name: Mapped[str] = mapped_column(_Name, primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(short(64), default="")
    temporary: Mapped[bool] = mapped_column(default=False, server_default=false())


class Entry(Base):
    """One fact. `about` names the things concerned, as `question:12`; `payload` holds ids and public words only.

    Whoever tells an entry tells `told`, what of its payload was not withheld since; its hash covers the whole.
    """

    __tablename__ = "trace_entries"
    __table_args__ = (UniqueConstraint("stream", "seq"),)
    id: Mapped[int] = mapped_column(LARGE, primary_key=True)
    stream: Mapped[str] = mapped_column(_Name, ForeignKey("streams.name"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(short(64))
    at: Mapped[datetime]
    actor_role: Mapped[str] = mapped_column(short(32))
    actor_unit_id: Mapped[int | None]
    actor_user_id: Mapped[int | None]
    about: Mapped[list[str]]
    payload: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(short(64))
    withheld: Mapped["Withheld | None"] = relationship(lazy="joined", viewonly=True)

    @property
    def told(self) -> dict[str, Any]:
        """The payload without the fields whose words were withdrawn."""
        if self.withheld is None:
            return self.payload
        return {name: value for name, value in self.payload.items() if name not in self.withheld.fields}


class Withheld(Base):
    """The fields of an entry's payload whose words were withdrawn: nothing changes an entry, so they are not told."""

    __tablename__ = "trace_withheld"
    entry_id: Mapped[int] = mapped_column(LARGE, ForeignKey("trace_entries.id"), primary_key=True)
    fields: Mapped[list[str]]


class Mention(Base):
    """An index of `Entry.about`, so that the trace of one thing is found at once."""

    __tablename__ = "trace_mentions"
    __table_args__ = (Index(None, "subject", "entry_id"),)
    entry_id: Mapped[int] = mapped_column(LARGE, ForeignKey("trace_entries.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(short(48), primary_key=True)
