"""The only door to the time. Instants are aware and in UTC; a calendar day belongs to a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that a person in `zone` reads on the wall at `instant`."""
    return instant.astimezone(zone).date()


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z: the form in which instants travel to browsers."""
    return round(instant.timestamp() * 1000)


def iso(instant: datetime) -> str:
    """The canonical written form of an instant, to the microsecond, as the trace hashes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
