"""Numbers as people and spreadsheets write them: read exactly, and nothing is guessed of what may be meant."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from .workbook import NO_VALUE

#: Digits before and behind the decimal point.
_MOST_WHOLE: Final = 15
_MOST_PLACES: Final = 15
_LONGEST: Final = 120

_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d{1,2})?", re.ASCII)
_DIVIDED = re.compile(r"[+-]?\d{1,3}(?:[,，'’ \u00a0\u202f]\d{3,4})+(?:\.\d+)?", re.ASCII)


class UnreadableNumber(ValueError):
    """`why` is a key of the reasons in `sheets`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_number(said: str) -> Decimal:
    """Raises UnreadableNumber."""
    if len(said) > _LONGEST:
        raise UnreadableNumber("no_number")
    if not _NUMBER.fullmatch(said):
        raise UnreadableNumber(_fault(said))
    found = Decimal(said).normalize()
    exponent = int(found.as_tuple().exponent)
    if found.adjusted() >= _MOST_WHOLE or -exponent > _MOST_PLACES:
        raise UnreadableNumber("too_many_digits")
    return Decimal(f"{found:f}") + 0


def _fault(said: str) -> str:
    if said.startswith(NO_VALUE):
        return "formula"
    if said.endswith(("%", "％")):
        return "percent_sign"
    if _DIVIDED.fullmatch(said):
        return "separators"
    narrow = unicodedata.normalize("NFKC", said)
    return "full_width" if narrow != said and _NUMBER.fullmatch(narrow) else "no_number"
