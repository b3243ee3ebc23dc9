"""Two people, or one impatient finger, pressing in the same moment: one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.errors import Refusal
from inquiry.live import queries, watch
from inquiry.live.commands import floor, rundown
from inquiry.live.commands import slots as live_slots
from inquiry.live.models import ItemState
from inquiry.permissions import Role
from inquiry.trace.queries import breaks, since
from tests.live.conftest import Clock, Evening, do
from tests.support.application import Say


def at_once(app: Flask, *presses: Callable[[], Any]) -> list[Any]:
    """What came of each press; a refusal counts as an answer."""
    ready = Barrier(len(presses))

    def press(one: Callable[[], Any]) -> Any:
        with app.app_context():
            ready.wait(10)
            try:
                return one()
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


def refusals(answers: list[Any]) -> list[str]:
    return [answer.code for answer in answers if isinstance(answer, Refusal)]


def kinds(evening: Evening) -> list[str]:
    with reading() as db:
        return [entry.kind for entry in since(db, f"session:{evening.session}:public", 0)]


@pytest.mark.parametrize("round_", range(5))
def test_of_two_hosts_who_take_at_once_one_wins(app: Flask, evening: Evening, round_: int) -> None:
    evening.go_live()
    other = evening.city.person(Role.HOST, another="host-two")
    items = (evening.clip, evening.rest)
    answers = at_once(
        app, *(
            lambda actor=actor, item=item: do(floor.take_item, actor, evening.session, item, 0)
            for actor, item in zip((evening.host, other), items, strict=True)
        )
    )  # fmt: skip
    assert refusals(answers) == ["STALE"]
    on_air = [item for item in items if evening.item(item).state is ItemState.ON_AIR]
    assert on_air == [evening.row.floor_item_id]
    told = next(answer for answer in answers if isinstance(answer, Refusal)).data["now"]
    assert (told["floor_item"], told["floor_rev"]) == (on_air[0], 1)
    assert kinds(evening).count("live.item_taken") == 1


@pytest.mark.parametrize("round_", range(5))
def test_of_two_who_start_a_slot_at_once_one_speaks(app: Flask, on_air: Evening, round_: int) -> None:
    units = (on_air.city.water.id, on_air.city.housing.id)
    answers = at_once(
        app, *(
            lambda unit=unit: do(
                live_slots.start_slot, on_air.host, on_air.session, 1, unit_id=unit, speaker="周", seconds=60
            )
            for unit in units
        )
    )  # fmt: skip
    assert refusals(answers) == ["STALE"]
    with reading() as db:
        slots = queries.slots(db, on_air.session)
        assert breaks(db) == []
    assert len(slots) == 1
    assert kinds(on_air).count("live.slot_started") == 1


def test_the_same_press_sent_twice_at_once_is_done_once(app: Flask, on_air: Evening, say: Say) -> None:
    """A phone that got no answer sends again while the first is still being worked on."""
    press = {"session": on_air.session, "seen": 1, "unit": on_air.city.water.id, "speaker": "周", "seconds": 60}
    answers = at_once(
        app, *[lambda: say(on_air.host, "live.start_slot", **press, client_id="the-same-press")] * 4
    )  # fmt: skip
    assert [answer["ok"] for answer in answers] == [True] * 4, answers
    assert len({answer["slot"] for answer in answers}) == 1
    assert on_air.rev == 2


def test_two_who_rearrange_the_rundown_at_once_leave_it_in_order(app: Flask, evening: Evening) -> None:
    at_once(
        app,
        lambda: do(rundown.move_item, evening.host, evening.rest, evening.clip),
        lambda: do(rundown.move_item, evening.host, evening.clip),
        lambda: do(rundown.remove_item, evening.host, evening.slot),
    )
    assert evening.order == [evening.rest, evening.clip]


def test_two_watchers_and_a_host_at_zero(app: Flask, on_air: Evening, clock: Clock) -> None:
    """Time is called at most once, and the slot has one end."""
    on_air.start(60)
    now = clock.forward(seconds=61)
    at_once(
        app,
        lambda: watch.call_due(now),
        lambda: watch.call_due(now),
        lambda: do(live_slots.end_slot, on_air.host, on_air.session, 2),
    )
    told = kinds(on_air)
    assert told.count("live.time_called") <= 1
    assert told.count("live.slot_ended") == 1
    assert on_air.open_slot() is None
