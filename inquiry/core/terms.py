"""How a day stands to its last day, in words: said here for every surface, so that none counts in its own way.

Pledges run on days of the calendar, answers in writing on working days (`working`). A day that is over by no working
day at all, as on a Saturday, is told in days of the calendar: over is over.
"""

from datetime import date

from flask_babel import gettext, ngettext

from . import workdays


def days(after: date, until: date, *, working: bool = False) -> int:
    """How many days come after one day up to another; 0 if that is not later."""
    return workdays.count(after, until) if working else max(0, (until - after).days)


def told(due_on: date, today: date, *, working: bool = False) -> str:
    """`3 days left`, `due today`, `overdue 9 days`."""
    if today > due_on:
        return overdue(due_on, today, working=working)
    if today == due_on:
        return str(gettext("due today"))
    number = days(today, due_on, working=working)
    if working:
        return str(ngettext("%(num)d working day left", "%(num)d working days left", number))
    return str(ngettext("%(num)d day left", "%(num)d days left", number))


def overdue(due_on: date, today: date, *, working: bool = False) -> str:
    """Of what is still to be done: `overdue 9 days`."""
    number = days(due_on, today, working=working)
    if working and number:
        return str(ngettext("overdue %(num)d working day", "overdue %(num)d working days", number))
    return str(ngettext("overdue %(num)d day", "overdue %(num)d days", days(due_on, today)))


def late(due_on: date, done_on: date, *, working: bool = False) -> str:
    """Of what was done after its day: `9 days late`."""
    number = days(due_on, done_on, working=working)
    if working and number:
        return str(ngettext("%(num)d working day late", "%(num)d working days late", number))
    return str(ngettext("%(num)d day late", "%(num)d days late", days(due_on, done_on)))


def extended(before: date, after: date) -> str:
    """Of a date that was moved: `extended by 84 days`, which are days of the calendar whatever the term is."""
    return str(ngettext("extended by %(num)d day", "extended by %(num)d days", days(before, after)))
