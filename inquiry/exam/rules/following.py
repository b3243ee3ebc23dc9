"""When the meeting after this one is, and what it is called."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

from ...results.rules.periods import Period, PeriodKind

_MONTHS: Final = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_MONTHS_OF_A_YEAR: Final = 12


def following(period: Period) -> Period:
    """The one of the same kind that begins the day after this one ends."""
    day = period.last_day + timedelta(days=1)
    if period.kind is PeriodKind.WEEK:
        return Period(period.kind, *day.isocalendar()[:2])
    if period.kind is PeriodKind.MONTH:
        return Period(period.kind, day.year, day.month)
    if period.kind is PeriodKind.QUARTER:
        return Period(period.kind, day.year, (day.month + 2) // 3)
    return Period(period.kind, day.year)


def same_evening(local: datetime, kind: PeriodKind) -> datetime:
    """The same weekday of the month a period later, at the same hour by the clocks of the city (`local` without a
    zone): the first Thursday after a first Thursday. Where a month has no fifth, its last."""
    if kind is PeriodKind.WEEK:
        return local + timedelta(days=7)
    months = local.year * _MONTHS_OF_A_YEAR + local.month - 1 + _MONTHS[kind]
    year, month = months // _MONTHS_OF_A_YEAR, months % _MONTHS_OF_A_YEAR + 1
    first_weekday, days = monthrange(year, month)
    day = 1 + (local.weekday() - first_weekday) % 7 + (local.day - 1) // 7 * 7
    return local.replace(year=year, month=month, day=day if day <= days else day - 7)


def retitled(title: str, said: str, says: str, longest: int) -> str:
    """A title that names its period (`said`) names the next (`says`); one that does not has it added."""
    if not title:
        return ""
    if said in title:
        return title.replace(said, says)[:longest]
    return f"{title[: longest - len(says) - 1]} {says}"


def named(period: Period) -> str:
    """As Chinese titles name it: 2026年10月, 2026年第3季度, 2026年第40周, 2026年."""
    number = {PeriodKind.MONTH: "{}月", PeriodKind.QUARTER: "第{}季度", PeriodKind.WEEK: "第{}周"}.get(period.kind, "")
    return f"{period.year}年" + number.format(period.number)
