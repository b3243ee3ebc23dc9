"""A real server process on a free port: started, asked, killed and started again as an operator would."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import eventually, free_port, tied

#: Start a server on the database at an address; `module`, and further `INQUIRY_…` variables, by name.
StartServer = Callable[..., "Server"]

ROOT = Path(__file__).parents[2]


class Server:
    """`inquiry serve` on 127.0.0.1, its log kept in `log`; another `module` is a strange machine."""

    def __init__(self, database_url: str, data_dir: Path, module: str = "inquiry.cli", **environment: str) -> None:
        self.module = module
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = data_dir / "server.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        own = {"INQUIRY_DATABASE_URL": database_url, "INQUIRY_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
        self.environment = inherited | own | environment

    def start(self, *, seconds: float = 30) -> "Server":
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

    def stop(self, *, seconds: float = 15) -> int:
        """Ask it to end (SIGTERM) and return its exit status; negative for a signal."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End it without warning (SIGKILL), as a power cut would."""
        self.process.kill()
        self.process.wait(10)

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
    with urllib.request.urlopen(f"{url}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.partition("{")[0]: float(value) for name, _, value in samples}


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[StartServer]:
    """Start servers that end with the test. Their logs are shown when it fails."""
    if "database_url" in request.fixturenames:
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


@pytest.fixture(params=["eventlet", "gevent"])
def server(request: pytest.FixtureRequest, start_server: StartServer, database_url: str) -> Server:
    """One server on this test's database, so once per kind of database and of event loop."""
    return start_server(database_url, INQUIRY_ASYNC_MODE=request.param)


@pytest.fixture
def neighbour(server: Server, start_server: StartServer) -> Server:
    """A second process of the same installation: everything is as at the first but its name, the port and the log."""
    told = {name: value for name, value in server.environment.items() if name.startswith("INQUIRY_")}
    return start_server(told["INQUIRY_DATABASE_URL"], **told | {"INQUIRY_PROCESS": "second"})
