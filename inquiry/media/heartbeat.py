"""The worker says that it lives and which programs it has: whoever wants a picture is told what is missing."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from flask import Flask

from ..core.background import Task
from ..dispatch.unit_of_work import unit_of_work
from ..settings import settings
from . import packaging, rules
from .models import MediaWorker

PERIOD_SECONDS: Final = 2.0
#: Whoever installs what is missing, or takes it away, is heard within so long; no beat waits for that.
LOOKED_EVERY_SECONDS: Final = 60.0
PROGRAMS: Final = ("ffmpeg", "ffprobe")
_VERSION: Final = re.compile(r"\d+(\.\d+)+")


def found() -> dict[str, str]:
    """The programs of this machine by name, with their versions; '' for one that does not say."""
    return {name: _version(path) for name in PROGRAMS if (path := shutil.which(name))}


def _version(path: str) -> str:
    said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=False).stdout
    number = _VERSION.search(said)
    return number.group() if number else ""


def beat(app: Flask, programs: dict[str, str]) -> float:
    with app.app_context(), unit_of_work() as uow:
        uow.db.merge(MediaWorker(id=1, seen_at=uow.now, programs=programs))
    return PERIOD_SECONDS


@dataclass
class Heart:
    app: Flask
    programs: dict[str, str] = field(default_factory=found)
    nginx: dict[str, str] = field(default_factory=dict)

    def beat(self) -> float:
        return beat(self.app, self.programs | self.nginx)

    def ask(self) -> float:
        with self.app.app_context():
            self.nginx = {rules.NGINX: ""} if packaging.nginx_answers(settings()) else {}
        return PERIOD_SECONDS

    def look(self) -> float:
        self.programs = found()
        return LOOKED_EVERY_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    heart = Heart(app)
    heart.ask()
    yield Task("asking whether nginx takes pictures", heart.ask)
    yield Task("saying that the media worker lives", heart.beat)
    yield Task("looking which programs there are", heart.look)
