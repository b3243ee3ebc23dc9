"""A real server process on a free port: started, asked, killed and started again as an operator would."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.databases import fresh_database
from tests.support.processes import eventually, free_port, tied

#: Start a server on the database at an address; `module`, and further `INQUIRY_…` variables, by name.
StartServer = Callable[..., "Server"]

ROOT = Path(__file__).parents[2]


class Server:
    """`inquiry serve` on 127.0.0.1, its log kept in `log`; another `module` is a strange machine.

    `units` are those that were settled in its database; `is_shared` says that it lasts for a file of tests.
    """

    is_shared = False

    def __init__(self, database_url: str, data_dir: Path, module: str = "inquiry.cli", **environment: str) -> None:
        self.module = module
        self.units: dict[str, int] = {}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = data_dir / "server.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        own = {"INQUIRY_DATABASE_URL": database_url, "INQUIRY_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
        self.environment = inherited | own | environment

    def start(self, *, seconds: float = 90) -> "Server":
        """Start it and wait until `/healthz` answers 200. After `stop` or `kill` it comes back on the same port."""
        command = [sys.executable, "-m", self.module, "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(tied(command), cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        eventually(self._is_healthy, seconds=seconds, otherwise=f"no answer from /healthz; its log:\n{self.log}")
        return self

    def _is_healthy(self) -> bool:
        assert self.process.poll() is None, f"the server ended with status {self.process.returncode}:\n{self.log}"
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def stop(self, *, seconds: float = 60) -> int:
        """Ask it to end (SIGTERM) and return its exit status; negative for a signal."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End it without warning (SIGKILL), as a power cut would."""
        self.process.kill()
        self.process.wait(60)

    def pause(self) -> None:
        """Let it stand still (SIGSTOP): it holds everything it holds, and answers nobody."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


def metrics_of(url: str) -> dict[str, float]:
    """What the process at an address tells Prometheus, by name; of one that has labels, the last."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.partition("{")[0]: float(value) for name, _, value in samples}


def _has_own_server(request: pytest.FixtureRequest) -> bool:
    asks = {"server", "database_kind"} <= set(request.fixturenames)
    return asks and request.node.get_closest_marker("shared_server") is None


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[StartServer]:
    """Start servers that end with the test. Their logs are shown when it fails."""
    request.getfixturevalue("tmp_path")  # where their data may lie: it goes when they have gone
    if "database_url" in request.fixturenames or _has_own_server(request):
        request.getfixturevalue("database_url")  # so that it goes when the servers have gone, and their last readers
    servers: list[Server] = []

    def start(database_url: str, *, data_dir: Path | None = None, **options: str) -> Server:
        server = Server(database_url, data_dir or tmp_path_factory.mktemp("data"), **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        if server.is_running:
            server.kill()
        print(f"--- log of the server on port {server.port}", server.log, sep="\n")  # noqa: T201 - shown on failure


#: `shared_server(database_kind, loop)` lasts for a file of tests, on a database of its own; started when asked, and
#: again when a test has ended it. `process` names one of several on that database.
SharedServer = Callable[..., Server]


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[SharedServer]:
    homes: dict[tuple[str, str], tuple[str, Path]] = {}
    servers: dict[tuple[str, str, str], Server] = {}
    with ExitStack() as databases:

        def running(kind: str, loop: str, *, process: str = "") -> Server:
            if (kind, loop) not in homes:
                folder = tmp_path_factory.mktemp("shared")
                homes[kind, loop] = databases.enter_context(fresh_database(request, kind, folder)), folder
            if (kind, loop, process) not in servers:
                url, folder = homes[kind, loop]
                told = {"INQUIRY_ASYNC_MODE": loop, "INQUIRY_DATA_DIR": str(folder), "INQUIRY_PROCESS": process}
                server = Server(url, tmp_path_factory.mktemp("log"), **told)
                server.is_shared = True
                servers[kind, loop, process] = server.start()
            server = servers[kind, loop, process]
            return server if server.is_running else server.start()

        yield running
        for server in servers.values():
            server.kill()


#: Each event loop once and each database once, for what does not ask how these two get on with each other.
LOOP_OF = {"sqlite": "gevent", "postgres": "eventlet"}


@pytest.fixture(params=["eventlet", "gevent"])
def server(request: pytest.FixtureRequest, start_server: StartServer, database_kind: str) -> Iterator[Server]:
    """One server for this test, once per kind of database and of event loop, on a database of this test's own.

    Tests marked `shared_server` have one for their file: each makes a session of its own there and looks at nothing
    else. Its log since the test began is shown when the test fails.
    """
    if request.node.get_closest_marker("shared_server") is None:
        yield start_server(request.getfixturevalue("database_url"), INQUIRY_ASYNC_MODE=request.param)
        return
    shared: Server = request.getfixturevalue("shared_server")(database_kind, request.param)
    before = len(shared.log)
    yield shared
    print(f"--- log of the shared server on port {shared.port}", shared.log[before:], sep="\n")  # noqa: T201 - on failure


@pytest.fixture
def neighbour(server: Server, start_server: StartServer) -> Server:
    """A second process of the same installation: everything is as at the first but its name, the port and the log."""
    told = {name: value for name, value in server.environment.items() if name.startswith("INQUIRY_")}
    return start_server(told["INQUIRY_DATABASE_URL"], **told | {"INQUIRY_PROCESS": "second"})
