"""Dates and times as people and spreadsheets write them down in a table."""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from .fields import is_in_range

#: Day 0 of the numbers that spreadsheets keep for days; the second is that of old files from a Macintosh.
EPOCH: Final = date(1899, 12, 30)
EPOCH_1904: Final = date(1904, 1, 1)
_LONGEST: Final = 60


class Order(StrEnum):
    """What comes first in 03/04/2026."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


class UnreadableDate(ValueError):
    """`reason` is `no_time`, `time_out_of_range`, or `day_or_month` where only the writer knows which comes first."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_TIME: Final = (
    r"(?:\s*(?P<half>[上下]午|[AP]M)?\s*(?P<hour>\d{1,2})(?::|时|点)(?:\s*(?P<minute>\d{1,2})分?)?"
    r"(?:(?::|(?<=分))\s*(?P<second>\d{1,2})(?:\.\d+)?秒?)?\s*(?P<half_after>[AP]M)?\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?:\s*日|(?!\d))" + _TIME, re.ASCII
)
_YEAR_LAST = re.compile(r"(?P<one>\d{1,2})([-/.])(?P<two>\d{1,2})\2(?P<year>\d{4})(?!\d)" + _TIME, re.ASCII)
_DIGITS = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d))?", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,15})?", re.ASCII)


def read_date(written: str, order: Order | None = None, epoch: date = EPOCH) -> datetime:
    """The time that is meant, without a zone unless one is written; a day alone is its first moment.

    2026-11-03 16:05, 2026/11/3, 2026.11.3, 2026年11月3日 下午4:05, 20261103, 06/20/2016 10:04:21 PM, and the numbers of
    spreadsheets (46329.67); in digits of any width. Raises UnreadableDate.
    """
    if len(written) > _LONGEST:
        raise UnreadableDate("no_time")
    said = unicodedata.normalize("NFKC", written).upper()
    said = re.sub(r"(?<=\d)T(?=\d)", " ", _WEEKDAY.sub(" ", said)).strip()
    try:
        found = _found(said, order, epoch)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, UnreadableDate) else UnreadableDate("no_time") from None
    if not is_in_range(found):
        raise UnreadableDate("time_out_of_range")
    return found


def _found(said: str, order: Order | None, epoch: date) -> datetime:
    if _SERIAL.fullmatch(said):
        days = datetime(epoch.year, epoch.month, epoch.day) + timedelta(days=float(said))  # noqa: DTZ001
        return (days + timedelta(milliseconds=500)).replace(microsecond=0)
    match = _DIGITS.fullmatch(said) or _YEAR_FIRST.fullmatch(said)
    if match:
        return _built(match.groupdict(), int(match["month"]), int(match["day"]))
    match = _YEAR_LAST.fullmatch(said)
    if match is None:
        raise UnreadableDate("no_time")
    one, two = int(match["one"]), int(match["two"])
    if order is None:
        if one != two and max(one, two) <= 12:
            raise UnreadableDate("day_or_month")
        order = Order.DAY_FIRST if one > 12 else Order.MONTH_FIRST
    month, day = (one, two) if order is Order.MONTH_FIRST else (two, one)
    return _built(match.groupdict(), month, day)


def _built(parts: dict[str, str | None], month: int, day: int) -> datetime:
    hour = int(parts.get("hour") or 0)
    half = parts.get("half") or parts.get("half_after")
    if half in ("上午", "AM"):
        hour = 0 if hour == 12 else hour
        if hour > 12:
            raise UnreadableDate("no_time")
    elif half and hour < 12:
        hour += 12
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    return datetime(int(parts["year"] or 0), month, day, hour, minute, second, tzinfo=_zone(parts.get("zone")))


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written in ("Z", "UTC"):
        return timezone.utc  # noqa: UP017 - the type that is told
    ahead = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-ahead if written[0] == "-" else ahead)
