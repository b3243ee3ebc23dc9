"""Preview, take, clear, panic: what comes to stand over the picture, how it is corrected, and how it leaves."""

from dataclasses import replace

import pytest

from inquiry.accounts.commands.tokens import FOR_TOKENS
from inquiry.errors import NotFound, Stale
from inquiry.graphics import refusals
from inquiry.graphics.commands import air, cards
from inquiry.live import refusals as live_refusals
from inquiry.permissions import Grant
from inquiry.pledges.commands import recording, withdrawing
from inquiry.questions.commands import moderation
from inquiry.questions.models import RefusalReason
from inquiry.realtime.views import View
from tests.graphics.conftest import NAME, Desk, Layer, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying

WORDS = {"name": "林知远（代）", "title": "副局长", "title_en": "", "unit": "城管局", "unit_en": ""}


def test_what_is_taken_is_a_frozen_copy_and_editing_never_changes_air(desk: Desk) -> None:
    with replaying(desk.session) as told:
        card = desk.prepare()
        assert desk.on_air(Layer.LOWER_THIRD) is None, "what is prepared is not on air"
        desk.take(card)
        do(cards.change_card, desk.director, card.id, 0, WORDS)
        row = desk.on_air(Layer.LOWER_THIRD, View.OUTPUT)
        assert row is not None
        do(cards.discard_card, desk.director, card.id)
    assert row["content"]["name"] == NAME["name"]
    assert desk.on_air(Layer.LOWER_THIRD, View.OUTPUT) == row
    assert desk.rows("graphiccard") == []
    assert told == [
        "graphics.card_prepared", "graphics.taken", "graphics.card_changed", "graphics.card_discarded"
    ]  # fmt: skip


def test_a_correction_on_the_spot_is_no_new_entrance_and_a_take_is(desk: Desk) -> None:
    with replaying(desk.session):
        desk.take(desk.prepare())
        do(air.update_on_air, desk.director, desk.session, Layer.LOWER_THIRD, 1, WORDS)
    row = desk.shown(Layer.LOWER_THIRD)
    assert (row["revision"], row["taken"], row["content"]) == (2, 1, WORDS)
    desk.take(desk.prepare())
    row = desk.shown(Layer.LOWER_THIRD)
    assert (row["revision"], row["taken"]) == (3, 3)


def test_a_layer_is_cleared_with_its_exit_and_panic_clears_all_at_once(desk: Desk) -> None:
    with replaying(desk.session) as told:
        desk.take(desk.prepare())
        desk.clear(Layer.LOWER_THIRD)
        row = desk.shown(Layer.LOWER_THIRD)
        assert (row["content"], row["is_cut"]) == (None, False)
        desk.take(desk.prepare())
        desk.take(desk.prepare(Layer.QUESTION_CARD, question_id=desk.promise.question))
        gone = do(air.panic, desk.director, desk.session)
        assert do(air.panic, desk.director, desk.session) == [], "a second press finds nothing and says nothing"
    assert {one.layer for one in gone} == {Layer.LOWER_THIRD, Layer.QUESTION_CARD}
    assert [one["content"] for one in desk.rows("onairlayer", View.OUTPUT)] == [None, None]
    assert all(one["is_cut"] for one in desk.rows("onairlayer"))
    assert told.count("graphics.panicked") == 1


def test_whoever_presses_on_what_they_did_not_see_is_told_and_nothing_changes(desk: Desk) -> None:
    card = desk.prepare()
    desk.take(card)
    filled = desk.filled()["logo"]["digest"]
    presses = (
        lambda: do(air.take_card, desk.host, desk.session, card.id, 0, 0),
        lambda: do(air.take_card, desk.host, desk.session, card.id, 1, 7),
        lambda: do(air.clear, desk.host, desk.session, Layer.LOWER_THIRD, 0),
        lambda: do(air.update_on_air, desk.host, desk.session, Layer.LOWER_THIRD, 0, WORDS),
        lambda: do(air.take_from_floor, desk.host, desk.session, Layer.LOGO, 4, filled),
        lambda: do(air.take_from_floor, desk.host, desk.session, Layer.LOGO, 0, "0" * 16),
        lambda: do(cards.change_card, desk.host, card.id, 3, WORDS),
    )
    for press in presses:
        with nothing_changes(), pytest.raises(Stale):
            press()


def test_what_is_not_approved_cannot_be_prepared_nor_taken(desk: Desk) -> None:
    waiting = desk.evening.ask("会上没有审核过的话")
    with nothing_changes(), pytest.raises(refusals.NotApproved):
        desk.prepare(Layer.QUESTION_CARD, question_id=waiting)
    approved = desk.evening.approve(waiting)
    card = desk.prepare(Layer.QUESTION_CARD, question_id=approved)
    question = desk.evening.question(approved)
    do(moderation.refuse, desk.evening.moderator, approved, question.rev, RefusalReason.OFF_TOPIC)
    with nothing_changes(), pytest.raises(refusals.NotApproved):
        desk.take(card)


@pytest.mark.parametrize("reason", [RefusalReason.OFF_TOPIC, RefusalReason.PRIVATE])
def test_a_question_that_is_refused_leaves_the_air_at_once(desk: Desk, reason: RefusalReason) -> None:
    asked = desk.evening.approved("一个电话号码不该出现在屏幕上")
    desk.take(desk.prepare(Layer.QUESTION_CARD, question_id=asked))
    with replaying(desk.session) as told:
        do(moderation.refuse, desk.evening.moderator, asked, desk.evening.question(asked).rev, reason)
    row = desk.shown(Layer.QUESTION_CARD)
    assert (row["content"], row["is_cut"], row["question"]) == (None, True, None)
    assert "graphics.withdrawn" in told


def test_an_approval_that_is_taken_back_takes_the_card_off_air(desk: Desk) -> None:
    asked = desk.evening.approved("刚批准又收回的问题")
    desk.take(desk.prepare(Layer.QUESTION_CARD, question_id=asked))
    do(moderation.undo, desk.evening.moderator, asked, desk.evening.question(asked).rev)
    row = desk.shown(Layer.QUESTION_CARD)
    assert row["content"] is None


def test_a_pledge_whose_words_are_withdrawn_leaves_the_air(desk: Desk) -> None:
    desk.take(desk.prepare(Layer.PLEDGE_CARD, pledge_id=desk.promise.id))
    desk.take(desk.prepare())
    with replaying(desk.session) as told:
        do(withdrawing.withdraw_pledge, desk.promise.staff, desk.promise.id, desk.promise.rev, "含个人信息")
    pledge, name = desk.shown(Layer.PLEDGE_CARD), desk.on_air(Layer.LOWER_THIRD)
    assert pledge["content"] is None
    assert name["content"] is not None, "what has nothing to do with it stays"
    assert told.count("graphics.withdrawn") == 1


def test_a_pledge_that_was_corrected_is_corrected_on_air_and_its_card_still_good(desk: Desk) -> None:
    card = desk.prepare(Layer.PLEDGE_CARD, pledge_id=desk.promise.id)
    desk.take(card)
    for thing in ("湖滨路和滨河路路灯", "湖滨路和滨河东路路灯"):
        old = desk.promise.id
        corrected = desk.promise.press(recording.correct_pledge, desk.promise.clerk, object=thing)
        desk.promise.id = corrected.id
        assert desk.shown(Layer.PLEDGE_CARD)["pledge"] == old, "nothing that is changed elsewhere changes air"
        with replaying(desk.session):
            seen = desk.revision(Layer.PLEDGE_CARD)
            do(air.update_on_air, desk.director, desk.session, Layer.PLEDGE_CARD, seen, None)
        row = desk.shown(Layer.PLEDGE_CARD)
        assert (row["pledge"], row["content"]["text"]) == (corrected.id, f"修复{thing}")
    desk.clear(Layer.PLEDGE_CARD)
    desk.take(card)
    assert desk.shown(Layer.PLEDGE_CARD)["pledge"] == desk.promise.id
    do(withdrawing.withdraw_pledge, desk.promise.staff, desk.promise.id, desk.promise.rev, "含个人信息")
    assert desk.shown(Layer.PLEDGE_CARD)["content"] is None
    with nothing_changes(), pytest.raises(refusals.NotApproved):
        desk.take(card)


def test_the_words_of_the_record_are_corrected_in_the_record(desk: Desk) -> None:
    question = desk.prepare(Layer.QUESTION_CARD, question_id=desk.promise.question)
    desk.take(question)
    typed = {"number": 1, "text": "别的话", "asker": "", "unit": "", "unit_en": "", "support": 0}
    for press in (
        lambda: desk.prepare(Layer.QUESTION_CARD, content=typed),
        lambda: desk.prepare(Layer.VERDICT, content={}),
        lambda: do(cards.change_card, desk.director, question.id, 0, typed),
        lambda: do(air.update_on_air, desk.director, desk.session, Layer.QUESTION_CARD, 1, typed),
    ):
        with nothing_changes(), pytest.raises(refusals.WordsOfRecord):
            press()
    with replaying(desk.session):
        do(air.update_on_air, desk.director, desk.session, Layer.QUESTION_CARD, 1, None)
    row = desk.shown(Layer.QUESTION_CARD)
    assert (row["revision"], row["taken"]) == (2, 1)


def test_nothing_to_clear_correct_or_show_is_said(desk: Desk) -> None:
    with nothing_changes(), pytest.raises(refusals.NothingOnLayer):
        do(air.clear, desk.director, desk.session, Layer.TICKER, 0)
    with nothing_changes(), pytest.raises(refusals.NothingOnLayer):
        do(air.update_on_air, desk.director, desk.session, Layer.TICKER, 0, None)
    with nothing_changes(), pytest.raises(refusals.NothingToShow):
        do(air.take_from_floor, desk.director, desk.session, Layer.VERDICT, 0, "0" * 16)


def test_cards_of_other_sessions_and_sessions_that_are_over_are_refused(desk: Desk) -> None:
    card = desk.prepare()
    elsewhere = desk.evening.plan(title="另一场")
    with nothing_changes(), pytest.raises(NotFound):
        do(air.take_card, desk.director, elsewhere, card.id, 0, 0)
    with nothing_changes(), pytest.raises(refusals.NotApproved):
        do(cards.prepare_card, desk.director, elsewhere, Layer.QUESTION_CARD, question_id=desk.promise.question)
    desk.take(card)
    desk.evening.close()
    with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
        desk.take(card)
    assert desk.clear(Layer.LOWER_THIRD).content is None, "what is left there can always be taken off"


def test_a_session_has_so_many_cards_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS", 2)
    desk.prepare()
    desk.prepare()
    with nothing_changes(), pytest.raises(refusals.TooManyGraphics):
        desk.prepare()


def test_a_button_elsewhere_takes_and_clears_by_a_token_of_this_session_alone(desk: Desk, say: Say) -> None:
    may = frozenset({"graphics.take", "graphics.clear", "graphics.panic", "live.press_unseen"})
    assert may <= set(FOR_TOKENS)
    button = replace(desk.director, grant=Grant(1, may, desk.session))
    elsewhere = replace(desk.director, grant=Grant(2, may, desk.session + 1))
    card = desk.prepare().id
    for asked in ({"card": card}, {"layer": "logo"}):
        with nothing_changes():
            assert say(elsewhere, "graphics.take", session=desk.session, **asked)["error"]["code"] == "BEYOND_TOKEN"
        assert say(button, "graphics.take", session=desk.session, **asked)["ok"]
    assert desk.shown(Layer.LOWER_THIRD)["content"]["name"] == NAME["name"]
    assert say(button, "graphics.clear", session=desk.session, layer="logo")["ok"]
    assert say(button, "graphics.panic", session=desk.session)["ok"]
    with nothing_changes():
        assert say(button, "graphics.discard_card", card=card)["error"]["code"] == "BEYOND_TOKEN"
