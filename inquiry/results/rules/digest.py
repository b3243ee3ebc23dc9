"""The digest by which anybody can see that what was published is what they recomputed; and reading a table back."""

import hashlib
import json
from collections.abc import Iterator
from json.decoder import JSONDecoder
from typing import Any, Final

from ...core.turns import Pause, go_on

_ROWS: Final = '"rows":['
#: So many rows of a table are written or read before others may go first.
_AT_ONCE: Final = 20


def written(contents: dict[str, Any], pause: Pause = go_on) -> str:
    """JSON with sorted keys and without blanks."""
    pieces = []
    for piece in _pieces(contents):
        pause()
        pieces.append(piece)
    return "".join(pieces)


def digest_of(contents: dict[str, Any], pause: Pause = go_on) -> str:
    """The SHA-256 of what is `written`, in UTF-8."""
    return digest_of_text(written(contents, pause))


def digest_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _pieces(value: Any) -> Iterator[str]:
    """What is `written`, of long lists some members at a time."""
    if isinstance(value, dict) and value:
        before = "{"
        for name, each in sorted(value.items()):
            yield f"{before}{_json(name)}:"
            yield from _pieces(each)
            before = ","
        yield "}"
    elif isinstance(value, list) and value:
        for at in range(0, len(value), _AT_ONCE):
            yield ("," if at else "[") + _json(value[at : at + _AT_ONCE])[1:-1]
        yield "]"
    else:
        yield _json(value)


def read(kept: str, pause: Pause) -> dict[str, Any]:
    """A table out of the text that is kept of it: its rows, of which there may be many, one after the other. Only the
    name of a member has an unescaped quotation mark at both ends and a colon behind it."""
    begin = kept.find(_ROWS)
    if begin < 0:
        raise ValueError("a table has rows")
    at, rows, decode = begin + len(_ROWS), [], JSONDecoder().raw_decode
    while kept[at] != "]":
        row, at = decode(kept, at + (kept[at] == ","))
        rows.append(row)
        if len(rows) % _AT_ONCE == 0:
            pause()
    found: dict[str, Any] = json.loads(f"{kept[:begin]}{_ROWS}{kept[at:]}")
    return found | {"rows": rows}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
