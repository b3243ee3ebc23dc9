"""The order of a rundown by its cases: pure, by the commands, and while others move lines too."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.errors import Refusal
from inquiry.live import nesting, queries, refusals
from inquiry.live.commands import floor, rundown
from inquiry.live.models import ItemKind
from inquiry.permissions import Actor, Role
from tests.live.conftest import Clock, Evening, do
from tests.live.test_races import at_once


@dataclass(frozen=True)
class Line:
    id: int
    case_id: int | None = None
    kind: ItemKind = ItemKind.CLIP


def lines(*said: str) -> list[Line]:
    """`1C` is a case, `2<1` lies in case 1, `3` in none."""
    found = []
    for one in said:
        number, _, case = one.partition("<")
        kind = ItemKind.CASE if number.endswith("C") else ItemKind.CLIP
        found.append(Line(int(number.rstrip("C")), int(case) if case else None, kind))
    return found


def ids(items: Sequence[Line]) -> list[int]:
    return [one.id for one in items]


def test_what_lies_in_a_case_stands_behind_it() -> None:
    assert ids(nesting.tidied(lines("9", "2<1", "1C", "3", "4<1"))) == [9, 1, 2, 4, 3]
    assert ids(nesting.tidied(lines("2<7", "1"))) == [2, 1], "a case that is not there holds nothing"


@pytest.mark.parametrize(
    ("of", "ways"),
    [
        (9, {"down": (3, None)}),
        (1, {"up": (9, None), "down": (None, None)}),
        (2, {"out": (3, None), "down": (None, 1)}),
        (4, {"out": (3, None), "up": (2, 1)}),
        (3, {"up": (1, None), "into": (None, 1)}),
    ],
)  # fmt: skip
def test_where_a_line_can_go_by_one_step(of: int, ways: dict[str, nesting.Place]) -> None:
    assert nesting.steps(lines("9", "1C", "2<1", "4<1", "3"))[of] == ways


def test_as_few_lines_as_possible_are_said_to_have_moved() -> None:
    assert nesting.displaced([1, 2, 3, 4], [2, 3, 4, 1]) == {1}
    assert nesting.displaced([1, 2], [2, 1], fixed=[1]) == {2}
    assert nesting.displaced([1, 2], [2, 1], fixed=[2]) == {1}
    assert nesting.displaced([1, 2, 3], [1, 7, 2, 3]) == set()


def test_lines_go_back_before_whoever_is_still_there() -> None:
    now = lines("3", "1", "4", "2")
    assert ids(nesting.restored(now, [1], [1, 2, 3, 4])) == [3, 4, 1, 2]
    assert ids(nesting.restored(now, [3], [1, 2, 3])) == [1, 4, 2, 3], "nobody stood behind it"


# --- by the commands --------------------------------------------------------------------------------------------------


def a_case(evening: Evening, *items: int) -> int:
    case = evening.add(ItemKind.CASE, "老旧小区", planned_ms=0)
    for one in items:
        do(rundown.move_item, evening.host, one, None, case)
    return case


def test_a_case_takes_along_what_lies_in_it(evening: Evening) -> None:
    case = a_case(evening, evening.clip, evening.slot)
    assert evening.order == [evening.rest, case, evening.clip, evening.slot]
    do(rundown.move_item, evening.host, case, evening.rest)
    assert evening.order == [case, evening.clip, evening.slot, evening.rest]
    assert [evening.item(one).case_id for one in evening.order] == [None, case, case, None]
    with reading() as db:
        sheet = queries.sheet(db, evening.row, evening.row.starts_at)
    assert sheet.lines[0].times.planned_ms == 1_200_000
    assert sheet.planned_ms == 1_800_000


def test_before_a_line_is_in_its_case(evening: Evening) -> None:
    case = a_case(evening, evening.clip)
    do(rundown.move_item, evening.host, evening.rest, evening.clip)
    assert evening.order == [evening.slot, case, evening.rest, evening.clip]
    assert evening.item(evening.rest).case_id == case
    do(rundown.move_item, evening.host, evening.rest)
    assert evening.order == [evening.slot, case, evening.clip, evening.rest]
    assert evening.item(evening.rest).case_id is None


def test_what_lay_in_a_removed_case_stays(evening: Evening) -> None:
    case = a_case(evening, evening.clip, evening.slot)
    do(rundown.remove_item, evening.host, case)
    assert evening.order == [evening.rest, evening.clip, evening.slot]
    assert {evening.item(one).case_id for one in evening.order} == {None}


def test_a_question_put_on_air_within_a_case_lies_in_it(evening: Evening) -> None:
    case = a_case(evening, evening.clip, evening.slot)
    evening.go_live().take(evening.slot)
    asked = do(rundown.insert_question_item, evening.host, evening.session, 71, "路灯何时修好？", None).id
    assert evening.order == [evening.rest, case, evening.clip, evening.slot, asked]
    assert evening.item(asked).case_id == case
    after = evening.add(ItemKind.BREAK, "休息")
    do(rundown.move_item, evening.host, after, evening.rest)
    evening.take(evening.rest)
    second = do(rundown.insert_question_item, evening.host, evening.session, 72, "何时修好？", None).id
    assert evening.order == [after, evening.rest, second, case, evening.clip, evening.slot, asked]
    assert evening.item(second).case_id is None


@pytest.mark.parametrize("way", ["into itself", "into another", "before a line in one"])
def test_cases_do_not_lie_in_one_another(evening: Evening, way: str) -> None:
    case = a_case(evening, evening.clip)
    other = a_case(evening, evening.slot)
    place = {"into itself": (None, case), "into another": (None, other), "before a line in one": (evening.slot, None)}
    with pytest.raises(Refusal) as refused:
        do(rundown.move_item, evening.host, case, *place[way])
    assert refused.value.code == "CASE_IN_CASE"


def test_the_floor_takes_what_lies_in_a_case(evening: Evening) -> None:
    case = a_case(evening, evening.clip)
    evening.go_live()
    with pytest.raises(Refusal) as refused:
        evening.take(case)
    assert refused.value.code == "IS_A_CASE"
    evening.take(evening.clip)
    with pytest.raises(Refusal) as stays:
        do(rundown.move_item, evening.host, case, evening.rest)
    assert stays.value.code == "NOT_PLANNED", "what was on air keeps its place"


def test_a_thousand_moves_by_two_lose_and_double_nothing(app: Flask, evening: Evening) -> None:
    """Some of them share a commit, and neither editor is a person whose steps would be kept: that is what takes the
    time. What is refused moved nothing."""
    cases = [a_case(evening) for _each in range(2)]
    items = [evening.clip, evening.slot, evening.rest, *(evening.add(ItemKind.CLIP, f"短片{n}") for n in range(4))]
    every = {*cases, *items}

    def press(uow: UnitOfWork, actor: Actor, choose: random.Random) -> bool:
        item = choose.choice([*items, choose.choice(cases)])
        before, case = choose.choice([
            (choose.choice([*items, *cases]), None), (None, choose.choice(cases)), (None, None),
        ])  # fmt: skip
        try:
            rundown.move_item(uow, actor, item, before, case)
        except refusals.CaseInCase:  # before anything was changed
            return False
        return True

    def editor(role: Role, seed: int) -> int:
        choose, actor = random.Random(seed), Actor(role)
        return sum(do(lambda uow: sum(press(uow, actor, choose) for _move in range(20))) for _commit in range(25))

    done = at_once(app, lambda: editor(Role.HOST, 1), lambda: editor(Role.PRODUCER, 2))
    assert sum(done) > 800
    order = evening.order
    assert len(order) == len(every)
    assert set(order) == every
    with reading() as db:
        now = list(queries.rundown(db, evening.session))
    assert [one.id for one in nesting.tidied(now)] == order, "what lies in a case stands behind it"


# --- what follows by itself ------------------------------------------------------------------------------------------


def test_a_case_has_no_length_and_is_not_armed(evening: Evening) -> None:
    case = a_case(evening)
    for changes in ({"planned_ms": 1000}, {"follows": True}, {"speaker": "周启明"}):
        with pytest.raises(Refusal) as refused:
            do(rundown.change_item, evening.host, case, **changes)
        assert refused.value.code == "IS_A_CASE"
    with pytest.raises(Refusal) as stays:
        do(rundown.change_item, evening.host, case, kind=ItemKind.CLIP)
    assert stays.value.code == "CASE_STAYS"


def test_floor_is_left_as_it_is_where_only_a_case_follows(evening: Evening, clock: Clock) -> None:
    do(rundown.move_item, evening.host, a_case(evening), None)
    assert evening.order[-1] != evening.rest
    evening.go_live().take(evening.rest)
    with reading() as db:
        assert queries.next_planned(db, queries.item(db, evening.rest)) is None
    evening.press(floor.clear_floor)
