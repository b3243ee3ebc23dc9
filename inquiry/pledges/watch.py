"""The watcher of silence: once a minute it lets stand what units had 24 hours to answer for.

It runs the same command as the staff could; whoever comes second finds the words settled. A restart loses nothing, and
between two rounds pages reckon the same from the instant that is kept (`rules.confirmation`).
"""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import unit_of_work
from ..errors import Refusal
from ..permissions import SYSTEM
from .commands import recording
from .queries import lookup

PERIOD_SECONDS = 60.0


def let_silence_speak(app: Flask) -> int:
    """Settle what is due, each pledge in a unit of work of its own; returns how many."""
    with app.app_context():
        with reading() as db:
            due = lookup.silent(db, clock.now())
        return sum(_settle(pledge_id, rev) for pledge_id, rev in due)


def _settle(pledge_id: int, rev: int) -> bool:
    try:
        with unit_of_work() as uow:
            recording.let_spoken_version_stand(uow, SYSTEM, pledge_id, rev)
    except Refusal:
        return False
    return True


def _watch_once(app: Flask) -> float:
    let_silence_speak(app)
    return PERIOD_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for silence", partial(_watch_once, app))
