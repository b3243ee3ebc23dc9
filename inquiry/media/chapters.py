"""The chapters of a recording, out of what the trace says of the evening: pure functions, and the three ways to write
them. Offsets are whole milliseconds from the beginning of the recording.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .legs import Timeline

#: By how much a kind says of what happens: of two in the same second the higher one is the chapter.
KINDS: Final = ("opening", "item", "slot", "question", "answer", "pledge")
MOST_CHAPTERS: Final = 400
#: Nobody finds a chapter that is shorter.
SHORTEST_MS: Final = 1000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Mark:
    """Something that happened at an instant. `zh` and `en` are what it is called by words that may be withdrawn later;
    `plain` by none: that alone may stand in a file."""

    at: int
    kind: str
    zh: str
    en: str
    plain: str
    ids: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Chapter:
    start: int
    end: int
    kind: str
    zh: str
    en: str
    plain: str
    ids: dict[str, int]

    @property
    def seconds(self) -> int:
        """Where its link leads: `?t=`."""
        return self.start // 1000


_OPENING: Final = Mark(0, "opening", "开始", "Opening", "开始 / Opening")


def chapters(marks: Iterable[Mark], line: Timeline, most: int = MOST_CHAPTERS) -> list[Chapter]:
    """What happened as chapters: in order, one behind the other, from the first millisecond to the last.

    What happened before the recording begins is told at its beginning by the last of it, what happened after it not at
    all. Where there are too many, those that say least are left out first, evenly.
    """
    if line.ms <= 0:
        return []
    in_time = sorted(marks, key=_in_time)
    before = [one for one in in_time if one.at < line.spans[0][0]][-1:]
    told = [*before, *(one for one in in_time if one.at >= line.spans[0][0])]
    placed = [(offset, one) for one in told if (offset := line.offset(one.at)) is not None]
    starts = _apart([(0, _OPENING), *placed], line.ms)
    for kind in KINDS[1:]:
        starts = _thinned(starts, kind, len(starts) - most)
    ends = [*(offset for offset, _mark in starts[1:]), line.ms]
    return [
        Chapter(offset, end, one.kind, one.zh, one.en, one.plain, one.ids)
        for (offset, one), end in zip(starts, ends, strict=True)
    ]


def _in_time(mark: Mark) -> tuple[int, int]:
    return mark.at, KINDS.index(mark.kind)


def _apart(placed: Sequence[tuple[int, Mark]], whole_ms: int) -> list[tuple[int, Mark]]:
    """Of what begins within one second, that which says most; of what is alike, the latter. The second is counted from
    the one that begins it, and the last chapter has its second, too."""
    kept: list[tuple[int, Mark]] = []
    for offset, mark in placed:
        if kept and (offset - kept[-1][0] < SHORTEST_MS or whole_ms - offset < SHORTEST_MS):
            begins, before = kept[-1]
            says_more = KINDS.index(mark.kind) >= KINDS.index(before.kind)
            kept[-1] = (begins, mark if says_more else before)
        else:
            kept.append((offset, mark))
    return kept


def _thinned(starts: list[tuple[int, Mark]], kind: str, too_many: int) -> list[tuple[int, Mark]]:
    """Without so many of a kind, if there are: those that stay are as far apart as they can be."""
    if too_many <= 0:
        return starts
    places = [place for place, (_offset, mark) in enumerate(starts) if place and mark.kind == kind]
    stay = max(0, len(places) - too_many)
    gone = set(places) - {places[one * len(places) // stay] for one in range(stay)}
    return [one for place, one in enumerate(starts) if place not in gone]


def line_of(words: str) -> str:
    """Words on one line."""
    return _CONTROL.sub(" ", words).strip()


def clock(ms: int) -> str:
    """As WebVTT writes it: `01:02:03.004`."""
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def cues(told: Iterable[tuple[int, int, str]]) -> str:
    """A WebVTT file of cues (from, to, words)."""
    blocks = [
        f"{number}\n{clock(start)} --> {clock(end)}\n{_escaped(words)}"
        for number, (start, end, words) in enumerate(told, 1)
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _escaped(words: str) -> str:
    """A cue is marked up: what was typed is text."""
    return line_of(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") or "…"


def webvtt(made: Iterable[Chapter], language: str) -> str:
    return cues((one.start, one.end, one.en if language == "en" else one.zh) for one in made)


def ffmetadata(made: Iterable[Chapter], title: str) -> str:
    """For ffmpeg: what is written into a file says nothing that may have to be withdrawn."""
    lines = [";FFMETADATA1", f"title={_literal(title)}"]
    for one in made:
        lines += [
            "[CHAPTER]",
            "TIMEBASE=1/1000",
            f"START={one.start}",
            f"END={one.end}",
            f"title={_literal(one.plain)}",
        ]
    return "\n".join(lines) + "\n"


def _literal(words: str) -> str:
    return re.sub(r"([=;#\\])", r"\\\1", line_of(words))


def as_json(made: Iterable[Chapter]) -> list[dict[str, Any]]:
    return [
        {"start_ms": one.start, "end_ms": one.end, "kind": one.kind, "title": one.zh, "title_en": one.en, **one.ids}
        for one in made
    ]
