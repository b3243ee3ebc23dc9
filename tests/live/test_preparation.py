"""Planning a session and its rundown, as the crew does in the weeks before."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from inquiry.core import codes
from inquiry.core.db import reading
from inquiry.live import queries, refusals
from inquiry.live.commands import floor, preparation, rundown
from inquiry.live.models import Item, ItemKind, ItemState, SessionKind, SessionState
from inquiry.live.rows import item_rows
from inquiry.realtime.views import View
from inquiry.trace.queries import naming
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.questions.test_races import at_once
from tests.support.replay import nothing_changes, replaying


def kinds_told(evening: Evening) -> list[str]:
    with reading() as db:
        return [entry.kind for entry in naming(db, f"session:{evening.session}")]


def test_a_session_gets_a_code_that_can_be_typed_in_any_way(evening: Evening) -> None:
    code = evening.row.code
    assert len(code) == 6
    assert set(code) <= set(codes.ALPHABET)
    with reading() as db:
        assert queries.session_by_code(db, f" {code[:3].lower()} {code[3:].lower()} ").id == evening.session


def test_units_are_asked_in_the_order_given_and_each_once(evening: Evening) -> None:
    city = evening.city
    wanted = [city.water.id, city.housing.id, city.water.id]
    do(preparation.change_session, evening.host, evening.session, unit_ids=wanted)
    with reading() as db:
        assert [unit.id for unit in queries.units(db, evening.session)] == [city.water.id, city.housing.id]


def test_a_change_touches_what_it_names_and_nothing_else(evening: Evening) -> None:
    before = evening.row
    do(preparation.change_session, evening.host, evening.session, theme="垃圾分类", kind=SessionKind.NIGHT_EXAM)
    after = evening.row
    assert (after.theme, after.kind) == ("垃圾分类", SessionKind.NIGHT_EXAM)
    assert (after.title, after.starts_at, after.planned_minutes) == (before.title, before.starts_at, 60)


def test_a_change_that_changes_nothing_is_not_told(evening: Evening) -> None:
    do(preparation.change_session, evening.host, evening.session, title=evening.row.title, starts_at=EIGHT)
    do(rundown.change_item, evening.host, evening.clip, title="暗访短片")
    do(rundown.move_item, evening.host, evening.clip, evening.clip)
    assert kinds_told(evening) == ["live.session_created"]
    with reading() as db:
        assert [entry.kind for entry in naming(db, f"item:{evening.clip}")] == ["live.item_added"]


def test_a_session_is_closed_to_the_public_before_it_begins_and_opened_at_any_time(evening: Evening) -> None:
    change, host, session = preparation.change_session, evening.host, evening.session
    do(change, host, session, closed_to_public=True)
    do(change, host, session, closed_to_public=False, theme="垃圾分类")
    do(change, host, session, closed_to_public=True)
    evening.go_live()
    do(change, host, session, closed_to_public=False)
    assert kinds_told(evening) == [
        "live.session_created", "live.closed_to_public", "live.opened_to_public", "live.session_changed",
        "live.closed_to_public", "live.went_live", "live.opened_to_public",
    ]  # fmt: skip
    with nothing_changes(), pytest.raises(refusals.StaysPublic):
        do(change, host, session, closed_to_public=True)
    do(preparation.take_back_live, host, session, evening.rev)  # nothing was aired: it is planned again
    do(change, host, session, closed_to_public=True)
    do(preparation.go_live, host, session, EIGHT.date())
    do(floor.close, host, session)
    with nothing_changes(), pytest.raises(refusals.SessionClosed):
        do(change, host, session, closed_to_public=False)


def test_once_live_the_details_can_be_mended_but_not_the_beginning(evening: Evening) -> None:
    evening.go_live()
    do(preparation.change_session, evening.host, evening.session, title="新标题", planned_minutes=75, starts_at=EIGHT)
    assert (evening.row.title, evening.row.planned_minutes) == ("新标题", 75)


def test_the_intake_opens_closes_and_opens_again(evening: Evening, clock: Clock) -> None:
    do(preparation.open_intake, evening.host, evening.session)
    opened = evening.row.intake_opened_at
    clock.forward(hours=1)
    do(preparation.close_intake, evening.host, evening.session)
    assert evening.row.intake_closed_at == EIGHT + timedelta(hours=1)
    clock.forward(hours=1)
    do(preparation.open_intake, evening.host, evening.session)
    assert (evening.row.intake_opened_at, evening.row.intake_closed_at) == (opened, None)
    assert kinds_told(evening)[1:] == ["live.intake_opened", "live.intake_closed", "live.intake_opened"]


def test_going_live(evening: Evening, clock: Clock) -> None:
    now = clock.forward(minutes=2)
    evening.go_live()
    assert (evening.row.state, evening.row.went_live_at) == (SessionState.LIVE, now)


def test_items_are_added_at_the_end_or_where_they_are_wanted(evening: Evening) -> None:
    first = evening.add(ItemKind.VERDICT, "评议", position=1)
    last = evening.add(ItemKind.VERDICT, "评议", position=99)
    zeroth = evening.add(ItemKind.VERDICT, "评议", position=0)
    assert evening.order == [zeroth, first, evening.clip, evening.slot, evening.rest, last]


def test_items_are_moved_forth_and_back(evening: Evening) -> None:
    do(rundown.move_item, evening.host, evening.rest, evening.clip)
    assert evening.order == [evening.rest, evening.clip, evening.slot]
    do(rundown.move_item, evening.host, evening.rest, evening.slot)
    assert evening.order == [evening.clip, evening.rest, evening.slot]
    do(rundown.move_item, evening.host, evening.clip)
    assert evening.order == [evening.rest, evening.slot, evening.clip]


def test_a_removed_item_leaves_no_gap_and_its_id_is_never_given_again(evening: Evening) -> None:
    do(rundown.remove_item, evening.host, evening.rest)
    do(rundown.remove_item, evening.host, evening.clip)
    assert evening.order == [evening.slot]
    assert evening.add(ItemKind.CLIP, "另一部短片") not in (evening.clip, evening.rest)


def test_a_question_put_on_air_comes_next(evening: Evening) -> None:
    def insert(question: int) -> int:
        item = do(rundown.insert_question_item, evening.host, evening.session, question, "路灯何时修好？", None)
        return int(item.id)

    # Before anything was on air it is the first; then it follows what is on air, then what was on air last.
    first = insert(71)
    evening.go_live().take(evening.slot)
    second = insert(72)
    evening.take(second)
    evening.press(floor.clear_floor)
    third = insert(73)
    assert evening.order == [first, evening.clip, evening.slot, second, third, evening.rest]


def test_the_plan_is_frozen_when_the_session_goes_live(evening: Evening) -> None:
    removed = evening.add(ItemKind.VERDICT, "满意度评议")
    with replaying(evening.session):
        evening.go_live()
    assert evening.row.plan_ends_at == EIGHT + timedelta(minutes=40)
    do(rundown.remove_item, evening.host, removed)
    do(rundown.change_item, evening.host, evening.clip, planned_ms=1000)
    added = evening.add(ItemKind.CLIP, "另一部短片", position=1)
    planned = [evening.item(one).planned_at for one in (evening.clip, evening.slot, evening.rest, added)]
    assert planned == [EIGHT, EIGHT + timedelta(minutes=10), EIGHT + timedelta(minutes=20), None]
    assert evening.row.plan_ends_at == EIGHT + timedelta(minutes=40)


def test_going_live_a_week_early_names_the_day(evening: Evening, clock: Clock) -> None:
    clock.forward(days=-7)
    for named in (None, date(2026, 11, 24), date(2026, 12, 2)):
        with nothing_changes(), pytest.raises(refusals.NotItsTime) as refused:
            do(preparation.go_live, evening.host, evening.session, named)
        assert refused.value.data["starts_on"] == "2026-12-01"
    do(preparation.go_live, evening.host, evening.session, date(2026, 12, 1))
    assert evening.row.state is SessionState.LIVE


def test_going_live_is_taken_back_while_nothing_was_aired(evening: Evening) -> None:
    before = [(one, evening.item(one).planned_at) for one in evening.order]
    evening.go_live()
    with replaying(evening.session) as kinds:
        evening.press(preparation.take_back_live)
    assert kinds == ["live.live_taken_back"]
    row = evening.row
    assert (row.state, row.went_live_at, row.plan_ends_at) == (SessionState.PLANNED, None, None)
    assert [(one, evening.item(one).planned_at) for one in evening.order] == before
    with nothing_changes(), pytest.raises(refusals.NotLive):
        evening.press(preparation.take_back_live)
    evening.go_live().take(evening.clip)
    with nothing_changes(), pytest.raises(refusals.HasAired):
        evening.press(preparation.take_back_live)


def test_of_taking_back_and_going_on_air_in_the_same_second_one_wins(app: Flask, evening: Evening) -> None:
    evening.go_live()
    seen = evening.rev
    presses: list[tuple[Any, ...]] = [
        (preparation.take_back_live, evening.host, evening.session, seen),
        (floor.take_item, evening.host, evening.session, evening.clip, seen),
    ]
    outcomes = at_once(app, [lambda press=press: do(*press) and "done" for press in presses])
    assert sorted(outcomes)[1] == "done"
    assert sorted(outcomes)[0] in ("STALE", "NOT_LIVE")


def test_a_question_that_nobody_planned_is_nested_in_the_block_in_hand(evening: Evening) -> None:
    def put(question: int) -> Item:
        item: Item = do(rundown.insert_question_item, evening.host, evening.session, question, "路灯何时修好？", None)
        evening.take(item.id)
        return item

    evening.go_live()
    assert put(71).block_id is None  # there is none yet: it is a block itself
    evening.take(evening.slot)
    assert (put(72).block_id, put(73).block_id) == (evening.slot, evening.slot)
    evening.press(floor.clear_floor)
    assert put(74).block_id == evening.slot
    evening.take(evening.rest)
    assert put(75).block_id == evening.rest


def test_a_question_planned_beforehand_keeps_its_place(evening: Evening) -> None:
    planned = evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=71, position=1)
    item = do(rundown.insert_question_item, evening.host, evening.session, 71, "路灯何时修好？", None)
    assert item.id == planned
    evening.go_live().take(planned).take(evening.clip)
    again = do(rundown.insert_question_item, evening.host, evening.session, 71, "路灯何时修好？", None)
    assert again.id != planned


def test_a_long_question_is_cut_to_fit_the_rundown(evening: Evening) -> None:
    item = do(rundown.insert_question_item, evening.host, evening.session, 71, "路" * 500, None)
    assert item.title == "路" * 199 + "…"


def test_the_public_does_not_learn_which_question_is_to_come(evening: Evening) -> None:
    """Until it is on air, neither its number nor its words are in the public row, nor in any entry."""
    planned = evening.add(ItemKind.QUESTION, "路灯何时修好？", title_en="When?", question_id=71)
    with reading() as db:
        public = item_rows(db, [planned], View.PUBLIC)[planned]
        staff = item_rows(db, [planned], View.STAFF)[planned]
        payloads = [entry.payload for entry in naming(db, f"item:{planned}")]
    assert public is not None
    assert staff is not None
    assert (public["title"], public["title_en"], public["question"]) == ("", "", None)
    assert (staff["title"], staff["title_en"], staff["question"]) == ("路灯何时修好？", "When?", 71)
    assert payloads == [{"item": planned, "position": 4}]
    evening.go_live().take(planned)
    with reading() as db:
        public = item_rows(db, [planned], View.PUBLIC)[planned]
    assert public is not None
    assert (public["title"], public["question"], public["state"]) == ("路灯何时修好？", 71, ItemState.ON_AIR)


def test_home_lists_what_is_live_coming_and_past(evening: Evening, clock: Clock) -> None:
    def plan(days: int) -> int:
        session = do(
            preparation.create_session, evening.host, title="问政", starts_at=EIGHT + timedelta(days=days),
            planned_minutes=60, unit_ids=[evening.city.water.id],
        )  # fmt: skip
        return int(session.id)

    next_month, next_week, forgotten = plan(30), plan(7), plan(-1)
    do(preparation.go_live, evening.host, forgotten, date(2026, 11, 30))
    do(floor.close, evening.host, forgotten)
    never_held = plan(-2)
    evening.go_live()
    with reading() as db:
        home = queries.home(db, EIGHT)
        given_up = queries.given_up(db, EIGHT)
    assert [one.id for one in home.live] == [evening.session]
    assert [one.id for one in home.coming] == [next_week, next_month]
    assert [one.id for one in home.past] == [forgotten]
    assert [one.id for one in given_up] == [never_held]
