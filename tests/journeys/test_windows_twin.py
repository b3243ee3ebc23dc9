"""The script's windows are the server's: the same entries laid over the same states."""

import random
from typing import Any

import pytest

from inquiry.realtime import windows
from inquiry.realtime.windows import State, Window
from tests.journeys.conftest import OpenBench

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
