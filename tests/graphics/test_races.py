"""Two directors at once: one wins, the other is told."""

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.graphics.commands import air
from inquiry.trace.queries import since
from tests.graphics.conftest import Desk, Layer, do
from tests.live.test_races import at_once, refusals


def kinds(desk: Desk) -> list[str]:
    with reading() as db:
        return [entry.kind for entry in since(db, f"session:{desk.session}:air", 0)]


@pytest.mark.parametrize("round_", range(3))
def test_of_two_who_take_at_once_one_is_on_air(app: Flask, desk: Desk, round_: int) -> None:
    mine, theirs = desk.prepare(), desk.prepare(content={"name": "周启明"})
    answers = at_once(
        app,
        lambda: do(air.take_card, desk.director, desk.session, mine.id, 0, 0),
        lambda: do(air.take_card, desk.host, desk.session, theirs.id, 0, 0),
    )
    assert refusals(answers) == ["STALE"]
    row = desk.shown(Layer.LOWER_THIRD)
    assert row["revision"] == 1
    assert kinds(desk).count("graphics.taken") == 1


def test_a_take_and_a_panic_at_once_leave_one_of_the_two_orders(app: Flask, desk: Desk) -> None:
    desk.take(desk.prepare())
    other = desk.prepare(Layer.TICKER, content={"lines": [{"text": "热线 12345"}]})
    at_once(
        app,
        lambda: do(air.take_card, desk.director, desk.session, other.id, 0, 0),
        lambda: do(air.panic, desk.host, desk.session),
    )
    row = desk.shown(Layer.LOWER_THIRD)
    assert row["content"] is None
    ticker = desk.shown(Layer.TICKER)
    assert (ticker["content"] is None) is (kinds(desk)[-1] == "graphics.panicked")
