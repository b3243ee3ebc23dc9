"""What moderators decide, and how it is taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.permissions import Role
from inquiry.questions import refusals, rules
from inquiry.questions.commands import asking, moderation
from inquiry.questions.models import ModerationDecision, Question, QuestionState, RefusalReason
from inquiry.questions.queries import lookup
from inquiry.realtime import ticks
from inquiry.realtime.views import View
from tests.questions.conftest import EIGHT, LAMPS, Clock, Floor, do
from tests.support.application import Say, fingerprint
from tests.support.replay import nothing_changes

S = QuestionState


def last(floor: Floor) -> tuple[str, dict[str, Any]]:
    return floor.entries()[-1]


def is_public(question: Question) -> bool:
    return rules.is_public(question.state, question.approved_at)


# --- approving and refusing -----------------------------------------------------------------------------------------


def test_approving_makes_a_question_public(floor: Floor) -> None:
    question = floor.ask()
    floor.decide(moderation.approve, question, floor.city.water.id)
    row = floor.question(question)
    assert (row.state, row.approved_at, row.unit_id, row.rev) == (S.APPROVED, EIGHT, floor.city.water.id, 1)
    assert last(floor) == ("questions.approved", {"question": question, "number": 1, "unit": floor.city.water.id})


def test_approving_keeps_the_unit_the_asker_chose(floor: Floor) -> None:
    question = floor.ask(unit=floor.city.water.id)
    floor.decide(moderation.approve, question)
    assert floor.question(question).unit_id == floor.city.water.id


def test_a_refusal_is_counted_in_public_and_explained_to_the_asker_alone(floor: Floor) -> None:
    question = floor.ask()
    floor.decide(moderation.refuse, question, RefusalReason.OFF_TOPIC, "请到下一期提问")
    row = floor.question(question)
    assert (row.state, row.refusal_reason, row.refusal_note) == (S.REFUSED, RefusalReason.OFF_TOPIC, "请到下一期提问")
    assert last(floor) == ("questions.refused", {"question": question, "number": 1, "reason": "off_topic"})


def test_an_approved_question_can_be_taken_down(floor: Floor) -> None:
    question = floor.approved()
    floor.decide(moderation.refuse, question, RefusalReason.PRIVATE)
    assert floor.state(question) is S.REFUSED
    assert not is_public(floor.question(question))


def test_a_unit_can_be_set_and_taken_away(floor: Floor) -> None:
    question = floor.ask()
    floor.decide(moderation.set_unit, question, floor.city.housing.id)
    assert (floor.question(question).unit_id, floor.entries("staff")[-1][0]) == (
        floor.city.housing.id, "questions.unit_set",
    )  # fmt: skip
    floor.decide(moderation.approve, question)
    floor.decide(moderation.set_unit, question, None)
    assert floor.question(question).unit_id is None
    assert last(floor) == ("questions.unit_set", {"question": question, "number": 1, "unit": None})


def test_every_decision_is_kept_with_who_took_it(floor: Floor) -> None:
    question = floor.approved()
    with reading() as db:
        [kept] = db.scalars(select(ModerationDecision).where(ModerationDecision.question_id == question))
    assert (kept.by_id, kept.at, kept.undone_at) == (floor.moderator.user_id, EIGHT, None)
    assert kept.before["state"] == "waiting"


# --- several moderators ---------------------------------------------------------------------------------------------


def test_of_two_presses_on_what_both_saw_one_wins_and_the_other_is_told(floor: Floor, say: Say) -> None:
    question, seen = floor.ask(), 0
    colleague = floor.city.person(Role.MODERATOR, another="colleague")
    assert say(floor.moderator, "questions.approve", question=question, seen=seen) == {
        "ok": True, "question": question, "state": "approved", "rev": 1,
    }  # fmt: skip
    before = fingerprint()
    answer = say(colleague, "questions.refuse", question=question, seen=seen, reason="spam")
    assert (answer["error"]["code"], answer["status"]) == ("STALE", 409)
    assert answer["error"]["data"]["now"] == floor.row(question)
    assert fingerprint() == before


def test_a_double_tap_decides_once(floor: Floor, say: Say) -> None:
    question = floor.ask()
    press = {"question": question, "seen": 0, "client_id": "press-number-1"}
    first = say(floor.moderator, "questions.approve", **press)
    before = fingerprint()
    assert say(floor.moderator, "questions.approve", **press) == first
    assert fingerprint() == before
    again = say(floor.moderator, "questions.approve", question=question, seen=0, client_id="press-number-2")
    assert again["error"]["code"] == "STALE"


def test_a_moderator_holds_one_question_at_a_time_and_the_others_see_it(floor: Floor, clock: Clock) -> None:
    one, other = floor.ask(), floor.ask("二号问题")
    do(moderation.hold, floor.moderator, one)
    do(moderation.hold, floor.moderator, other)
    told = floor.entries() + floor.entries("staff")
    with reading() as db:
        crew = ticks.compose(db, floor.session, set(), View.STAFF)
        public = ticks.compose(db, floor.session, set(), View.PUBLIC)
    until = round((EIGHT + timedelta(seconds=30)).timestamp() * 1000)
    assert crew["holds"] == {str(other): {"id": floor.moderator.user_id, "name": "Moderator", "until": until}}
    assert "holds" not in public
    assert all(kind == "questions.asked" or kind.startswith("live.") for kind, _payload in told)
    clock.forward(seconds=31)
    with reading() as db:
        assert ticks.compose(db, floor.session, set(), View.STAFF)["holds"] == {}


def test_a_hold_keeps_others_from_holding_but_not_from_deciding(floor: Floor, clock: Clock) -> None:
    question = floor.ask()
    colleague = floor.city.person(Role.MODERATOR, another="colleague")
    do(moderation.hold, floor.moderator, question)
    with nothing_changes(), pytest.raises(refusals.HeldByOther) as refused:
        do(moderation.hold, colleague, question)
    assert refused.value.data["name"] == "Moderator"
    do(moderation.approve, colleague, question, 0)
    assert floor.state(question) is S.APPROVED
    assert floor.question(question).held_by_id is None
    do(moderation.hold, floor.moderator, question)
    clock.forward(seconds=31)
    do(moderation.hold, colleague, question)
    assert floor.question(question).held_by_id == colleague.user_id


# --- merging --------------------------------------------------------------------------------------------------------


def test_merging_unites_distinct_voters_and_unmerging_restores_the_counts(floor: Floor) -> None:
    root, merged = floor.approved(), floor.approved("路灯几时能亮？")
    both, only_root, only_merged = floor.city.phone(), floor.city.phone(), floor.city.phone()
    floor.support(root, both, only_root)
    floor.support(merged, both, only_merged)
    floor.decide(moderation.merge, merged, root)
    assert (floor.votes(root), floor.votes(merged)) == (3, 0)
    assert (floor.state(merged), floor.question(merged).root_id) == (S.MERGED, root)
    assert last(floor) == ("questions.merged", {"question": merged, "number": 2, "into": root, "into_number": 1})
    floor.decide(moderation.unmerge, merged)
    assert (floor.votes(root), floor.votes(merged)) == (2, 2)
    assert (floor.state(merged), floor.question(merged).root_id) == (S.APPROVED, merged)
    assert last(floor) == ("questions.unmerged", {"question": merged, "number": 2, "out_of": root, "from_number": 1})


def test_merging_never_chains(floor: Floor) -> None:
    one, two, three = (floor.approved(f"路灯问题第{name}") for name in "一二三")
    floor.support(one)
    floor.decide(moderation.merge, one, two)
    floor.decide(moderation.merge, two, three)
    assert [floor.question(question).root_id for question in (one, two, three)] == [three] * 3
    assert floor.votes(three) == 1
    floor.decide(moderation.unmerge, two)
    assert [floor.question(question).root_id for question in (one, two, three)] == [two, two, three]
    floor.decide(moderation.unmerge, one)
    assert [floor.question(question).root_id for question in (one, two, three)] == [one, two, three]


def test_what_is_merged_already_stands_for_what_it_was_merged_into(floor: Floor, say: Say) -> None:
    one, two, three = (floor.approved(f"路灯问题第{name}") for name in "一二三")
    floor.decide(moderation.merge, two, three)
    answer = say(floor.moderator, "questions.merge", question=one, seen=floor.question(one).rev, into=two)
    assert answer == {"ok": True, "question": one, "into": three, "votes": 0}
    assert floor.question(one).merged_into_id == three


def test_waiting_questions_can_be_gathered_under_one_of_them(floor: Floor) -> None:
    one, two = floor.ask("一号问题"), floor.ask("二号问题")
    floor.decide(moderation.merge, one, two)
    floor.decide(moderation.approve, two)
    with reading() as db:
        assert lookup.versions(db, lookup.question(db, two)) == []  # nobody approved the words of the first
    assert not is_public(floor.question(one))


def test_several_askers_may_be_merged_into_what_is_on_air(floor: Floor) -> None:
    question = floor.approved()
    floor.go_live().put(question)
    late = floor.ask("路灯几时能亮？")
    floor.decide(moderation.merge, late, question)
    assert floor.question(late).root_id == question


# --- rewording ------------------------------------------------------------------------------------------------------


def test_a_rewording_is_a_linked_version_and_both_can_be_public(floor: Floor) -> None:
    original, phone = floor.ask(), floor.city.phone()
    version = floor.decide(moderation.reword, original, asking.word("湖滨路路灯的修复时间？"), closed=False).id
    old, new = floor.question(original), floor.question(version)
    assert (old.text, old.state, old.root_id) == (LAMPS, S.MERGED, version)
    assert (new.number, new.state, new.rewording_of_id, new.device_id) == (2, S.APPROVED, original, old.device_id)
    assert new.receipt != old.receipt
    with reading() as db:
        assert is_public(lookup.question(db, original))
        assert [one.id for one in lookup.versions(db, lookup.question(db, version))] == [original]
    floor.support(original, phone)
    assert floor.votes(version) == 1
    assert last(floor) == (
        "questions.reworded", {"question": original, "number": 1, "version": version, "as_number": 2},
    )  # fmt: skip


def test_what_has_votes_keeps_its_words_and_its_votes(floor: Floor) -> None:
    original = floor.approved()
    floor.support(original)
    version = floor.decide(moderation.reword, original, asking.word("湖滨路路灯的修复时间？")).id
    assert floor.question(original).text == LAMPS
    assert floor.votes(version) == 1


def test_undoing_a_rewording_lets_the_original_stand_and_keeps_the_new_votes(floor: Floor) -> None:
    original = floor.approved()
    floor.support(original)
    version = floor.decide(moderation.reword, original, asking.word("湖滨路路灯的修复时间？")).id
    floor.support(version)
    floor.decide(moderation.undo, original)
    assert (floor.state(original), floor.state(version)) == (S.APPROVED, S.MERGED)
    assert (floor.votes(original), floor.votes(version)) == (2, 0)
    assert floor.question(version).root_id == original
    assert floor.decide(moderation.unmerge, version).state is S.APPROVED
    assert (floor.votes(original), floor.votes(version)) == (1, 1)


def test_undoing_the_rewording_of_a_waiting_question_hides_both_again(floor: Floor) -> None:
    original = floor.ask()
    version = floor.decide(moderation.reword, original, asking.word("湖滨路路灯的修复时间？")).id
    floor.decide(moderation.undo, original)
    assert floor.state(original) is S.WAITING
    assert not any(is_public(floor.question(question)) for question in (original, version))


# --- undoing --------------------------------------------------------------------------------------------------------

Decide = Callable[[Floor, int], Any]

DECISIONS: dict[str, Decide] = {
    "approve": lambda floor, one: floor.decide(moderation.approve, one, floor.city.housing.id),
    "refuse": lambda floor, one: floor.decide(moderation.refuse, one, RefusalReason.ABUSIVE, "不文明"),
    "merge": lambda floor, one: floor.decide(moderation.merge, one, floor.approved("别人的问题")),
    "reword": lambda floor, one: floor.decide(moderation.reword, one, asking.word("换一种说法")),
}


def judged(question: Question) -> dict[str, Any]:
    """What a decision can change, `rev` apart."""
    return {
        name: getattr(question, name)
        for name in ("state", "unit_id", "approved_at", "refusal_reason", "refusal_note", "root_id", "merged_into_id")
    }


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("name", DECISIONS)
def test_every_decision_can_be_taken_back_exactly(floor: Floor, name: str, approved: bool) -> None:
    if approved and name == "approve":
        approved = False
    question = floor.approved() if approved else floor.ask()
    floor.support(question) if approved else None
    before, votes = judged(floor.question(question)), floor.votes(question)
    DECISIONS[name](floor, question)
    assert judged(floor.question(question)) != before
    floor.decide(moderation.undo, question)
    assert judged(floor.question(question)) == before
    assert floor.votes(question) == votes
    assert last(floor) == ("questions.undone", {"question": question, "number": 1, "decision": name})


def test_decisions_are_taken_back_one_at_a_time(floor: Floor) -> None:
    question, other = floor.ask(), floor.approved("别人的问题")
    floor.decide(moderation.approve, question)
    floor.decide(moderation.merge, question, other)
    floor.decide(moderation.unmerge, question)
    states = []
    for _ in range(3):
        floor.decide(moderation.undo, question)
        states.append(floor.state(question))
    assert states == [S.MERGED, S.APPROVED, S.WAITING]
    with nothing_changes(), pytest.raises(refusals.NothingToUndo):
        floor.decide(moderation.undo, question)


def test_undoing_an_unmerge_follows_where_the_other_went(floor: Floor) -> None:
    one, two, three = (floor.approved(f"路灯问题第{name}") for name in "一二三")
    floor.decide(moderation.merge, one, two)
    floor.decide(moderation.unmerge, one)
    floor.decide(moderation.merge, two, three)
    floor.decide(moderation.undo, one)
    assert floor.question(one).root_id == three
    floor.decide(moderation.unmerge, two)
    assert floor.question(one).root_id == two


# --- when the session is over ---------------------------------------------------------------------------------------


def test_what_is_approved_after_the_close_goes_straight_to_its_unit(floor: Floor) -> None:
    question = floor.ask()
    floor.go_live().close()
    with nothing_changes(), pytest.raises(refusals.NeedsUnit):
        floor.decide(moderation.approve, question)
    floor.decide(moderation.approve, question, floor.city.water.id)
    row = floor.question(question)
    assert (row.state, row.unit_id) == (S.HANDED, floor.city.water.id)
    assert row.reply_due_on is not None
    assert row.reply_due_on.isoformat() == "2026-12-15"  # ten working days from Tuesday, 1 December 2026
