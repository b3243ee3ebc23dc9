"""How messages are spelt: JSON whose Chinese is Chinese, three bytes a character instead of six.

The encoder and the decoder are made once; the standard functions make new ones for each message that is not spelt as
they would.
"""

import json
from typing import Any

#: Of a whole number: reckoning with millions of them takes minutes.
_MOST_DIGITS = 100


def _number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_int=_number).decode


def dumps(value: Any, **_spelling: Any) -> str:
    """As compact as it can be, whatever the library asks for."""
    return _encode(value)


def loads(text: str | bytes) -> Any:
    """Raises ValueError."""
    return _decode(text if isinstance(text, str) else text.decode())
