"""The watcher of sign-ins and API tokens: whoever's has expired hears nothing more. And the greeter of devices.

Revoking one cuts its sockets at once, in the process where it is revoked; what time ends, or another process, is
noticed here.
"""

from collections.abc import Iterator
from functools import partial

from flask import Flask

from ..core import clock
from ..core.background import Task
from ..core.db import reading
from ..realtime import fanout
from . import devices, queries, rules

PERIOD_SECONDS = 2.0
#: How soon those who came are looked up, and the next of them when a whole city came.
GREETING_SECONDS = 0.5
NEXT_SECONDS = 0.05


def cut_ended(app: Flask) -> set[str]:
    """Close the sockets, in this process, of sign-ins and tokens that are not good any more; returns their rooms."""
    rooms = fanout.occupied()
    sign_ins, tokens = rules.sign_ins_in(rooms), rules.tokens_in(rooms)
    if not sign_ins and not tokens:
        return set()
    with app.app_context():
        with reading() as db:
            ended = {rules.sign_in_room(one) for one in queries.ended(db, sign_ins, clock.now())}
            ended |= {rules.token_room(one) for one in queries.ended_tokens(db, tokens, clock.now())}
        for room in ended:
            fanout.cut(room)
    return ended


def greet(app: Flask) -> float:
    """Look up the devices that have come, many at a time: their first press is as fast as any other."""
    with app.app_context(), reading() as db:
        return NEXT_SECONDS if devices.meet(db) else GREETING_SECONDS


def _watch_once(app: Flask) -> float:
    cut_ended(app)
    return PERIOD_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("the watch for ended sign-ins", partial(_watch_once, app))
    yield Task("looking up devices", partial(greet, app))
