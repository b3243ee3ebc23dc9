"""What the room of a unit is told of itself: whether it is said to be there, its place and figures in the table that
decided; and the whole roll call, a page at a time."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import Unit, UnitKind, User
from ...core.clock import milliseconds
from ...core.db import Db
from ...results import frozen
from .. import refusals
from ..models import EXPECTED, Attendance, Exam
from . import meeting, sources
from .figures import about, amount

Json = dict[str, Any]

#: So many units are on a page of the roll call.
PAGE_SIZE: Final = 500
#: The order of the levels in a roll call.
_LEVELS: Final = (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.DEPARTMENT, UnitKind.STREET)


_OF_A_ROW = ("rank", "score", "band", "previous_rank", "previous_score", "places", "points", "missing")


def place(db: Db, exam: Exam, unit_id: int) -> Json | None:
    """Where a unit stands in the table that decided; None where nothing is planned yet, and for a unit that stands in
    no table."""
    if exam.plan_id is None:
        return None
    line = frozen.line_of(db, sources.digests_of(db, exam.plan_id), unit_id)
    if line is None:
        return None
    return {
        "table": line.table.id, "theme": line.table.theme, "period": line.table.period,
        "group": line.group["name"], "group_en": line.group["name_en"], "of": line.of,
        "figures": [
            _figure(one, indicator) for one, indicator in zip(line.row["figures"], line.indicators, strict=True)
        ],
    } | {name: line.row[name] for name in _OF_A_ROW}  # fmt: skip


def _figure(figure: Json, indicator: Json) -> Json:
    """Amounts as the indicator shows them; its attainment says where the actual lies between both targets."""
    amounts = {name: amount(figure[name], indicator["decimals"]) for name in ("actual", "baseline", "stretch")}
    return about(indicator) | {"weight": indicator["weight"]} | amounts | {"attainment": figure["attainment"]}


def told(db: Db, exam: Exam, unit_id: int) -> Json:
    """`{presence, place}`: what was said last of its being there, by whom and when; and where it stands, if it stands
    in a table. Raises NotExpected."""
    if not meeting.is_expected(db, exam, unit_id):
        raise refusals.NotExpected()
    return {"presence": _called(db, exam, [unit_id])[0], "place": place(db, exam, unit_id)}


def roll_call(db: Db, exam: Exam, page: int) -> Json:
    """`{units: [{unit, name, name_en, kind, head, presence, reason, since, by, role}], page, pages, total, counts}`, by
    level, within a level in the units' order; `presence` is `expected` where nobody said anything."""
    kinds = dict(db.execute(select(Unit.id, Unit.kind).where(Unit.id.in_(meeting.expected_ids(db, exam)))).all())
    ids = [number for number in accounts.unit_order(db) if number in kinds]
    ids.sort(key=lambda one: _LEVELS.index(kinds[one]))
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    number = min(max(page, 1), pages)
    return {
        "units": _called(db, exam, ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]),
        "page": number, "pages": pages, "total": len(ids), "counts": meeting.attendance_counts(db, exam),
    }  # fmt: skip


def _called(db: Db, exam: Exam, unit_ids: Sequence[int]) -> list[Json]:
    here = (Attendance.unit_id == Unit.id) & (Attendance.session_id == exam.id)
    found = db.execute(
        select(Unit, Attendance, User)
        .outerjoin(Attendance, here)
        .outerjoin(User, User.id == Attendance.user_id)
        .where(Unit.id.in_(unit_ids))
    )
    lines = {unit.id: _line(unit, said, by) for unit, said, by in found}
    return [lines[number] for number in unit_ids]


def _line(unit: Unit, said: Attendance | None, by: User | None) -> Json:
    return {
        "unit": unit.id, "name": unit.name, "name_en": unit.name_en, "kind": unit.kind.value, "head": unit.head,
        "presence": said.presence.value if said else EXPECTED,
        "reason": said.reason if said else "", "since": milliseconds(said.since) if said else None,
        "by": by.name if by else "", "role": by.role.value if by else None,
    }  # fmt: skip
