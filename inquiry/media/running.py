"""A piece of long work while it runs: its programs, within limits, how far they are, and whether it is still wanted."""

import logging
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .programs import FAREWELL_SECONDS, bound

_log = logging.getLogger("inquiry.media")

#: Of any one program.
MEMORY: Final = 2 * 1024**3
FILE_BYTES: Final = 8 * 1024**3
PROCESSOR_SECONDS: Final = 3 * 3600
WALL_SECONDS: Final = 4 * 3600
NICE: Final = 15
_LOOK_SECONDS: Final = 0.1
_TELL_SECONDS: Final = 1.0
_TAIL_BYTES: Final = 4096


class JobFailed(Exception):
    """It cannot be done, and would not by trying again; the argument is the code."""


class CalledOff(Exception):
    """Nobody wants it any more."""


@dataclass
class Running:
    """`tell` takes thousandths and says whether the work is still wanted; `folder` is where programs write. What a
    program may take and write at most is said for each; no `file_bytes`: as much as the disk holds."""

    folder: Path
    tell: Callable[[int], bool]
    wall_seconds: float = WALL_SECONDS
    processor_seconds: int = PROCESSOR_SECONDS
    file_bytes: int | None = FILE_BYTES

    def run(
        self, command: Sequence[str], *, otherwise: str, lasts_ms: int = 0, part: tuple[int, int] = (0, 0)
    ) -> str:  # fmt: skip
        """Run ffmpeg or ffprobe to its end; what it said last. `lasts_ms` is how long that is which it writes, and
        `part` from where to where it brings the work, in thousandths.

        Raises JobFailed with `otherwise` where it does not succeed within its limits, and CalledOff.
        """
        limited = bound(
            command, memory=MEMORY, processor_seconds=self.processor_seconds, file_bytes=self.file_bytes, nice=NICE
        )  # fmt: skip
        out, log = self.folder / "out.txt", self.folder / "log.txt"
        with out.open("wb") as stdout, log.open("wb") as stderr:
            process = subprocess.Popen(limited, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        try:
            self._wait(process, out, lasts_ms, part)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(FAREWELL_SECONDS)
        if process.returncode != 0:
            _log.warning("%s ended (%s). %s", command[0], process.returncode, _tail(log)[-500:])
            raise JobFailed(otherwise)
        return _tail(log)

    def _wait(self, process: subprocess.Popen[bytes], out: Path, lasts_ms: int, part: tuple[int, int]) -> None:
        end, told = time.monotonic() + self.wall_seconds, 0.0
        while process.poll() is None:
            if time.monotonic() > end:
                raise JobFailed("took_too_long")
            if time.monotonic() - told >= _TELL_SECONDS:
                told = time.monotonic()
                if not self.tell(part[0] + _share(out, lasts_ms, part[1] - part[0])):
                    raise CalledOff()
            time.sleep(_LOOK_SECONDS)

    @property
    def said(self) -> str:
        """What the last program wrote to its output, as far as that is short."""
        with (self.folder / "out.txt").open("rb") as file:
            return file.read(64 * 1024).decode(errors="replace")


def _share(out: Path, lasts_ms: int, of: int) -> int:
    """How much of its part a program has done, by what `-progress` says last."""
    if not lasts_ms:
        return 0
    times = [line.partition("=")[2] for line in _tail(out).split("\n") if line.startswith("out_time_us=")]
    done_ms = int(times[-1]) // 1000 if times and times[-1].isdigit() else 0
    return min(of, of * done_ms // lasts_ms)


def _tail(file: Path) -> str:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _TAIL_BYTES))
        return opened.read().decode(errors="replace")
