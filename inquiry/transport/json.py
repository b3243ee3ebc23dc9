"""How messages are spelt: JSON whose Chinese is Chinese, three bytes a character instead of six.

The encoder and the decoder are made once; the standard functions make new ones for each message that is not spelt as
they would. What is read is JSON as it is written down (RFC 8259): no NaN, and no field twice.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any, NoReturn

#: Of a whole number: reckoning with millions of them takes minutes.
_MOST_DIGITS = 100


def _number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(fields)
    if len(found) != len(fields):
        raise ValueError("a field is there twice")
    return found


@dataclass(frozen=True, slots=True)
class Spelt:
    """A value whose JSON is known already: what thousands are told alike is spelt once."""

    text: str


class _SpeltBefore(Exception):
    pass


def _meet(value: Any) -> Any:
    raise _SpeltBefore if isinstance(value, Spelt) else TypeError(f"{type(value).__name__} has no JSON")


#: Stands where a value that was spelt before belongs. Nobody outside can know it, so no text holds it.
_PLACE = secrets.token_hex(16)
_COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
_encode = json.JSONEncoder(**_COMPACT, default=_meet).encode
_decode = json.JSONDecoder(parse_int=_number, parse_constant=_no_number, object_pairs_hook=_object).decode


def dumps(value: Any, **_spelling: Any) -> str:
    """As compact as it can be, whatever the library asks for."""
    try:
        return _encode(value)
    except _SpeltBefore:
        return _encode_around(value)


def _encode_around(value: Any) -> str:
    known: list[str] = []

    def place(one: Any) -> str:
        if not isinstance(one, Spelt):
            return str(_meet(one))
        known.append(one.text)
        return _PLACE

    first, *others = json.JSONEncoder(**_COMPACT, default=place).encode(value).split(f'"{_PLACE}"')
    return first + "".join(text + other for text, other in zip(known, others, strict=True))


def loads(text: str | bytes) -> Any:
    """Raises ValueError."""
    try:
        return _decode(text if isinstance(text, str) else text.decode())
    except RecursionError:  # brackets nested by the thousand
        raise ValueError("nested too deeply") from None
