"""deploy/restart.sh: one process after the other, the next only when the one before is ready."""

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "restart.sh"
TOKEN = "a token for machines"


class Process(ThreadingHTTPServer):
    """Something that is ready when it was asked a third time; `done` is what happened to all of them, in order."""

    def __init__(self, done: list[str], *, ever_ready: bool = True) -> None:
        self.done, self.ever_ready, self.asked = done, ever_ready, 0
        super().__init__(("127.0.0.1", 0), Readiness)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Readiness(BaseHTTPRequestHandler):
    server: Process

    def do_GET(self) -> None:
        self.server.asked += 1
        allowed = self.path == "/readyz" and self.headers["Authorization"] == f"Bearer {TOKEN}"
        is_ready = allowed and self.server.ever_ready and self.server.asked >= 3
        if is_ready:
            self.server.done.append(f"ready {self.server.server_port}")
        self.send_response(200 if is_ready else 503)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the test looks at what was done."""


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def processes(done: list[str], request: pytest.FixtureRequest) -> Iterator[list[Process]]:
    made = [Process(done, ever_ready=ready) for ready in getattr(request, "param", (True, True))]
    yield made
    for one in made:
        one.shutdown()
        one.server_close()


def restart(
    processes: list[Process], folder: Path, *, with_worker: bool = True
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run the script with a systemctl that only writes down what it was told, and knows of a media worker or not."""
    written = folder / "systemctl.log"
    asked = f'[ "$*" = "is-enabled --quiet inquiry-media" ] && exit {0 if with_worker else 1}'
    for name, body in (("systemctl", f'{asked}\necho "$*" >> "{written}"'), ("sleep", ":")):
        stand_in = folder / name
        stand_in.write_text(f"#!/bin/sh\n{body}\n")
        stand_in.chmod(0o755)
    ports = [str(one.server_port) for one in processes]
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "INQUIRY_METRICS_TOKEN": TOKEN}
    ran = subprocess.run(
        [str(SCRIPT), *ports], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return ran, written.read_text().splitlines()


def test_each_is_ready_before_the_next_is_restarted(processes: list[Process], done: list[str], tmp_path: Path) -> None:
    ran, told = restart(processes, tmp_path)
    ports = [one.server_port for one in processes]
    assert ran.returncode == 0, ran.stderr
    assert told == [*(f"restart inquiry@{port}" for port in ports), "restart inquiry-media"]
    assert done == [f"ready {port}" for port in ports]
    assert [one.asked for one in processes] == [3, 3]
    assert TOKEN not in ran.stdout + ran.stderr


@pytest.mark.parametrize("processes", [(True,)], indirect=True)
def test_a_machine_without_a_media_worker_has_none_afterwards(processes: list[Process], tmp_path: Path) -> None:
    ran, told = restart(processes, tmp_path, with_worker=False)
    assert ran.returncode == 0, ran.stderr
    assert told == [f"restart inquiry@{processes[0].server_port}"]


@pytest.mark.parametrize("processes", [(False, True)], indirect=True)
def test_the_others_are_left_alone_when_one_does_not_come_back(processes: list[Process], tmp_path: Path) -> None:
    ran, told = restart(processes, tmp_path)
    assert ran.returncode == 1
    assert told == [f"restart inquiry@{processes[0].server_port}"]
    assert f"inquiry@{processes[0].server_port} is not ready" in ran.stderr
    assert processes[1].asked == 0
