"""What the fields of messages are made of.

A machine sends numbers as numbers: `true` and `"1"` name nothing. A plain form can send nothing but text, and an empty
one for "none"; what it sends is marked as typed, so that a number in words is taken from there alone.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from flask_babel import gettext as _
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


class Typed(str):
    """A value of a plain form."""

    __slots__ = ()


def typed(fields: Mapping[str, str | list[str]]) -> dict[str, Typed | list[Typed]]:
    """The fields of a plain form, marked as such."""
    return {
        name: [Typed(one) for one in value] if isinstance(value, list) else Typed(value)
        for name, value in fields.items()
    }


def _whole(value: Any) -> Any:
    if type(value) is int or isinstance(value, Typed):
        return value
    raise PydanticCustomError("whole_number", _("a whole number was expected"))


#: A whole number.
Whole = Annotated[int, BeforeValidator(_whole)]
#: In front of what may be missing: an empty text is none.
OrNone = BeforeValidator(lambda value: None if value == "" else value)
