"""Taking over a rundown from a file: looked through line by line, then all of it in one transaction, or nothing.

Lines of the file are merged into those that are there: what a file does not name stays, also a line, unless it is asked
to go. What was on air, and what results have planned, stays as it is and where it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from ...accounts import queries as accounts
from ...core import extensions
from ...core.db import assign
from ...core.sheets import BadCell, Sheet, UnusableRows, inspect, read_in_turn
from ...dispatch.unit_of_work import UnitOfWork, commit, rehearsal
from ...permissions import Actor, Scope, require
from .. import nesting, queries, refusals, rules, rundown_files
from ..models import Item, ItemKind, Session, StepKind
from ..rundown_files import Reader, Told, Wanted
from . import steps
from .preparation import not_closed
from .rundown import MOST_ITEMS, blank

_LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True)
class Difference:
    """What an import does (or would do) to a line: `what` is added, changed, moved or removed; `line` is that of the
    file; `columns` are those that change, as they were and as they will be."""

    what: str
    title: str
    line: int | None = None
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: tuple[int, int] | None = None


@dataclass(frozen=True)
class Outcome:
    """What was (or would be) done, in the order of the rundown, and how many lines stay as they are."""

    differences: list[Difference]
    same: int

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.differences)


def take_over(actor: Actor, session_id: int, file: BinaryIO, *, remove: bool, dry_run: bool) -> Outcome:
    """Import a file; with `remove` the lines that it does not have go. Raises Forbidden, UnreadableFile, UnusableRows,
    SessionClosed, RundownFull, Busy."""
    require(actor, "live.import_rundown", Scope(session_id=session_id))
    sheets = extensions.offload(read_in_turn, file, [rundown_files.FORM])  # before anybody waits for the database

    def work(uow: UnitOfWork) -> Outcome:
        return import_rundown(uow, actor, session_id, sheets[0], remove=remove)

    if not dry_run:
        return commit("live.import_rundown", work)
    with rehearsal() as uow:
        return work(uow)


def import_rundown(uow: UnitOfWork, actor: Actor, session_id: int, sheet: Sheet, *, remove: bool) -> Outcome:
    """Raises UnreadableFile, UnusableRows, SessionClosed, RundownFull."""
    require(actor, "live.import_rundown", Scope(session_id=session_id))
    session = not_closed(uow, session_id)
    items = list(queries.rundown(uow.db, session.id))
    units = accounts.units(uow.db)
    by_id = {unit.id: unit for unit in units}
    told = [rundown_files.told(items, by_id, language) for language in _LANGUAGES]
    wanted = _look_through(sheet, Reader(items, told, units))
    before = [one.id for one in items]
    gone = [one for one in items if remove and rules.is_movable(one) and one not in [each.item for each in wanted]]
    if len(items) - len(gone) + sum(one.item is None for one in wanted) > MOST_ITEMS:
        raise refusals.RundownFull(most=MOST_ITEMS)
    with steps.remembered(uow, actor, session, StepKind.IMPORTED, items) as touched:
        merge = _Merge(uow, actor, session, [one for one in items if one not in gone])
        merge.take(wanted)
        freed = steps.free(merge.order)
        order = nesting.tidied(merge.order)
        stay = [one for one in items if not rules.is_movable(one)]
        moved = nesting.displaced(before, [one.id for one in order], (one.id for one in stay))
        _check(sheet, merge, order, [one for one in stay if one.id in moved or one in merge.relaid])
        merge.relaid += [one for one in order if one.id in moved and one not in merge.relaid]
        for one in merge.relaid:
            one.placed_by_id = actor.user_id
        touched.update(one.id for one in merge.relaid)
        pushed = steps.renumber(order)
        for one in gone:
            uow.db.delete(one)
        changed = list(dict.fromkeys([*merge.added, *merge.changed, *merge.relaid, *freed]))
        columns = merge.columns | ({"id"} if merge.added or merge.relaid else set())
        steps.tell(uow, actor, session, changed, gone, pushed, columns)
    return _outcome(merge, told[1], rundown_files.told(order, by_id, "zh"), gone, before)


def _look_through(sheet: Sheet, reader: Reader) -> list[Wanted]:
    """Raises UnreadableFile, UnusableRows, RundownFull."""
    wanted: list[Wanted] = []
    bad: list[BadCell] = []
    each = inspect(sheet, lambda line, row: reader.wanted(line, row, sheet.columns), rundown_files.REASONS)
    for found in islice(each, MOST_ITEMS + 1):
        wanted.append(found) if isinstance(found, Wanted) else bad.append(found)
    if len(wanted) + len(bad) > MOST_ITEMS:
        raise refusals.RundownFull(most=MOST_ITEMS)
    if bad:
        raise UnusableRows(bad)
    return wanted


class _Merge:
    """The lines of a file laid into a rundown."""

    def __init__(self, uow: UnitOfWork, actor: Actor, session: Session, items: Sequence[Item]) -> None:
        self._uow, self._actor, self._session, self._items = uow, actor, session, items
        self.order: list[Item] = []
        #: Where in the file each line is.
        self.lines: dict[int, int] = {}
        self.added: list[Item] = []
        self.changed: list[Item] = []
        #: Those that lie in another case, or before others.
        self.relaid: list[Item] = []
        self.columns: set[str] = set()

    def take(self, wanted: Sequence[Wanted]) -> None:
        found = [self._line(one) for one in wanted]
        self._uow.add(*self.added)  # a line that lies in a new case names it by the id that the database gives
        self.lines = {item.id: one.line for item, one in zip(found, wanted, strict=True)}
        case: Item | None = None
        for one, item in zip(wanted, found, strict=True):
            if one.level is not None:
                self._lay(item, case.id if one.level and case is not None else None)
            if item.kind is ItemKind.CASE:
                case = item
            elif one.level == 0:
                case = None
        self._place(found)

    def _line(self, one: Wanted) -> Item:
        if one.item is None:
            item = blank(self._session, self._actor)
            item.position = 0
            self.added.append(item)
        else:
            item = one.item
        changes = {name: value for name, value in one.changes.items() if getattr(item, name) != value}
        assign(item, changes)
        if one.item is not None and changes:
            item.rev += 1
            self.changed.append(item)
            self.columns |= changes.keys()
        return item

    def _lay(self, item: Item, case_id: int | None) -> None:
        if item not in self.added and item.case_id != case_id:
            self.relaid.append(item)
        item.case_id = case_id

    def _place(self, in_file: Sequence[Item]) -> None:
        """In the order of the file; what it does not name stays behind whoever stood before it."""
        named = {one.id for one in in_file}
        behind: dict[int, list[Item]] = {}
        last = 0
        for one in self._items:
            if one.id in named:
                last = one.id
            else:
                behind.setdefault(last, []).append(one)
        self.order = list(behind.get(0, []))
        for one in in_file:
            self.order += [one, *behind.get(one.id, [])]


def _check(sheet: Sheet, merge: _Merge, order: Sequence[Item], moved: Sequence[Item]) -> None:
    """What shows only with all lines together: one that stays would be moved, a cue would be given twice. Raises
    UnusableRows."""
    wrong: list[tuple[Item, str, str, str, dict[str, str]]] = [(one, "id", "stays", one.title, {}) for one in moved]
    cues = Counter(one.cue for one in order if one.cue)
    taken = [one for one in order if cues[one.cue] > 1 and one.id in merge.lines]
    wrong += [(one, "cue", refusals.CueTaken.code, one.cue, {"cue": one.cue}) for one in taken]
    if wrong:
        raise UnusableRows([
            BadCell(sheet.name, merge.lines.get(one.id, 0), column, why, value, rundown_files.REASONS[why], words)
            for one, column, why, value, words in wrong
        ])  # fmt: skip


def _outcome(
    merge: _Merge, was: Mapping[int, Told], now: Mapping[int, Told], gone: Sequence[Item], before: Sequence[int]
) -> Outcome:
    differs = {
        number: columns
        for number, line in now.items()
        if (columns := rundown_files.differing(was.get(number, line), line))
    }
    added, moved = ({one.id for one in each} for each in (merge.added, merge.relaid))
    found: list[Difference] = []
    for place, (number, line) in enumerate(now.items(), start=1):
        places = (before.index(number) + 1, place) if number in moved else None
        what = "added" if number in added else "changed" if number in differs else "moved" if places else ""
        if what:
            at = merge.lines.get(number)
            found.append(Difference(what, line["title"], at, differs.get(number, {}), places))
    found += [Difference("removed", one.title) for one in gone]
    return Outcome(found, len(now) - len([one for one in found if one.what != "removed"]))
