"""A PostgreSQL server of the benchmark's own, as durable as it comes: gone when the benchmark ends."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bench.workshop import CannotMeasure, free_port

_STARTS_WITHIN_SECONDS = 30


def programs() -> Path | None:
    """The folder of the newest server's programs: Debian keeps them off the PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


class Postgres:
    """A running server; its databases are copied from each other."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy wants it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """A fresh database, in place of the one that had the name; returns its address."""
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        self._do("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _address(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        try:
            psycopg.connect(self._address()).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running() -> Iterator[Postgres]:
    """Raises CannotMeasure where PostgreSQL is not installed or does not start."""
    where = programs()
    if where is None:
        raise CannotMeasure("there is no PostgreSQL. On Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="inquiry-bench-postgres-"))
    # initdb and postgres refuse to run as root; Debian's package makes this user.
    become = ["--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.geteuid() == 0 else []
    tied = ["setpriv", "--pdeathsig", "QUIT", *become, "--"]
    if become:
        shutil.chown(folder, "postgres")
    server = Postgres(free_port())
    settings = {
        "port": server.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "max_connections": 100,
    }  # fmt: skip
    make = [
        str(where / "initdb"),
        f"--pgdata={folder / 'data'}",
        "--username=postgres",
        "--auth=trust",
        "--locale=C.UTF-8",
    ]
    subprocess.run([*tied, *make], cwd=folder, check=True, capture_output=True)
    serve = [
        str(where / "postgres"),
        "-D",
        str(folder / "data"),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*tied, *serve], cwd=folder, stdout=log, stderr=log)
    try:
        end = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not server.answers():
            if process.poll() is not None or time.monotonic() > end:
                raise CannotMeasure(f"PostgreSQL does not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
