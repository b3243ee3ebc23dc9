"""Behind the scenes: who said what to whom, who has acknowledged it, and that nobody outside ever reads it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.live import refusals
from inquiry.live.commands import backstage, floor, slots
from inquiry.live.commands.backstage import MOST_OPEN
from inquiry.live.models import Backstage
from inquiry.permissions import Role
from inquiry.realtime import streams
from inquiry.realtime.views import View
from inquiry.trace.models import Entry
from tests.live.conftest import Clock, Evening, do
from tests.live.test_races import at_once
from tests.support.replay import nothing_changes

SECRET = "请提醒嘉宾看镜头"


def say_to(evening: Evening, to: Backstage = Backstage.HOST, text: str = SECRET) -> int:
    return do(backstage.send_message, evening.host, evening.session, to, text).id  # type: ignore[no-any-return]


def state(evening: Evening, view: View = View.STAFF) -> dict[str, Any]:
    with reading() as db:
        held: dict[str, Any] = streams.snapshot(db, evening.session, view)["state"]
    return held


def test_it_stays_until_somebody_has_acknowledged_it(evening: Evening, clock: Clock) -> None:
    message = say_to(evening)
    clock.forward(minutes=30)
    assert state(evening)["backstagemessage"][str(message)]["state"] == "open"
    clerk = evening.city.person(Role.CLERK)
    do(backstage.acknowledge_message, clerk, message)
    row = state(evening)["backstagemessage"][str(message)]
    assert (row["state"], row["acknowledged_by"], row["sent_by"]) == ("acknowledged", clerk.name, evening.host.name)
    assert row["acknowledged_at"] - row["sent_at"] == 30 * 60 * 1000


def test_of_two_who_acknowledge_the_first_ones_name_stands(evening: Evening, clock: Clock) -> None:
    message = say_to(evening)
    do(backstage.acknowledge_message, evening.host, message)
    clock.forward(seconds=5)
    with nothing_changes():
        do(backstage.acknowledge_message, evening.city.person(Role.CLERK), message)


def test_nobody_outside_the_crew_reads_any_of_it(on_air: Evening) -> None:
    """Not in a snapshot, not in an entry, and of what was said not even in the trace."""
    on_air.start()
    say_to(on_air)
    do(backstage.acknowledge_message, on_air.host, say_to(on_air, Backstage.STAGE))
    do(backstage.switch_stage_timer, on_air.host, on_air.session, black=True, wrap_up=True, blink=True)
    seen = {str(streams.public_stream(on_air.session)): 0}
    with reading() as db:
        for view in (View.PUBLIC, View.INTERNAL):
            told = streams.missed(db, on_air.session, view, seen)
            held = state(on_air, view)
            assert not held.get("backstagemessage")
            assert not held.get("stagetimer")
            text = json.dumps([held, told], ensure_ascii=False)
            assert SECRET not in text
            assert not [one for one in told or [] if one["kind"].startswith(("live.message", "live.stage"))]
        assert SECRET not in json.dumps([one.payload for one in db.query(Entry)], ensure_ascii=False)
    assert len(state(on_air)["backstagemessage"]) == 2


def test_more_than_anybody_would_read_are_refused(evening: Evening) -> None:
    sent = [say_to(evening) for _each in range(MOST_OPEN)]
    with nothing_changes(), pytest.raises(refusals.TooManyMessages):
        say_to(evening)
    do(backstage.acknowledge_message, evening.host, sent[0])
    say_to(evening)
    rows = state(evening)["backstagemessage"]
    assert sum(row["state"] == "open" for row in rows.values()) == MOST_OPEN


def test_wrap_up_is_said_to_whoever_speaks(on_air: Evening) -> None:
    with nothing_changes(), pytest.raises(refusals.NoSlot):
        do(backstage.switch_stage_timer, on_air.host, on_air.session, wrap_up=True)
    slot = on_air.start()
    do(backstage.switch_stage_timer, on_air.host, on_air.session, wrap_up=True)
    assert state(on_air)["stagetimer"][str(on_air.session)]["wrap_up_slot"] == slot.id
    on_air.press(slots.end_slot)
    after = on_air.start()
    assert state(on_air)["stagetimer"][str(on_air.session)]["wrap_up_slot"] != after.id
    do(backstage.switch_stage_timer, on_air.host, on_air.session, wrap_up=False, black=True)
    row = state(on_air)["stagetimer"][str(on_air.session)]
    assert (row["wrap_up_slot"], row["black"], row["blinked_at"]) == (None, True, None)


@pytest.mark.parametrize(
    "press",
    [
        say_to,
        lambda one: do(backstage.switch_stage_timer, one.host, one.session, black=True),
    ],
)
def test_after_the_evening_there_is_no_backstage(on_air: Evening, press: Callable[[Evening], Any]) -> None:
    do(floor.close, on_air.host, on_air.session)
    with nothing_changes(), pytest.raises(refusals.SessionClosed):
        press(on_air)


def test_two_who_send_the_last_one_in_the_same_second(app: Flask, evening: Evening) -> None:
    for _each in range(MOST_OPEN - 1):
        say_to(evening)
    at_once(app, *[lambda: say_to(evening)] * 3)
    rows = state(evening)["backstagemessage"]
    assert sum(row["state"] == "open" for row in rows.values()) == MOST_OPEN
