"""Weeks, months, quarters and years, and how a target for a year is spread over its months (序时进度)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from ...core.fields import FIRST_DAY, LAST_DAY

_NAME = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d))?", re.ASCII)
_MONTHS_OF_A_QUARTER: Final = 3
#: Of the small line that is drawn for each unit.
IN_A_LINE: Final = 12


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """`2026`, `2026-Q3`, `2026-10`, `2026-W07` (weeks as ISO 8601 counts them); `number` is 0 for a year."""

    kind: PeriodKind
    year: int
    number: int = 0

    def __str__(self) -> str:
        if self.kind is PeriodKind.YEAR:
            return f"{self.year:04}"
        sign = {PeriodKind.QUARTER: "Q", PeriodKind.WEEK: "W"}.get(self.kind, "")
        width = 1 if self.kind is PeriodKind.QUARTER else 2
        return f"{self.year:04}-{sign}{self.number:0{width}}"

    @classmethod
    def parse(cls, name: str) -> "Period":
        """Raises ValueError, also for a period beyond the years that may come in."""
        match = _NAME.fullmatch(name)
        if match is None:
            raise ValueError(f"no period is named {name[:40]!r}")
        found = cls(PeriodKind.YEAR, int(match["year"]))
        for kind in (PeriodKind.QUARTER, PeriodKind.WEEK, PeriodKind.MONTH):
            if number := match[kind.value]:
                found = cls(kind, found.year, int(number))
        if not FIRST_DAY.year <= found.year <= LAST_DAY.year:
            raise ValueError(f"{name} is out of range")
        _ = found.first_day  # a thirteenth month, or a week that the year does not have
        return found

    @property
    def first_day(self) -> date:
        if self.kind is PeriodKind.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        return date(self.year, self._first_month, 1)

    @property
    def last_day(self) -> date:
        if self.kind is PeriodKind.WEEK:
            return self.first_day + timedelta(days=6)
        month = self.last_month
        return date(self.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

    @property
    def _first_month(self) -> int:
        if self.kind is PeriodKind.MONTH:
            return self.number
        return self.number * _MONTHS_OF_A_QUARTER - 2 if self.kind is PeriodKind.QUARTER else 1

    @property
    def last_month(self) -> int:
        """Of a month, a quarter or a year: the number of its last month, up to which the year's plan is due."""
        if self.kind is PeriodKind.MONTH:
            return self.number
        return self.number * _MONTHS_OF_A_QUARTER if self.kind is PeriodKind.QUARTER else 12

    @property
    def before(self) -> "Period":
        """The one of the same kind that ended the day before."""
        if self.kind is PeriodKind.YEAR:
            return Period(self.kind, self.year - 1)
        day = self.first_day - timedelta(days=1)
        if self.kind is PeriodKind.WEEK:
            return Period(self.kind, *day.isocalendar()[:2])
        return Period(self.kind, day.year, self.number - 1 or (4 if self.kind is PeriodKind.QUARTER else 12))

    def since_january(self, kind: PeriodKind) -> list["Period"]:
        """The months, quarters or the year (`kind`) of which the sum since January up to this period's end consists;
        empty where it ends in the middle of one."""
        if kind is PeriodKind.YEAR:
            return [Period(kind, self.year)] if self.kind is PeriodKind.YEAR else []
        length = _MONTHS_OF_A_QUARTER if kind is PeriodKind.QUARTER else 1
        if self.last_month % length:
            return []
        return [Period(kind, self.year, number) for number in range(1, self.last_month // length + 1)]


def line_up(period: Period) -> list[Period]:
    """The twelve periods up to this one, the earliest first."""
    found = [period]
    while len(found) < IN_A_LINE:
        found.append(found[-1].before)
    return found[::-1]


#: A plan that nobody gave: a twelfth for each month.
TWELFTHS: Final[Sequence[Fraction]] = (Fraction(100, 12),) * 12


def shares_fault(shares: Sequence[Decimal]) -> str | None:
    """Why these are no plan of a year, in percent by month: `twelve`, `negative`, `january` (nothing would be planned
    until later, and nothing can be compared with nothing) or `sum`; None when they are one."""
    if len(shares) != 12:
        return "twelve"
    if any(share < 0 for share in shares):
        return "negative"
    if shares[0] == 0:
        return "january"
    return None if sum(shares) == 100 else "sum"


def share_due(month: int, shares: Sequence[Decimal | Fraction] = TWELFTHS) -> Fraction:
    """How much of a year's target is planned from January to the end of a month (1 to 12), 1 being all of it."""
    return sum((Fraction(share) for share in shares[:month]), Fraction(0)) / 100
