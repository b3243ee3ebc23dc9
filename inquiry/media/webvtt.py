"""WebVTT that somebody brings: read within bounds, and of it nothing kept but times and plain words."""

import html
import re
from typing import Final

#: Characters of a file, its cues, and of one cue.
LONGEST: Final = 120_000
MOST_CUES: Final = 2000
LONGEST_CUE: Final = 300
_HEAD: Final = re.compile(r"\ufeff?WEBVTT(?:[ \t][^\n]*)?(?:\n|$)")
_TIME: Final = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES: Final = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?", re.ASCII)
_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_NO_CUES: Final = ("NOTE", "STYLE", "REGION")
#: Why a file is none that can be shown.
NO_WEBVTT, NO_TIMES, NO_CUE, MANY, LONG = "no_webvtt", "no_times", "no_cue", "many", "long"
BEYOND, NO_TEXT = "beyond", "no_text"

#: From, to (milliseconds), words.
Cue = tuple[int, int, str]


class Unreadable(Exception):
    """The file is no WebVTT that can be shown; `why` is the code, `line` the number of its line, 0 for the file."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


def read(text: str, *, is_ours: bool = False) -> list[Cue]:
    """The cues in the order of their beginnings; what `is_ours` was read before, and is longer as we wrote it down.
    Raises Unreadable."""
    if len(text) > LONGEST and not is_ours:
        raise Unreadable(LONG)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not _HEAD.match("\n".join(lines[:2])):
        raise Unreadable(NO_WEBVTT)
    found: list[Cue] = []
    at = _end(lines, 0)
    while (at := _begin(lines, at)) < len(lines):
        end = _end(lines, at)
        if not lines[at].startswith(_NO_CUES) or "-->" in lines[at]:
            found += [cue for cue in [_cue(lines, at, end)] if cue[2]]
        if len(found) > MOST_CUES:
            raise Unreadable(MANY, at + 1)
        at = end
    if not found:
        raise Unreadable(NO_CUE)
    return sorted(found, key=lambda cue: cue[:2])


def _begin(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _end(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _cue(lines: list[str], at: int, end: int) -> Cue:
    """A block: perhaps a name, its times, its words."""
    place = at if "-->" in lines[at] else at + 1
    told = _TIMES.fullmatch(lines[place].strip()) if place < end else None
    if told is None:
        raise Unreadable(NO_TIMES, min(place, end - 1) + 1)
    begins, ends = _ms(told.groups()[:4]), _ms(told.groups()[4:])
    words = " ".join(html.unescape(_TAG.sub("", one)).strip() for one in lines[place + 1 : end]).strip()
    if ends <= begins:
        raise Unreadable(NO_TIMES, place + 1)
    if len(words) > LONGEST_CUE:
        raise Unreadable(LONG, place + 2)
    return begins, ends, words


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, ms = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
