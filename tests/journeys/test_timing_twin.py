"""The script's timetable is the server's: the same evenings at the same moments."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from inquiry.core.clock import milliseconds
from inquiry.live import rules, timetable
from inquiry.live.models import ItemKind, ItemState, SessionState
from tests.journeys.conftest import OpenBench
from tests.live.conftest import EIGHT

pytestmark = pytest.mark.journey


@dataclass
class Item:
    id: int
    planned_ms: int
    block_id: int | None = None
    planned_at: datetime | None = None
    state: ItemState = ItemState.PLANNED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    by_plan: bool = False
    kind: ItemKind = ItemKind.CLIP
    case_id: int | None = None

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id, "by_plan": self.by_plan, "kind": self.kind.value, "case": self.case_id,
            "planned_ms": self.planned_ms, "block": self.block_id, "state": self.state.value,
            "planned_at": ms(self.planned_at), "started_at": ms(self.started_at), "ended_at": ms(self.ended_at),
        }  # fmt: skip


@dataclass
class Slot:
    """What was given to whoever speaks in the item that is on air."""

    started_at: datetime
    allotted_ms: int
    extended_ms: int = 0
    paused_at: datetime | None = None
    paused_ms: int = 0
    ended_at: datetime | None = None

    def row(self) -> dict[str, Any]:
        return {
            "allotted_ms": self.allotted_ms, "extended_ms": self.extended_ms, "paused_ms": self.paused_ms,
            "started_at": ms(self.started_at), "paused_at": ms(self.paused_at), "ended_at": ms(self.ended_at),
        }  # fmt: skip


@dataclass
class Session:
    state: SessionState
    planned_minutes: int = 60
    starts_at: datetime = EIGHT
    plan_ends_at: datetime | None = None
    closed_at: datetime | None = None

    def row(self) -> dict[str, Any]:
        return {
            "state": self.state.value, "planned_minutes": self.planned_minutes, "starts_at": ms(self.starts_at),
            "plan_ends_at": ms(self.plan_ends_at), "closed_at": ms(self.closed_at),
        }  # fmt: skip


def ms(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)


CASE = 900

Evening = tuple[Session, list[Item], datetime, Slot | None]


def an_evening(choose: random.Random) -> Evening:
    """Some blocks, of which some may lie in a case; live, some presses on them and on questions that nobody planned;
    looked at afterwards."""
    blocks = [Item(number, choose.randrange(1, 15) * 60_000) for number in range(1, choose.randrange(1, 8))]
    for block in blocks:
        block.by_plan = choose.random() < 0.3
    if choose.random() < 0.5:
        at = choose.randrange(len(blocks) + 1)
        for block in blocks[at : at + choose.randrange(4)]:
            block.case_id = CASE
        blocks.insert(at, Item(CASE, 0, kind=ItemKind.CASE))
    session = Session(choose.choice(list(SessionState)))
    now = EIGHT + timedelta(seconds=choose.randrange(-7200, 7200))
    if session.state is SessionState.PLANNED:
        return session, blocks, now, None
    if choose.random() < 0.8:
        planned, session.plan_ends_at = timetable.plan(session, blocks)
        for block in blocks:
            block.planned_at = planned[block.id]
    items = list(blocks)
    for _press in range(choose.randrange(10)):
        now += timedelta(milliseconds=choose.randrange(500, 400_000))
        press(choose, items, now)
    session.closed_at = now if session.state is SessionState.CLOSED else None
    now += timedelta(milliseconds=choose.randrange(400_000))
    return session, items, now, a_slot(choose, items, now)


def a_slot(choose: random.Random, items: list[Item], now: datetime) -> Slot | None:
    """Of what is on air, half of the times: running, paused or ended."""
    begun = next((one.started_at for one in items if one.state is ItemState.ON_AIR), None)
    if begun is None or choose.random() < 0.5:
        return None
    at = rules.whole(begun + (now - begun) * choose.random())
    slot = Slot(begun, choose.randrange(1, 500) * 1000, choose.randrange(60) * 1000)
    setattr(slot, *choose.choice([("paused_at", at), ("ended_at", at), ("extended_ms", 0)]))
    return slot


def press(choose: random.Random, items: list[Item], now: datetime) -> None:
    block = timetable.current_block(items)
    for one in items:
        if one.state is ItemState.ON_AIR:
            one.state, one.ended_at = ItemState.DONE, now
    what = choose.choice(["clear", "question", "take", "take", "add"])
    if what in ("question", "add"):
        within = block if what == "question" else None
        items.append(Item(
            len(items) + 1, 300_000, within.id if within else None, case_id=within.case_id if within else None
        ))  # fmt: skip
    if what == "clear" or (what == "add" and choose.random() < 0.5):
        return
    each = [one for one in items if one.kind is not ItemKind.CASE]
    if not each:
        return
    taken = choose.choice(each) if what == "take" else items[-1]
    taken.state, taken.started_at, taken.ended_at = ItemState.ON_AIR, taken.started_at or now, None


def told(session: Session, items: list[Item], now: datetime, slot: Slot | None) -> dict[str, Any]:
    extra = {one.id: 30_000 * (one.id % 3) for one in items}
    table = timetable.timetable(session, items, now, slot, extra)
    lines = [
        [one.item.id, ms(one.planned_at), ms(one.expected_at), one.took_ms, one.drift_ms, one.planned_ms]
        for one in table.lines
    ]
    return {
        "lines": lines, "planned": ms(table.planned_end), "projected": ms(table.projected_end), "drift": table.drift_ms
    }  # fmt: skip


def test_the_script_reckons_as_the_server_does(bench: OpenBench) -> None:
    choose = random.Random(8)
    evenings = [an_evening(choose) for _each in range(400)]
    reckoned = bench().evaluate(
        """async (given) => {
          const { timetable } = await import("/static/link/timing.js");
          return given.map(([session, items, now, slot]) => {
            const extra = Object.fromEntries(items.map(({ id }) => [id, 30_000 * (id % 3)]));
            const table = timetable(session, items, now, slot, extra);
            const lines = table.lines.map((one) => [one.item.id, one.plannedAt, one.expectedAt, one.took, one.drift,
              one.planned]);
            return { lines, planned: table.plannedEnd, projected: table.projectedEnd, drift: table.drift };
          });
        }""",
        [
            [session.row(), [one.row() for one in items], ms(now), slot and slot.row()]
            for session, items, now, slot in evenings
        ],
    )
    assert reckoned == [told(*one) for one in evenings]
