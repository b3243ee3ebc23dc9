"""Who is measured: the project's own server, and beside it what else could be put in its place."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.around import lacks
from bench.city import City
from bench.postgres import Postgres
from bench.workshop import GENERATOR_CORE, HERE, ROOT, SERVER_CORE, CannotMeasure, Workshop

#: Where `npm install --prefix .venv/node socket.io` puts it.
_NODE_MODULES = ROOT / ".venv" / "node" / "node_modules"


@dataclass
class Ground:
    """What the servers stand on: the settled city as a file, and where asked for in PostgreSQL and after an evening."""

    workshop: Workshop
    city: City
    data_dir: Path
    template: Path
    postgres: Postgres | None = None
    in_postgres: City | None = None
    evening: Path | None = None
    redis_url: str = ""

    def city_of(self, database: str) -> City:
        return self.in_postgres if database == "postgres" and self.in_postgres else self.city

    def fresh_database(self, kind: str) -> str:
        """The address of a copy of the city."""
        if kind == "postgres":
            if self.postgres is None:
                raise CannotMeasure("PostgreSQL is not running")
            return self.postgres.create("run", template="city")
        copy = self.data_dir / "run.sqlite"
        for old in self.data_dir.glob("run.sqlite*"):
            old.unlink()
        shutil.copyfile(self.evening if kind == "evening" and self.evening else self.template, copy)
        return f"sqlite:///{copy}"


@dataclass(frozen=True)
class Work:
    """What a server is to do by itself: messages told and units of work written, a second, each of the latter with so
    many `entries`; whether ticks have something to count, as under votes; whether to take notes.
    """

    tell: float = 0
    write: float = 0
    entries: int = 1
    count: bool = False
    notes: bool = True


@dataclass(frozen=True)
class Contender:
    """`command(ground, port, work)`; `missing()` says why it cannot be measured here, or nothing.

    `cores` are those of its processes, of which the first alone does the work; `redis` carries their hints, and `nginx`
    stands in front.
    """

    name: str
    command: Callable[[Ground, int, Work], list[str]]
    missing: Callable[[], str] = lambda: ""
    database: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    deflate: bool = False
    cores: tuple[int, ...] = (SERVER_CORE,)
    redis: bool = False
    nginx: bool = False


def _ours(*more: str) -> Callable[[Ground, int, Work], list[str]]:
    def command(ground: Ground, port: int, work: Work) -> list[str]:
        words = [sys.executable, "-m", "bench.server", "--port", str(port), "--session", str(ground.city.session)]
        words += ["--tell", str(work.tell)] if work.tell else []
        words += ["--write", str(work.write)] if work.write else []
        words += ["--entries", str(work.entries)]
        words += ["--count", str(ground.city.questions[0])] if work.count else []
        words += ["--notes", str(ground.workshop.notes_of(port))] if work.notes else []
        return [*words, *more]

    return command


def _writing(ground: Ground, port: int, work: Work) -> list[str]:
    """The same messages a second, each of them a real change."""
    return _ours()(ground, port, Work(write=work.tell, notes=work.notes))


def _two(name: str, *cores: int) -> Contender:
    """Several processes that are one: PostgreSQL holds the truth, Redis carries hints."""
    return Contender(name, _ours(), lacks("redis-server"), "postgres", deflate=True, cores=cores, redis=True)


def _stock(_ground: Ground, port: int, work: Work) -> list[str]:
    return [sys.executable, str(HERE / "peers" / "stock.py"), str(port), str(work.tell)]


def _node(_ground: Ground, port: int, work: Work) -> list[str]:
    return ["node", str(HERE / "peers" / "node.js"), str(port), str(work.tell)]


def _limit(ground: Ground, port: int, work: Work) -> list[str]:
    return [str(ground.workshop.folder / "limit"), str(port), str(work.tell)]


def node_path() -> str:
    return os.environ.get("NODE_PATH") or str(_NODE_MODULES)


def node_version() -> str:
    """The versions of node and socket.io; empty when one of them is missing."""
    if not shutil.which("node"):
        return ""
    asked = "console.log(process.version, require('socket.io/package.json').version)"
    found = subprocess.run(
        ["node", "-e", asked], env=os.environ | {"NODE_PATH": node_path()}, capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def _no_node() -> str:
    return "" if node_version() else "node with socket.io (npm install --prefix .venv/node socket.io@4.8)"


CONTENDERS = {
    one.name: one
    for one in (
        Contender("ours", _ours(), database="sqlite", deflate=True),
        Contender("ours, real entries", _writing, database="sqlite", deflate=True),
        Contender(
            "ours on gevent", _ours(), database="sqlite", environment=(("INQUIRY_ASYNC_MODE", "gevent"),), deflate=True
        ),
        Contender("ours on PostgreSQL", _ours(), database="postgres", deflate=True),
        Contender("ours on PostgreSQL, real entries", _writing, database="postgres", deflate=True),
        Contender("one process", _ours(), database="postgres", deflate=True),
        _two("two processes on one core", SERVER_CORE, SERVER_CORE),
        _two("two processes on two cores", SERVER_CORE, GENERATOR_CORE),
        Contender("an evening", _ours(), database="evening"),
        Contender("an evening behind nginx", _ours(), lacks("nginx"), database="evening", nginx=True),
        Contender("one by one", _ours("--alone"), database="sqlite", deflate=True),
        Contender("one by one on PostgreSQL", _ours("--alone"), database="postgres", deflate=True),
        Contender("stock", _stock),
        Contender("stock as browsers ask", _stock, deflate=True),
        Contender("node", _node, _no_node),
        Contender("C limit", _limit),
    )
}
