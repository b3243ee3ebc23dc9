"""Taking over the units of a city from a file: all of it, or nothing; what is there already is left as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from ...core import clock, extensions
from ...core.sheets import BadCell, Sheet, UnusableRows, contents, inspect, read
from ...dispatch.unit_of_work import UnitOfWork, commit, rehearsal
from ...permissions import SYSTEM, Actor, require
from ...trace.streams import CITY
from .. import events, queries
from ..models import Headship, PeerGroup, Unit
from ..unit_files import FORM, REASONS, Reader, Wanted
from .heads import name_head
from .peer_groups import move_to_group, put_group
from .units import put_unit


@dataclass
class Outcome:
    """How many units were (or would be) added and changed, how many were the same; and which groups are new, by name:
    one that nobody meant has a slip in it."""

    added: int = 0
    changed: int = 0
    same: int = 0
    groups: list[str] = field(default_factory=list)


def import_file(path: Path, from_day: date | None, *, dry_run: bool) -> Outcome:
    """From the command line. Raises UnreadableFile, UnusableRows."""
    return take_over(SYSTEM, contents(path), from_day, dry_run=dry_run)


def take_over(actor: Actor, data: bytes, from_day: date | None, *, dry_run: bool) -> Outcome:
    """Import a file. Raises Forbidden, UnreadableFile, UnusableRows, Busy."""
    require(actor, "accounts.import_units")
    sheets = extensions.offload(read, data, [FORM])  # before anybody has to wait for the database
    if not dry_run:
        return commit("accounts.import_units", lambda uow: import_units(uow, actor, sheets, from_day))
    with rehearsal() as uow:
        return import_units(uow, actor, sheets, from_day)


def import_units(uow: UnitOfWork, actor: Actor, sheets: Sequence[Sheet], from_day: date | None) -> Outcome:
    """Take over all units of a file. Groups hold from `from_day` on (the first day of this year, if none is given);
    whoever takes another's place as head does so today. Raises UnusableRows.
    """
    require(actor, "accounts.import_units")
    today = clock.city_day(uow.now)
    wanted: list[Wanted] = []
    bad: list[BadCell] = []
    groups = {one.name: one for one in queries.peer_groups(uow.db)}
    units = {one.name: one for one in uow.db.scalars(select(Unit).order_by(Unit.id).with_for_update())}
    for sheet in sheets:
        for found in inspect(sheet, Reader(sheet, list(units.values()), list(groups)).wanted, REASONS):
            wanted.append(found) if isinstance(found, Wanted) else bad.append(found)
    if bad:
        raise UnusableRows(bad)
    outcome = Outcome()
    work = _Work(uow, actor, from_day or date(today.year, 1, 1), units, groups, _titles(uow))
    for one in _parents_first(wanted):
        work.take(one, outcome)
    return outcome


def _titles(uow: UnitOfWork) -> dict[int, str]:
    last = select(Headship.unit_id, Headship.title).where(Headship.until_day.is_(None))
    return {unit_id: title for unit_id, title in uow.db.execute(last)}  # noqa: C416 - rows are no pairs to mypy


def _parents_first(wanted: Sequence[Wanted]) -> list[Wanted]:
    """In the file's order, but none before its parent."""
    by_name = {one.name: one for one in wanted}
    ordered: dict[str, Wanted] = {}
    for one in wanted:
        above = [one]
        while (parent := by_name.get(above[-1].parent)) and parent.name not in ordered:
            above.append(parent)
        ordered |= {each.name: each for each in reversed(above)}
    return list(ordered.values())


@dataclass
class _Work:
    uow: UnitOfWork
    actor: Actor
    from_day: date
    units: dict[str, Unit]
    groups: dict[str, PeerGroup]
    #: Of whoever heads each unit.
    titles: dict[int, str]

    def take(self, one: Wanted, outcome: Outcome) -> None:
        unit = self.units.get(one.name)
        parent_id = self.units[one.parent].id if one.parent else None
        is_new = unit is None
        if unit is None:
            unit = self.units[one.name] = put_unit(
                self.uow, self.actor, name=one.name, name_en=one.name_en, kind=one.kind, parent_id=parent_id,
                head=one.head, title=one.title,
            )  # fmt: skip
            changed = False
        else:
            changed = self._change(unit, one, parent_id)
        if one.group:
            changed |= move_to_group(self.uow, self.actor, unit, self._group(one.group, outcome).id, self.from_day)
        outcome.added += is_new
        outcome.changed += changed and not is_new
        outcome.same += not changed and not is_new

    def _change(self, unit: Unit, one: Wanted, parent_id: int | None) -> bool:
        before = (unit.name_en, unit.kind, unit.parent_id)
        after = (one.name_en or unit.name_en, one.kind, parent_id or unit.parent_id)
        head_changes = bool(one.head) and (one.head != unit.head or one.title not in ("", self.titles.get(unit.id)))
        if after != before or head_changes:
            unit.name_en, unit.kind, unit.parent_id = after
            self.uow.record(CITY, events.UNIT_CHANGED, self.actor, [unit])
        if head_changes:
            name_head(self.uow, self.actor, unit, one.head, one.title)
        return after != before or head_changes

    def _group(self, name: str, outcome: Outcome) -> PeerGroup:
        if name not in self.groups:
            self.groups[name] = put_group(self.uow, self.actor, name)
            outcome.groups.append(name)
        return self.groups[name]
