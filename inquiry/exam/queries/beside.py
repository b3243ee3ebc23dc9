"""The plan as it was computed, and beside it as it stands now, with what was changed by hand."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import Unit, User
from ...core.db import Db
from ...live.models import Item, ItemState
from ...results.models import PublishedTable
from ...results.rules.periods import Period
from ..models import Changed, Exam, ExamChange, ExamPlan, ExamSlot
from ..sentences import duration, in_chinese, sentence
from . import lookup, sources

Json = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One by hand: `before` and `after` as people read them, `role` is whoever did it, as the trace names them."""

    what: Changed
    before: str
    after: str
    why: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """A slot: as computed (`told`, with its sentence), and the item it became, which is gone where it was left out."""

    slot: ExamSlot
    told: Json
    sentence: str
    length: str
    item: Item | None
    unit: Unit | None
    stands: str
    changes: list[Change] = field(default_factory=list)

    @property
    def is_to_come(self) -> bool:
        return self.item is not None and self.item.state is ItemState.PLANNED


def facts(db: Db, exam: Exam) -> Json:
    """`{exam, period, plan, lines, tables}`, tables each with its group as the plan names it; the plan is None and the
    rest empty before it is made."""
    period, plan = Period.parse(exam.period), db.get(ExamPlan, exam.plan_id) if exam.plan_id is not None else None
    return {
        "exam": exam, "period": period, "plan": plan, "lines": lines(db, exam, plan, period) if plan else [],
        "tables": _tables(db, plan) if plan else [],
        "changed": len(lookup.changes(db, exam.id)) if plan else 0,
    }  # fmt: skip


def _tables(db: Db, plan: ExamPlan) -> list[tuple[PublishedTable, Json]]:
    groups = {one["table"]: one for one in plan.sources["groups"].values()}
    return [(table, groups[table.digest]) for table in sources.tables_of(db, plan.id)]


def lines(db: Db, exam: Exam, plan: ExamPlan, period: Period) -> list[Line]:
    """In the order of the plan, in the reader's language."""
    slots = db.scalars(select(ExamSlot).where(ExamSlot.session_id == exam.id).order_by(ExamSlot.number)).all()
    items = {one.id: one for _slot, one in lookup.slots(db, exam.id)}
    units = {one.id: one for one in accounts.units(db)}
    changes = _changes(db, exam.id)
    return [
        _line(slot, plan.contents["slots"][slot.number - 1], items.get(slot.item_id), units, period, changes[slot.id])
        for slot in slots
    ]


def _line(
    slot: ExamSlot, told: Json, item: Item | None, units: dict[int, Unit], period: Period, changes: list[Change]
) -> Line:
    if slot.dropped_at is not None:
        item = None
    return Line(
        slot, told, sentence(slot.pick, told["reason"], told["seconds"], period.kind,
                             item.planned_ms // 1000 if item else None), duration(told["seconds"]), item,
        units.get(item.unit_id or 0) if item else None, duration(item.planned_ms // 1000) if item else "",
        changes,
    )  # fmt: skip


def _changes(db: Db, session_id: int) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = defaultdict(list)
    wanted = select(ExamChange, User.role).outerjoin(User, User.id == ExamChange.user_id)
    rows = db.execute(wanted.where(ExamChange.session_id == session_id).order_by(ExamChange.id)).all()
    names = lookup.in_english(db, [one for one, _role in rows]) if not in_chinese() else {}
    for one, role in rows:
        before, after = (_in_words(one.what, names.get(value, value)) for value in (one.before, one.after))
        found[one.slot_id].append(Change(one.what, before, after, one.why, role.value if role else "system", one.at))
    return found


def _in_words(what: Changed, value: str) -> str:
    """Who speaks and a place as they were written down, lengths as people read them."""
    if what in (Changed.SPEAKER, Changed.ORDER) or not value:
        return value
    return duration(int(value))
