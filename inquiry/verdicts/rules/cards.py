"""What somebody typed, or a scanner read, off a card of the panel."""

import re
import unicodedata

from ...core.codes import normalise_code

#: A studio has some dozens of them.
MOST_CARDS = 300
#: And the sheets of a whole panel at once.
MOST_AT_ONCE = 100
_CARD = re.compile(r"[^0-9]{0,8}([0-9]{1,3})[^0-9A-Z]+([0-9A-Z][0-9A-Z \-]{0,40})", re.ASCII)


def read_card(typed: str) -> tuple[int, str] | None:
    """Number and PIN of what was typed: `12 K7CM-3XHP`, or the whole address behind its QR code. None if it is none."""
    told = unicodedata.normalize("NFKC", typed).strip().upper().rstrip("/").rsplit("/", 1)[-1]
    found = _CARD.fullmatch(told)
    return (int(found[1]), normalise_code(found[2])) if found else None
