"""The only way to the time. Instants are aware and in UTC; a calendar day belongs to a zone."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..settings import settings

#: Seconds since the machine was started, sleep included; nobody can set them.
_EVEN = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class _Steady:
    """`origin` is when the machine was started, by what its clock said at the moment from which time is held steady."""

    origin: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) if _Steady.origin is None else _Steady.origin + _since_start()


def use_monotonic_time() -> None:
    """From now on time goes on evenly in this process, whatever the clock of the machine is set to.

    Who sets it by an hour in mid-evening must not end a slot, or give it an hour more. What NTP puts right little by
    little, by letting the clock go faster or slower, is followed: that is done to both.
    """
    _Steady.origin = datetime.now(UTC) - _since_start()


def of_machine() -> datetime:
    """What the clock of the machine says now, however it was set: for words that another program, which goes by it,
    reads."""
    return datetime.now(UTC)


def off_seconds() -> float:
    """How much the clock of the machine was put forward since this process holds its own steady."""
    return (of_machine() - now()).total_seconds()


def _since_start() -> timedelta:
    return timedelta(seconds=time.clock_gettime(_EVEN))


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that a person in `zone` reads on the wall at `instant`."""
    return instant.astimezone(zone).date()


def city_day(instant: datetime) -> date:
    """The calendar day in the city: deadlines are counted in it."""
    return day_of(instant, settings().zone)


def in_city(when: datetime) -> datetime:
    """The instant, where it is not one yet, at which the clocks of the city show this."""
    return when if when.tzinfo is not None else when.replace(tzinfo=settings().zone)


def day_begins(day: date) -> datetime:
    """The instant at which a calendar day begins in the city."""
    return datetime.combine(day, datetime.min.time(), settings().zone)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z: the form in which instants travel to browsers."""
    return round(instant.timestamp() * 1000)


def iso(instant: datetime) -> str:
    """The canonical written form of an instant, to the microsecond, as the trace hashes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
