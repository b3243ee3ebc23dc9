"""One request with a key: however often it is sent, it is done once, and acknowledged as it was the first time.

A key is honoured for 48 hours: a phone that was in a drawer overnight asks once. After that it is forgotten together
with the acknowledgement, which may hold a receipt, and the same message is a new one.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from ..core import clock
from ..core.background import Task
from ..core.db import Base, Db, among, insert_all, reading, short
from ..errors import KeyReused
from ..permissions import Actor
from .unit_of_work import unit_of_work

#: How long the same key is given the same answer.
HONOURED = timedelta(hours=48)
#: Forgotten in one transaction, and how soon the next are when there were so many.
FORGOTTEN_AT_ONCE = 500
NEXT_SECONDS = 0.25
FORGET_SECONDS = 60.0

Ack = dict[str, Any]


class CompletedCommand(Base):
    """A command that was carried out, and what was answered: the same key again is given the same answer. `session_id`
    is the session in whose streams it left a fact, if any: the answers of a rehearsal go with it."""

    __tablename__ = "done_commands"
    key: Mapped[str] = mapped_column(short(64), primary_key=True)
    actor: Mapped[str] = mapped_column(short(64), primary_key=True)
    digest: Mapped[str] = mapped_column(short(64))
    answer: Mapped[Ack]
    at: Mapped[datetime] = mapped_column(index=True)
    session_id: Mapped[int | None]


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
    """Whose keys and limits these are: an API token's, a person's, a device's, or, for strangers, a network's."""
    if actor.grant is not None:
        return actor.grant.bearer
    person = actor.user_id or actor.newcomer_id
    if person is not None:
        return f"user:{person}"
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


def remember(db: Db, key: RequestKey, answer: Ack, session_id: int | None) -> None:
    """Remember the acknowledgement of a request whose key was claimed."""
    db.execute(
        update(CompletedCommand)
        .where(CompletedCommand.key == key.client_id, CompletedCommand.actor == key.owner)
        .values(answer=answer, session_id=session_id)
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


def remember_all(db: Db, answers: list[tuple[RequestKey, Ack, int | None]], now: datetime) -> None:
    """Remember the acknowledgements of these requests, each with the session that it names, if any."""
    insert_all(
        db,
        CompletedCommand,
        [
            _row(key, answer, now) | {"session_id": session_id}
            for key, answer, session_id in sorted(answers, key=lambda one: one[0].name)
        ],
    )


def _row(key: RequestKey, answer: Ack, now: datetime) -> dict[str, Any]:
    return {"actor": key.owner, "key": key.client_id, "digest": key.digest, "answer": answer, "at": now}


def _same(key: RequestKey, digest: str, answer: Ack) -> Ack:
    if digest != key.digest:
        raise KeyReused(client_id=key.client_id)
    return answer


def forget_old() -> int:
    """Forget some of the keys that are not honoured any more; returns how many.

    Several processes may at once: each passes over what another is forgetting.
    """
    oldest = clock.now() - HONOURED
    with reading() as db:
        if db.scalar(select(CompletedCommand.key).where(CompletedCommand.at < oldest).limit(1)) is None:
            return 0
    with unit_of_work() as uow:
        some = (
            select(CompletedCommand.key)
            .where(CompletedCommand.at < oldest)
            .order_by(CompletedCommand.at)
            .limit(FORGOTTEN_AT_ONCE)
        )
        keys = set(uow.db.scalars(some.with_for_update(skip_locked=True)))
        gone = delete(CompletedCommand).where(among(uow.db, CompletedCommand.key, keys), CompletedCommand.at < oldest)
        uow.db.execute(gone, execution_options={"synchronize_session": False})
    return len(keys)


def _turn(app: Flask) -> float:
    with app.app_context():
        return NEXT_SECONDS if forget_old() >= FORGOTTEN_AT_ONCE else FORGET_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("forgetting old keys", partial(_turn, app))


class Recent:
    """What this process answered lately: whoever repeats a request needs no database, and no limit counts it again."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._answers: dict[tuple[str, str], tuple[str, Ack, datetime]] = {}

    def recall(self, key: RequestKey) -> Ack | None:
        """The answer of the first time, if it is still known. Raises KeyReused."""
        known = self._answers.get(key.name)
        if known is None:
            return None
        digest, answer, at = known
        return _same(key, digest, answer) if clock.now() - at < HONOURED else None

    def keep(self, key: RequestKey, answer: Ack) -> None:
        """It is the newest, and the oldest go."""
        now = clock.now()
        self._answers.pop(key.name, None)
        self._answers[key.name] = (key.digest, answer, now)
        while len(self._answers) > self._most or now - next(iter(self._answers.values()))[2] >= HONOURED:
            del self._answers[next(iter(self._answers))]
