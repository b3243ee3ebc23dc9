"""Taking published words back: one way for whatever holds some. That they were there, and why they went, stays."""

from collections.abc import Callable, Collection, Sequence

from ..core.db import Base, Withdrawable, assign
from ..permissions import Actor
from ..trace import commands as trace
from ..trace.kinds import Kind
from ..trace.streams import Stream
from .unit_of_work import UnitOfWork, subject

_on_gone: list[Callable[[UnitOfWork, Actor, Sequence[Base]], None]] = []


def on_gone(look: Callable[[UnitOfWork, Actor, Sequence[Base]], None]) -> None:
    """Let a package above that shows words of others look again, within the same unit of work, when those of some rows
    may be public no more."""
    _on_gone.append(look)


def may_be_gone(uow: UnitOfWork, actor: Actor, rows: Sequence[Base]) -> None:
    """Say that the words of these rows were withdrawn, or that what had let the public read them was."""
    for look in _on_gone:
        look(uow, actor, rows)


def mark(uow: UnitOfWork, row: Withdrawable, reason: str) -> None:
    """From now on it says that its words were withdrawn, when and why."""
    row.withdrawn_at, row.withdrawn_reason = uow.now, reason


def empty(uow: UnitOfWork, row: Withdrawable, reason: str, **emptied: object) -> None:
    """Mark it, and put these values into the columns that held its words."""
    assign(row, emptied)
    mark(uow, row, reason)


def record(
    uow: UnitOfWork, stream: Stream, kind: Kind, actor: Actor, about: Sequence[Base], words: Collection[str],
    reason: str, **payload: object,
) -> None:  # fmt: skip
    """Say that `words` of these rows were withdrawn. Entries about the rows that hold them, from versions that wrote
    them into payloads, tell them no more; `withheld` are the numbers of those entries in the same stream, so that
    whoever checks a chain knows why something is missing there.
    """
    withheld = trace.withhold(uow.db, [subject(row) for row in about], words)
    for name in dict.fromkeys([str(stream), *withheld]):
        numbers = {"withheld": withheld[name]} if name in withheld else {}
        uow.record(Stream.parse(name), kind, actor, about, **payload, reason=reason, **numbers)
    may_be_gone(uow, actor, about)
