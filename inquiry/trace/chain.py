"""The hash chain: each entry's SHA-256 covers its contents and the hash before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from ..core.clock import iso


class Linked(Protocol):
    """What is hashed of an entry."""

    stream: str
    seq: int
    kind: str
    at: Any
    actor_role: str
    actor_unit_id: int | None
    actor_user_id: int | None
    about: list[str]
    payload: dict[str, Any]
    hash: str


def link(entry: Linked, before: str) -> str:
    """The hash of an entry that follows the hash `before` ('' for the first): hexadecimal, 64 characters."""
    facts = [
        before, entry.stream, entry.seq, entry.kind, iso(entry.at),
        entry.actor_role, entry.actor_unit_id, entry.actor_user_id, entry.about, entry.payload,
    ]  # fmt: skip
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where a chain is broken, and how it shows."""

    stream: str
    seq: int
    why: str


def first_break(stream: str, entries: Iterable[Linked], last_seq: int, last_hash: str) -> Break | None:
    """The first broken entry of one stream, given oldest first; None when the chain holds up to its known end."""
    seq, before = 0, ""
    for entry in entries:
        if entry.seq != seq + 1:
            return Break(stream, seq + 1, f"number {seq + 1} is missing; {entry.seq} follows {seq}")
        if entry.hash != link(entry, before):
            return Break(stream, entry.seq, "its contents or its predecessor were changed")
        seq, before = entry.seq, entry.hash
    if (seq, before) != (last_seq, last_hash):
        return Break(stream, seq + 1, f"the end of the stream is missing: {last_seq} entries were given numbers")
    return None
