"""The watcher of sign-ins: whoever's sign-in has expired hears nothing more.

Revoking one cuts its sockets at once, in the process where it is revoked; what time ends, or another process, is
noticed here.
"""

from collections.abc import Callable

from flask import Flask

from .. import clock
from ..db import reading
from ..realtime import fanout
from . import queries, rules

PERIOD_SECONDS = 2.0


def cut_ended(app: Flask) -> set[int]:
    """Close the sockets, in this process, of the sign-ins that are not good any more; returns those sign-ins."""
    listening = rules.sign_ins_in(fanout.occupied())
    if not listening:
        return set()
    with app.app_context():
        with reading() as db:
            ended = queries.ended(db, listening, clock.now())
        for sign_in_id in ended:
            fanout.cut(rules.sign_in_room(sign_in_id))
    return ended


def run(app: Flask, sleep: Callable[[float], None]) -> None:
    """Watch for ever; whatever goes wrong is logged, and the watch goes on."""
    while True:
        sleep(PERIOD_SECONDS)
        try:
            cut_ended(app)
        except Exception:
            app.logger.exception("the watch for ended sign-ins failed and goes on")
