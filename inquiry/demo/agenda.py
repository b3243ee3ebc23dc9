"""When everything in the demo happens, and doing it then: history is written by the real commands, in its order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from ..core import clock
from ..dispatch.unit_of_work import unit_of_work
from .shapes import Session

_OFFICE_OPENS = timedelta(hours=8, minutes=40)
_MORNING_MINUTES = 170
_NEXT_IN_THE_OFFICE = timedelta(minutes=35)


@dataclass(frozen=True)
class Calendar:
    """Where the content's relative times lie, seen from `now`."""

    now: datetime
    zone: ZoneInfo

    def day(self, when: date) -> int:
        """How many days from today a calendar day lies."""
        return (when - clock.day_of(self.now, self.zone)).days

    def date(self, day: int) -> date:
        """The calendar day so many days from today."""
        return clock.day_of(self.now, self.zone) + timedelta(days=day)

    def office(self, day: int, what: str, nth: int = 0) -> datetime:
        """A moment in the morning's office hours, not the same for everything; the `nth` of several comes later."""
        when = _OFFICE_OPENS + timedelta(minutes=crc32(f"{day} {what}".encode()) % _MORNING_MINUTES)
        return datetime.combine(self.date(day), time.min, self.zone) + when + nth * _NEXT_IN_THE_OFFICE

    def starts_at(self, session: Session) -> datetime:
        """What was announced: a live session began when it was announced, to the minute."""
        if session.minutes_ago is not None:
            return self.minute(session, 0).replace(second=0, microsecond=0)
        return datetime.combine(self.date(session.day), time.fromisoformat(session.clock), self.zone)

    def minute(self, session: Session, minute: float) -> datetime:
        """An instant on the session's clock; before a planned one there is none, and minutes are counted from now."""
        if session.state == "closed":
            began = self.starts_at(session)
        else:
            began = self.now - timedelta(minutes=session.minutes_ago or 0)
        return began + timedelta(minutes=minute)


class Agenda:
    """What is to happen when. Whatever is said of the same instant happens in the order in which it was said; what
    happens may say what is to happen later."""

    def __init__(self) -> None:
        self._moments: list[tuple[datetime, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._said = 0

    def at(self, instant: datetime, act: Callable[..., Any], *details: Any) -> None:
        """At that instant, `act(uow, *details)` in a unit of work of its own."""
        heappush(self._moments, (instant, self._said, act, details))
        self._said += 1

    def carry_out(self) -> None:
        """Do it all, oldest first."""
        while self._moments:
            instant, _number, act, details = heappop(self._moments)
            with unit_of_work(instant) as uow:
                act(uow, *details)
