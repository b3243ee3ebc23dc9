"""What may come in at all, by whichever door: what a message costs to look at is bounded before it is looked at.

Which fields there are, and what they may hold, the schemas know; none of them needs more than this.
"""

from collections.abc import Iterable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: Fields of one object, the characters of a field's name, and objects and lists within each other.
MOST_FIELDS = 40
LONGEST_NAME = 64
DEEPEST = 4
#: Of one list, and of everything that a message holds: the questions of a whole evening, each with what becomes of it.
MOST_LISTED = 1000
MOST_VALUES = 6000
#: No text of ours is as long, in characters; a number beyond this no browser tells from its neighbour.
LONGEST_TEXT = 5000
LARGEST_NUMBER = 2**53 - 1
#: A message by HTTP, as nginx has it. A socket's is smaller: `server.LARGEST_MESSAGE`.
MOST_BYTES = 64 * 1024

_NO_OBJECT = _l("an object was expected")
_TOO_MANY_FIELDS = _l("too many fields")
_TOO_DEEP = _l("nested too deeply")
_TOO_MANY = _l("too many at once")
_TOO_LONG = _l("too long")
_TOO_LARGE = _l("this number is too large")
_NOT_READABLE = _l("is not readable text")


def fault(message: Any) -> tuple[str, LazyString] | None:
    """The first thing about a message that is beyond what any may be: the field, empty for the message itself, and a
    sentence. No fault takes longer to find than the largest message without one."""
    if not isinstance(message, dict):
        return "", _NO_OBJECT
    if found := _unfit_names(message):
        return "", found
    left = MOST_VALUES
    for name, value in message.items():
        waiting = [(value, 1)]
        while waiting:
            one, depth = waiting.pop()
            left -= 1
            if found := _unfit(one, depth) or (_TOO_MANY if left < 0 else None):
                return name, found
            if isinstance(one, dict | list):
                inside: Iterable[Any] = one.values() if isinstance(one, dict) else one
                waiting.extend((each, depth + 1) for each in inside)
    return None


def _unfit(value: Any, depth: int) -> LazyString | None:
    if isinstance(value, str):
        return _unfit_text(value)
    if isinstance(value, int | float):
        return None if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else _TOO_LARGE  # NaN is nowhere between
    if isinstance(value, dict | list):
        if depth >= DEEPEST:
            return _TOO_DEEP
        return _unfit_names(value) if isinstance(value, dict) else _TOO_MANY if len(value) > MOST_LISTED else None
    return None


def _unfit_names(fields: dict[Any, Any]) -> LazyString | None:
    if len(fields) > MOST_FIELDS:
        return _TOO_MANY_FIELDS
    for name in fields:
        if len(name) > LONGEST_NAME:
            return _TOO_LONG
        if not _is_readable(name):
            return _NOT_READABLE
    return None


def _unfit_text(text: str) -> LazyString | None:
    if len(text) > LONGEST_TEXT:
        return _TOO_LONG
    return None if _is_readable(text) else _NOT_READABLE


def _is_readable(text: str) -> bool:
    """Whether it can be written down: JSON can spell half of a character."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
