"""Taking over indicators, targets and actuals from a file: all of it, or nothing; again, it changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import PeerGroup, Unit
from ...core import clock
from ...core.sheets import BadCell, Row, Sheet, UnusableRows, contents, inspect, read
from ...dispatch.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from ...permissions import SYSTEM, Actor, require
from .. import files, queries
from .figures import Counts, record_actuals, set_targets
from .indicators import define_indicator

#: How often progress is told: after so many rows.
BATCH: Final = 5000


@dataclass
class Outcome:
    """What was (or would be) taken over of each kind of table."""

    indicators: Counts = field(default_factory=Counts)
    targets: Counts = field(default_factory=Counts)
    actuals: Counts = field(default_factory=Counts)


def import_file(path: Path, tell: Callable[[str], None], *, dry_run: bool) -> Outcome:
    """From the command line. Raises UnreadableFile, UnusableRows."""
    sheets = read(contents(path), files.FORMS)  # before anybody has to wait for the database
    with rehearsal() if dry_run else unit_of_work() as uow:
        return import_results(uow, SYSTEM, sheets, tell)


def import_results(uow: UnitOfWork, actor: Actor, sheets: Sequence[Sheet], tell: Callable[[str], None]) -> Outcome:
    """Take over the sheets of a workbook, or one table as CSV; `tell` is told in words how far it is. Raises
    UnusableRows.
    """
    for name in ("results.define_indicator", "results.set_target", "results.record_actual"):
        require(actor, name)
    in_order = sorted(sheets, key=lambda sheet: files.FORMS.index(sheet.form))
    found = _look_through(_reader(uow), in_order, tell)
    outcome = Outcome()
    ids = {}
    for code, meant in found[files.INDICATORS.name]:
        version, changed = define_indicator(uow, actor, code, meant)
        ids[code] = version.indicator_id
        outcome.indicators.added += changed and version.number == 1
        outcome.indicators.corrected += changed and version.number > 1
        outcome.indicators.same += not changed
    outcome.targets = set_targets(uow, actor, _placed(found[files.TARGETS.name], ids))
    outcome.actuals = record_actuals(uow, actor, _placed(found[files.ACTUALS.name], ids))
    return outcome


def _placed(found: Sequence[tuple[str, Any]], ids: dict[str, int]) -> list[Any]:
    return [one if one.indicator_id else replace(one, indicator_id=ids[code]) for code, one in found]


def _reader(uow: UnitOfWork) -> files.Reader:
    units: dict[str, int] = {}
    for unit_id, name, name_en in uow.db.execute(select(Unit.id, Unit.name, Unit.name_en)):
        units |= {name_en: unit_id, name: unit_id} if name_en else {name: unit_id}
    groups: list[PeerGroup] = list(accounts.peer_groups(uow.db))
    named = {one.name_en: one.id for one in groups if one.name_en} | {one.name: one.id for one in groups}
    return files.Reader(units, named, queries.versions(uow.db), clock.city_day(uow.now))


def _use(reader: files.Reader, sheet: Sheet) -> Callable[[int, Row], tuple[str, Any]]:
    """How a row of this kind of table is read: the indicator's code, and what the row says."""
    reading: dict[str, Callable[[int, Row, date], tuple[str, Any]]] = {
        files.INDICATORS.name: reader.indicator, files.TARGETS.name: reader.target, files.ACTUALS.name: reader.actual,
    }  # fmt: skip
    read_row = reading[sheet.form.name]
    return lambda line, row: read_row(line, row, sheet.epoch)


def _look_through(
    reader: files.Reader, sheets: Sequence[Sheet], tell: Callable[[str], None]
) -> dict[str, list[tuple[str, Any]]]:
    """Everything that the sheets say, by their kind. Raises UnusableRows."""
    found: dict[str, list[tuple[str, Any]]] = {form.name: [] for form in files.FORMS}
    bad: list[BadCell] = []
    for sheet in sheets:
        rows = inspect(sheet, _use(reader, sheet), files.REASONS)
        for at, one in enumerate(rows, 1):
            bad.append(one) if isinstance(one, BadCell) else found[sheet.form.name].append(one)
            if at % BATCH == 0:
                tell(f"{sheet.name or sheet.form.name}: {at} of {len(sheet.rows)} rows looked through")
    if bad:
        raise UnusableRows(bad)
    return found
