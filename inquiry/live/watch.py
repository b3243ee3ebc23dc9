"""The watcher of deadlines: it sleeps until the next slot's time is up and says so. A restart loses nothing.

It runs the same command in every process that serves; whoever comes second finds that time was called.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import Db, reading
from ..dispatch.unit_of_work import unit_of_work
from ..permissions import SYSTEM
from . import queries, rules
from .commands import slots

#: A slot that somebody starts, here or in another process, is noticed within this time.
LONGEST_SLEEP_SECONDS = 1.0


def watch_once(app: Flask) -> float:
    """Call what is due; returns how many seconds to sleep until there may be something again."""
    with app.app_context():
        now = clock.now()
        call_due(app, now)
        let_follow(app, now)
        with reading() as db:
            deadline = next_deadline(db, now)
    if deadline is None:
        return LONGEST_SLEEP_SECONDS
    return min(max(0.0, (deadline - clock.now()).total_seconds()), LONGEST_SLEEP_SECONDS)


def next_deadline(db: Db, now: datetime) -> datetime | None:
    """The nearest deadline after `now`, of all sessions."""
    of_slots = rules.next_deadline(queries.running_slots(db), now)
    over = [at for item in queries.followed_by_time(db) if (at := rules.is_over_at(item)) is not None and at > now]
    return min([*([of_slots] if of_slots else []), *over], default=None)


def call_due(app: Flask, now: datetime) -> int:
    """Call time for every slot that is due, each in a unit of work of its own; returns for how many.

    One that cannot be called must not keep the others waiting: it is logged, and tried again at the next look.
    """
    with reading() as db:
        due = [slot.id for slot in queries.running_slots(db) if rules.is_due(slot, now)]
    called = 0
    for slot_id in due:
        try:
            with unit_of_work() as uow:
                was_due = slots.call_time(uow, SYSTEM, slot_id)
            called += was_due
        except Exception:
            app.logger.exception("time could not be called for slot %s", slot_id)
    return called


def let_follow(app: Flask, now: datetime) -> int:
    """Take what is armed behind whatever is over by now, in the same way; returns how many."""
    with reading() as db:
        over = [(one.session_id, rules.is_over_at(one)) for one in queries.followed_by_time(db)]
    taken = 0
    for session_id in [number for number, at in over if at is not None and at <= now]:
        try:
            with unit_of_work() as uow:
                was_taken = slots.follow(uow, SYSTEM, session_id)
            taken += was_taken
        except Exception:
            app.logger.exception("what is armed could not follow in session %s", session_id)
    return taken


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for deadlines", partial(watch_once, app))
