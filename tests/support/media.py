"""The real worker of pictures, beside a server on the same data."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.processes import tied

ROOT = Path(__file__).parents[2]


class Worker:
    """`inquiry media run` on a database and a data folder; its log kept in `log`."""

    def __init__(self, database_url: str, data_dir: Path, *, log: str = "worker", **environment: str) -> None:
        self.log_path = data_dir / f"{log}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
        own = {"INQUIRY_DATABASE_URL": database_url, "INQUIRY_DATA_DIR": str(data_dir)}
        self._environment = inherited | own | environment

    def start(self) -> "Worker":
        command = [sys.executable, "-m", "inquiry.cli", "media", "run"]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(tied(command), cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        return self

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")
