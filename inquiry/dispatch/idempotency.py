"""One press with a key: however often it is sent, it is done once, and answered as it was the first time."""

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

Answer = dict[str, Any]


class CompletedCommand(Base):
    """A command that was carried out, and what was answered: the same key again is given the same answer."""

    __tablename__ = "done_commands"
    key: Mapped[str] = mapped_column(short(64), primary_key=True)
    actor: Mapped[str] = mapped_column(short(64), primary_key=True)
    digest: Mapped[str] = mapped_column(short(64))
    answer: Mapped[Answer]
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class RequestKey:
    """Whose press it was, its key, and a digest of what was sent: the same key with other contents is noticed."""

    owner: str
    key: str
    digest: str

    @classmethod
    def of(cls, actor: Actor, key: str, sent: str) -> "RequestKey":
        return cls(owner_of(actor), key, hashlib.sha256(sent.encode()).hexdigest())

    @property
    def name(self) -> tuple[str, str]:
        return self.key, self.owner


def owner_of(actor: Actor) -> str:
    """Whose keys and limits these are: a person's, a device's, or, for strangers, a network's."""
    if actor.user_id is not None:
        return f"user:{actor.user_id}"
    return f"device:{actor.device_id}" if actor.device_id is not None else f"net:{actor.network}"[:64]


def answered(db: Db, press: RequestKey) -> Answer | None:
    """The answer of the first time, if there was one. Raises KeyReused."""
    done = db.get(CompletedCommand, press.name)
    return _same(press, done.digest, done.answer) if done is not None else None


def take(db: Db, press: RequestKey, now: datetime) -> Answer | None:
    """Take the key before the work, or return the answer of the first time if somebody had. Raises KeyReused.

    A repeat that comes meanwhile waits here until the first has its answer, instead of being told it is stale.
    """
    taken = insert_all(db, CompletedCommand, [_row(press, {}, now)], unless_there=True)
    return None if taken else answered(db, press)


def finish(db: Db, press: RequestKey, answer: Answer) -> None:
    """Remember what was answered to a press whose key was taken."""
    db.execute(
        update(CompletedCommand)
        .where(CompletedCommand.key == press.key, CompletedCommand.actor == press.owner)
        .values(answer=answer)
    )


def answered_of_many(db: Db, presses: Iterable[RequestKey]) -> dict[tuple[str, str], Answer | KeyReused]:
    """What was answered to those of the presses that were carried out before."""
    asked = {press.name: press for press in presses}
    if not asked:
        return {}
    # By the keys alone, which hardly ever meet: SQLite reads the whole table for pairs of values.
    keys = {key for key, _owner in asked}
    rows = db.execute(
        select(CompletedCommand.key, CompletedCommand.actor, CompletedCommand.digest, CompletedCommand.answer).where(
            among(db, CompletedCommand.key, keys)
        )
    )
    found: dict[tuple[str, str], Answer | KeyReused] = {}
    for key, owner, digest, answer in rows:
        press = asked.get((key, owner))
        if press is not None:
            found[key, owner] = answer if digest == press.digest else KeyReused(client_id=key)
    return found


def keep(db: Db, answers: list[tuple[RequestKey, Answer]], now: datetime) -> None:
    """Remember what was answered to these presses."""
    insert_all(
        db,
        CompletedCommand,
        [_row(press, answer, now) for press, answer in sorted(answers, key=lambda one: one[0].name)],
    )


def _row(press: RequestKey, answer: Answer, now: datetime) -> dict[str, Any]:
    return {"actor": press.owner, "key": press.key, "digest": press.digest, "answer": answer, "at": now}


def _same(press: RequestKey, digest: str, answer: Answer) -> Answer:
    if digest != press.digest:
        raise KeyReused(client_id=press.key)
    return answer


class Recent:
    """What this process answered lately: whoever repeats a press needs no database, and no limit counts it again."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._answers: dict[tuple[str, str], tuple[str, Answer]] = {}

    def answered(self, press: RequestKey) -> Answer | None:
        """The answer of the first time, if it is still known. Raises KeyReused."""
        found = self._answers.get(press.name)
        return _same(press, *found) if found else None

    def keep(self, press: RequestKey, answer: Answer) -> None:
        self._answers[press.name] = (press.digest, answer)
        if len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]
