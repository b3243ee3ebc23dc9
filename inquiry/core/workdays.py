"""Working days in China, with the holidays and the made-up Saturdays and Sundays that the State Council announces.

The announcement for a year comes in the November before it; the package `chinesecalendar` carries those published so
far. Beyond them a week is taken to be Monday to Friday, and whatever was counted so is marked PROVISIONAL.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from chinese_calendar import Holiday, holidays, workdays

KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)
_IN_CHINESE = {holiday.value: holiday.chinese for holiday in Holiday}
_SATURDAY = 5


class Why(StrEnum):
    """Why a day is out of the ordinary when working days are counted."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MADE_UP = "made_up"
    PROVISIONAL = "provisional"


class Noted(NamedTuple):
    """A day that a reader would ask about. The holiday is named for HOLIDAY and MADE_UP, and empty otherwise."""

    day: date
    why: Why
    holiday: str = ""
    holiday_zh: str = ""


def is_known(day: date) -> bool:
    """Whether the holidays of that day's year have been published."""
    return day.year in KNOWN_YEARS


def is_workday(day: date) -> bool:
    """Whether offices work on that day: as announced, or Monday to Friday where nothing is announced yet."""
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def add_workdays(start: date, n: int) -> date:
    """The last day of a term of `n` ≥ 0 working days.

    The day on which a term begins is not counted (Civil Code of the PRC, article 201), so that one working day from a
    Friday is the next working day; no days from a day is that day, whatever it is.
    """
    if n < 0:
        raise ValueError("A term of working days is counted forwards.")
    day = start
    while n:
        day += timedelta(days=1)
        n -= is_workday(day)
    return day


def count(after: date, until: date) -> int:
    """How many working days come after one day up to another; 0 if that is not later."""
    return sum(is_workday(after + timedelta(days=number)) for number in range(1, (until - after).days + 1))


def explain(start: date, n: int) -> list[Noted]:
    """The days of that term that were skipped, or counted although they fall on a weekend, oldest first.

    The first day in each year that is not published yet is noted PROVISIONAL besides: the term may end on another day.
    """
    return list(_noted(start, add_workdays(start, n)))


def _noted(start: date, end: date) -> Iterator[Noted]:
    for number in range(1, (end - start).days + 1):
        day = start + timedelta(days=number)
        if not is_known(day) and (number == 1 or day.year != (day - timedelta(days=1)).year):
            yield Noted(day, Why.PROVISIONAL)
        if day in workdays:
            yield Noted(day, Why.MADE_UP, workdays[day], _IN_CHINESE[workdays[day]])
        elif day in holidays:
            yield Noted(day, Why.HOLIDAY, holidays[day], _IN_CHINESE[holidays[day]])
        elif day.weekday() >= _SATURDAY:
            yield Noted(day, Why.WEEKEND)
