"""One request with a key: however often it is sent, it is done once, and acknowledged as it was the first time."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, Db, among, insert_all, short
from ..errors import KeyReused
from ..permissions import Actor

Ack = dict[str, Any]


class CompletedCommand(Base):
    """A command that was carried out, and what was answered: the same key again is given the same answer."""

    __tablename__ = "done_commands"
    key: Mapped[str] = mapped_column(short(64), primary_key=True)
    actor: Mapped[str] = mapped_column(short(64), primary_key=True)
    digest: Mapped[str] = mapped_column(short(64))
    answer: Mapped[Ack]
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class RequestKey:
    """Whose request it was, its sender's key, and a digest: other contents under the same key are noticed."""

    owner: str
    client_id: str
    digest: str

    @classmethod
    def of(cls, actor: Actor, client_id: str, sent: str) -> "RequestKey":
        return cls(owner_of(actor), client_id, hashlib.sha256(sent.encode()).hexdigest())

    @property
    def name(self) -> tuple[str, str]:
        return self.client_id, self.owner


def owner_of(actor: Actor) -> str:
    """Whose keys and limits these are: a person's, a device's, or, for strangers, a network's."""
    if actor.user_id is not None:
        return f"user:{actor.user_id}"
    return f"device:{actor.device_id}" if actor.device_id is not None else f"net:{actor.network}"[:64]


def recall(db: Db, key: RequestKey) -> Ack | None:
    """The answer of the first time, if there was one. Raises KeyReused."""
    done = db.get(CompletedCommand, key.name)
    return _same(key, done.digest, done.answer) if done is not None else None


def claim(db: Db, key: RequestKey, now: datetime) -> Ack | None:
    """Claim the key before the work, or return the answer of the first time if somebody had. Raises KeyReused.

    A repeat that comes meanwhile waits here until the first has its answer, instead of being told it is stale.
    """
    taken = insert_all(db, CompletedCommand, [_row(key, {}, now)], unless_there=True)
    return None if taken else recall(db, key)


def remember(db: Db, key: RequestKey, answer: Ack) -> None:
    """Remember the acknowledgement of a request whose key was claimed."""
    db.execute(
        update(CompletedCommand)
        .where(CompletedCommand.key == key.client_id, CompletedCommand.actor == key.owner)
        .values(answer=answer)
    )


def recall_many(db: Db, keys: Iterable[RequestKey]) -> dict[tuple[str, str], Ack | KeyReused]:
    """What was answered to those of the keys whose commands were carried out before."""
    asked = {key.name: key for key in keys}
    if not asked:
        return {}
    # By the client's part alone, which hardly ever meets another's: SQLite reads the whole table for pairs of values.
    columns = (CompletedCommand.key, CompletedCommand.actor, CompletedCommand.digest, CompletedCommand.answer)
    rows = db.execute(select(*columns).where(among(db, CompletedCommand.key, {client_id for client_id, _ in asked})))
    found: dict[tuple[str, str], Ack | KeyReused] = {}
    for client_id, owner, digest, answer in rows:
        key = asked.get((client_id, owner))
        if key is not None:
            found[key.name] = answer if digest == key.digest else KeyReused(client_id=client_id)
    return found


def remember_all(db: Db, answers: list[tuple[RequestKey, Ack]], now: datetime) -> None:
    """Remember the acknowledgements of these requests."""
    insert_all(
        db,
        CompletedCommand,
        [_row(key, answer, now) for key, answer in sorted(answers, key=lambda one: one[0].name)],
    )


def _row(key: RequestKey, answer: Ack, now: datetime) -> dict[str, Any]:
    return {"actor": key.owner, "key": key.client_id, "digest": key.digest, "answer": answer, "at": now}


def _same(key: RequestKey, digest: str, answer: Ack) -> Ack:
    if digest != key.digest:
        raise KeyReused(client_id=key.client_id)
    return answer


class Recent:
    """What this process answered lately: whoever repeats a request needs no database, and no limit counts it again."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._answers: dict[tuple[str, str], tuple[str, Ack]] = {}

    def recall(self, key: RequestKey) -> Ack | None:
        """The answer of the first time, if it is still known. Raises KeyReused."""
        found = self._answers.get(key.name)
        return _same(key, *found) if found else None

    def keep(self, key: RequestKey, answer: Ack) -> None:
        self._answers[key.name] = (key.digest, answer)
        if len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]
