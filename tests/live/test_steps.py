"""What somebody did off air is undone and done again; what somebody else has changed since is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from inquiry.core.db import reading
from inquiry.errors import Refusal, Stale
from inquiry.live import queries, watch
from inquiry.live.commands import floor, preparation, rundown, steps
from inquiry.live.models import AtZero, Item, ItemColour, ItemKind, RundownStep
from inquiry.permissions import Actor, Role
from inquiry.realtime.streams import snapshot
from inquiry.realtime.views import View
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.support.replay import nothing_changes, replaying
from tests.support.statements import statements


def of_rundown(evening: Evening) -> list[dict[str, Any]]:
    """Every line as it stands, in order; how often it was changed apart."""
    with reading() as db:
        items = queries.rundown(db, evening.session)
        told = steps.standing(items)
        return [{"id": number, **told.lines[str(number)]} | {"rev": None} for number in told.order]


def case_of(evening: Evening) -> int:
    case = evening.add(ItemKind.CASE, "老旧小区", planned_ms=0)
    do(rundown.move_item, evening.host, evening.clip, None, case)
    do(rundown.move_item, evening.host, evening.slot, None, case)
    return case


ACTIONS: dict[str, Callable[[Evening, int], Any]] = {
    "add": lambda one, case: do(
        rundown.add_item, one.host, one.session, kind=ItemKind.PLEDGE, title="复述承诺", planned_ms=1000, case_id=case),
    "change": lambda one, _case: do(
        rundown.change_item, one.host, one.clip, title="短片", colour=ItemColour.BLUE, note_host="看稿"),
    "move": lambda one, _case: do(rundown.move_item, one.host, one.rest, one.slot),
    "move a case": lambda one, case: do(rundown.move_item, one.host, case, one.rest),
    "remove": lambda one, _case: do(rundown.remove_item, one.host, one.slot),
    "remove a case": lambda one, case: do(rundown.remove_item, one.host, case),
    "arm": lambda one, _case: do(rundown.arm_item, one.host, one.slot, follows=True),
    "renumber": lambda one, _case: do(rundown.renumber_cues, one.host, one.session),
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
def test_it_is_undone_and_done_again(evening: Evening, action: str) -> None:
    case = case_of(evening)
    before = of_rundown(evening)
    ACTIONS[action](evening, case)
    after = of_rundown(evening)
    assert after != before
    for _round in range(2):
        with replaying(evening.session):
            do(steps.undo, evening.host, evening.session)
        assert of_rundown(evening) == before
        with replaying(evening.session):
            do(steps.redo, evening.host, evening.session)
        assert of_rundown(evening) == after
    assert len(evening.order) == len(set(evening.order))


def test_twenty_steps_back_and_forth(evening: Evening) -> None:
    """The oldest are forgotten; another step after an undoing is the end of what was undone."""
    states = []
    for number in range(23):
        do(rundown.change_item, evening.host, evening.clip, title=f"短片{number}")
        states.append(of_rundown(evening))
    for number in range(20):
        assert of_rundown(evening) == states[22 - number]
        do(steps.undo, evening.host, evening.session)
    with pytest.raises(Refusal) as nothing:
        do(steps.undo, evening.host, evening.session)
    assert nothing.value.code == "NO_STEP"
    do(steps.redo, evening.host, evening.session)
    assert of_rundown(evening) == states[3]
    do(rundown.move_item, evening.host, evening.rest, evening.clip)
    with pytest.raises(Refusal) as forgotten:
        do(steps.redo, evening.host, evening.session)
    assert forgotten.value.code == "NO_UNDONE_STEP"
    with reading() as db:
        assert db.scalar(select(func.count()).select_from(RundownStep)) <= 20


def test_each_undoes_the_own(evening: Evening) -> None:
    other = evening.city.person(Role.PRODUCER)
    do(rundown.change_item, evening.host, evening.clip, title="主持人改的")
    do(rundown.change_item, other, evening.slot, title="制片改的")
    do(steps.undo, evening.host, evening.session)
    titles = [line["title"] for line in of_rundown(evening)]
    assert titles == ["暗访短片", "制片改的", "休息"]


@pytest.mark.parametrize("action", ["add", "change", "move", "move a case", "remove a case", "arm", "renumber"])
@pytest.mark.parametrize("then", ["changed", "moved"])
def test_what_somebody_else_did_since_is_kept(evening: Evening, action: str, then: str) -> None:
    other = evening.city.person(Role.PRODUCER)
    case = case_of(evening)
    ACTIONS[action](evening, case)
    with reading() as db:
        step = queries.last_step(db, evening.session, evening.host.user_id, undone=False)
        assert step is not None
        touched = next(int(name) for name, line in step.after["lines"].items() if line)
    if then == "changed":
        do(rundown.change_item, other, touched, title_en="Another title")
    else:
        do(rundown.move_item, other, touched)
    with nothing_changes(), pytest.raises(Refusal) as refused:
        do(steps.undo, evening.host, evening.session)
    assert refused.value.code == "CHANGED_SINCE"


def test_a_place_that_somebody_else_gave_in_between_is_kept(evening: Evening) -> None:
    """Mine, theirs, mine again: the last of mine goes back to theirs, and no further."""
    other = evening.city.person(Role.PRODUCER)
    do(rundown.move_item, evening.host, evening.clip)
    do(rundown.move_item, other, evening.clip, evening.rest)
    do(rundown.move_item, evening.host, evening.clip, evening.slot)
    do(steps.undo, evening.host, evening.session)
    assert evening.order == [evening.slot, evening.clip, evening.rest]
    with pytest.raises(Refusal) as refused:
        do(steps.undo, evening.host, evening.session)
    assert refused.value.code == "CHANGED_SINCE"


def test_a_change_of_words_is_undone_where_the_line_stands_by_now(evening: Evening) -> None:
    do(rundown.change_item, evening.host, evening.clip, note_host="看稿")
    do(rundown.move_item, evening.city.person(Role.PRODUCER), evening.slot)
    for press, note in ((steps.undo, ""), (steps.redo, "看稿")):
        do(press, evening.host, evening.session)
        assert evening.order == [evening.clip, evening.rest, evening.slot]
        assert evening.item(evening.clip).note_host == note


def test_what_was_on_air_is_not_touched(evening: Evening) -> None:
    other = evening.city.person(Role.PRODUCER)
    do(rundown.change_item, other, evening.clip, title="短片")
    evening.go_live().take(evening.clip)
    with nothing_changes(), pytest.raises(Refusal) as nothing:
        do(steps.undo, other, evening.session)
    assert nothing.value.code == "NO_STEP"
    do(rundown.move_item, evening.host, evening.rest, evening.slot)
    do(steps.undo, evening.host, evening.session)
    assert evening.order == [evening.clip, evening.slot, evening.rest]


def test_what_can_never_be_undone_again_hides_nothing_older(evening: Evening) -> None:
    other = evening.city.person(Role.PRODUCER)
    do(rundown.change_item, other, evening.rest, title="休息十分钟")
    do(rundown.change_item, other, evening.clip, title="短片")
    evening.go_live().take(evening.clip)
    do(steps.undo, other, evening.session)
    assert (evening.item(evening.clip).title, evening.item(evening.rest).title) == ("短片", "休息")
    do(steps.redo, other, evening.session)
    assert evening.item(evening.rest).title == "休息十分钟"
    evening.take(evening.rest)
    with nothing_changes(), pytest.raises(Refusal) as nothing:
        do(steps.undo, other, evening.session)
    assert nothing.value.code == "NO_STEP"


def test_steps_end_with_the_session_and_with_withdrawn_words(evening: Evening) -> None:
    asked = evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=77)
    do(rundown.move_item, evening.host, evening.rest, evening.clip)
    do(rundown.remove_item, evening.host, asked)
    other = evening.add(ItemKind.QUESTION, "积水谁管？", question_id=7)
    with statements() as asked_of:
        do(rundown.withdraw_titles, [*range(1000, 1060), 77])
    assert not [one for one in asked_of if "rundown_steps" in one and "DELETE" not in one], "and no other is read"
    with reading() as db:
        kept = repr([(one.title, one.before, one.after) for one in db.scalars(select(RundownStep))])
    assert "路灯" not in kept
    assert "积水" in kept
    do(rundown.remove_item, evening.host, other)
    do(rundown.withdraw_titles, [7])
    do(steps.undo, evening.host, evening.session)
    assert evening.order[0] == evening.clip, "of what is left, the last is undone"
    evening.go_live()
    do(floor.close, evening.host, evening.session)
    with reading() as db:
        assert not db.scalars(select(RundownStep)).all()


def test_a_cue_that_another_line_has_by_now_is_not_given_twice(evening: Evening) -> None:
    other = evening.city.person(Role.PRODUCER)
    do(rundown.change_item, evening.host, evening.clip, cue="A1")
    do(rundown.change_item, evening.host, evening.clip, cue="")
    do(rundown.change_item, other, evening.slot, cue="A1")
    with nothing_changes(), pytest.raises(Refusal) as refused:
        do(steps.undo, evening.host, evening.session)
    assert (refused.value.code, refused.value.data) == ("CUE_TAKEN", {"cue": "A1"})


# --- two who edit the same line ---------------------------------------------------------------------------------------


def test_a_stale_edit_is_refused_with_what_the_line_says_now(evening: Evening) -> None:
    seen = evening.item(evening.clip).rev
    do(rundown.change_item, evening.host, evening.clip, seen, title="短片", note_floor="关灯")
    with nothing_changes(), pytest.raises(Stale) as stale:
        do(rundown.change_item, evening.city.person(Role.PRODUCER), evening.clip, seen, title="别的")
    assert (stale.value.data["now"]["title"], stale.value.data["now"]["notes"]) == ("短片", {"floor": "关灯"})
    with nothing_changes(), pytest.raises(Stale):
        do(rundown.remove_item, evening.host, evening.clip, seen)
    do(rundown.move_item, evening.host, evening.clip)
    do(rundown.change_item, evening.host, evening.clip, seen + 1, title="别的")


def test_a_line_that_came_back_is_not_the_one_that_was_seen_before(evening: Evening) -> None:
    """Twice: it counts on from wherever it was when it went."""
    made = evening.add(ItemKind.CLIP, "街头")
    for _round in range(2):
        seen = evening.item(made).rev
        do(steps.undo, evening.host, evening.session)
        do(steps.redo, evening.host, evening.session)
        with nothing_changes(), pytest.raises(Stale):
            do(rundown.change_item, evening.city.person(Role.PRODUCER), made, seen, title="别的")
        do(rundown.change_item, evening.host, made, seen + 1, note_host="看稿")
        do(steps.undo, evening.host, evening.session)
    do(rundown.remove_item, evening.host, made)
    seen = evening.item(evening.clip).rev
    do(rundown.remove_item, evening.host, evening.clip, seen)
    do(steps.undo, evening.host, evening.session)
    assert evening.item(evening.clip).rev == seen + 1


def test_a_cue_is_of_one_line(evening: Evening) -> None:
    do(rundown.change_item, evening.host, evening.clip, cue="1")
    with nothing_changes(), pytest.raises(Refusal) as taken:
        do(rundown.change_item, evening.host, evening.slot, cue="1")
    assert taken.value.code == "CUE_TAKEN"
    case = case_of(evening)
    assert do(rundown.renumber_cues, evening.host, evening.session)
    assert [evening.item(one).cue for one in evening.order] == ["1", "2", "2.1", "2.2"]
    evening.go_live().take(evening.rest)
    do(rundown.move_item, evening.host, case, evening.rest)
    do(rundown.renumber_cues, evening.host, evening.session)
    assert [evening.item(one).cue for one in evening.order] == ["2", "2.1", "2.2", "1"], "what is on air keeps its own"


# --- what follows by itself -------------------------------------------------------------------------------------------


def test_what_is_armed_follows_a_film_that_is_over(evening: Evening, clock: Clock, built: Any) -> None:
    speaker = evening.plan_speaker(60)
    do(rundown.move_item, evening.host, speaker, evening.slot)
    do(rundown.arm_item, evening.host, speaker, follows=True)
    evening.go_live().take(evening.clip)
    assert watch.let_follow(clock.forward(seconds=599)) == 0
    now = clock.forward(seconds=1)
    with replaying(evening.session) as told:
        assert watch.let_follow(now) == 1
    assert told[-1] == "live.slot_started"
    slot = evening.open_slot()
    assert (evening.row.floor_item_id, slot.item_id if slot else 0) == (speaker, speaker)
    assert evening.item(speaker).follows is False, "it is on air"
    assert watch.let_follow(clock.forward(hours=1)) == 0


@pytest.mark.parametrize("at_zero", [AtZero.END, AtZero.GRACE, AtZero.COUNT_OVER])
def test_what_is_armed_follows_a_slot_that_ends_by_time(
    on_air: Evening, clock: Clock, built: Any, at_zero: AtZero
) -> None:
    do(rundown.arm_item, on_air.host, on_air.rest, follows=True)
    on_air.start(60, at_zero, 10)
    watch.call_due(clock.forward(seconds=60))
    watch.call_due(clock.forward(seconds=10))
    followed = on_air.row.floor_item_id == on_air.rest
    assert followed is (at_zero is not AtZero.COUNT_OVER)


def test_whoever_is_planned_for_less_than_a_second_has_one(evening: Evening, clock: Clock, built: Any) -> None:
    """Otherwise the watcher would fail at the same line for ever."""
    speaker = evening.add(
        ItemKind.SLOT, "水务局发言", planned_ms=999, unit_id=evening.city.water.id, speaker="周启明", follows=True
    )
    do(rundown.move_item, evening.host, speaker, evening.slot)
    evening.go_live().take(evening.clip)
    assert watch.let_follow(clock.forward(seconds=600)) == 1
    slot = evening.open_slot()
    assert slot
    assert (slot.speaker, slot.allotted_ms) == ("周启明", 1000)


def test_one_press_disarms_and_nothing_follows(evening: Evening, clock: Clock, built: Any) -> None:
    do(rundown.arm_item, evening.host, evening.slot, follows=True)
    evening.go_live().take(evening.clip)
    do(rundown.arm_item, evening.host, evening.slot, follows=False)
    assert watch.let_follow(clock.forward(hours=1)) == 0
    assert evening.row.floor_item_id == evening.clip


def test_a_question_waits_for_a_person(evening: Evening, clock: Clock, built: Any) -> None:
    asked = evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=77)
    with nothing_changes(), pytest.raises(Refusal) as refused:
        do(rundown.arm_item, evening.host, asked, follows=True)
    assert refused.value.code == "QUESTIONS_ITEM"


def test_what_was_taken_again_lasts_as_long_again(evening: Evening, clock: Clock, built: Any) -> None:
    do(rundown.arm_item, evening.host, evening.slot, follows=True)
    evening.go_live().take(evening.clip).take(evening.rest)
    clock.forward(seconds=500)
    evening.take(evening.clip)
    assert watch.let_follow(clock.forward(seconds=300)) == 0
    assert watch.let_follow(clock.forward(seconds=300)) == 1


# --- what the crew alone is shown -------------------------------------------------------------------------------------


def test_notes_cues_and_colours_are_the_crews(evening: Evening) -> None:
    secrets = {f"note_{role}": f"秘密{role}" for role in ("host", "producer", "moderator", "clerk", "floor")}
    do(rundown.change_item, evening.host, evening.clip, cue="CUE-9", colour=ItemColour.AMBER, **secrets)
    do(rundown.arm_item, evening.host, evening.clip, follows=True)
    with reading() as db:
        told = {view: repr(snapshot(db, evening.session, view)) for view in (View.PUBLIC, View.INTERNAL, View.STAFF)}
    for word in [*secrets.values(), "CUE-9", "amber", "'follows': True"]:
        assert word in told[View.STAFF]
        assert word not in told[View.PUBLIC]
        assert word not in told[View.INTERNAL]


def test_steps_are_told_to_their_maker(evening: Evening, say: Any) -> None:
    do(rundown.change_item, evening.host, evening.clip, title="短片")
    ask = {"session": evening.session}
    assert say(evening.host, "live.steps", **ask)["undo"] == {"kind": "changed", "title": "短片", "lines": 1}
    assert say(evening.city.person(Role.PRODUCER), "live.steps", **ask) == {"ok": True, "undo": None, "redo": None}
    assert say(evening.host, "live.undo", **ask)["ok"]
    assert say(evening.host, "live.steps", **ask)["redo"]["kind"] == "changed"
    assert say(Actor(Role.MODERATOR), "live.steps", **ask)["error"]["code"] == "FORBIDDEN"


def test_a_frozen_plan_stays_with_a_line_that_comes_back(evening: Evening) -> None:
    do(rundown.remove_item, evening.host, evening.rest)
    evening.go_live()
    do(steps.undo, evening.host, evening.session)
    assert evening.item(evening.rest).planned_at is None, "it came back after the plan was frozen"
    do(preparation.take_back_live, evening.host, evening.session, evening.rev)
    assert isinstance(evening.item(evening.rest), Item)


def test_a_session_may_begin_with_the_rundown_of_another(evening: Evening) -> None:
    """Lines, cases, cues and notes; not what happened, no citizen's question."""
    case = case_of(evening)
    do(rundown.change_item, evening.host, evening.slot, cue="7", note_floor="递话筒", speaker="周启明")
    evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=77)
    before = of_rundown(evening)
    lost = evening.add(ItemKind.VERDICT, "评议")
    do(lambda uow: setattr(uow.lock(Item, lost), "case_id", 999))  # as an import of before may have left it
    evening.go_live().take(evening.clip)
    units = [evening.city.water.id]
    made = do(
        preparation.create_session, evening.host, title="下一场", starts_at=EIGHT, planned_minutes=60, unit_ids=units,
        like_id=evening.session,
    )  # fmt: skip
    with reading() as db:
        copies = queries.rundown(db, made.id)
        assert [one.state.value for one in copies] == ["planned"] * 5
        assert [one.started_at or one.planned_at for one in copies] == [None] * 5
        lines = [steps.standing(copies).lines[str(one.id)] for one in copies[:4]]
    left_out = {"case_id", "placed_by_id", "planned_at", "rev"}
    plain = [{name: value for name, value in line.items() if name not in {"id", *left_out}} for line in before[:4]]
    assert [{name: value for name, value in line.items() if name not in left_out} for line in lines] == plain
    cases = [one.id for one in copies if one.kind is ItemKind.CASE]
    assert [one.case_id for one in copies] == [None, None, *cases, *cases, None]
    assert case not in cases
