"""Leaving without being missed: SIGTERM, and everybody is elsewhere before this process ends.

It is not ready any more, takes no new connections, closes its sockets in random order over some seconds (so that the
others are not run over by all of them at once), finishes what it has begun, and ends.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import SystemRandom
from typing import Any

from . import metrics
from .background import attempt

#: Not the chance that the whole program shares: whoever set that in order to repeat something would be disturbed.
_CHANCE = SystemRandom()

#: How long saying goodbye takes where there are many; with few it is over sooner.
GOODBYE_SECONDS = 5.0
_FEWEST_PER_SECOND = 200
#: Whatever runs by then has to be answered; together with the goodbye less than the ten seconds that are promised.
FINISH_SECONDS = 4.0
_STEP_SECONDS = 0.05


class Draining:
    """Of this process. `begun` says that somebody asked for it; `running` are the commands and requests under way."""

    def __init__(self) -> None:
        self.begun = False
        self.running = 0

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Wait for this before the end."""
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    def counting(self, application: Callable[..., Any]) -> Callable[..., Any]:
        """A WSGI application whose requests are waited for."""

        def counted(environ: dict[str, Any], start_response: Any) -> Any:
            with self.busy():
                return application(environ, start_response)

        return counted

    def on_sigterm(self) -> None:
        """A second SIGTERM ends the process at once."""
        signal.signal(signal.SIGTERM, self._begin)

    def _begin(self, *_signal: object) -> None:
        self.begun = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def watch(self, engine: Any, stop_listening: Callable[[], None], end: Callable[[], None]) -> None:
        """Wait to be asked, then leave. `engine` is the Engine.IO server whose sockets are closed."""
        while not self.begun:
            engine.sleep(_STEP_SECONDS)
        attempt("closing the door", stop_listening)
        attempt("saying goodbye", _say_goodbye, engine)
        until = time.monotonic() + FINISH_SECONDS
        while self.running and time.monotonic() < until:
            engine.sleep(_STEP_SECONDS)
        engine.sleep(_STEP_SECONDS)  # the last answers are on their way
        end()


def _say_goodbye(engine: Any) -> None:
    """Close the transports without a word: whoever is told to leave, by Socket.IO or Engine.IO, may not come back."""
    sockets = list(engine.sockets.values())
    _CHANCE.shuffle(sockets)
    at_once = max(1, round(max(len(sockets) / GOODBYE_SECONDS, _FEWEST_PER_SECOND) * _STEP_SECONDS))
    for start in range(0, len(sockets), at_once):
        for socket in sockets[start : start + at_once]:
            attempt("closing a socket", partial(socket.close, wait=False, abort=True))
        engine.sleep(_STEP_SECONDS)


draining = Draining()
metrics.gauge("inquiry_running", "Commands and requests under way.", lambda: draining.running)
