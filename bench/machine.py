"""What was measured on: without it a figure says nothing."""

import os
import platform
import resource
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.contenders import node_version
from bench.postgres import programs
from bench.workshop import ROOT, Json

_LIBRARIES = ("eventlet", "gevent", "flask-socketio", "python-socketio", "python-engineio", "sqlalchemy", "psycopg")


def describe() -> Json:
    """Processor, memory, system, versions, the limit of open files, and how busy the machine is."""
    return {
        "processor": _line_of("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _line_of("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES if _installed(name)},
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _said(programs() / "postgres", "--version") if programs() else "",  # type: ignore[operator]
        "node, socket.io": node_version(),
        "compiler": _said("gcc", "--version").split("\n")[0],
        "revision": _said("git", "-C", ROOT, "describe", "--always", "--dirty"),
        "open files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "load": load(),
    }


def load() -> list[float]:
    """Processes that wanted a core in the last minute, five and fifteen."""
    return [round(one, 2) for one in os.getloadavg()]


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ModuleNotFoundError:
        return False


def _line_of(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""


def _said(*command: str | Path) -> str:
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
