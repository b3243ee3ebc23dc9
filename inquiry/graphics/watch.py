"""The watcher of outputs: one that was revoked, or given a new address, in another process hears nothing more here."""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core.background import Task
from ..core.db import reading
from ..realtime import fanout
from . import queries, rules

PERIOD_SECONDS = 2.0


def cut_revoked(app: Flask) -> set[str]:
    """Close the sockets, in this process, of outputs' tokens that were revoked or replaced; returns their rooms."""
    there = rules.rooms_of_outputs(fanout.occupied())
    if not there:
        return set()
    with app.app_context():
        with reading() as db:
            gone = queries.revoked(db, there)
        for one in gone:
            fanout.cut(one)
    return gone


def _watch_once(app: Flask) -> float:
    cut_revoked(app)
    return PERIOD_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for revoked outputs", partial(_watch_once, app))
