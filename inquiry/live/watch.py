"""The watcher of deadlines: it sleeps until the next slot's time is up and says so. A restart loses nothing.

It runs the same command in every process that serves; whoever comes second finds that time was called.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task, each
from ..core.db import Db, reading
from ..dispatch.unit_of_work import unit_of_work
from ..permissions import SYSTEM
from ..realtime import fanout
from . import queries, rules
from .commands import clearing, slots

#: A slot that somebody starts, here or in another process, is noticed within this time.
LONGEST_SLEEP_SECONDS = 1.0
#: Whoever still follows a rehearsal that was cleared away, here or in another process, is told within this time.
GONE_SECONDS = 2.0
#: A rehearsal that nobody cleared away is gone after this time …
KEPT_FOR = timedelta(days=3)
#: … and so much more: rehearsals are rare, and days are not counted in seconds.
FORGOTTEN_SECONDS = 60.0


def watch_once(app: Flask) -> float:
    """Call what is due; returns how many seconds to sleep until there may be something again."""
    with app.app_context():
        now = clock.now()
        call_due(now)
        let_follow(now)
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


def call_due(now: datetime) -> int:
    """Call time for every slot that is due, each in a unit of work of its own; returns for how many."""

    def call(slot_id: int) -> bool:
        with unit_of_work() as uow:
            return slots.call_time(uow, SYSTEM, slot_id)

    with reading() as db:
        due = [slot.id for slot in queries.running_slots(db) if rules.is_due(slot, now)]
    return each(due, call, "time could not be called for slot %s")


def let_follow(now: datetime) -> int:
    """Take what is armed behind whatever is over by now, in the same way; returns how many."""

    def follow(session_id: int) -> bool:
        with unit_of_work() as uow:
            return slots.follow(uow, SYSTEM, session_id)

    with reading() as db:
        over = [(one.session_id, rules.is_over_at(one)) for one in queries.followed_by_time(db)]
    ids = [number for number, at in over if at is not None and at <= now]
    return each(ids, follow, "what is armed could not follow in session %s")


def watch_gone(app: Flask) -> float:
    with app.app_context():
        cut_gone()
    return GONE_SECONDS


def watch_forgotten(app: Flask) -> float:
    with app.app_context():
        clear_forgotten(clock.now())
    return FORGOTTEN_SECONDS


def clear_forgotten(now: datetime) -> int:
    """Clear away the rehearsals that were begun long ago, each in a unit of work of its own; returns how many."""

    def clear(session_id: int) -> bool:
        with unit_of_work() as uow:
            return bool(clearing.clear(uow, session_id))

    with reading() as db:
        old = queries.rehearsals_before(db, now - KEPT_FOR)
    return each(old, clear, "rehearsal %s could not be cleared away")


def cut_gone() -> None:
    """Close the sockets that follow sessions which are no more: their pages load anew, and say so."""
    followed = set(fanout.following())
    if not followed:
        return
    with reading() as db:
        gone = followed - queries.existing_ids(db, followed)
    fanout.dismiss(gone)


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for deadlines", partial(watch_once, app))
    yield Task("the watch for rehearsals that are gone", partial(watch_gone, app))
    yield Task("the watch for forgotten rehearsals", partial(watch_forgotten, app))
