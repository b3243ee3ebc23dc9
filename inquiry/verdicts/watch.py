"""The watcher of verdicts: it sleeps until the next one's time is up, and closes it. A restart loses nothing.

It runs in every process that serves; whoever comes second finds it closed. The verdicts of a session that is over are
closed at once.
"""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core import background, clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import unit_of_work
from ..permissions import SYSTEM
from .commands import opening
from .queries import lookup
from .rules import voting

#: One that is opened, here or in another process, is noticed within this time.
LONGEST_SLEEP_SECONDS = 1.0


def close_due() -> int:
    """Close what is due, each in a unit of work of its own; returns how many were closed.

    One that cannot be closed must not keep the others open: it is logged, once in a minute, and tried again at the next
    look.
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
            background.complain(f"verdict {verdict_id} could not be closed")
    return closed


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
