"""Taking over indicators, targets and actuals from a file: all of it, or nothing; again, it changes nothing.

A file is looked through first, row by row, with nothing locked; what it says waits on the disk. Only then is it
compared with what stands (a dry run), or written in one transaction. However long a file is, it takes the same room.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import Unit
from ...core import clock, extensions
from ...core.db import Db, reading, take_turn
from ...core.sheets import BadCell, Row, Sheet, Unusable, UnusableRows, inspect, read_in_turn
from ...dispatch.unit_of_work import UnitOfWork, commit
from ...permissions import SYSTEM, Actor, require
from .. import files, queries, refusals
from ..models import IndicatorVersion
from ..staging import Staged
from . import figures
from .figures import Counts, NewActual, NewTarget
from .indicators import Definition, define_indicator, is_same

#: How often progress is told: after so many rows. Whoever serves others meanwhile lets them go first there.
BATCH: Final = 500
#: So many rows that cannot be used are named; the others are counted.
MOST_BAD: Final = 10_000


@dataclass
class Outcome:
    """What was (or would be) taken over of each kind of table."""

    indicators: Counts = field(default_factory=Counts)
    targets: Counts = field(default_factory=Counts)
    actuals: Counts = field(default_factory=Counts)


@dataclass(frozen=True)
class Progress:
    """How far an import is: how many rows were looked through; of these `number_bad` cannot be used, and `bad` are the
    first of them. With `outcome`, this is the summary.
    """

    done: int
    bad: Sequence[BadCell] = ()
    number_bad: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True)
class _Known:
    """What a file is understood by: units and groups by each of their names, and the indicators as they are."""

    units: dict[str, int]
    groups: dict[str, int]
    versions: dict[str, IndicatorVersion]

    def is_as(self, other: "_Known") -> bool:
        numbers, others = ({code: one.id for code, one in each.versions.items()} for each in (self, other))
        return (self.units, self.groups, numbers) == (other.units, other.groups, others)


def carry_over(
    actor: Actor, file: BinaryIO, *, dry_run: bool, tell: Callable[[int], None] = lambda _done: None
) -> Iterator[Progress]:
    """Import a file, telling how many of its rows were looked through; the last one told is the summary. A dry run also
    says what the rows that can be used would come to. `tell` is told how many figures were compared or written.

    Raises Forbidden, UnreadableFile, ChangedMeanwhile, Busy; without a dry run UnusableRows.
    """
    may_import(actor)
    sheets = extensions.offload(read_in_turn, file, files.FORMS)
    with reading() as db:
        known = _known(db)
    with Staged() as staged:
        look = _Look(known, staged, clock.now())
        for done in look.through(sheets):
            yield Progress(done)
        if not dry_run and look.bad:
            raise UnusableRows(look.bad, look.number_bad)
        if dry_run:
            with reading() as db:
                outcome = _compared(db, look, tell)
        else:
            outcome = commit("results.import", lambda uow: _take_over(uow, actor, look, tell))
        yield Progress(look.done, look.bad, look.number_bad, outcome)


def import_file(path: Path, tell: Callable[[str], None], *, dry_run: bool) -> Outcome:
    """From the command line. Raises UnreadableFile, UnusableRows."""
    with path.open("rb") as file:
        for progress in carry_over(SYSTEM, file, dry_run=dry_run, tell=_now_and_then(tell, "figures compared")):
            _now_and_then(tell, "rows looked through")(progress.done)
    if progress.bad:
        raise UnusableRows(list(progress.bad), progress.number_bad)
    return progress.outcome or Outcome()


def _now_and_then(tell: Callable[[str], None], what: str) -> Callable[[int], None]:
    return lambda done: tell(f"{done} {what}") if done and done % 10_000 == 0 else None


def import_results(uow: UnitOfWork, actor: Actor, sheets: Sequence[Sheet]) -> Outcome:
    """The same of the sheets of a workbook, or of one table, as a part of something larger. Raises UnusableRows."""
    may_import(actor)
    with Staged() as staged:
        look = _Look(_known(uow.db), staged, uow.now)
        for _done in look.through(sheets):
            pass
        if look.bad:
            raise UnusableRows(look.bad, look.number_bad)
        return _take_over(uow, actor, look, lambda _done: None)


def may_import(actor: Actor) -> None:
    """Raises Forbidden."""
    for name in ("results.define_indicator", "results.set_target", "results.record_actual"):
        require(actor, name)


def _known(db: Db) -> _Known:
    units: dict[str, int] = {}
    for unit_id, name, name_en in db.execute(select(Unit.id, Unit.name, Unit.name_en)):
        units |= {name_en: unit_id, name: unit_id} if name_en else {name: unit_id}
    groups = accounts.peer_groups(db)
    named = {one.name_en: one.id for one in groups if one.name_en} | {one.name: one.id for one in groups}
    return _Known(units, named, queries.versions(db))


class _Look:
    """What a file says: its indicators, its figures (staged), and the rows that cannot be used."""

    def __init__(self, known: _Known, staged: Staged, now: datetime) -> None:
        self.known = known
        self.indicators: list[tuple[str, Definition]] = []
        self.bad: list[BadCell] = []
        self.done = self.number_bad = 0
        self._staged = staged
        self._reader = files.Reader(known.units, known.groups, known.versions, clock.city_day(now))

    def through(self, sheets: Sequence[Sheet]) -> Iterator[int]:
        """Raises UnreadableFile."""
        for sheet in sorted(sheets, key=lambda sheet: files.FORMS.index(sheet.form)):
            for found in inspect(sheet, self._use(sheet), files.REASONS):
                self.done += 1
                if isinstance(found, BadCell):
                    self.number_bad += 1
                    if len(self.bad) < MOST_BAD:
                        self.bad.append(found)
                if self.done % BATCH == 0:
                    yield self.done

    def targets(self, ids: dict[str, int]) -> Iterator[NewTarget]:
        for code, unit_id, period, baseline, stretch in self._staged.figures(files.TARGETS.name):
            yield NewTarget(ids[code], unit_id, period, Decimal(baseline), Decimal(stretch))

    def actuals(self, ids: dict[str, int]) -> Iterator[NewActual]:
        for code, unit_id, period, value, evidence in self._staged.figures(files.ACTUALS.name):
            yield NewActual(ids[code], unit_id, period, Decimal(value), evidence)

    def _use(self, sheet: Sheet) -> Callable[[int, Row], None]:
        """What is done with a row of this kind of table."""

        def indicator(line: int, row: Row) -> None:
            self.indicators.append(self._reader.indicator(line, row, sheet.columns))

        def target(line: int, row: Row) -> None:
            code, one = self._reader.target(row, sheet.epoch)
            self._stage(sheet, line, code, one, (one.baseline, one.stretch))

        def actual(line: int, row: Row) -> None:
            code, one = self._reader.actual(row, sheet.epoch)
            self._stage(sheet, line, code, one, (one.value, one.evidence))

        return {files.INDICATORS.name: indicator, files.TARGETS.name: target, files.ACTUALS.name: actual}[
            sheet.form.name
        ]

    def _stage(self, sheet: Sheet, line: int, code: str, one: NewTarget | NewActual, values: tuple[Any, Any]) -> None:
        first = self._staged.put(sheet.form.name, code, one.unit_id, one.period, line, values)
        if first != line:
            raise Unusable("period", "twice", one.period, first=first)


def _compared(db: Db, look: _Look, tell: Callable[[int], None]) -> Outcome:
    outcome = Outcome()
    for code, meant in look.indicators:
        version = look.known.versions.get(code)
        _count(outcome.indicators, is_new=version is None, differs=version is None or not is_same(version, meant))
    ids = dict.fromkeys((code for code, _meant in look.indicators), 0)
    ids |= {code: version.indicator_id for code, version in look.known.versions.items()}
    outcome.targets = figures.compare(db, look.targets(ids), tell)
    outcome.actuals = figures.compare(db, look.actuals(ids), tell)
    return outcome


def _take_over(uow: UnitOfWork, actor: Actor, look: _Look, tell: Callable[[int], None]) -> Outcome:
    take_turn(uow.db, figures.TURN)
    if not _known(uow.db).is_as(look.known):
        raise refusals.ChangedMeanwhile()
    outcome = Outcome()
    ids = {code: version.indicator_id for code, version in look.known.versions.items()}
    for code, meant in look.indicators:
        version, changed = define_indicator(uow, actor, code, meant)
        ids[code] = version.indicator_id
        _count(outcome.indicators, is_new=version.number == 1, differs=changed)
    outcome.targets = figures.set_targets(uow, actor, look.targets(ids), tell)
    outcome.actuals = figures.record_actuals(uow, actor, look.actuals(ids), tell)
    return outcome


def _count(counts: Counts, *, is_new: bool, differs: bool) -> None:
    counts.added += differs and is_new
    counts.corrected += differs and not is_new
    counts.same += not differs
