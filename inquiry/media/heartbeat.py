"""The worker says that it lives and which programs it has: whoever wants a picture is told what is missing."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import urlopen

from flask import Flask

from ..core.background import Task
from ..dispatch.unit_of_work import unit_of_work
from ..settings import settings
from . import rules
from .models import MediaWorker

PERIOD_SECONDS: Final = 2.0
#: Whoever installs what is missing, or takes it away, is heard within so long; no beat waits for that.
LOOKED_EVERY_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 2.0
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


def answers(address: str) -> bool:
    """Whether a server is there: whatever it answers."""
    try:
        with urlopen(address, timeout=_PATIENCE_SECONDS):  # noqa: S310
            return True
    except HTTPError:
        return True
    except (OSError, HTTPException):
        return False


@dataclass
class Heart:
    app: Flask
    programs: dict[str, str] = field(default_factory=found)
    servers: dict[str, str] = field(default_factory=dict)

    def beat(self) -> float:
        return beat(self.app, self.programs | self.servers)

    def ask(self) -> float:
        with self.app.app_context():
            here = settings()
        asked = {rules.NGINX: here.rtmp_control, rules.JANUS: here.janus and f"{here.janus}/info"}
        self.servers = {name: "" for name, address in asked.items() if address and answers(address)}
        return PERIOD_SECONDS

    def look(self) -> float:
        self.programs = found()
        return LOOKED_EVERY_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    heart = Heart(app)
    heart.ask()
    yield Task("asking whether the servers of the picture answer", heart.ask)
    yield Task("saying that the media worker lives", heart.beat)
    yield Task("looking which programs there are", heart.look)
