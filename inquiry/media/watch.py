"""Beside the worker, which takes a right to the stage away in the instant in which it ends: should it be dead, any
process that serves does so, some looks later.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import reading
from ..settings import Settings
from . import stage_queries
from .janus import Janus, JanusGone
from .stage import withdraw

PERIOD_SECONDS: Final = 0.5
IDLE_SECONDS: Final = 2.0


class StageWatch:
    """What is over at two looks is what the worker has left: rooms on Janus, and rows that name them."""

    def __init__(self, here: Settings) -> None:
        self.janus = Janus(here.janus, here.janus_secret, here.janus_admin_key, clock.of_machine)
        self._over: set[int] = set()

    def turn(self) -> float:
        """Look once; returns the seconds until the next look."""
        with reading() as db:
            admitted, ended = stage_queries.admitted(db, clock.now())
        lasting = {one.publisher.room for one in admitted}
        over = {one.room for one in ended}
        try:
            over |= set(self.janus.rooms()) - lasting
            for room in over & self._over:
                self.janus.end_room(room)
        except JanusGone:
            return IDLE_SECONDS  # there are no rooms, or the worker's machine alone can see to it
        for one in ended:
            if one.room in self._over:
                withdraw(one.id)
        self._over = over - self._over
        return PERIOD_SECONDS if lasting or over else IDLE_SECONDS


def _watch_once(app: Flask, watch: StageWatch) -> float:
    with app.app_context():
        return watch.turn()


def tasks(app: Flask) -> Iterator[Task]:
    here: Settings = app.config["INQUIRY"]
    if here.janus:
        yield Task("the watch for rights to the stage", partial(_watch_once, app, StageWatch(here)))
