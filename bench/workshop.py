"""The workshop: programs built, servers started on a core of their own, the load generator let loose on them."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

HERE = Path(__file__).parent
ROOT = HERE.parent
SERVER_CORE, GENERATOR_CORE = 0, 1
_STARTS_WITHIN_SECONDS = 30
_LOAD_ENDS_WITHIN_SECONDS = 600

Json = dict[str, Any]


class CannotMeasure(Exception):
    """Something that is needed is missing, or a server does not come up; the sentence says what."""


def build(folder: Path) -> None:
    """Compile the load generator and the limit server into a folder."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise CannotMeasure("there is no C compiler. On Debian: apt-get install gcc libc6-dev")
    for name in ("load", "limit"):
        command = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(folder / name), str(HERE / f"{name}.c")]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        if built.returncode:
            raise CannotMeasure(f"{name}.c does not compile:\n{built.stderr}")


def on_core(core: int, command: Sequence[str]) -> list[str]:
    """The command on one core, if there are two and `taskset` is there, and never outliving us."""
    tied = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    pinned = ["taskset", "-c", str(core)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    return [*tied, *pinned, *command]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Running:
    """A server under measurement, with all its processes."""

    pids: list[int]
    port: int
    notes_path: Path

    def notes(self) -> list[Json]:
        """What it wrote about itself, oldest first; nothing for servers that are not ours."""
        return (
            [json.loads(line) for line in self.notes_path.read_text().splitlines()] if self.notes_path.exists() else []
        )


class Workshop:
    """A temporary folder with the programs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        build(folder)

    @contextmanager
    def serving(
        self, command: Sequence[str], port: int, environment: dict[str, str], core: int = SERVER_CORE
    ) -> Iterator[Running]:
        """A server that listens on `port` for as long as the block lasts. Raises CannotMeasure."""
        running = Running([], port, self.notes_of(port))
        running.notes_path.unlink(missing_ok=True)
        log_path = self.folder / f"server-{port}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                on_core(core, command), cwd=ROOT, env=inherited | environment, stdout=log, stderr=log
            )
        try:
            running.pids.append(process.pid)
            _wait_for(process, port, log_path)
            yield running
        finally:
            process.kill()
            process.wait()

    def notes_of(self, port: int) -> Path:
        """Where the server on this port writes about itself."""
        return self.folder / f"notes-{port}"

    def load(self, ports: Sequence[int], pids: Sequence[int], options: dict[str, Any]) -> Json:
        """What the load generator saw at these ports, and of these processes. `options` are its own, by name."""
        words = [str(self.folder / "load"), "--port", ",".join(map(str, ports)), "--pid", ",".join(map(str, pids))]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        try:
            done = subprocess.run(
                on_core(GENERATOR_CORE, words),
                capture_output=True, text=True, timeout=_LOAD_ENDS_WITHIN_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise CannotMeasure(f"the load generator has not ended within {_LOAD_ENDS_WITHIN_SECONDS} s") from late
        if not done.stdout:
            raise CannotMeasure(f"the load generator ended with {done.returncode}: {done.stderr}")
        if done.stderr:
            click.echo(done.stderr.rstrip(), err=True)
        seen: Json = json.loads(done.stdout)
        return seen


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if answers(port):
            return
        time.sleep(0.05)
    raise CannotMeasure(f"the server did not come up:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def workshop() -> Iterator[Workshop]:
    with tempfile.TemporaryDirectory(prefix="inquiry-bench-") as folder:
        yield Workshop(Path(folder))
