"""Windows by themselves: what is let in, what goes, and where the edge lies then."""

from typing import Any

import pytest

from inquiry.realtime import windows
from inquiry.realtime.windows import State, Window

WAITING = Window("waiting", "number", 2, {"state": ("waiting",)})


def row(number: int, state: str = "waiting", unit: int | None = None) -> dict[str, Any]:
    return {"id": number, "number": number, "state": state, "unit": unit}


def holding(*rows: dict[str, Any], edge: int | None, window: Window = WAITING, **more: Any) -> State:
    declared = {"named_by": ["item.question"], "lists": {window.name: window.declared(edge, window.size)}}
    return {"question": {str(one["id"]): one for one in rows}, "window": {"question": declared}, **more}


def changed(state: State, *rows: dict[str, Any]) -> tuple[list[int], int | None]:
    """The ids that are held after an entry with these rows, and the edge."""
    merged = windows.merge(state, {"question": {str(one["id"]): one for one in rows}})
    window: Any = merged["window"]["question"]
    return sorted(map(int, merged["question"])), window["lists"]["waiting"]["edge"]


@pytest.mark.parametrize(
    ("edge", "told", "held", "after"),
    [
        (None, row(9), [3, 5], 5),  # it overflows: the last goes, and there is an edge from now on
        (5, row(9), [3, 5], 5),  # beyond the edge
        (5, row(4), [3, 4], 4),  # within: the last makes room
        (5, row(3, "approved"), [5], 5),  # one has left, and the next is not known
        (5, row(5, "approved"), [3], 5),
        (None, row(3, "approved"), [5], None),
    ],
)
def test_an_edge(edge: int | None, told: dict[str, Any], held: list[int], after: int | None) -> None:
    assert changed(holding(row(3), row(5), edge=edge), told) == (held, after)


def test_what_another_row_names_is_held_wherever_it_lies() -> None:
    state = holding(row(3), row(5), edge=5, item={"1": {"id": 1, "question": 9}})
    assert changed(state, row(9)) == ([3, 5, 9], 5)
    assert windows.trim(windows.lay(state, {"question": {"9": row(9)}, "item": {"1": None}}))["question"].keys() == {
        "3", "5",
    }  # fmt: skip


def test_a_page_goes_on_behind_the_edge() -> None:
    state = holding(row(3), edge=5)
    assert list(windows.unsure(state)) == [("question", "waiting", 5, 1)]
    filled = windows.fill(state, {"question": {"8": row(8)}}, "question", "waiting", 8)
    assert sorted(filled["question"]) == ["3", "8"]
    assert list(windows.unsure(filled)) == [("question", "waiting", 8, 0)]


def test_an_older_state_without_windows_keeps_every_row() -> None:
    assert windows.merge({"question": {"1": row(1)}}, {"question": {"2": row(2)}})["question"].keys() == {"1", "2"}
