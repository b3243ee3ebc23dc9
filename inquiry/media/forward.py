"""How far the clock of the machine was put forward when a program began: ffmpeg and nginx go by that clock, for as long
as they run, and everybody else by the one that nobody sets.

It is kept beside the segments, and nothing at all where nobody has set the clock.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..core import clock

NAME: Final = "forward.txt"
#: What NTP puts right little by little is no step.
_STEP_MS: Final = 50


def number(name: str) -> int:
    """Of a segment: they are counted on."""
    return int("".join(sign for sign in name if sign.isdigit()) or 0)


@dataclass
class Forward:
    """What is kept of one programme: lines of a segment's number, from which on it holds, or of a file's name."""

    segments: list[tuple[int, int]] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)

    def of_segment(self, name: str) -> int:
        """By how many milliseconds what such a segment says of its time is to be put back."""
        return next((ms for since, ms in reversed(self.segments) if number(name) >= since), 0)

    def of_file(self, name: str) -> int:
        return self.files.get(name, 0)


def read(folder: Path) -> Forward:
    found = Forward()
    try:
        lines = (folder / NAME).read_text().splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        what, _blank, ms = line.partition(" ")
        if what.isdigit():
            found.segments.append((int(what), int(ms)))
        else:
            found.files[what] = int(ms)
    return found


def now_ms() -> int:
    return round(clock.off_seconds() * 1000)


def segments_begin(folder: Path, number: int) -> None:
    """A program begins, whose first segment has this number."""
    before, ms = read(folder).segments, now_ms()
    if abs(ms - (before[-1][1] if before else 0)) > _STEP_MS:
        _write(folder, number, ms)


def file_began(folder: Path, name: str) -> None:
    """A file began just now that is named by when it did."""
    if abs(ms := now_ms()) > _STEP_MS:
        _write(folder, name, ms)


def _write(folder: Path, what: int | str, ms: int) -> None:
    with (folder / NAME).open("a") as file:
        file.write(f"{what} {ms}\n")
