"""What Yunting measures, as it came about: indicators, targets, each month's figures, and the published tables.

Everything comes in as a file would (`import_results`), at the moment that it tells of.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from ..core.sheets import Form, Row, Sheet
from ..dispatch.unit_of_work import UnitOfWork
from ..results import files, queries
from ..results.commands.importing import import_results
from ..results.commands.indicators import set_plan
from ..results.commands.publishing import publish_table
from ..results.rules.handling_indicators import THEME
from ..results.rules.periods import Period, PeriodKind
from .agenda import Agenda, Calendar
from .book import Book
from .figures import MONTHS, Month, all_months, figures, month_before
from .indicators import ECONOMY, IN_ENGLISH, INDICATORS, SERVICES
from .units import GROUPS, UNITS, group_of

#: Which themes are looked at in which peer groups every month; of streets, the last two months.
TABLES = ((ECONOMY, "districts"), (SERVICES, "districts"), (SERVICES, "departments"))
_STREETS_FOR = 2
#: What the platform measures itself, of last month.
HANDLED = ((THEME, "departments"),)
#: On which day of the year targets are handed down, and on which days of the month after one its figures come in, its
#: tables are published, and what was wrong is put right.
_TARGETS_DAY, _FIGURES_DAY, _TABLES_DAY, _CORRECTIONS_DAY = 5, 2, 3, 20
#: Where such a day has not come yet, last month's have been in for so long.
_AT_LEAST = {_FIGURES_DAY: timedelta(minutes=100), _TABLES_DAY: timedelta(minutes=95)}
_BY = "staff"


def last_month(calendar: Calendar) -> Period:
    """The last month that is over."""
    today = calendar.date(0)
    return month_before(Period(PeriodKind.MONTH, today.year, today.month), 1)


def first_year(calendar: Calendar) -> int:
    """The year in which measuring began."""
    return all_months(last_month(calendar))[0].year


def published_at(calendar: Calendar, month: Period) -> datetime:
    """When the tables of a month were published."""
    return _after(calendar, month, _TABLES_DAY)


def measure(agenda: Agenda, calendar: Calendar, book: Book) -> None:
    """All of it, up to the tables of last month."""
    told = figures(last_month(calendar))
    for year, targets in told.targets.items():
        handed_down = calendar.office(calendar.day(date(year, 1, _TARGETS_DAY)), "targets")
        is_first = year == first_year(calendar)
        agenda.at(handed_down, _set_targets, book, year, targets, is_first)
    for back, month in enumerate(reversed(told.months)):
        agenda.at(_after(calendar, month.period, _FIGURES_DAY), _take_in, book, month.figures)
        if back < MONTHS:
            # what was published last is listed first
            tables = [*reversed(_of_streets(back)), *reversed(TABLES), *(HANDLED if back == 0 else ())]
            agenda.at(published_at(calendar, month.period), _publish, book, month.period, tables)
        if month.corrections:
            agenda.at(_after(calendar, month.period, _CORRECTIONS_DAY), _put_right, book, month)


def _after(calendar: Calendar, month: Period, day: int) -> datetime:
    """On a day of the month after, in the office; or lately, if that has not come yet."""
    office = calendar.office(calendar.day(month.last_day + timedelta(days=day)), "figures")
    return min(office, calendar.now - _AT_LEAST[day]) if day in _AT_LEAST else office


def _of_streets(back: int) -> list[tuple[str, str]]:
    return [(SERVICES, key) for key in GROUPS if key.startswith("streets")] if back < _STREETS_FOR else []


# --- what comes in --------------------------------------------------------------------------------------------------


def _set_targets(uow: UnitOfWork, book: Book, year: int, targets: list[Row], is_first: bool) -> None:
    """A year's targets and plans; in the first year, with the indicators."""
    sheets = [_sheet(files.INDICATORS, _indicators())] if is_first else []
    _import(uow, book, [*sheets, _sheet(files.TARGETS, targets)])
    known = queries.versions(uow.db)
    for one in INDICATORS:
        if one.shares:
            shares = [Decimal(share) for share in one.shares]
            set_plan(uow, book.people[_BY], known[one.code].indicator_id, year, shares)


def _indicators() -> list[Row]:
    return [
        {
            "code": one.code, "name": one.name, "name_en": one.name_en, "theme": one.theme, "measure": one.measure,
            "better": one.better, "accumulates": "yes" if one.accumulates else "no", "period": "month",
            "decimals": str(one.decimals), "weight": str(one.weight), "groups": "；".join(_groups_of(set(one.typical))),
            "source": one.source, "definition": one.definition, "theme_en": IN_ENGLISH[one.theme],
            "measure_en": one.measure_en,
        }
        for one in INDICATORS
    ]  # fmt: skip


def _groups_of(kinds: set[str]) -> list[str]:
    """The names of the groups that units of these kinds belong to."""
    meant = {group_of(unit) for unit in UNITS if unit.kind in kinds}
    return [name for key, (name, _name_en) in GROUPS.items() if key in meant]


def _take_in(uow: UnitOfWork, book: Book, rows: list[Row]) -> None:
    _import(uow, book, [_sheet(files.ACTUALS, rows)])


def _put_right(uow: UnitOfWork, book: Book, month: Month) -> None:
    """The figures; and with a good reason, the tables that were made of them once more."""
    _take_in(uow, book, month.corrections)
    theme_of = {one.code: one.theme for one in INDICATORS}
    unit_of = {unit.key: unit for unit in UNITS}
    for (code, unit), why in month.again.items():
        group = group_of(unit_of[unit])
        assert group
        _publish(uow, book, month.period, [(theme_of[code], group)], why)


def _publish(uow: UnitOfWork, book: Book, month: Period, tables: list[tuple[str, str]], why: str = "") -> None:
    for theme, group in tables:
        publish_table(uow, book.people[_BY], theme, month, book.groups[group], why)


def _sheet(form: Form, rows: list[Row]) -> Sheet:
    return Sheet(form, "", list(enumerate(rows, 2)))


def _import(uow: UnitOfWork, book: Book, sheets: list[Sheet]) -> None:
    import_results(uow, book.people[_BY], sheets)
