"""A PostgreSQL server of the tests' own, in a temporary folder, gone when they end."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, in_memory, tied

#: Nothing here survives the tests, so nothing here need survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
_ALWAYS = {"listen_addresses": "127.0.0.1", "max_connections": "200", "timezone": "UTC", "logging_collector": "off"}


@dataclass
class _Left:
    """A database that a test has left: a copy of `template`, and what was the next transaction's number once it was."""

    name: str
    template: str
    next_number: int


class Postgres:
    """A running server. `durable` keeps fsync on, for tests that ask what a crash leaves behind."""

    def __init__(self, *, durable: bool = False) -> None:
        self.programs = require_part("postgresql")
        self.port = free_port()
        # initdb and postgres refuse to run as root; Debian's package makes this user.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.settings = _ALWAYS if durable else _ALWAYS | _FAST
        self.place = None if durable else in_memory()
        self._numbers = count(1)
        self._left: list[_Left] = []
        self._kept: psycopg.Connection[Any] | None = None

    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="inquiry-postgres-", dir=self.place))
        self.data = self.folder / "data"
        if self.user:
            shutil.chown(self.folder, self.user)
        # A password would be hashed 4,096 times for each of ten thousand connections; it listens to this machine only.
        initdb = [str(self.programs / "initdb"), f"--pgdata={self.data}", "--username=postgres", "--auth=trust"]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(tied(initdb, user=self.user), cwd=self.folder, check=True, capture_output=True)
        self.launch()

    def launch(self) -> None:
        """Start the server on the existing data and wait until it answers."""
        self._hang_up()
        settings = self.settings | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                tied(command, user=self.user, farewell="QUIT"), cwd=self.folder, stdout=log, stderr=log
            )
        eventually(self._answers, seconds=30, otherwise="PostgreSQL did not start")

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            psycopg.connect(self._address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def crash(self) -> None:
        """End it at once: clients are cut off, nothing is flushed, and the next `launch` has to recover."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(10)

    def pause(self) -> None:
        """Let it stand still (SIGSTOP) with all that it has started: connections stay, and nobody is answered."""
        for pid in [self.process.pid, *self._started()]:
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in [*self._started(), self.process.pid]:
            os.kill(pid, signal.SIGCONT)

    def _started(self) -> list[int]:
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """End it as the kernel does when memory runs out (SIGKILL); whom it has started notice and end."""
        started = self._started()
        self.process.kill()
        self.process.wait(10)
        # Until the last one has ended, the next server would refuse to start.
        eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in started))

    def stop(self) -> None:
        """End it at once and remove its folder."""
        self._hang_up()
        if self.process.poll() is None:
            self.go_on()
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database by name."""
        return self._address(database).replace("postgresql:", "postgresql+psycopg:")

    def create(self, *, template: str = "template0") -> str:
        """The name of a new database: an empty one, or a copy of `template`, which nobody may be connected to."""
        name = f"test_{next(self._numbers)}"
        # File by file is half the work of page by page through the log, which is the default.
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def _run(self, statement: str, *names: str) -> None:
        self._connection().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connection(self) -> psycopg.Connection[Any]:
        """One for all that is made and dropped: a new one each time costs as much as a copy."""
        if self._kept is None:
            self._kept = psycopg.connect(self._address("postgres"), autocommit=True)
        return self._kept

    def _hang_up(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _next_number(self) -> int:
        """Of a transaction: whoever writes, or locks in order to, takes one, and none is given back."""
        [(number,)] = self._connection().execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(number)

    def _is_as_it_was(self, left: _Left) -> bool:
        """Whether nobody has written anything since it was copied, and nobody is there who could."""
        there = self._connection().execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [left.name])
        return there.fetchone() == (0,) and self._next_number() == left.next_number

    @contextmanager
    def fresh_database(self, *, template: str = "template0") -> Iterator[str]:
        """The SQLAlchemy address of a database that exists until the block ends, or a little longer.

        When the next one is asked for, it is given to whoever asks for the same, if nothing was written since it was
        copied, and dropped otherwise. Dropped at once, it is waited for until the last connection, which was closed
        just now, has ended on the other side as well: a tenth of a second each time.
        """
        mine = None
        while self._left:
            left = self._left.pop()
            if mine is None and left.template == template and self._is_as_it_was(left):
                mine = left
            else:
                self._run("DROP DATABASE {} WITH (FORCE)", left.name)
        if mine is None:
            mine = _Left(self.create(template=template), template, 0)
        mine.next_number = self._next_number()
        try:
            yield self.url(mine.name)
        finally:
            self._left.append(mine)


def _running(*, durable: bool) -> Iterator[Postgres]:
    server = Postgres(durable=durable)
    try:
        server.start()
        yield server
    finally:
        if hasattr(server, "process"):
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole run, quick rather than durable."""
    yield from _running(durable=False)


@pytest.fixture
def durable_postgres() -> Iterator[Postgres]:
    """A server of this test's own, with fsync on, that may crash and be launched again."""
    yield from _running(durable=True)
