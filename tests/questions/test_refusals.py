"""Whatever is refused has a code, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest

from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Refusal
from inquiry.live.commands import floor as live_floor
from inquiry.live.models import ItemKind
from inquiry.permissions import Actor, Role, allows
from inquiry.questions import refusals
from inquiry.questions.commands import air, asking, moderation, settling, supporting
from inquiry.questions.models import Question, RefusalReason
from tests.questions.conftest import LAMPS, Floor, do, imported
from tests.support.application import Say
from tests.support.replay import nothing_changes

Way = Callable[[Floor], Any]


class Scene(Floor):
    """With a question in every state a moderator meets, and one in another session."""

    def set(self) -> "Scene":
        self.waiting = self.ask("一号问题")
        self.approved_one = self.approved("二号问题")
        self.refused = self.ask("三号问题")
        self.decide(moderation.refuse, self.refused, RefusalReason.SPAM)
        self.merged = self.approved("四号问题")
        self.decide(moderation.merge, self.merged, self.approved_one)
        self.elsewhere = self.approved("别处的问题", session=self.plan("下一期"))
        self.outside = self.open("平时的问题")
        self.outside_item = self.item("平时的问题", kind=ItemKind.QUESTION, question_id=self.outside)
        self.reworded = self.ask("五号问题")
        self.decide(moderation.reword, self.reworded, asking.word("五号问题的另一种说法"))
        self.aired = self.approved("六号问题")
        self.go_live().put(self.aired)
        self.clear()
        return self


@pytest.fixture
def scene(floor: Floor) -> Scene:
    made = Scene.__new__(Scene)
    made.__dict__ |= floor.__dict__
    return made.set()


def merge(one: Scene, question: int, into: int) -> Any:
    return one.decide(moderation.merge, question, into)


def defer_outside(one: Scene) -> Any:
    with unit_of_work() as uow:
        return settling.defer(uow, one.host, uow.lock(Question, one.outside), one.session)


WAYS: list[tuple[str, str, Callable[[Scene], Any]]] = [
    # asking
    ("nothing is too short a question", "BAD_LENGTH", lambda one: one.ask("？")),
    ("an essay is too long a question", "BAD_LENGTH", lambda one: one.ask("长" * 501)),
    ("a unit that is not questioned is not asked", "UNIT_NOT_QUESTIONED",
     lambda one: one.ask(unit=one.city.housing.id)),
    ("nobody asks a session that does not exist", "NOT_FOUND", lambda one: one.ask(session=999)),
    ("nobody asks without a phone's token", "SIGNED_OUT", lambda one: one.ask(phone=Actor(Role.VISITOR))),
    # supporting
    ("what waits is not supported", "NOT_FOUND", lambda one: one.support(one.waiting)),
    ("what was refused is not supported", "NOT_FOUND", lambda one: one.support(one.refused)),
    ("what was aired is not supported", "NOT_OPEN", lambda one: one.support(one.aired)),
    ("what does not exist is not supported", "NOT_FOUND", lambda one: one.support(999)),
    ("support of what was aired is not withdrawn", "NOT_OPEN",
     lambda one: do(supporting.withdraw_support, one.phone, one.aired)),
    # moderating
    ("an approved question is not approved", "WRONG_STATE",
     lambda one: one.decide(moderation.approve, one.approved_one)),
    ("a refused question is not refused", "WRONG_STATE",
     lambda one: one.decide(moderation.refuse, one.refused, RefusalReason.SPAM)),
    ("what was aired is not refused", "WRONG_STATE",
     lambda one: one.decide(moderation.refuse, one.aired, RefusalReason.SPAM)),
    ("a unit that does not exist is not to answer", "NOT_FOUND",
     lambda one: one.decide(moderation.approve, one.waiting, 999)),
    ("a unit that does not exist is not set", "NOT_FOUND",
     lambda one: one.decide(moderation.set_unit, one.waiting, 999)),
    ("what does not exist is not decided about", "NOT_FOUND",
     lambda one: do(moderation.approve, one.moderator, 999, 0)),
    ("what does not exist is not held", "NOT_FOUND", lambda one: do(moderation.hold, one.moderator, 999)),
    ("a question is not merged into itself", "INTO_ITSELF",
     lambda one: merge(one, one.approved_one, one.approved_one)),
    ("nor into what was merged into it", "INTO_ITSELF", lambda one: merge(one, one.approved_one, one.merged)),
    ("nor across sessions", "OTHER_SESSION", lambda one: merge(one, one.waiting, one.elsewhere)),
    ("nor into one asked outside sessions", "MIXED_ORIGINS", lambda one: merge(one, one.waiting, one.outside)),
    ("nor one asked outside sessions into it", "MIXED_ORIGINS", lambda one: merge(one, one.outside, one.approved_one)),
    ("nor into a refused one", "NOT_MERGEABLE", lambda one: merge(one, one.waiting, one.refused)),
    ("what is public is not merged into what is not", "NOT_MERGEABLE",
     lambda one: merge(one, one.approved_one, one.waiting)),
    ("what was aired is not merged", "WRONG_STATE", lambda one: merge(one, one.aired, one.approved_one)),
    ("what is merged is not merged again", "WRONG_STATE", lambda one: merge(one, one.merged, one.aired)),
    ("what was not merged is not taken out", "WRONG_STATE",
     lambda one: one.decide(moderation.unmerge, one.approved_one)),
    ("a rewording is undone, not unmerged", "WRONG_STATE", lambda one: one.decide(moderation.unmerge, one.reworded)),
    ("the same words are no rewording", "SAME_WORDING",
     lambda one: one.decide(moderation.reword, one.waiting, asking.word("一号问题"))),
    ("what was aired keeps its words", "WRONG_STATE",
     lambda one: one.decide(moderation.reword, one.aired, asking.word("换一种说法"))),
    ("what was aired since its approval is not taken back", "NOTHING_TO_UNDO",
     lambda one: one.decide(moderation.undo, one.aired)),
    ("without a decision nothing is taken back", "NOTHING_TO_UNDO",
     lambda one: one.decide(moderation.undo, one.waiting)),
    ("a press on an older state is refused", "STALE",
     lambda one: do(moderation.undo, one.moderator, one.approved_one, 0)),
    # on air
    ("what waits is not put on air", "WRONG_STATE", lambda one: one.put(one.waiting)),
    ("what was refused is not put on air", "WRONG_STATE", lambda one: one.put(one.refused)),
    ("what was merged is not put on air", "WRONG_STATE", lambda one: one.put(one.merged)),
    ("what does not exist is not put on air", "NOT_FOUND", lambda one: one.put(999)),
    ("nor what was asked outside sessions", "NO_SESSION", lambda one: one.put(one.outside)),
    ("not even if it was planned", "NO_SESSION", lambda one: one.press(air.take_item, one.outside_item)),
    ("nor is it deferred to a session", "NO_SESSION", defer_outside),
    ("an empty floor is not cleared", "NOTHING_ON_FLOOR", lambda one: one.clear()),
    ("an item that does not exist is not taken", "NOT_FOUND", lambda one: one.press(air.take_item, 999)),
]  # fmt: skip


def refused(scene: Scene, ways: list[tuple[str, str, Callable[[Scene], Any]]]) -> None:
    """Try one after the other on the same scene: a refusal changes nothing, so the next one finds it as it was."""
    voter = scene.city.phone()
    scene.city.phone = lambda: voter  # type: ignore[method-assign]
    for name, code, way in ways:
        with nothing_changes(), pytest.raises(Refusal) as refusal:
            way(scene)
        assert (refusal.value.code, "%(" in refusal.value.message) == (code, False), name


def test_a_refusal_has_its_code_and_changes_nothing(scene: Scene) -> None:
    refused(scene, WAYS)


OVER: list[tuple[str, str, Callable[[Scene], Any]]] = [
    ("nobody asks", "INTAKE_CLOSED", lambda one: one.ask()),
    ("nothing is reworded", "SESSION_CLOSED",
     lambda one: one.decide(moderation.reword, one.waiting, asking.word("换一种说法"))),
    ("nothing is approved without a unit", "NEEDS_UNIT", lambda one: one.decide(moderation.approve, one.waiting)),
    ("no approval comes back", "SESSION_CLOSED", lambda one: one.decide(moderation.unmerge, one.merged)),
    ("no unit changes", "SESSION_CLOSED", lambda one: one.decide(moderation.set_unit, one.waiting, None)),
    ("nothing is imported", "SESSION_CLOSED",
     lambda one: do(asking.import_questions, one.moderator, one.session, [imported("A1", "路灯")])),
    ("nothing is put on air", "NOT_LIVE", lambda one: one.put(one.approved_one)),
    ("nothing is cleared", "NOT_LIVE", lambda one: one.clear()),
]  # fmt: skip


def test_when_the_session_is_over_hardly_anything_is_done(scene: Scene) -> None:
    do(live_floor.close, scene.host, scene.session)
    refused(scene, OVER)


def test_what_waits_when_the_session_is_over_can_still_be_refused_or_merged(scene: Scene) -> None:
    another = scene.ask("七号问题")
    do(live_floor.close, scene.host, scene.session)
    scene.decide(moderation.refuse, scene.waiting, RefusalReason.OFF_TOPIC)
    scene.decide(moderation.undo, scene.waiting)
    scene.decide(moderation.merge, another, scene.aired)
    assert scene.totals()["waiting"] == 1


def test_every_refusal_of_questions_is_met_by_a_test() -> None:
    declared = {one.code for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, Refusal)} - {
        Refusal.code
    }
    here = {code for _name, code, _way in WAYS + OVER}
    elsewhere = {"WORDS_WITHDRAWN", "RETURNED_ALREADY", "TOO_LATE_TO_RETURN", "SAME_UNIT"}  # with what they are about
    elsewhere |= {"TOO_LATE_TO_TAKE_BACK", "ANSWER_BEGUN"}
    elsewhere |= {"HELD", "NOT_ANOTHER_SESSION", "UNREADABLE_FILE", "LOOK_FIRST", "IMPORT_BROKE_OFF"}
    assert declared <= here | elsewhere


# --- messages -------------------------------------------------------------------------------------------------------

UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("questions.ask", {"text": "控制\x07符"}, "text"),
    ("questions.ask", {"text": "叠" + "\u0301" * 9}, "text"),
    ("questions.ask", {"text": LAMPS, "asker": "名" * 41}, "asker"),
    ("questions.ask", {"text": "长" * 5001}, "text"),
    ("questions.ask", {"text": 7}, "text"),
    ("questions.ask", {"text": b"\xff\xfe"}, "text"),
    ("questions.ask", {"text": LAMPS, "unit": "城管局"}, "unit"),
    ("questions.ask", {"text": LAMPS, "state": "approved"}, "state"),
    ("questions.ask", {}, "text"),
    ("questions.listing", {"sort": "loudest"}, "sort"),
    ("questions.listing", {"page": 0}, "page"),
]


@pytest.mark.parametrize(("name", "fields", "field"), UNFIT)
def test_what_does_not_fit_is_named(floor: Floor, say: Say, name: str, fields: dict[str, Any], field: str) -> None:
    with nothing_changes():
        answer = say(floor.phone, name, session=floor.session, **fields)
    assert answer["error"]["code"] == "BAD_INPUT"
    assert list(answer["error"]["data"]["fields"]) == [field]


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("questions.refuse", {"seen": 0, "reason": "boring"}, "reason"),
        ("questions.refuse", {"seen": 0, "reason": "spam", "note": "长" * 501}, "note"),
        ("questions.refuse", {"seen": 0}, "reason"),
        ("questions.approve", {}, "seen"),
        ("questions.approve", {"seen": -1}, "seen"),
        ("questions.merge", {"seen": 0, "into": 2**31}, "into"),
        ("questions.merge", {"seen": 0, "into": "x"}, "into"),
        ("questions.reword", {"seen": 0, "text": "控制\x07符"}, "text"),
    ],
)
def test_moderators_messages_are_looked_at_too(
    floor: Floor, say: Say, name: str, fields: dict[str, Any], field: str
) -> None:
    question = floor.ask()
    with nothing_changes():
        answer = say(floor.moderator, name, question=question, **fields)
    assert answer["error"]["code"] == "BAD_INPUT"
    assert list(answer["error"]["data"]["fields"]) == [field]


MESSAGES: dict[str, dict[str, Any]] = {
    "questions.ask": {"session": 1, "text": LAMPS},
    "questions.support": {"question": 1},
    "questions.withdraw_support": {"question": 1},
    "questions.hold": {"question": 1},
    "questions.approve": {"question": 1, "seen": 0},
    "questions.refuse": {"question": 1, "seen": 0, "reason": "spam"},
    "questions.merge": {"question": 1, "seen": 0, "into": 2},
    "questions.unmerge": {"question": 1, "seen": 0},
    "questions.reword": {"question": 1, "seen": 0, "text": "换一种说法"},
    "questions.undo": {"question": 1, "seen": 0},
    "questions.set_unit": {"question": 1, "seen": 0},
    "questions.withdraw_words": {"question": 1, "seen": 0, "reason": "含住址"},
    "questions.return_question": {"question": 1, "seen": 0, "reason": "归别的单位"},
    "questions.reassign_question": {"question": 1, "seen": 0, "unit": 2, "reason": "归别的单位"},
    "questions.put_on_air": {"session": 1, "question": 1, "seen": 0},
    "questions.take_item": {"session": 1, "item": 1, "seen": 0},
    "questions.clear_floor": {"session": 1, "seen": 0},
    "questions.candidates": {"question": 1},
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_nobody_does_what_the_table_does_not_let_them(floor: Floor, say: Say, role: Role) -> None:
    floor.ask()
    actors = {Role.VISITOR: Actor(Role.VISITOR), Role.AUDIENCE: floor.phone}
    actor = actors.get(role) or floor.city.person(role)
    permissions = {"questions.candidates": "questions.merge"}
    forbidden = {name: fields for name, fields in MESSAGES.items() if not allows(actor, permissions.get(name, name))}
    assert forbidden
    with nothing_changes():
        for name, fields in forbidden.items():
            answer = say(actor, name, **fields)
            expected = "SIGNED_OUT" if role in (Role.VISITOR, Role.AUDIENCE) else "FORBIDDEN"
            assert answer["error"]["code"] == expected, name
