"""Writes that arrive together share one transaction: a whole city's press costs a few commits a second.

The first to come leads. While the transaction before is being committed, whoever else presses joins; then one leader
carries all of them out, commits once, and everybody is answered: after the commit, each with an outcome of their own.
Only what is made for it goes this way (`registry.command(…, shares=…)`), so a host's press never waits in this queue.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError

from ..core.db import SECOND_TRY_SECONDS, UNUSABLE, PerDatabase
from ..errors import Busy, KeyReused, Refusal
from ..permissions import Actor
from . import idempotency
from .idempotency import Ack, Recent, RequestKey
from .unit_of_work import UnitOfWork, unit_of_work

#: Writes in one transaction: it must stay so short that everybody else can wait for it. One that is carried out by
#: itself counts for several that are handed over as a list.
MOST_TOGETHER = 100
#: Writes that wait. More than a second's worth would be answered after their senders have given up.
MOST_WAITING = 3000
#: How long a leader lets others join who press in the same moment; as long again while they come, and as long as the
#: last transaction took: where they are slow there are fewer of them. But not for ever.
GATHER_SECONDS = 0.002
LONGEST_GATHERING_SECONDS = 0.02


class Sharing(Enum):
    """EACH is carried out by itself within the shared transaction; MANY are handed over as a list, for a few
    statements in all: `handle(uow, [(actor, message), …]) -> [answer or refusal, …]`. The value says how much of a
    group one takes."""

    EACH = 4
    MANY = 1


@dataclass(eq=False, slots=True)
class Write:
    """One press on its way to its outcome."""

    name: str
    sharing: Sharing
    handle: Callable[..., Any]
    actor: Actor
    message: Any
    prepared: tuple[Any, ...]
    key: RequestKey | None
    outcome: Ack | Exception | None = None


@dataclass(eq=False, slots=True)
class _Batch:
    writes: list[Write] = field(default_factory=list)
    weight: int = 0
    done: threading.Event = field(default_factory=threading.Event)


class Group:
    """The writes of one process to one database that share transactions."""

    def __init__(self) -> None:
        self._recent = Recent()
        self._door = threading.Lock()
        self._turn = threading.Lock()
        self._open: _Batch | None = None
        self._waiting = 0
        self._last_took = 0.0

    def recall(self, key: RequestKey | None) -> Ack | None:
        """What was acknowledged under this key lately, if it was. Raises KeyReused."""
        return self._recent.recall(key) if key else None

    def carry_out(self, write: Write) -> Ack:
        """Do it with whoever else comes now. Raises what the write itself is refused with, and Busy."""
        with self._door:
            if self._waiting >= MOST_WAITING:
                raise Busy(command=write.name)
            self._waiting += 1
            batch, leads = self._join(write)
        try:
            if leads:
                self._lead(batch)
            else:
                batch.done.wait()
        finally:
            with self._door:
                self._waiting -= 1
        outcome, write.outcome = write.outcome, None
        if isinstance(outcome, Exception):
            try:
                raise outcome
            finally:
                del outcome  # its traceback holds on to this frame, and the whole group with it
        assert outcome is not None
        if write.key is not None:
            self._recent.keep(write.key, outcome)
        return outcome

    def _join(self, write: Write) -> tuple[_Batch, bool]:
        batch = self._open
        leads = batch is None or batch.weight >= MOST_TOGETHER
        if batch is None or leads:
            batch = self._open = _Batch()
        batch.writes.append(write)
        batch.weight += write.sharing.value
        return batch, leads

    def _lead(self, batch: _Batch) -> None:
        try:
            with self._turn:
                _gather(batch, self._last_took)
                with self._door:
                    if self._open is batch:
                        self._open = None
                began = time.monotonic()
                _carry_out_all(batch.writes)
                self._last_took = time.monotonic() - began
        finally:
            batch.done.set()


def _gather(batch: _Batch, at_least: float) -> None:
    began = time.monotonic()
    before = 0
    while batch.weight < MOST_TOGETHER and (lasted := time.monotonic() - began) < LONGEST_GATHERING_SECONDS:
        if before == batch.weight and lasted >= at_least:
            return
        before = batch.weight
        time.sleep(GATHER_SECONDS)


_groups = PerDatabase(Group)


def group() -> Group:
    return _groups.here()


def _carry_out_all(writes: list[Write]) -> None:
    """Together; and if that cannot be, each alone, so that nobody fails for a neighbour."""
    began = time.monotonic()
    try:
        _commit(writes)
    except (IntegrityError, *UNUSABLE):
        pass  # lost a race with another process; a write depends on nothing but the database, so it can look again
    except Exception:
        current_app.logger.exception("%s writes failed together", len(writes))
    for write in writes:
        if write.outcome is None and time.monotonic() - began > SECOND_TRY_SECONDS:
            write.outcome = Busy(command=write.name)  # a hundred, each waiting alone, would hold whoever comes next
        elif write.outcome is None:
            _carry_out_alone(write)


def _carry_out_alone(write: Write) -> None:
    try:
        _commit([write])
    except (IntegrityError, *UNUSABLE) as error:
        current_app.logger.exception("%s failed twice", write.name)
        write.outcome = Busy(command=write.name)
        write.outcome.__cause__ = error
    except Exception as problem:
        write.outcome = problem


def _commit(writes: list[Write]) -> None:
    """One transaction for all of them. Outcomes are told after the commit, and not at all if it fails."""
    outcomes: dict[Write, Ack | Refusal] = {}

    def tell() -> None:
        for write, outcome in outcomes.items():
            write.outcome = outcome

    with unit_of_work() as uow:
        uow.after_commit(tell)
        known = idempotency.recall_many(uow.db, [write.key for write in writes if write.key])
        first: dict[tuple[str, str], Write] = {}
        for write in writes:
            if write.key is None:
                continue
            if write.key.name in known:
                outcomes[write] = known[write.key.name]
            else:
                first.setdefault(write.key.name, write)
        fresh = [one for one in writes if one not in outcomes and (one.key is None or first[one.key.name] is one)]
        outcomes |= _outcomes(uow, fresh)
        idempotency.remember_all(
            uow.db,
            [
                (one.key, answer, getattr(one.message, "session", None))
                for one in fresh
                if one.key and isinstance(answer := outcomes[one], dict)
            ],
            uow.now,
        )
        for write in writes:
            if write not in outcomes and write.key is not None:  # a double tap within one transaction
                outcomes[write] = _repeated(write.key, first[write.key.name], outcomes)


def _repeated(key: RequestKey, first: Write, outcomes: dict[Write, Ack | Refusal]) -> Ack | Refusal:
    same = first.key is not None and first.key.digest == key.digest
    return outcomes[first] if same else KeyReused(client_id=key.client_id)


def _outcomes(uow: UnitOfWork, writes: list[Write]) -> dict[Write, Ack | Refusal]:
    outcomes: dict[Write, Ack | Refusal] = {}
    by_name: dict[str, list[Write]] = {}
    for write in writes:
        by_name.setdefault(write.name, []).append(write)
    # In the order of the alphabet, which is that of the locks: `questions.ask` takes session and question,
    # `verdicts.judge` a verdict.
    for _name, some in sorted(by_name.items()):
        if some[0].sharing is Sharing.MANY:
            answers = some[0].handle(uow, [(one.actor, one.message) for one in some])
            outcomes |= dict(zip(some, answers, strict=True))
        else:
            for one in some:
                outcomes[one] = uow.attempt(partial(one.handle, uow, one.actor, one.message, *one.prepared))
    return outcomes
