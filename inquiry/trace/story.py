"""The trace told in sentences: what happened, who did it (a role and a unit, never a person) and when."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from ..core import i18n
from ..core.db import Db
from . import kinds
from .models import Entry, Mention

_SHORT_HASH = 12
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Step:
    """One entry as a reader is told it. `stream`, `seq` and `hash` find it again in what `inquiry trace` prints."""

    id: int
    kind: str
    says: str
    role: str
    unit_id: int | None
    at: datetime
    stream: str
    seq: int
    hash: str

    @property
    def anchor(self) -> str:
        """The fragment of the page's address that leads to this step."""
        return f"step-{self.id}"


def tell(db: Db, subjects: list[str]) -> list[Step]:
    """Every public entry that names one of the subjects (`question:12`), once, oldest first."""
    named = select(Mention.entry_id).where(Mention.subject.in_(subjects))
    entries = db.scalars(select(Entry).where(Entry.id.in_(named)).order_by(Entry.at, Entry.id))
    return [_step(entry, kind) for entry in entries if (kind := kinds.find(entry.kind)) and kind.public]


def _step(entry: Entry, kind: kinds.Kind) -> Step:
    return Step(
        entry.id, entry.kind, sentence(kind, entry.told), entry.actor_role, entry.actor_unit_id, entry.at,
        entry.stream, entry.seq, entry.hash[:_SHORT_HASH],
    )  # fmt: skip


def sentence(kind: kinds.Kind, payload: dict[str, Any]) -> str:
    """What an entry says, in the reader's language."""
    says = kind.unnumbered if kind.unnumbered and payload.get("number") is None else kind.says
    return str(says) % _Readable(payload)


class _Readable(dict[str, Any]):
    """A payload for a sentence. Entries are older than today's sentences: what one lacks must not break its page."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        is_day = isinstance(value, str) and _DAY.fullmatch(value)
        return i18n.day(date.fromisoformat(value)) if is_day else value

    def __missing__(self, name: str) -> str:
        return "…"
