"""What the fields of messages are made of.

A machine sends numbers as numbers: `true` and `"1"` name nothing. A plain form can send nothing but text, and an empty
one for "none"; what it sends is marked as typed, so that a number in words is taken from there alone.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, TypeVar

from flask_babel import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field, WrapValidator
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


#: Every day that may come in, by a message, a form or a file, lies between: far from the ends of the calendar, where a
#: time in another zone, a projected end or a deadline could not be reckoned.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: No calendar goes so far.
_BEYOND_MS = 10**14

_Day = TypeVar("_Day", date, datetime)


def is_in_range(when: date) -> bool:
    """Whether a day, or a time by whatever clock it was read, may come in."""
    return FIRST_DAY <= (when.date() if isinstance(when, datetime) else when) <= LAST_DAY


def _in_range(when: _Day) -> _Day:
    if is_in_range(when):
        return when
    years = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
    raise PydanticCustomError("out_of_range", _("a date from %(first)s to %(last)s was expected", **years))


def _begins_ms(day: date) -> int:
    return (datetime.combine(day, time.min, UTC) - _EPOCH) // timedelta(milliseconds=1)


def _calendar_day(value: Any) -> Any:
    """ISO only: pydantic would also take a number for a count of seconds."""
    if isinstance(value, str) and len(value) == 10 and not value.isdigit():
        return value
    raise PydanticCustomError("calendar_day", _("a date like 2026-12-20 was expected"))


def _instant(value: Any, parse: Callable[[Any], datetime]) -> datetime:
    if type(value) is int and 0 <= value < _BEYOND_MS:
        return _in_range(_EPOCH + timedelta(milliseconds=value))
    if not isinstance(value, str) or value.isdigit():
        raise PydanticCustomError("instant", _("milliseconds since 1970 were expected, between 2000 and 2100"))
    found = parse(value)
    if found.tzinfo is not None:
        raise PydanticCustomError("wall_clock", _("a date and time like 2026-12-31T20:00 was expected"))
    return _in_range(found)


#: A day of the calendar: `2026-12-20`.
Day = Annotated[date, BeforeValidator(_calendar_day), AfterValidator(_in_range)]
#: An instant, in milliseconds since 1970 as all are told; or, without a zone as forms have it, what the clock on the
#: wall of the city shows: `2026-12-01T20:00`.
When = Annotated[datetime, WrapValidator(_instant)]
#: A whole number.
Whole = Annotated[int, BeforeValidator(_whole)]
#: A moment in the same range, in milliseconds since 1970 as it travels to browsers.
Moment = Annotated[Whole, Field(ge=_begins_ms(FIRST_DAY), lt=_begins_ms(LAST_DAY + timedelta(days=1)))]
#: In front of what may be missing: an empty text is none.
OrNone = BeforeValidator(lambda value: None if value == "" else value)
