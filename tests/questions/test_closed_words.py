"""Words that must not be public are read by nobody outside, in none of their wordings and in none of their copies."""

import json

import pytest

from inquiry.core.db import reading
from inquiry.errors import Refusal, Stale
from inquiry.live.models import ItemKind
from inquiry.permissions import Role
from inquiry.questions import rules
from inquiry.questions.commands import air, asking, closing_words, moderation, settling
from inquiry.questions.models import Question, QuestionState, RefusalReason
from inquiry.questions.queries import lists
from inquiry.questions.refusals import WordsWithdrawn
from inquiry.realtime import streams
from inquiry.realtime.views import View
from tests.questions.conftest import Floor, do
from tests.support.application import Say
from tests.support.replay import nothing_changes

S = QuestionState
PRIVATE = "湖滨路3号张家门口的路灯何时修好？"
CLEAN = "湖滨路的路灯何时修好？"


def words(floor: Floor, question_id: int) -> bool:
    question = floor.question(question_id)
    return rules.is_public(question.state, question.approved_at)


def reworded(
    floor: Floor, text: str = PRIVATE, *, approved: bool = False, closed: bool | None = None
) -> tuple[int, int]:
    original = floor.approved(text) if approved else floor.ask(text)
    return original, floor.decide(moderation.reword, original, asking.word(CLEAN), closed).id


@pytest.mark.parametrize(
    ("approved", "closed", "public"),
    [
        (False, None, False), (True, None, True),
        (False, True, False), (True, True, False),
        (False, False, True), (True, False, True),
    ],
)  # fmt: skip
def test_an_original_is_public_where_it_was_or_where_the_moderator_says_so(
    floor: Floor, approved: bool, closed: bool | None, public: bool
) -> None:
    original, version = reworded(floor, approved=approved, closed=closed)
    assert (words(floor, original), words(floor, version)) == (public, True)
    floor.decide(moderation.undo, original)
    assert (words(floor, original), words(floor, version)) == (approved, approved)


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_refusing_the_rewording_closes_the_family_where_the_words_are_the_reason(
    floor: Floor, reason: RefusalReason
) -> None:
    original, version = reworded(floor, approved=True)
    other = floor.approved("张家门口的灯坏了。")
    floor.decide(moderation.merge, other, version)
    floor.decide(moderation.refuse, version, reason)
    closes = reason in (RefusalReason.PRIVATE, RefusalReason.ABUSIVE, RefusalReason.UNLAWFUL)
    assert [words(floor, one) for one in (original, other, version)] == [not closes, not closes, False]
    floor.decide(moderation.undo, version)
    assert [words(floor, one) for one in (original, other, version)] == [True, True, True]


def test_what_is_taken_out_of_a_closed_family_is_looked_at_again(floor: Floor) -> None:
    root, other = floor.approved(PRIVATE), floor.approved("张家门口的灯坏了。")
    floor.decide(moderation.merge, other, root)
    floor.decide(moderation.refuse, root, RefusalReason.PRIVATE)
    assert floor.decide(moderation.unmerge, other).state is S.WAITING
    assert not words(floor, other)


def test_refusing_a_copy_closes_what_it_was_carried_over_from(floor: Floor) -> None:
    here, there = floor.approved(PRIVATE), floor.plan("下一期")
    copy: Question = do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, here), there))
    floor.decide(moderation.refuse, copy.id, RefusalReason.PRIVATE)
    assert not words(floor, here)
    assert floor.entries()[-1] == ("questions.words_closed", {"question": here, "number": 1})


# --- withdrawing ----------------------------------------------------------------------------------------------------


def answered(floor: Floor, text: str = PRIVATE) -> int:
    """On air, and off it again with an answer; an older wording is merged into it."""
    older = floor.approved(text + "（原话）")
    question = floor.approved(text)
    floor.decide(moderation.merge, older, question)
    floor.go_live().put(question)
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question), False))
    floor.clear()
    return question


def withdraw(floor: Floor, question: int, reason: str = "含个人住址") -> list[Question]:
    staff = floor.city.person(Role.STAFF)
    closed: list[Question] = do(closing_words.withdraw_words, staff, question, floor.question(question).rev, reason)
    return closed


def told(floor: Floor, say: Say) -> str:
    """What a stranger is told of a session by the ways that follow it."""
    with reading() as db:
        public = str(streams.public_stream(floor.session))
        every = [
            streams.snapshot(db, floor.session, View.PUBLIC),
            streams.missed(db, floor.session, View.PUBLIC, {public: 0}),
            [one.question.text for one in lists.board(db, lists.Filters(), floor.question(1).asked_at).rows],
        ]
    similar = say(floor.city.phone(), "questions.similar", session=floor.session, text=PRIVATE)
    return json.dumps([every, similar], ensure_ascii=False, default=str)


def test_withdrawn_words_are_told_nowhere_and_the_trace_stays(floor: Floor, say: Say) -> None:
    question = answered(floor)
    assert "张家" in told(floor, say)
    trace = floor.entries()
    assert len(withdraw(floor, question)) == 2
    left = told(floor, say)
    assert "张家" not in left, left[left.index("张家") - 300 :][:600]
    assert floor.state(question) is S.ANSWERED
    assert floor.entries() == [
        *trace, ("questions.words_withdrawn", {"question": question, "number": 2, "reason": "含个人住址"}),
    ]  # fmt: skip
    assert floor.row(question)["text"] == PRIVATE  # the crew goes on reading them


@pytest.mark.parametrize("verb", [moderation.unmerge, moderation.undo])
def test_no_decision_brings_withdrawn_words_back(floor: Floor, verb: object) -> None:
    older = answered(floor) - 1
    withdraw(floor, older + 1)
    with nothing_changes(), pytest.raises(WordsWithdrawn):
        floor.decide(verb, older)  # type: ignore[arg-type]
    with nothing_changes(), pytest.raises(WordsWithdrawn):
        floor.put(older + 1)


def test_what_can_be_refused_is_not_withdrawn_and_nothing_twice(floor: Floor) -> None:
    floor.item("路灯", kind=ItemKind.QUESTION, question_id=floor.ask())
    for question in (1, floor.approved()):
        with nothing_changes(), pytest.raises(Refusal) as refusal:
            withdraw(floor, question)
        assert refusal.value.code == "WRONG_STATE"
    question = answered(floor)
    withdraw(floor, question)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        withdraw(floor, question)
    assert refusal.value.code == "WORDS_WITHDRAWN"
    with nothing_changes(), pytest.raises(Stale):
        do(closing_words.withdraw_words, floor.moderator, question, 0, "含个人住址")


def test_guessing_at_closed_words_finds_nothing(floor: Floor, say: Say) -> None:
    """What is kept from the public is not compared with what somebody types; other words of the same still are."""
    _original, version = reworded(floor, "张家三号的厕所又堵了怎么办")
    guess, clean = (
        [
            one["id"]
            for one in say(floor.city.phone(), "questions.similar", session=floor.session, text=typed)["questions"]
        ]
        for typed in ("张家三号的厕所又堵了", CLEAN)
    )
    assert (guess, clean) == ([], [version])
