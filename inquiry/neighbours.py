"""Once a second the processes of one installation look at each other: see `realtime/presence.py`."""

from collections.abc import Callable

from flask import Flask

from . import clock
from .db import reading
from .realtime import fanout, presence, ticks
from .realtime.presence import Neighbours
from .work import unit_of_work

PERIOD_SECONDS = 1.0


def exchange(neighbours: Neighbours) -> None:
    """Say how many watch here and where votes came in, and hear the same from the others."""
    following = fanout.following()
    if neighbours.has_news(following):
        with unit_of_work() as uow:
            neighbours.say(uow.db, following, uow.now)
    with reading() as db:
        for session_id, questions in neighbours.hear(db, clock.now()):
            ticks.count_again(session_id, questions)


def run(app: Flask, name: str, sleep: Callable[[float], None]) -> None:
    """For ever; whatever goes wrong is logged, and it goes on."""
    with app.app_context():
        neighbours = presence.begin(name)
    while True:
        sleep(PERIOD_SECONDS)
        try:
            with app.app_context():
                exchange(neighbours)
        except Exception:
            app.logger.exception("the neighbours could not be looked at")
