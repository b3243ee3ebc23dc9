"""The watcher of verdicts: it sleeps until the next one's time is up, and closes it. A restart loses nothing.

It runs in every process that serves; whoever comes second finds it closed. The verdicts of a session that is over are
closed at once.
"""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import unit_of_work
from ..permissions import SYSTEM
from .commands import opening
from .queries import lookup
from .rules import voting

#: One that is opened, here or in another process, is noticed within this time.
LONGEST_SLEEP_SECONDS = 1.0


def close_due(app: Flask) -> int:
    """Close what is due, each in a unit of work of its own; returns how many were closed.

    One that cannot be closed must not keep the others open: it is logged, and tried again at the next look.
    """
    with reading() as db:
        now = clock.now()
        due = [one.id for one, live in lookup.every_open(db) if not live or not voting.takes_votes(one, now)]
    closed = 0
    for verdict_id in due:
        try:
            with unit_of_work() as uow:
                was_due = opening.close_when_due(uow, SYSTEM, verdict_id)
            closed += was_due
        except Exception:
            app.logger.exception("verdict %s could not be closed", verdict_id)
    return closed


def watch_once(app: Flask) -> float:
    """Close what is due; returns how many seconds to sleep until there may be something again."""
    with app.app_context():
        close_due(app)
        with reading() as db:
            ends = [voting.closes_at(one) for one, _live in lookup.every_open(db)]
    left = min(((end - clock.now()).total_seconds() for end in ends), default=LONGEST_SLEEP_SECONDS)
    return min(max(0.0, left), LONGEST_SLEEP_SECONDS)


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for verdicts", partial(watch_once, app))
