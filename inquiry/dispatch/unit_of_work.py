"""The unit of work: one transaction, its facts in the trace, and the news of it afterwards. Only here is committed."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..core import background, clock, metrics
from ..core.db import SECOND_TRY_SECONDS, UNUSABLE, Base, Db, called, engine, writing
from ..errors import Busy, NotFound, Refusal
from ..permissions import Actor
from ..realtime import fanout, session_cache, streams
from ..trace import commands as trace
from ..trace.kinds import Kind
from ..trace.streams import Stream

Model = TypeVar("Model", bound=Base)
Outcome = TypeVar("Outcome")

COMMITS = metrics.Counter("inquiry_commits_total", "Transactions committed.")
_writer = threading.Lock()
_order: dict[str, threading.Lock] = defaultdict(threading.Lock)


def subject(row: Base) -> str:
    """By which name entries speak of a row: `question:12`."""
    return f"{row.__mapper__.class_.__name__.lower()}:{row.id}"  # type: ignore[attr-defined]


class UnitOfWork:
    """What a command works with: `db`, one `now` for everything it writes, and the facts it leaves behind.

    Unless a `now` is given, it is the instant at which the first row was locked.
    """

    def __init__(self, db: Db, now: datetime | None = None) -> None:
        self.db = db
        self.now = now or clock.now()
        self._waits = now is None
        self._drafts: list[trace.Draft] = []
        self._apart: list[list[trace.Draft]] = [[]]  # the same, by parts that stand by themselves
        self._effects: list[Callable[[], Any]] = []

    def lock(self, model: type[Model], key: int) -> Model:
        """The row, locked until the end and freshly read: two people may press in the same second. Raises NotFound."""
        primary_key = model.__mapper__.primary_key[0]
        row = self.db.scalar(
            select(model).where(primary_key == key).with_for_update().execution_options(populate_existing=True)
        )
        if row is None:
            raise NotFound(what=called(model), id=key)
        if self._waits:  # whoever had it before may have written a later instant than the one in which we began
            self.now, self._waits = clock.now(), False
        return row

    def add(self, *rows: Base) -> None:
        """Insert rows at once: their entry names them by the ids that the database gives. What is only changed needs no
        flush: the session does it before it asks, and the commit at the latest."""
        self.db.add_all(rows)
        self.db.flush()

    def record(self, stream: Stream, kind: Kind, actor: Actor, about: Sequence[Base], **payload: Any) -> None:
        """Say what has happened.

        `about` are the rows it concerns, new ones added with `add`: they name the entry's subjects and their present
        rows travel with it. `payload` holds ids and public words only, as JSON values: it can never be taken back.
        """
        subjects = tuple(subject(row) for row in about)
        by_token = {"token": actor.grant.token_id} if actor.grant else {}
        draft = trace.Draft(stream, kind, actor, subjects, payload | by_token)
        self._drafts.append(draft)
        self._apart[-1].append(draft)

    @property
    def session_id(self) -> int | None:
        """The session of the first fact so far that belongs to one."""
        return next((one.stream.id for one in self._drafts if one.stream.topic == "session"), None)

    def attempt(self, work: Callable[[], Outcome]) -> Outcome | Refusal:
        """Do a part that may be refused: the refusal is returned, and of this part alone nothing is left."""
        drafts, effects = len(self._drafts), len(self._effects)
        self._apart.append([])
        try:
            with self.db.begin_nested():
                outcome = work()
                trace.check_apart(self.db, self._apart[-1])
                return outcome
        except Refusal as refusal:
            del self._drafts[drafts:], self._effects[effects:]
            return refusal.with_traceback(None)  # it would hold on to this frame, which holds on to it
        finally:
            self._apart.pop()

    def after_commit(self, effect: Callable[[], Any]) -> None:
        """Do this once the commit has succeeded, and not at all otherwise."""
        self._effects.append(effect)

    def _finish(self) -> None:
        """Flush first: while the streams are held, nothing may wait for a row that somebody else has locked."""
        self.db.flush()
        trace.check_apart(self.db, self._apart[0])
        with ExitStack() as turns:
            for name in sorted({str(draft.stream) for draft in self._drafts}):
                turns.enter_context(_order[name])
            entries = trace.append(self.db, self._drafts, self.now)
            messages = streams.messages(self.db, entries, session_cache.views_of)
            self.db.commit()
            COMMITS.add()
            fanout.tell(entries, messages)

    def _follow_up(self) -> None:
        """It is stored: whatever goes wrong from now on is no reason to say that it was not."""
        for effect in self._effects:
            background.attempt("what follows a commit", effect)


@contextmanager
def unit_of_work(now: datetime | None = None) -> Iterator[UnitOfWork]:
    """Begin, let the command work, append its facts, commit, and only then tell anybody.

    `now` is for telling what happened earlier, oldest first (the demo's programme); whoever acts now leaves it out.

    Any exception rolls everything back and is raised again. SQLite has one writer: waiting for it here lets other
    greenlets run, waiting inside SQLite would stop them all.
    """
    with ExitStack() as stack:
        uow = UnitOfWork(_begin(stack), now)
        yield uow
        uow._finish()
    uow._follow_up()


@contextmanager
def rehearsal() -> Iterator[UnitOfWork]:
    """The same up to the commit, of which nothing is left: so that a dry run is what it says it would be."""
    with ExitStack() as stack:
        yield UnitOfWork(_begin(stack))


def _begin(stack: ExitStack) -> Db:
    if engine().dialect.name == "sqlite":
        stack.enter_context(_writer)
    return stack.enter_context(writing())


def commit(what: str, work: Callable[[UnitOfWork], Outcome]) -> Outcome:
    """Do it in a unit of work. What depends on nothing but the database and lost a race can simply look again, once;
    who has waited long for the database already does not. Raises what `work` is refused with, and Busy."""
    began = time.monotonic()
    try:
        return _once(work)
    except (IntegrityError, *UNUSABLE) as error:
        if time.monotonic() - began > SECOND_TRY_SECONDS:
            raise _busy(what, error) from error
    try:
        return _once(work)
    except (IntegrityError, *UNUSABLE) as error:
        raise _busy(what, error) from error


def _once(work: Callable[[UnitOfWork], Outcome]) -> Outcome:
    with unit_of_work() as uow:
        outcome = work(uow)
    return outcome


def _busy(what: str, error: Exception) -> Busy:
    said = str(getattr(error, "orig", None) or error).strip()
    current_app.logger.warning("%s was refused: the database did not take it (%s)", what, said)
    return Busy(command=what)
