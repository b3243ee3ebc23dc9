"""What browsers reckon for themselves is what the server reckons: windows, and the time of a slot."""

import random
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from inquiry.core.clock import milliseconds
from inquiry.live import rules, timetable
from inquiry.live.models import AtZero, ItemState
from inquiry.realtime import windows
from inquiry.realtime.windows import State, Window
from tests.journeys.conftest import OpenBench
from tests.live.conftest import EIGHT
from tests.support.timers import counted_ms

pytestmark = pytest.mark.journey

STATES = ("waiting", "approved", "refused")
OF_QUESTIONS = (
    Window("waiting", "number", 3, {"state": ("waiting",)}),
    Window("approved", "number", 2, {"state": ("approved", "aired")}, down=True),
)
OF_UNITS = (Window("first", "id", 2),)


def declared(of: tuple[Window, ...], named_by: list[str], choose: random.Random) -> dict[str, Any]:
    lists = {one.name: one.declared(choose.choice([None, 3, 6]), one.size) for one in of}
    return {"named_by": named_by, "lists": lists}


def some_rows(choose: random.Random, *, gone: bool) -> State:
    def row(number: int) -> dict[str, Any] | None:
        if gone and choose.random() < 0.2:
            return None
        return {"id": number, "number": number, "state": choose.choice(STATES), "unit": choose.choice([None, 3, 7])}

    items = {"1": {"id": 1, "question": choose.choice([None, 8, 9])}}
    numbers = choose.sample(range(1, 10), choose.randrange(9))
    units = {str(one): {"id": one} for one in choose.sample(range(1, 9), 5)}
    return {"question": {str(one): row(one) for one in numbers}, "item": items, "unit": units}


def a_state(choose: random.Random) -> State:
    window = {
        "question": declared(OF_QUESTIONS, ["item.question"], choose),
        "unit": declared(OF_UNITS, ["question.unit"], choose),
    }
    return some_rows(choose, gone=False) | {"window": window}


def test_the_script_holds_what_the_server_does(bench: OpenBench) -> None:
    choose = random.Random(7)
    given = [(a_state(choose), some_rows(choose, gone=True)) for _each in range(300)]
    merged = bench().evaluate(
        """async (given) => {
          const { merge } = await import("/static/link/store.js");
          return given.map(([state, changes]) => merge(state, changes));
        }""",
        given,
    )
    assert merged == [windows.merge(state, changes) for state, changes in given]


# --- the time of a slot -----------------------------------------------------------------------------------------------

SECOND = timedelta(seconds=1)


def a_slot(choose: random.Random) -> SimpleNamespace:
    end = choose.choice(list(AtZero))
    ended, paused = choose.choice([(None, None), (None, choose.randrange(900)), (choose.randrange(900), None)])
    return SimpleNamespace(
        allotted_ms=choose.choice([30, 60, 180, 1200]) * 1000, extended_ms=choose.choice([0, 30, -20]) * 1000,
        started_at=EIGHT, paused_ms=choose.choice([0, 1500, 60_000]), interrupted_ms=choose.choice([0, 1500]),
        is_interruption=paused is not None and choose.random() < 0.5, at_zero=end, grace_ms=rules.grace_ms(end, 20),
        paused_at=None if paused is None else EIGHT + paused * SECOND,
        ended_at=None if ended is None else EIGHT + ended * SECOND,
        warning_ms=choose.choice([0, 30_000, 120_000]), danger_ms=choose.choice([0, 10_000, 45_000]),
    )  # fmt: skip


def as_row(slot: SimpleNamespace) -> dict[str, Any]:
    instants = {name: getattr(slot, name) for name in ("started_at", "paused_at", "ended_at")}
    given = ("allotted_ms", "extended_ms", "paused_ms", "interrupted_ms", "is_interruption", "at_zero", "grace_ms",
             "warning_ms", "danger_ms")  # fmt: skip
    numbers = {name: getattr(slot, name) for name in given}
    return numbers | {name: milliseconds(at) if at else None for name, at in instants.items()}


def called(slot: SimpleNamespace, now: datetime) -> dict[str, Any]:
    return {"time_called_at": milliseconds(now) if rules.remaining_ms(slot, now) <= 0 else None}


def test_the_script_counts_and_warns_as_the_server_does(bench: OpenBench) -> None:
    """A paused clock says so instead of warning: the phase of those that run is compared. Time is over when the server
    has called it, as it does at that moment."""
    choose = random.Random(8)
    given = [(a_slot(choose), EIGHT + choose.randrange(1_300) * SECOND) for _each in range(400)]
    shown = bench().evaluate(
        """async (given) => {
          const { interrupted, reading } = await import("/static/link/timing.js");
          const { phaseOf } = await import("/static/base/clock.js");
          return given.map(([slot, at]) => [reading(slot, { now: () => at, isFresh: true }), interrupted(slot, at)])
            .map(([one, interrupted]) => [one.remaining, one.warnAt, interrupted, phaseOf(one)]);
        }""",
        [(as_row(slot) | called(slot, now), milliseconds(now)) for slot, now in given],
    )
    for (slot, now), (remaining, warn_at, interrupted, phase) in zip(given, shown, strict=True):
        assert (remaining, warn_at) == (rules.remaining_ms(slot, now), slot.warning_ms)
        assert interrupted == rules.interrupted_ms(slot, now)
        if slot.is_interruption:
            assert phase == "interrupted"
        else:
            assert phase == rules.phase(slot, now) or (phase == "paused" and slot.paused_at)


# --- what everybody was given, and the crew's timers ------------------------------------------------------------------


def test_the_script_knows_what_is_due_on_top_as_the_server_does(bench: OpenBench) -> None:
    choose = random.Random(9)
    given = []
    for _each in range(200):
        items = [
            SimpleNamespace(id=number, unit_id=choose.choice([None, 3, 7]), speaker=choose.choice(["", "周启明"]),
                            state=choose.choice(list(ItemState)))
            for number in range(1, choose.randrange(2, 9))
        ]  # fmt: skip
        slots = [SimpleNamespace(unit_id=choose.choice([3, 7]), extra_ms=choose.choice([0, 30_000])) for _one in "abc"]
        given.append((choose.choice([0, 30_000, 90_000]), items, slots))
    due = bench().evaluate(
        """async (given) => {
          const { extraDue } = await import("/static/link/timing.js");
          return given.map(([extra, items, slots]) => extraDue({ extra_ms: extra }, items, slots));
        }""",
        [
            (extra, [{**vars(one), "unit": one.unit_id} for one in items], [{**vars(one), "unit": one.unit_id}
             for one in slots]) for extra, items, slots in given
        ],
    )  # fmt: skip
    assert due == [
        {str(item): ms for item, ms in timetable.extra_due(extra, items, slots).items()}
        for extra, items, slots in given
    ]


def test_the_script_counts_a_timer_as_the_server_does(bench: OpenBench) -> None:
    choose = random.Random(10)
    given = []
    for _each in range(200):
        begun = choose.choice([None, EIGHT])
        paused = EIGHT + choose.randrange(900) * SECOND if begun and choose.random() < 0.5 else None
        timer = SimpleNamespace(started_at=begun, paused_at=paused, paused_ms=choose.choice([0, 1500, 60_000]))
        given.append((timer, EIGHT + choose.randrange(900, 1_300) * SECOND))
    rows = [
        vars(timer) | {name: at and milliseconds(at) for name, at in vars(timer).items() if name.endswith("_at")}
        for timer, _now in given
    ]
    counted = bench().evaluate(
        """async (given) => {
          const { counted } = await import("/static/link/timing.js");
          return given.map(([timer, now]) => counted(timer, now));
        }""",
        [(row, milliseconds(now)) for row, (_timer, now) in zip(rows, given, strict=True)],
    )
    assert counted == [counted_ms(timer, now) for timer, now in given]
