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
        with reading() as db:
            deadline = next_deadline(db, now)
    if deadline is None:
        return LONGEST_SLEEP_SECONDS
    return min(max(0.0, (deadline - clock.now()).total_seconds()), LONGEST_SLEEP_SECONDS)


def next_deadline(db: Db, now: datetime) -> datetime | None:
    """The nearest deadline after `now`, of all sessions."""
    return rules.next_deadline(queries.running_slots(db), now)


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


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for deadlines", partial(watch_once, app))
