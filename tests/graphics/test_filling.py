"""Layers fill themselves from the floor, are held back and released, and go on air only when somebody takes them."""

from datetime import timedelta

import pytest

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.dispatch.registry import LARGEST_ID
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import BadInput, NotFound, Stale
from inquiry.graphics import queries, refusals
from inquiry.graphics.commands import air, cards
from inquiry.graphics.contents import Content
from inquiry.live import queries as live
from inquiry.live.commands import floor, preparation, rundown, timers
from inquiry.live.models import Counts, ItemKind, Timer
from inquiry.permissions import SYSTEM
from inquiry.pledges.commands import withdrawing
from inquiry.pledges.models import Pledge
from inquiry.questions.commands import supporting
from inquiry.realtime.views import View
from inquiry.verdicts.commands import judging, opening
from tests.graphics.conftest import EIGHT, Clock, Desk, Layer, do
from tests.support.replay import nothing_changes, replaying


def test_the_preview_is_filled_by_whoever_speaks_what_is_asked_and_what_was_promised(desk: Desk) -> None:
    before = desk.filled()
    assert set(before) == {"logo", "pledge_card", "full_frame"}, "the floor is empty, and something was promised"
    desk.speak()
    after = desk.filled()
    assert after["lower_third"]["content"]["name"] == "林知远"
    assert after["lower_third"]["content"]["unit"] == "城管局"
    assert after["question_card"]["content"]["text"] == "湖滨路的路灯何时修好？"
    assert after["pledge_card"]["content"]["due_on"] == "2026-12-18"
    assert after["pledge_card"]["content"]["text"] == "修复湖滨路路灯"
    assert after["countdown"]["content"]["timer"].startswith("slot:")
    assert desk.rows("onairlayer") == [], "none of it is on air"


def test_the_queue_names_who_speaks_and_who_is_planned_next(desk: Desk) -> None:
    for name in ("周启明", "何静", "罗成"):
        do(
            rundown.add_item, desk.host, desk.session, kind=ItemKind.SLOT, title=f"{name}发言", planned_ms=90_000,
            unit_id=desk.city.water.id, speaker=name, speaker_title="科长",
        )  # fmt: skip
    desk.speak()
    queue = desk.filled()["speaker_queue"]["content"]
    assert (queue["now"]["name"], queue["now"]["ms"]) == ("林知远", 180_000)
    assert [(one["name"], one["unit"], one["ms"]) for one in queue["next"]] == [
        ("周启明", "水务局", 90_000), ("何静", "水务局", 90_000), ("罗成", "水务局", 90_000)
    ]  # fmt: skip


def test_what_was_promised_earlier_comes_with_what_became_of_it(desk: Desk, clock: Clock) -> None:
    """On a later evening the unit stands there again: not due yet, overdue, and then kept."""
    unit = desk.city.city_management.id
    later = desk.evening.plan(unit, title="回头看")
    do(preparation.go_live, desk.host, later, EIGHT.date())
    item = do(
        rundown.add_item, desk.host, later, kind=ItemKind.SLOT, title="回头看发言", planned_ms=60_000, unit_id=unit
    )  # fmt: skip
    do(floor.take_item, desk.host, later, item.id, 0)

    def earlier() -> Content:
        with reading() as db:
            content: Content = queries.filled(db, live.session(db, later))["earlier_pledge"]["content"]
        return content

    said = earlier()
    assert (said["kept"], said["state"], said["state_en"]) == (None, "办理中", "In progress")
    assert (said["promised_on"], said["due_on"], said["number"]) == (
        "2026-12-01", "2026-12-18", f"P2026-{desk.promise.id}"
    )  # fmt: skip
    clock.forward(days=20)
    assert (earlier()["kept"], earlier()["state_en"]) == (False, "Overdue")
    do(air.take_from_floor, desk.director, later, Layer.EARLIER_PLEDGE, 0, None)
    desk.promise.keep()
    taken = do(air.update_on_air, desk.director, later, Layer.EARLIER_PLEDGE, 1, None)
    assert (taken.content["kept"], taken.content["state_en"], taken.taken) == (True, "Kept", 1)


def test_what_is_seen_is_what_is_taken_but_votes_go_on_counting(desk: Desk) -> None:
    desk.speak()
    seen = desk.filled()["question_card"]["digest"]
    phone = desk.city.phone()
    do(supporting.support, phone, desk.promise.question)
    assert desk.filled()["question_card"]["digest"] == seen
    with replaying(desk.session):
        do(air.take_from_floor, desk.director, desk.session, Layer.QUESTION_CARD, 0, seen)
    row = desk.shown(Layer.QUESTION_CARD)
    assert row["content"]["support"] == 1
    name = desk.filled()["lower_third"]["digest"]
    desk.evening.clear()
    desk.evening.put(desk.evening.approved("另一个问题"))
    with nothing_changes(), pytest.raises((Stale, refusals.NothingToShow)):
        do(air.take_from_floor, desk.director, desk.session, Layer.LOWER_THIRD, 0, name)
    with nothing_changes(), pytest.raises(Stale):
        do(air.take_from_floor, desk.director, desk.session, Layer.QUESTION_CARD, 1, seen)


def test_a_layer_that_is_held_back_takes_nothing_until_it_is_released(desk: Desk) -> None:
    desk.speak()
    desk.take_filled(Layer.LOWER_THIRD)
    with replaying(desk.session) as told:
        do(air.hold, desk.director, desk.session, Layer.LOWER_THIRD)
        do(air.hold, desk.host, desk.session, Layer.LOWER_THIRD)
    assert told == ["graphics.held"], "a second press changes nothing"
    assert "lower_third" not in desk.filled()
    row = desk.shown(Layer.LOWER_THIRD)
    assert row["held"]
    assert row["content"] is not None, "what is on air stays"
    with nothing_changes(), pytest.raises(refusals.LayerHeld):
        do(air.take_from_floor, desk.director, desk.session, Layer.LOWER_THIRD, row["revision"], None)
    desk.take(desk.prepare())
    with replaying(desk.session):
        do(air.release, desk.director, desk.session, Layer.LOWER_THIRD)
    assert desk.filled()["lower_third"]["content"]["name"] == "林知远"


def test_a_countdown_counts_in_its_own_session_alone(desk: Desk) -> None:
    desk.speak()
    timer = desk.filled()["countdown"]["content"]["timer"]
    desk.take(desk.prepare(Layer.COUNTDOWN, content={"label": "答复", "timer": timer}))
    absent = desk.prepare(Layer.COUNTDOWN, content={"label": "答复", "timer": "slot:999"})
    with nothing_changes(), pytest.raises(NotFound):
        desk.take(absent)


def test_no_countdown_has_a_number_that_the_database_cannot_have(desk: Desk) -> None:
    beyond = {"label": "答复", "timer": f"slot:{LARGEST_ID + 1}"}
    with nothing_changes(), pytest.raises(BadInput):
        desk.prepare(Layer.COUNTDOWN, content=beyond)


def test_a_timer_of_the_crew_counts_on_air_once_it_is_public(desk: Desk) -> None:
    def made(name: str, public: bool) -> int:
        spec = {"name": name, "name_en": "", "counts": Counts.UP, "seconds": 0, "public": public}
        timer: Timer = do(timers.add_timer, desk.director, desk.session, **spec)
        return timer.id

    own, shown = made("场务", False), made("休息", True)
    hidden = desk.prepare(Layer.COUNTDOWN, content={"timer": f"timer:{own}"})
    with nothing_changes(), pytest.raises(NotFound):
        desk.take(hidden)
    with replaying(desk.session):
        desk.take(desk.prepare(Layer.COUNTDOWN, content={"timer": f"timer:{shown}"}))
    assert [row["name"] for row in desk.rows("timer", View.OUTPUT)] == ["休息"], (
        "an output knows no timer of the crew's own"
    )


def test_the_result_of_a_verdict_is_public_from_the_moment_in_which_it_is_on_air(desk: Desk) -> None:
    assert "verdict" not in desk.filled()
    question = desk.promise.question
    verdict = do(opening.open_verdict, desk.host, question, 30).id
    phones = [desk.city.phone() for _ in range(3)]
    with unit_of_work() as uow:
        judging.judge_all(uow, [(one, verdict, number > 0) for number, one in enumerate(phones)])
    assert desk.take_filled(Layer.VERDICT).content == {
        "open": True, "ends_at": milliseconds(EIGHT + timedelta(seconds=30)), "panel": None, "viewers": None,
        "verdict": verdict,
    }, "while it is open nobody is told how others judged"  # fmt: skip
    do(opening.close_verdict, desk.host, verdict)
    assert desk.rows("verdict", View.PUBLIC)[0]["viewers"] is None
    with replaying(desk.session) as told:
        desk.take_filled(Layer.VERDICT)
    assert sorted(told) == ["graphics.taken", "verdicts.taken"]
    content = desk.shown(Layer.VERDICT)["content"]
    assert (content["viewers"]["satisfied"], content["viewers"]["not_satisfied"]) == (2, 1)
    assert desk.rows("verdict", View.PUBLIC)[0]["viewers"] == content["viewers"]


def test_a_verdict_that_is_called_off_leaves_the_picture_at_once(desk: Desk) -> None:
    verdict = do(opening.open_verdict, desk.host, desk.promise.question, 30).id
    desk.take_filled(Layer.VERDICT)
    with replaying(desk.session) as told:
        do(opening.call_off, SYSTEM, verdict)
    assert sorted(told) == ["graphics.withdrawn", "verdicts.called_off"]
    assert (desk.shown(Layer.VERDICT)["content"], desk.shown(Layer.VERDICT)["is_cut"]) == (None, True)
    assert "verdict" not in desk.filled()


def test_a_correction_of_a_verdict_is_of_the_one_that_is_shown_and_publishes_no_other(desk: Desk) -> None:
    first = do(opening.open_verdict, desk.host, desk.promise.question, 30).id
    shown = desk.take_filled(Layer.VERDICT)
    do(opening.close_verdict, desk.host, first)
    second = do(opening.open_verdict, desk.host, desk.promise.question, 30).id
    do(opening.close_verdict, desk.host, second)
    with replaying(desk.session):
        do(air.update_on_air, desk.director, desk.session, Layer.VERDICT, shown.revision, None)
    content = desk.shown(Layer.VERDICT)["content"]
    assert (content["verdict"], content["open"]) == (first, False)
    public = {row["id"]: row["taken_at"] is not None for row in desk.rows("verdict", View.PUBLIC)}
    assert public == {first: True, second: False}


def test_a_layer_that_is_held_back_is_corrected_by_words_alone(desk: Desk) -> None:
    desk.speak()
    desk.take(desk.prepare())
    seen = do(air.hold, desk.director, desk.session, Layer.LOWER_THIRD).revision
    with nothing_changes(), pytest.raises(refusals.LayerHeld):
        do(air.update_on_air, desk.director, desk.session, Layer.LOWER_THIRD, seen, None)
    do(air.update_on_air, desk.director, desk.session, Layer.LOWER_THIRD, seen, {"name": "周启明"})
    assert desk.shown(Layer.LOWER_THIRD)["content"]["name"] == "周启明"


def test_what_the_floor_has_in_a_cards_place_is_not_that_cards(desk: Desk) -> None:
    desk.speak()
    desk.take(desk.prepare(content={"name": "周启明"}))
    assert desk.shown(Layer.LOWER_THIRD)["card"] is not None
    with replaying(desk.session):
        do(air.update_on_air, desk.director, desk.session, Layer.LOWER_THIRD, 1, None)
    row = desk.shown(Layer.LOWER_THIRD)
    assert (row["content"]["name"], row["card"], row["card_rev"]) == ("林知远", None, None)


def test_a_card_that_names_words_of_the_record_shows_in_the_preview_what_a_take_puts_on_air(
    desk: Desk, clock: Clock
) -> None:
    """An earlier pledge of half past seven in the morning: of that day in the city, whichever day it is elsewhere."""
    promised = desk.promise.id
    with unit_of_work() as uow:
        uow.lock(Pledge, promised).recorded_at = EIGHT - timedelta(hours=12, minutes=30)
    named = {"question_id": desk.promise.question}, {"pledge_id": promised}
    for layer, fields in zip((Layer.QUESTION_CARD, Layer.EARLIER_PLEDGE), named, strict=True):
        card = desk.prepare(layer, **fields)
        with reading() as db:
            shown = queries.of_card(db, live.session(db, desk.session), card.id)
        assert desk.take(card).content == shown
    assert shown is not None
    assert shown["promised_on"] == "2026-12-01"


def test_the_preview_shows_no_card_whose_words_were_withdrawn_that_is_gone_or_of_another_session(desk: Desk) -> None:
    named, typed = desk.prepare(Layer.PLEDGE_CARD, pledge_id=desk.promise.id), desk.prepare()
    other = desk.evening.plan(desk.city.water.id)

    def shown(session: int, card: int) -> Content | None:
        with reading() as db:
            return queries.of_card(db, live.session(db, session), card)

    assert shown(desk.session, typed.id) == typed.content
    assert shown(other, typed.id) is None
    do(withdrawing.withdraw_pledge, desk.promise.staff, desk.promise.id, desk.promise.rev, "含个人信息")
    assert shown(desk.session, named.id) is None
    do(cards.discard_card, desk.director, typed.id)
    assert shown(desk.session, typed.id) is None
