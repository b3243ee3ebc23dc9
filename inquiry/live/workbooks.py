"""The ledger of speaking time as files: a row for each interval, in milliseconds."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import pgettext

from ..accounts.models import Unit
from ..core import clock, i18n
from ..core.books import Cell, Sheet, book, inert
from ..core.labels import label
from ..settings import settings
from . import ledger
from .ledger import Account, Sum
from .models import Slot

HEADER: Final = ("slot", "unit", "speaker", "began_with", "doing", "from", "until", "ms", "extended_ms", "allowed_ms")

Accounts = list[Account[Slot]]
Units = Mapping[int, Unit]


def as_csv(accounts: Accounts, units: Units) -> str:
    """The same in every language; milliseconds, and instants in UTC."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEADER)
    for one in accounts:
        for span in one.spans:
            rows.writerow([
                one.slot.id, inert(units[one.slot.unit_id].name), inert(one.slot.speaker), span.step.value,
                span.doing.value, clock.iso(span.begins), clock.iso(span.until) if span.until else "", span.ms,
                span.extended_ms, span.allowed_ms,
            ])  # fmt: skip
    return written.getvalue()


def of_ledger(accounts: Accounts, units: Units) -> bytes:
    """In the reader's language: the intervals, and what they add up to by speaker and by unit."""
    return book([_intervals(accounts, units), _speakers(accounts, units), _units(accounts, units)])


def _intervals(accounts: Accounts, units: Units) -> Sheet:
    head = [
        pgettext("ledger", "Slot"), _("Unit"), _("Speaker"), pgettext("ledger", "Began with"),
        pgettext("ledger", "What it was"), pgettext("time", "From"), pgettext("time", "Until"),
        pgettext("ledger", "Lasted (ms)"), pgettext("ledger", "Time added (ms)"),
        pgettext("ledger", "Time allowed (ms)"),
    ]  # fmt: skip
    rows = [
        [
            Cell(one.slot.id, "0"), Cell(_named(units[one.slot.unit_id])), Cell(one.slot.speaker),
            Cell(label(span.step, "ledger_step")), Cell(label(span.doing, "ledger_doing")),
            Cell(on_clock(span.begins)), Cell(on_clock(span.until)), Cell(span.ms, "0"), Cell(span.extended_ms, "0"),
            Cell(span.allowed_ms, "0"),
        ]
        for one in accounts
        for span in one.spans
    ]  # fmt: skip
    return Sheet(pgettext("ledger", "Intervals"), head, rows, filtered=True)


def _speakers(accounts: Accounts, units: Units) -> Sheet:
    of = ledger.sums(accounts, lambda slot: (slot.unit_id, slot.speaker))
    rows = [[Cell(_named(units[unit])), Cell(speaker), *_cells(one)] for (unit, speaker), one in of.items()]
    return Sheet(_("Speakers"), [_("Unit"), _("Speaker"), *_figures()], rows)


def _units(accounts: Accounts, units: Units) -> Sheet:
    """With the whole session as its last row."""
    of = ledger.sums(accounts, lambda slot: slot.unit_id)
    rows = [[Cell(_named(units[unit])), *_cells(one)] for unit, one in of.items()]
    return Sheet(_("Units"), [_("Unit"), *_figures()], [*rows, [Cell(_("Total")), *_cells(ledger.total(accounts))]])


def _figures() -> list[str]:
    return [
        pgettext("ledger", "Slots"), pgettext("ledger", "Spoken (ms)"), pgettext("ledger", "Stopped (ms)"),
        pgettext("ledger", "Of that for questions (ms)"), pgettext("ledger", "Given at first (ms)"),
        pgettext("ledger", "Time added (ms)"), pgettext("ledger", "Over (ms)"),
    ]  # fmt: skip


def _cells(one: Sum) -> list[Cell]:
    numbers = (
        one.slots, one.spoken_ms, one.paused_ms, one.interrupted_ms, one.allotted_ms, one.extended_ms, one.over_ms
    )  # fmt: skip
    return [Cell(number, "0") for number in numbers]


def _named(unit: Unit) -> str:
    return i18n.preferred(unit.name, unit.name_en)


def on_clock(at: datetime | None) -> str:
    """To the millisecond, by the clocks of the city; empty while it lasts."""
    return f"{at.astimezone(settings().zone):%H:%M:%S.%f}"[:-3] if at else ""
