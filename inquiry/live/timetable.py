"""The rundown planned against actual, with the present moment as an argument.

A *block* is a line of the plan. It lasts from when it is taken until the next block is, whatever is put on air in
between: a question that nobody planned is nested in it (`block_id`) and spends its minutes. A *case* is a heading over
blocks: it has no time of its own, begins with the first of what lies in it, and lasts as long as all of that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from . import rules
from .models import ItemKind, ItemState, SessionState

_MS = timedelta(milliseconds=1)
NO_EXTRA: Mapping[int, int] = {}


class Planned(Protocol):
    """The part of an item that the timetable is reckoned from."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def block_id(self) -> int | None: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def planned_at(self) -> datetime | None: ...
    @property
    def planned_ms(self) -> int: ...
    @property
    def by_plan(self) -> bool: ...
    @property
    def state(self) -> ItemState: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Evening(Protocol):
    """The part of a session that the timetable is reckoned from."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def planned_minutes(self) -> int: ...
    @property
    def plan_ends_at(self) -> datetime | None: ...
    @property
    def state(self) -> SessionState: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Speech(Protocol):
    """The part of an item that says who is planned to speak in it."""

    @property
    def id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def speaker(self) -> str: ...
    @property
    def state(self) -> ItemState: ...


class Given(Protocol):
    """The part of a slot that says what its unit had of the time that everybody was given."""

    @property
    def unit_id(self) -> int: ...
    @property
    def extra_ms(self) -> int: ...


P = TypeVar("P", bound=Planned)
T = TypeVar("T")


@dataclass(frozen=True)
class Times(Generic[T]):
    """One line of the rundown with its times.

    `planned_at` is None for what came in after the plan was frozen, `expected_at` for what a closed session did not
    reach; otherwise it is when the item began or will begin as things stand. `took_ms` is how long a block, with what
    is nested in it, or a nested item has lasted so far; None while it is to come. `planned_ms` of a case is the sum of
    what lies in it.
    """

    item: T
    planned_at: datetime | None
    expected_at: datetime | None
    took_ms: int | None
    planned_ms: int = 0

    @property
    def drift_ms(self) -> int | None:
        """How much later than planned it begins; negative when earlier. None for what was not planned."""
        if self.planned_at is None or self.expected_at is None:
            return None
        return (self.expected_at - self.planned_at) // _MS


@dataclass(frozen=True)
class Timetable(Generic[T]):
    """The lines in their order, behind each block what is nested in it, and the end as planned and as it looks now.

    `drift_ms` is the one figure for how far the evening is from its plan; negative is early.
    """

    lines: list[Times[T]]
    planned_end: datetime
    projected_end: datetime

    @property
    def drift_ms(self) -> int:
        return (self.projected_end - self.planned_end) // _MS


def timetable(
    session: Evening,
    items: Sequence[P],
    now: datetime,
    slot: rules.Timer | None = None,
    extra: Mapping[int, int] = NO_EXTRA,
) -> Timetable[P]:
    """Planned against actual, of items given in the order of the rundown. `slot` is the last one of the item that is on
    air: what it has left to speak is still to come, also when pauses and interruptions have pushed that back. `extra`
    is what is due on top to items that are still to come, see `extra_due`."""
    families = _families(items)
    planned, planned_end = plan(session, [family[0] for family in families])
    closed = session.state is SessionState.CLOSED
    next_at = max(session.starts_at, now) if session.state is SessionState.PLANNED else now
    if not families:
        next_at = max(next_at, planned_end)
    expected: dict[int, datetime] = {}
    in_hand = current_block(items)
    for block, left_ms in _in_turn(families, in_hand, now, extra):
        expected[block.id] = next_at
        next_at += (left_ms if block is not in_hand or slot is None else _left_ms(block, left_ms, slot, now)) * _MS
    lines = []
    for block, *nested in families:
        begins = block.started_at or (None if closed else expected[block.id])
        lines.append(Times(block, planned[block.id], begins, _took_ms([block, *nested], now), block.planned_ms))
        lines += [Times(one, None, one.started_at, _took_ms([one], now), one.planned_ms) for one in nested]
    lines = [_of_case(one, lines, now) if one.item.kind is ItemKind.CASE else one for one in lines]
    return Timetable(lines, planned_end, (session.closed_at or planned_end) if closed else next_at)


def _of_case(line: Times[P], lines: Sequence[Times[P]], now: datetime) -> Times[P]:
    """A case by what lies in it; one that is empty has nothing but its place."""
    inside = [one for one in lines if one.item.case_id == line.item.id]
    begins = min((one.expected_at for one in inside if one.expected_at is not None), default=None)
    own = sum(one.planned_ms for one in inside if one.item.block_id is None)
    in_order = sorted(inside, key=lambda one: one.item.started_at or now)
    expected_at = begins if inside else line.expected_at
    return Times(line.item, line.planned_at, expected_at, _took_ms([one.item for one in in_order], now), own)


def extra_due(extra_ms: int, items: Sequence[Speech], slots: Sequence[Given]) -> dict[int, int]:
    """What will be given on top, in ms by the id of the item: to each unit once, where it is planned to speak next."""
    due: dict[int, int] = {}
    units: set[int] = set()
    for item in items:
        unit = item.unit_id
        if item.state is ItemState.PLANNED and item.speaker and unit is not None and unit not in units:
            units.add(unit)
            due[item.id] = rules.extra_due_ms(extra_ms, [one.extra_ms for one in slots if one.unit_id == unit])
    return due


def _left_ms(block: Planned, left_ms: int, slot: rules.Timer, now: datetime) -> int:
    """A block that results planned is its slot, and nothing else; another may have more in it."""
    to_speak = 0 if slot.ended_at is not None else max(0, rules.remaining_ms(slot, now))
    return to_speak if block.by_plan else max(left_ms, to_speak)


def current_block(items: Sequence[P]) -> P | None:
    """The block that is in hand: that of what is on air or, with a clear floor, of what was on air last."""
    begun = [one for one in items if one.started_at is not None]
    latest = max(begun, key=lambda one: (one.state is ItemState.ON_AIR, one.ended_at, one.id), default=None)
    if latest is None:
        return None
    return next((one for one in items if one.id == latest.block_id), latest)


def plan(session: Evening, blocks: Sequence[Planned]) -> tuple[dict[int, datetime | None], datetime]:
    """When each block was to begin, by its id, and when the last of them was to end.

    Frozen when the session goes live; until then it is what the rundown adds up to. A session without a rundown lasts
    as long as was announced, and so does one that results planned, whose reserve stands in no line.
    """
    if session.plan_ends_at is not None:
        return {block.id: block.planned_at for block in blocks}, session.plan_ends_at
    planned: dict[int, datetime | None] = {}
    ends_at = session.starts_at
    for block in blocks:
        planned[block.id] = ends_at
        ends_at += block.planned_ms * _MS
    if not planned or any(block.by_plan for block in blocks):
        ends_at = session.starts_at + timedelta(minutes=session.planned_minutes)
    return planned, ends_at


def _families(items: Sequence[P]) -> list[list[P]]:
    """Each block with what is nested in it."""
    families: dict[int, list[P]] = {one.id: [one] for one in items if one.block_id is None}
    for one in items:
        if one.block_id is not None:
            families.setdefault(one.block_id, []).append(one)
    return list(families.values())


def _in_turn(
    families: list[list[P]], in_hand: P | None, now: datetime, extra: Mapping[int, int]
) -> Iterator[tuple[P, int]]:
    """The blocks in the order in which the next one is offered, and how much of the time of each is still to come.

    First the one in hand, which goes on also while the floor is clear, then what follows it, then what was passed over.
    What follows and was on air already was taken by a wrong press: the rest of its time is due again.
    """
    at = next((place for place, family in enumerate(families) if family[0] is in_hand), 0)
    for place, family in [*enumerate(families)][at:] + [*enumerate(families)][:at]:
        block = family[0]
        if block is in_hand:
            gone = (now - block.started_at) // _MS if block.started_at else 0
        elif block.state is ItemState.PLANNED:
            gone = 0
        else:
            gone = _took_ms(family, now) or 0 if place > at else block.planned_ms
        yield block, max(0, block.planned_ms - max(0, gone)) + extra.get(block.id, 0)


def _took_ms(family: Sequence[Planned], now: datetime) -> int | None:
    """From when the first of them began until the last of them left, or until now while one is on air."""
    begun = [(one, one.started_at) for one in family if one.started_at is not None]
    if not begun:
        return None
    on_air = any(one.state is ItemState.ON_AIR for one, _at in begun)
    until = now if on_air else max(one.ended_at or at for one, at in begun)
    return max(0, (until - begun[0][1]) // _MS)
