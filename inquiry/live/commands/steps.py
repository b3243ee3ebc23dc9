"""What somebody did to a rundown off air, kept so that it can be undone and done again: the last twenty of each person
in each session.

A step holds the lines it touched as they were before and after, and the order of all. Undoing it puts back what was,
if each of these lines still is as the step left it: what somebody else has changed since is never overwritten.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Text, cast, delete, inspect, or_, select
from sqlalchemy.orm.attributes import flag_modified

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream, staff_stream
from .. import events, nesting, queries, refusals
from ..models import NOTED, Item, ItemState, RundownStep, Session, StepKind
from .preparation import not_closed

MOST_STEPS: Final = 20
#: So many questions are sought in one statement: of a family that many have asked there may be hundreds.
_SOUGHT_AT_ONCE: Final = 50
#: What is no part of a line: whose it is and where, and what happened to it on air.
_NOT_OF_LINE = {"id", "session_id", "position", "state", "started_at", "taken_at", "ended_at", "by_plan"}
#: Kept so that a line comes back with it, and never compared: going live changes the one, every change the other.
_NOT_COMPARED = {"planned_at", "rev"}
#: What the crew alone is shown.
OF_CREW: Final = {"colour", "cue", "follows", "placed_by_id", *(f"note_{role}" for role in NOTED)}

_COLUMNS: Final = [one.key for one in inspect(Item).column_attrs if one.key not in _NOT_OF_LINE]

Line = dict[str, Any]


@dataclass(frozen=True)
class Lines:
    """How a rundown stands: its lines by their ids, and their order."""

    lines: dict[str, Line]
    order: list[int]


def standing(items: Sequence[Item]) -> Lines:
    return Lines({str(one.id): _line(one) for one in items}, [one.id for one in items])


def _line(item: Item) -> Line:
    return {name: _told(getattr(item, name)) for name in _COLUMNS}


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _same(one: Line | None, other: Line | None) -> bool:
    return _compared(one) == _compared(other)


def _compared(line: Line | None) -> Line | None:
    return None if line is None else {name: value for name, value in line.items() if name not in _NOT_COMPARED}


@contextmanager
def remembered(
    uow: UnitOfWork, actor: Actor, session: Session, kind: StepKind, items: Sequence[Item]
) -> Iterator[set[int]]:
    """Keep what the block does to the rundown (`items`) of a session that the caller has locked. It adds the lines that
    it moves to the set that it is given; what else it touches is found by itself."""
    before = standing(items)
    moved: set[int] = set()
    yield moved
    after = standing(queries.rundown(uow.db, session.id))
    each = before.lines.keys() | after.lines.keys()
    names = {one for one in each if not _same(before.lines.get(one), after.lines.get(one))} | {
        str(one) for one in moved
    }
    changed = before.order != after.order or any(before.lines.get(one) != after.lines.get(one) for one in names)
    if changed and names and actor.user_id is not None:
        _keep(uow, actor.user_id, session, kind, names, moved, before, after)


def _keep(
    uow: UnitOfWork, user_id: int, session: Session, kind: StepKind, names: Collection[str], moved: Collection[int],
    before: Lines, after: Lines,
) -> None:  # fmt: skip
    first = min(names, key=int)
    line = after.lines.get(first) or before.lines.get(first) or {"title": ""}
    of_person = (RundownStep.session_id == session.id, RundownStep.user_id == user_id)
    newest = (
        select(RundownStep.id)
        .where(*of_person, RundownStep.is_undone.is_(False))
        .order_by(RundownStep.id.desc())
        .limit(MOST_STEPS - 1)
    )
    uow.db.execute(delete(RundownStep).where(*of_person, RundownStep.id.not_in(newest)))
    uow.db.add(
        RundownStep(
            session_id=session.id, user_id=user_id, kind=kind, title=line["title"], is_undone=False, at=uow.now,
            before=_kept(before, names, moved), after=_kept(after, names, moved),
        )
    )  # fmt: skip


def _kept(lines: Lines, names: Collection[str], moved: Collection[int]) -> dict[str, Any]:
    each = {name: lines.lines.get(name) for name in sorted(names, key=int)}
    return {"lines": each, "moved": sorted(moved), "order": lines.order}


def forget_questions(uow: UnitOfWork, question_ids: Collection[int]) -> None:
    """Words that were withdrawn must not come back with an undoing: whatever holds them goes. The database finds it in
    the text of the lines: nothing that is kept of other sessions is read here."""
    text = cast(RundownStep.before, Text) + cast(RundownStep.after, Text)
    named = [text.contains(f'"question_id":{one},', autoescape=True) for one in question_ids]
    for first in range(0, len(named), _SOUGHT_AT_ONCE):
        holding = delete(RundownStep).where(or_(*named[first : first + _SOUGHT_AT_ONCE]))
        uow.db.execute(holding.execution_options(synchronize_session=False))


def undo(uow: UnitOfWork, actor: Actor, session_id: int) -> RundownStep:
    """Put back what one did last. Raises SessionClosed, NoStep, ChangedSince, CueTaken."""
    require(actor, "live.undo")
    session = not_closed(uow, session_id)
    step = queries.last_step(uow.db, session.id, actor.user_id, undone=False)
    if step is None:
        raise refusals.NoStep()
    _put(uow, actor, session, step.before, step.after)
    flag_modified(step, "after")  # of a line that is gone it knows how often it was changed
    step.is_undone = True
    return step


def redo(uow: UnitOfWork, actor: Actor, session_id: int) -> RundownStep:
    """Do again what one has undone last. Raises SessionClosed, NoUndoneStep, ChangedSince, CueTaken."""
    require(actor, "live.redo")
    session = not_closed(uow, session_id)
    step = queries.last_step(uow.db, session.id, actor.user_id, undone=True)
    if step is None:
        raise refusals.NoUndoneStep()
    _put(uow, actor, session, step.after, step.before)
    flag_modified(step, "before")
    step.is_undone = False
    return step


def _put(
    uow: UnitOfWork, actor: Actor, session: Session, wanted: dict[str, Any], expected: dict[str, Any]
) -> None:  # fmt: skip
    items = {one.id: one for one in queries.rundown(uow.db, session.id)}
    for name, line in expected["lines"].items():
        _check(items.get(int(name)), line, wanted["lines"][name])
    changed, gone = [], []
    for name, line in wanted["lines"].items():
        item = items.get(int(name))
        if line is None:
            assert item is not None
            gone.append(items.pop(item.id))
            expected["lines"][name]["rev"] = item.rev
        elif item is None:
            items[int(name)] = made = Item(
                id=int(name), session_id=session.id, position=len(items) + 1, state=ItemState.PLANNED,
                **{column: _read(column, value) for column, value in line.items()},
            )  # fmt: skip
            made.rev += 1  # whoever saw it before it was gone has not seen it since
            changed.append(made)
        else:
            _write(item, line)
            changed.append(item)
    freed = free(items.values())
    check_cues(items.values())
    order = nesting.restored(list(items.values()), _placed(wanted, expected), wanted["order"])
    pushed = renumber(order)
    for item in gone:
        uow.db.delete(item)
    uow.add(*(one for one in changed if inspect(one).transient))
    tell(uow, actor, session, [*changed, *freed], gone, pushed, _columns(wanted, expected))


def _placed(wanted: dict[str, Any], expected: dict[str, Any]) -> set[int]:
    """The lines that get their place back: that come back, lie in another case, or were moved. Where others stand by
    now is no part of a step."""
    found = set(wanted["moved"])
    for name, line in wanted["lines"].items():
        other = expected["lines"][name]
        if line is not None and (other is None or line["case_id"] != other["case_id"]):
            found.add(int(name))
    return found


def _check(item: Item | None, line: Line | None, otherwise: Line | None) -> None:
    """Whether a line still is as a step left it. Raises ChangedSince."""
    if not _same(line, None if item is None else _line(item)):
        raise refusals.ChangedSince(title=(line or otherwise or {}).get("title", ""))


def _write(item: Item, line: Line) -> None:
    differs = {name: value for name, value in line.items() if _told(getattr(item, name)) != value}
    changed = {name: value for name, value in differs.items() if name not in _NOT_COMPARED}
    for name, value in changed.items():
        setattr(item, name, _read(name, value))
    item.rev += bool(changed.keys() - {"case_id", "placed_by_id"})


def _read(name: str, value: Any) -> Any:
    if name == "planned_at":
        return datetime.fromisoformat(value) if value else None
    enum = getattr(inspect(Item).columns[name].type, "enum_class", None)
    return enum(value) if enum else value


def _columns(wanted: dict[str, Any], expected: dict[str, Any]) -> set[str]:
    """What differs between the lines of both; of a line that comes or goes, its id."""
    found: set[str] = set()
    for name, line in wanted["lines"].items():
        other = expected["lines"][name]
        if line is None or other is None:
            found.add("id")
        else:
            found |= {one for one in line.keys() - _NOT_COMPARED if line[one] != other[one]}
    return found


# --- what every change of several lines does --------------------------------------------------------------------------


def renumber(order: Sequence[Item]) -> list[Item]:
    """Number the items from 1; returns those whose number changed."""
    changed = []
    for number, item in enumerate(order, start=1):
        if item.position != number:
            item.position = number
            changed.append(item)
    return changed


def free(items: Collection[Item]) -> list[Item]:
    """Lines whose case is not there any more lie in none; returns them."""
    ids = {one.id for one in items}
    found = [one for one in items if one.case_id is not None and one.case_id not in ids]
    for one in found:
        one.case_id = None
    return found


def check_cues(items: Collection[Item]) -> None:
    """Raises CueTaken."""
    known: dict[str, Item] = {}
    for one in items:
        if one.cue and known.setdefault(one.cue, one) is not one:
            raise refusals.CueTaken(cue=one.cue)


def tell(
    uow: UnitOfWork, actor: Actor, session: Session, changed: Collection[Item], gone: Collection[Item],
    pushed: Collection[Item], columns: Collection[str],
) -> None:  # fmt: skip
    """Say that lines were changed together; what only the crew is shown is said to the crew alone."""
    about = list(dict.fromkeys([*changed, *gone, *pushed]))
    if pushed or gone or not OF_CREW.issuperset(columns):
        uow.record(public_stream(session.id), events.RUNDOWN_CHANGED, actor, about, lines=len(changed) + len(gone))
    elif changed:
        uow.record(staff_stream(session.id), events.ITEMS_NOTED, actor, about, lines=len(changed))
