"""The programs that do the work of pictures (ffmpeg): run within limits, and started again when they end.

None of them outlives the worker, however that ends.
"""

import logging
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_log = logging.getLogger("inquiry.media")

#: After an end that nobody asked for: the first pause, doubled with each further end, and the longest.
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 15.0
#: Whoever ran for so long was well: its next pause is the first one again.
WELL_AFTER_SECONDS: Final = 30.0
#: From the wish to end until it is made to.
FAREWELL_SECONDS: Final = 3.0
_HEEDED_SECONDS: Final = 0.3
#: Whoever runs them, and takes rights away in the instant in which they end, comes before them.
_NICE: Final = 10
#: What it said last is told in the log when it ends.
_LAST_LINES: Final = 4
_LAST_BYTES: Final = 1000


def bound(
    command: Sequence[str],
    *,
    memory: int | None = None,
    processor_seconds: int | None = None,
    file_bytes: int | None = None,
    nice: int = 0,
) -> list[str]:
    """The command that ends with its parent, may hold at most `memory` bytes, takes at most so much time of a
    processor, and writes no file that is larger. Its arguments are no shell's."""
    limits = [f"--as={memory}"] if memory else []
    limits += [f"--cpu={processor_seconds}"] if processor_seconds else []
    limits += [f"--fsize={file_bytes}"] if file_bytes else []
    return [
        "setpriv", "--pdeathsig", "KILL",
        *(["prlimit", *limits] if limits else []),
        *(["nice", "-n", str(nice)] if nice else []),
        *command,
    ]  # fmt: skip


@dataclass
class Program:
    """One program that ought to run for as long as somebody calls `look`: it is started, and started again; each time
    `begins` is called before."""

    name: str
    command: Sequence[str]
    folder: Path
    ends: int = 0
    begins: Callable[[], None] | None = None
    _process: subprocess.Popen[bytes] | None = None
    _since: float = 0.0
    _not_before: float = 0.0
    _pause: float = FIRST_PAUSE_SECONDS

    @property
    def pid(self) -> int | None:
        """Of the running program."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def look(self, now: float) -> bool:
        """Start it where it does not run and its pause is over (`now` in seconds that only grow). True: it runs."""
        if self.is_due(now):
            self._start(now)
        return self.pid is not None

    def is_due(self, now: float) -> bool:
        """Whether it does not run and its pause is over."""
        if self.pid is not None:
            return False
        if self._process is not None:
            self._ended(now)
        return now >= self._not_before

    def follow(self, other: "Program") -> None:
        """Take the place of one that ended by itself: what would have been its next pause is ours."""
        self._pause = other._pause

    def end(self) -> None:
        """Ask it to end, and make it after a while. It may be started again by `look`.

        It is asked twice: ffmpeg heeds the first wish when it has read something more, and the second at once. Either
        way it writes what it has.
        """
        if self._process is None:
            return
        for patience in (_HEEDED_SECONDS, FAREWELL_SECONDS):
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        else:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _start(self, now: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._since = now
        if self.begins is not None:
            self.begins()
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(
                bound(self.command, nice=_NICE), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _ended(self, now: float) -> None:
        assert self._process is not None
        self.ends += 1
        if now - self._since >= WELL_AFTER_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._not_before = now + self._pause
        code, pause = self._process.returncode, self._pause
        _log.warning("%s ended (%s) and starts again in %.1f s. %s", self.name, code, pause, self.said())
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        self._process = None

    def said(self) -> str:
        """What the running or last one wrote last, on one line."""
        log = self._log_file
        if not log.is_file():
            return ""
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST_BYTES))
            return " / ".join(file.read().decode(errors="replace").split("\n")[-_LAST_LINES:]).strip(" /")

    @property
    def _log_file(self) -> Path:
        return self.folder / f"{self.name}.log"
