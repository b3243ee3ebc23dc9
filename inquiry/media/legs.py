"""The two legs of a recording: the segments that were kept, and the files that were written beside them. Which stretch
comes from which, and what is missing in both.

Instants are whole milliseconds since 1970, as browsers count them; what needs no database and no file is here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

#: Segments that follow each other say their beginnings to some milliseconds; less than this is no gap.
TOLERANCE_MS: Final = 500
SHORTEST_SENTENCE_MS: Final = 1_500
#: A playlist that names no more is read no further: a day in seconds.
_MOST_SEGMENTS: Final = 90_000
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}\.(ts|m4s|mp4)", re.ASCII)
_BESIDE: Final = re.compile(r".*-([0-9]{9,11})\.(flv|ts)", re.ASCII)


class Leg(StrEnum):
    """Where a stretch comes from: segments are taken first, because their instants are exact."""

    SEGMENTS = "segments"
    FILE = "file"


@dataclass(frozen=True)
class Part:
    """One file of a leg: when it begins, and how long it is."""

    name: str
    at: int
    ms: int

    @property
    def until(self) -> int:
        return self.at + self.ms


@dataclass(frozen=True)
class Stretch:
    """What is taken from one leg without a break: `parts` of it, from `at` on for `ms`. `skip_ms` is where it begins in
    the first of them."""

    leg: Leg
    at: int
    ms: int
    parts: tuple[Part, ...]
    skip_ms: int = 0

    @property
    def until(self) -> int:
        return self.at + self.ms


@dataclass(frozen=True)
class Gap:
    """What neither leg has."""

    at: int
    ms: int


@dataclass(frozen=True)
class Picked:
    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]


def segments(playlist: str) -> list[Part]:
    """The segments that a playlist with PROGRAM-DATE-TIME names, oldest first; the rest of it is passed over."""
    found: dict[str, Part] = {}
    seconds, at = 0.0, None
    for line in playlist.splitlines():
        if line.startswith("#EXTINF:"):
            seconds = _seconds(line[len("#EXTINF:") :].partition(",")[0])
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            at = _instant(line.partition(":")[2])
        elif _NAME.fullmatch(line) and at is not None and len(found) < _MOST_SEGMENTS:
            found[line] = Part(line, at, round(seconds * 1000))
            at = None
    return sorted(found.values(), key=lambda one: (one.at, one.name))


def begun(name: str) -> int | None:
    """When a file of the second leg began, in seconds since 1970; None for what is none."""
    found = _BESIDE.fullmatch(name)
    return int(found[1]) if found else None


def listed(parts: Iterable[Part]) -> str:
    """What `segments` reads back as the same."""
    lines = ["#EXTM3U"]
    for one in parts:
        when = datetime.fromtimestamp(one.at / 1000, UTC).isoformat(timespec="milliseconds")
        lines += [f"#EXTINF:{one.ms / 1000:.6f},", f"#EXT-X-PROGRAM-DATE-TIME:{when}", one.name]
    return "\n".join(lines) + "\n"


def _seconds(written: str) -> float:
    try:
        return min(3600.0, max(0.0, float(written)))
    except ValueError:
        return 0.0


def _instant(written: str) -> int | None:
    try:
        return round(datetime.fromisoformat(written.strip().replace("Z", "+00:00")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def pick(kept: Sequence[Part], files: Sequence[Part], begins: int, ends: int) -> Picked:
    """What makes the recording from `begins` to `ends`: the segments, and where they are missing the files."""
    stretches: list[Stretch] = []
    gaps: list[Gap] = []
    at = begins
    for run in _runs([one for one in kept if one.until > begins and one.at < ends]):
        _fill(stretches, gaps, files, at, run[0].at)
        stretches.append(Stretch(Leg.SEGMENTS, run[0].at, run[-1].until - run[0].at, tuple(run)))
        at = max(at, run[-1].until)
    _fill(stretches, gaps, files, at, ends)
    return Picked(tuple(stretches), tuple(gaps))


def _runs(kept: Sequence[Part]) -> list[list[Part]]:
    """Segments that follow each other without a gap. One that begins before the one before it has ended says twice what
    is there already, and is left out."""
    runs: list[list[Part]] = []
    for one in kept:
        late_ms = one.at - runs[-1][-1].until if runs else 0
        if runs and late_ms < -TOLERANCE_MS:
            continue
        if runs and late_ms <= TOLERANCE_MS:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _fill(stretches: list[Stretch], gaps: list[Gap], files: Sequence[Part], at: int, until: int) -> None:
    """From `at` to `until` out of the files, as far as they go."""
    for one in sorted(files, key=lambda file: file.at):
        if until - at <= TOLERANCE_MS:
            return
        if one.until <= at or one.at >= until:
            continue
        _miss(gaps, at, one.at)
        begins = max(at, one.at)
        at = min(one.until, until)
        stretches.append(Stretch(Leg.FILE, begins, at - begins, (one,), begins - one.at))
    _miss(gaps, at, until)


def _miss(gaps: list[Gap], at: int, until: int) -> None:
    if until - at > TOLERANCE_MS:
        gaps.append(Gap(at, until - at))


def without(picked: Picked, passages: Sequence[tuple[int, int]]) -> Picked:
    """The same without passages that were withdrawn: no segment that has any of one stays."""
    stretches = picked.stretches
    for begins, ends in passages:
        stretches = tuple(left for one in stretches for left in _cut(one, begins, ends))
    return Picked(stretches, picked.gaps)


def _cut(one: Stretch, begins: int, ends: int) -> list[Stretch]:
    if ends <= one.at or begins >= one.until:
        return [one]
    if one.leg is Leg.FILE:
        # Sound is copied in frames that begin before: a second is left free behind the passage.
        before = Stretch(one.leg, one.at, begins - one.at, one.parts, one.skip_ms)
        later = ends + 1000
        after = Stretch(one.leg, later, one.until - later, one.parts, one.skip_ms + later - one.at)
        return [left for left in (before, after) if left.ms > 0]
    sides = ([part for part in one.parts if part.until <= begins], [part for part in one.parts if part.at >= ends])
    return [Stretch(one.leg, some[0].at, some[-1].until - some[0].at, tuple(some)) for some in sides if some]


@dataclass(frozen=True)
class Timeline:
    """How the seconds of a recording lie to the clock: `spans` are (instant, milliseconds), one behind the other."""

    spans: tuple[tuple[int, int], ...]

    @property
    def ms(self) -> int:
        return sum(ms for _at, ms in self.spans)

    def offset(self, instant: int) -> int | None:
        """Where in the recording an instant is; what falls into a hole is where it goes on. None: after its end."""
        before = 0
        for at, ms in self.spans:
            if instant < at + ms:
                return before + max(0, instant - at)
            before += ms
        return None

    def instant(self, offset: int) -> int:
        """When what is seen there happened."""
        for at, ms in self.spans:
            if offset < ms:
                return at + max(0, offset)
            offset -= ms
        at, ms = self.spans[-1] if self.spans else (0, 0)
        return at + ms

    def holes(self) -> list[tuple[int, int]]:
        """Where in the recording something is missing, and how many milliseconds of it."""
        found, offset = [], 0
        for (at, ms), (later, _ms) in pairwise(self.spans):
            offset += ms
            if later - at - ms > TOLERANCE_MS:
                found.append((offset, later - at - ms))
        return found


def timeline(spans: Iterable[Sequence[Any]]) -> Timeline:
    """That of what a row keeps: `[[instant, milliseconds], …]`."""
    return Timeline(tuple((int(at), int(ms)) for at, ms in spans))


def window(line: Timeline, begins: int, ends: int) -> tuple[int, int] | None:
    """Where in a recording something is that was said between two instants; None where hardly any of it is there."""
    start, until = line.offset(begins), line.offset(ends)
    if start is None:
        return None
    until = line.ms if until is None else until
    return (start, until) if until - start >= SHORTEST_SENTENCE_MS else None


def sentence_name(of: tuple[int, int]) -> str:
    """The file in which it lies beside the recording."""
    return f"sentence-{of[0]}-{of[1]}.mp4"
