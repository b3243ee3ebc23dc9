"""Planned against actual as a table: each row is a moment of an evening and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from inquiry.live import timetable
from inquiry.live.models import ItemKind, ItemState, SessionState
from tests.live.test_rules import EIGHT, at

PLANNED, LIVE, CLOSED = SessionState
WAITING, ON_AIR, DONE = ItemState


@dataclass(frozen=True)
class Item:
    """A line of the rundown; `id` is its number in the list unless a row says otherwise."""

    planned_ms: int
    state: ItemState = ItemState.PLANNED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    block_id: int | None = None
    kind: ItemKind = ItemKind.CLIP
    case_id: int | None = None
    planned_at: datetime | None = None
    id: int = 0
    by_plan: bool = False


@dataclass(frozen=True)
class Session:
    """Begins at eight and is planned for an hour."""

    state: SessionState = SessionState.PLANNED
    starts_at: datetime = EIGHT
    planned_minutes: int = 60
    plan_ends_at: datetime | None = None
    closed_at: datetime | None = None


TEN, FIVE = 600_000, 300_000
#: Live with the plan ten, five, ten minutes, frozen as it went live.
FROZEN = Session(LIVE, plan_ends_at=at(25))


def frozen(*items: Item, planned: Sequence[int | None] = (0, 10, 15)) -> list[Item]:
    """The items of that plan, and what came in later."""
    return [
        replace(one, planned_at=None if minutes is None else at(minutes))
        for one, minutes in zip(items, planned, strict=True)
    ]


@pytest.mark.parametrize(
    ("session", "items", "now", "planned", "expected", "drift"),
    [
        # The day before, everything is where it was planned.
        (Session(), [Item(TEN), Item(FIVE), Item(TEN)], at(-1440), [0, 10, 15], [0, 10, 15], 0),
        # Five minutes late and nothing has begun: all of it moves.
        (Session(), [Item(TEN), Item(FIVE)], at(5), [0, 10], [5, 15], 5),
        # Live, and the first block is in its fourth minute: the rest begins when it ends.
        (FROZEN, frozen(Item(TEN, ON_AIR, at(1)), Item(FIVE), Item(TEN)), at(5), [0, 10, 15], [1, 11, 16], 1),
        # It has overrun: the rest begins now.
        (FROZEN, frozen(Item(TEN, ON_AIR, at(0)), Item(FIVE), Item(TEN)), at(13), [0, 10, 15], [0, 13, 18], 3),
        # The floor was cleared in its time: the block lasts until the next is taken, and nothing is early yet.
        (FROZEN, frozen(Item(TEN, DONE, at(0), at(4)), Item(FIVE), Item(TEN)), at(5), [0, 10, 15], [0, 10, 15], 0),
        # The next is taken early: now it is early.
        (
            FROZEN, frozen(Item(TEN, DONE, at(0), at(4)), Item(FIVE, ON_AIR, at(4)), Item(TEN)), at(5),
            [0, 10, 15], [0, 4, 9], -6,
        ),
        # A question is put in its first seconds: it is nested, spends the block's minutes and moves nothing.
        (
            FROZEN,
            frozen(
                Item(TEN, DONE, at(0), at(0, 4)), Item(FIVE, ON_AIR, at(0, 4), block_id=1), Item(FIVE), Item(TEN),
                planned=(0, None, 10, 15),
            ),
            at(6), [0, None, 10, 15], [0, 4 / 60, 10, 15], 0,
        ),
        # Two of them have overrun the block by two minutes: that is the drift, not five minutes for each.
        (
            FROZEN,
            frozen(
                Item(TEN, DONE, at(0), at(1)), Item(FIVE, DONE, at(1), at(7), 1), Item(FIVE, ON_AIR, at(7), None, 1),
                Item(FIVE), Item(TEN), planned=(0, None, None, 10, 15),
            ),
            at(12), [0, None, None, 10, 15], [0, 1, 7, 12, 17], 2,
        ),
        # A block that was added while live has no plan of its own, and moves the rest by its length.
        (
            FROZEN, frozen(Item(TEN, ON_AIR, at(0)), Item(FIVE), Item(FIVE), Item(TEN), planned=(0, None, 10, 15)),
            at(2), [0, None, 10, 15], [0, 10, 15, 20], 5,
        ),
        # One that was to last ten minutes was removed, the last made shorter: the plan stays, five minutes are won.
        (FROZEN, frozen(Item(TEN, ON_AIR, at(0)), Item(TEN), planned=(0, 15)), at(2), [0, 15], [0, 10], -5),
        # Taken out of order: what follows comes first, what was passed over behind it.
        (FROZEN, frozen(Item(TEN), Item(FIVE, ON_AIR, at(1)), Item(TEN)), at(2), [0, 10, 15], [16, 1, 6], 1),
        # A wrong press took the second for four seconds: its ten minutes are not spent.
        (
            FROZEN,
            frozen(
                Item(TEN, ON_AIR, at(0)), Item(TEN, DONE, at(2), at(2, 4)), Item(FIVE), planned=(0, 10, 20),
            ),
            at(3), [0, 10, 20], [0, 2, 19 + 56 / 60], -4 / 60,
        ),
        # A week early: told as it is.
        (FROZEN, frozen(Item(TEN, ON_AIR, at(-10080)), Item(FIVE), Item(TEN)), at(-10079),
         [0, 10, 15], [-10080, -10070, -10065], -10080),
        # A session that went live before plans were frozen: what its rundown adds up to.
        (Session(LIVE), [Item(TEN, ON_AIR, at(0)), Item(FIVE)], at(2), [0, 10], [0, 10], 0),
        # Closed: it ended when it was closed, and what was not reached has no time.
        (
            Session(CLOSED, plan_ends_at=at(25), closed_at=at(24)),
            frozen(Item(TEN, DONE, at(1), at(9)), Item(FIVE), Item(TEN)), at(900), [0, 10, 15], [1, None, None], -1,
        ),
        # Without a rundown it lasts as long as was announced, or longer.
        (Session(), [], at(-1440), [], [], 0),
        (Session(LIVE, plan_ends_at=at(60)), [], at(65), [], [], 5),
    ],
)  # fmt: skip
def test_timetable(
    session: Session, items: list[Item], now: datetime, planned: list[float | None], expected: list[float | None],
    drift: float,
) -> None:  # fmt: skip
    numbered = [replace(one, id=number) for number, one in enumerate(items, start=1)]
    table = timetable.timetable(session, numbered, now)
    assert [one.planned_at for one in table.lines] == [None if one is None else at(one) for one in planned]
    assert [one.expected_at for one in table.lines] == [None if one is None else at(one) for one in expected]
    assert table.drift_ms == round(drift * 60_000)
    to_come = [one for one in table.lines if one.item.state is WAITING and one.drift_ms is not None]
    if to_come and session.state is not CLOSED:
        last = max(to_come, key=lambda one: one.expected_at or EIGHT)
        assert table.projected_end == (last.expected_at or EIGHT) + timedelta(milliseconds=last.item.planned_ms)


def test_a_block_lasts_as_long_as_what_is_nested_in_it() -> None:
    items = [
        Item(TEN, DONE, at(0), at(1), id=1),
        Item(FIVE, DONE, at(1), at(7), 1, id=2),
        Item(TEN, DONE, at(8), at(9), id=3),
    ]
    table = timetable.timetable(Session(LIVE, plan_ends_at=at(20)), items, at(30))
    assert [one.took_ms for one in table.lines] == [7 * 60_000, 6 * 60_000, 60_000]


CASE = Item(0, kind=ItemKind.CASE, id=1)


@pytest.mark.parametrize(
    ("items", "now", "planned", "expected", "took"),
    [
        # To come: it begins with what lies in it, and is as long as that.
        ([CASE, Item(TEN, case_id=1, id=2), Item(FIVE, case_id=1, id=3), Item(TEN, id=4)], at(-60), 15, 0, None),
        # In hand: it began with the first, though the second was taken before.
        (
            [CASE, Item(TEN, ON_AIR, at(4), case_id=1, id=2), Item(FIVE, DONE, at(1), at(4), case_id=1, id=3)],
            at(6), 15, 1, 5,
        ),
        # A question that nobody planned spends the time of what it is nested in, and is no part of the sum.
        (
            [CASE, Item(TEN, DONE, at(0), at(2), case_id=1, id=2), Item(FIVE, ON_AIR, at(2), None, 2, case_id=1, id=3)],
            at(6), 10, 0, 6,
        ),
        # Behind others it begins after them; without anything in it, it has its place and no time.
        ([Item(TEN, id=4), CASE, Item(FIVE, case_id=1, id=2)], at(-60), 5, 10, None),
        ([Item(TEN, id=4), CASE, Item(FIVE, id=5)], at(-60), 0, 10, None),
    ],
)  # fmt: skip
def test_a_case_is_what_lies_in_it(
    items: list[Item], now: datetime, planned: int, expected: int, took: int | None
) -> None:
    session = Session() if now < EIGHT else Session(LIVE, plan_ends_at=at(60))
    table = timetable.timetable(session, items, now)
    case = next(one for one in table.lines if one.item.kind is ItemKind.CASE)
    assert [one.item.id for one in table.lines] == [one.id for one in items]
    assert (case.planned_ms, case.expected_at) == (planned * 60_000, at(expected))
    assert case.took_ms == (None if took is None else took * 60_000)
