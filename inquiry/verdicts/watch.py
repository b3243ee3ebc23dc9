"""The watcher of verdicts: it sleeps until the next one's time is up, and closes it. A restart loses nothing.

It runs in every process that serves; whoever comes second finds it closed. The verdicts of a session that is over are
closed at once.
"""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task, each
from ..core.db import reading
from ..dispatch.unit_of_work import unit_of_work
from ..permissions import SYSTEM
from .commands import opening
from .queries import lookup
from .rules import voting

#: One that is opened, here or in another process, is noticed within this time.
LONGEST_SLEEP_SECONDS = 1.0


def close_due() -> int:
    """Close what is due, each in a unit of work of its own; returns how many were closed."""

    def close(verdict_id: int) -> bool:
        with unit_of_work() as uow:
            return opening.close_when_due(uow, SYSTEM, verdict_id)

    with reading() as db:
        now = clock.now()
        due = [one.id for one, live in lookup.every_open(db) if not live or not voting.takes_votes(one, now)]
    return each(due, close, "verdict %s could not be closed")


def watch_once(app: Flask) -> float:
    """Close what is due; returns how many seconds to sleep until there may be something again."""
    with app.app_context():
        close_due()
        with reading() as db:
            lefts = [(voting.closes_at(one) - clock.now()).total_seconds() for one, _live in lookup.every_open(db)]
    # what is due and could not be closed is looked at again after the longest sleep, not without a pause
    left = min((left for left in lefts if left > 0), default=LONGEST_SLEEP_SECONDS)
    return min(left, LONGEST_SLEEP_SECONDS)


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for verdicts", partial(watch_once, app))
