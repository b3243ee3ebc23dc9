"""`make cluster` and `make studio` as whole programs, on ports and in folders of the tests' own."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.parts import require_part
from tests.support.processes import eventually, free_port, tied

ROOT = Path(__file__).parents[2]


class Together:
    """`tools/<name>.py`, started; what it says is in `told`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder / name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._told = folder / "told"
        command = [sys.executable, f"tools/{name}.py", "--port", str(self.port), "--folder", str(self.folder)]
        with self._told.open("w") as told:
            self.process = subprocess.Popen(tied(command, farewell="TERM"), cwd=ROOT, stdout=told, stderr=told)

    @property
    def told(self) -> str:
        return self._told.read_text()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.told
        return "Ctrl-C ends everything" in self.told

    def end(self) -> None:
        """By Ctrl-C, as whoever started it would."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0, self.told
        assert self.told.rstrip().endswith("ended")


@contextmanager
def together(name: str, *parts: str) -> Iterator[Together]:
    """Running, once it says so; `parts` are the Debian packages that it needs."""
    for part in parts:
        require_part(part)
    folder = Path(tempfile.mkdtemp(prefix=f"inquiry-{name}-test-"))  # pytest's own folders keep PostgreSQL's user out
    folder.chmod(0o755)
    running = Together(name, folder)
    try:
        eventually(running.is_up, seconds=120, otherwise="not up")
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(30)
        shutil.rmtree(folder)
