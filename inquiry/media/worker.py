"""The process beside those that serve: it runs the programs that make pictures, so that nothing of theirs can harm the
evening.

One of it runs for an installation, on a machine that has the media folder. It meets the others in the database alone:
they read there how the picture is, and it reads there what is wanted.
"""

import signal
import threading
import time
from functools import partial
from typing import Final

from flask import Flask

from ..core import background, claims
from ..core.background import Task, Tasks
from ..settings import settings
from . import films, heartbeat, jobs, keeping, packaging, removing, stage

#: What has something to do here: `tasks(app)` of each. Each task has a thread of its own, whose programs end with it,
#: and the application's context in each turn.
PARTS: Final[tuple[Tasks, ...]] = tuple(
    one.tasks for one in (heartbeat, packaging, stage, keeping, jobs, films, removing)
)


def work(app: Flask) -> None:
    """Do what every part has to do until SIGTERM or Ctrl-C; then every program has ended, too. Raises DataInUse."""
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_signal: ended.set())
    with app.app_context():
        folder = settings().media_dir
    folder.mkdir(parents=True, exist_ok=True)
    claims.claim(folder, alone=True)
    for tasks in PARTS:
        for task in tasks(app):
            within = Task(task.what, partial(_turn, app, task))
            threading.Thread(target=background.for_ever, args=(within, time.sleep), name=task.what, daemon=True).start()
    ended.wait()
    with app.app_context():
        background.attempt("giving back the work in the middle", jobs.end)


def _turn(app: Flask, task: Task) -> float:
    with app.app_context():
        return task.turn()
