"""What runs beside the requests, in every process that serves: each task is one turn, taken again and again for ever.

A module that has something to do in the background has `tasks(app)`, which yields a `Task` for each; `create_app` makes
the one list of them. Whatever goes wrong in a turn is logged, and it goes on.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

Result = TypeVar("Result")

#: After a turn that failed.
PAUSE_SECONDS = 1.0
#: What fails again and again, ten times a second or for each of thousands, is one page in the log for each of these.
QUIET_SECONDS = 60.0

_log = logging.getLogger("inquiry")
#: When something was last logged, and how often it has failed since.
_complaints: dict[str, tuple[float, int]] = {}


@dataclass(frozen=True)
class Task:
    """`turn()` does what is due and returns the seconds until it wants to be called again."""

    what: str
    turn: Callable[[], float]


#: The tasks that a module has for an application: none, where there is nothing to do.
Tasks = Callable[[Flask], Iterable[Task]]
_KEY = "inquiry.core.background"


def attempt(what: str, work: Callable[..., Result], *args: Any) -> Result | None:
    """What `work` returns; or None if it fails, which is logged: at most once in a minute for each `what`."""
    try:
        return work(*args)
    except Exception:
        complain(f"{what} failed and goes on")
        return None


def each(ids: Iterable[int], work: Callable[[int], bool], otherwise: str) -> int:
    """Do this for each as far as it can be done; returns for how many it was. One that fails keeps no other waiting: it
    is logged by the sentence with its id, seldom, and is there again at the next look."""
    done = 0
    for one in ids:
        try:
            done += work(one)
        except Exception:
            complain(otherwise % one)
    return done


def complain(sentence: str) -> None:
    """Log the exception at hand: at most once in a minute for each sentence."""
    _say_seldom(sentence, _log.exception)


def note(sentence: str) -> None:
    """Log what somebody outside can bring about as often as they like: one line in a minute for each sentence."""
    _say_seldom(sentence, _log.warning)


def _say_seldom(sentence: str, say: Callable[..., None]) -> None:
    now = time.monotonic()
    since, more = _complaints.get(sentence, (-QUIET_SECONDS, 0))
    if now - since >= QUIET_SECONDS:
        say("%s (%s more since it was last said)", sentence, more)
        since, more = now, -1
    _complaints[sentence] = since, more + 1


def forget_complaints() -> None:
    """As after a restart (a fresh application)."""
    _complaints.clear()


def for_ever(task: Task, sleep: Callable[[float], None]) -> None:
    while True:
        seconds = attempt(task.what, task.turn)
        sleep(PAUSE_SECONDS if seconds is None else seconds)


def add(app: Flask, tasks: Tasks) -> None:
    app.extensions.setdefault(_KEY, []).append(tasks)


def every(app: Flask) -> Iterator[Task]:
    """The one list of what runs in the background."""
    for tasks in app.extensions.get(_KEY, []):
        yield from tasks(app)
