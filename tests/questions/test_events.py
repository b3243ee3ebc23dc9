"""Of every kind of entry: a reader that follows the entries reaches what a fresh reader sees, in both views."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from inquiry.live.models import ItemKind
from inquiry.permissions import Role
from inquiry.questions.commands import air, asking, closing_words, moderation, passing_on, settling
from inquiry.questions.models import Question, RefusalReason
from inquiry.trace import kinds
from tests.questions.conftest import EIGHT, Floor, do, imported
from tests.support.replay import replaying

Step = Callable[[Floor], object]


def family(floor: Floor) -> int:
    """A question into which another was merged that had brought a third."""
    one, two, three = (floor.approved(f"路灯问题第{name}") for name in "一二三")
    floor.decide(moderation.merge, one, two)
    floor.decide(moderation.merge, two, three)
    return two


def on_air(floor: Floor) -> int:
    question = floor.approved()
    return floor.go_live().put(question)


def answer(floor: Floor, question_id: int, *, evaded: bool) -> None:
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question_id), evaded))


def hand(floor: Floor) -> int:
    question, due_on = floor.approved(), date(2026, 12, 15)
    do(lambda uow: settling.hand_to_unit(
        uow, floor.host, uow.lock(Question, question), floor.city.water.id, due_on
    ))  # fmt: skip
    return question


def give_back(floor: Floor) -> int:
    question, official = hand(floor), floor.city.official_of(floor.city.water)
    do(passing_on.return_question, official, question, floor.question(question).rev, "归别的单位")
    return question


def pass_on(floor: Floor, question: int, unit_id: int) -> None:
    staff = floor.city.person(Role.STAFF)
    do(passing_on.reassign_question, staff, question, floor.question(question).rev, unit_id, "归口办理")


def refuse_rewording(floor: Floor) -> int:
    version: int = floor.decide(moderation.reword, floor.approved(), asking.word("换一种说法")).id
    floor.decide(moderation.refuse, version, RefusalReason.PRIVATE)
    return version


def close_elsewhere(floor: Floor) -> None:
    """A copy in another session is refused."""
    question, elsewhere = floor.approved(), floor.plan("下一期")
    copy = do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, question), elsewhere))
    floor.decide(moderation.refuse, copy.id, RefusalReason.PRIVATE)


def withdraw(floor: Floor) -> None:
    question = on_air(floor)
    floor.clear()
    staff = floor.city.person(Role.STAFF)
    do(closing_words.withdraw_words, staff, question, floor.question(question).rev, "含住址")


def defer(floor: Floor) -> None:
    question, elsewhere = floor.approved(), floor.plan("下一期")
    do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, question), elsewhere))


def carry_over(floor: Floor) -> None:
    """The other way round: from another session to this one."""
    here, floor.session = floor.session, floor.plan("上一期")
    question = floor.approved()
    do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, question), here))
    floor.session = here


def import_two(floor: Floor) -> None:
    staff = floor.city.person(Role.STAFF)
    do(
        asking.import_questions,
        staff,
        floor.session,
        [imported("A1", "路灯"), imported("A2", "停水", unit_id=floor.city.water.id)],
    )


def undo_rewording(floor: Floor) -> None:
    question = floor.approved()
    floor.decide(moderation.reword, question, asking.word("换一种说法"))
    floor.decide(moderation.undo, question)


def undo_unmerging(floor: Floor) -> None:
    question = family(floor)
    floor.decide(moderation.unmerge, question)
    floor.decide(moderation.undo, question)


def take_planned(floor: Floor) -> None:
    question = floor.approved()
    floor.go_live()
    floor.press(air.take_item, floor.item("路灯", kind=ItemKind.QUESTION, question_id=question))


def merge_planned(floor: Floor) -> int:
    """The item of a question that was then merged into another one."""
    question, other = floor.approved("路灯坏了"), floor.approved("路灯何时修好？")
    item = floor.item("路灯坏了", kind=ItemKind.QUESTION, question_id=question)
    floor.decide(moderation.merge, question, other)
    return item


def take_merged(floor: Floor) -> None:
    item = merge_planned(floor)
    floor.go_live()
    floor.press(air.take_item, item)


def put_back(floor: Floor) -> None:
    question = on_air(floor)
    floor.clear()
    floor.put(question)


def take_back(floor: Floor, question: int) -> None:
    """Put on air by mistake while another question was there."""
    with time_machine.travel(EIGHT + timedelta(seconds=5), tick=False):
        floor.put(question)
        do(air.take_back, floor.host, floor.session, question, floor.floor_rev)


def answer_off_air(floor: Floor, *, evaded: bool) -> None:
    question = on_air(floor)
    floor.clear()
    answer(floor, question, evaded=evaded)


STEPS: list[tuple[str, Step]] = [
    ("questions.asked", lambda floor: floor.ask(unit=floor.city.water.id)),
    ("questions.imported", import_two),
    ("questions.approved", Floor.approved),
    ("questions.refused", lambda floor: floor.decide(moderation.refuse, floor.ask(), RefusalReason.SPAM, "广告")),
    ("questions.refused", lambda floor: floor.decide(moderation.refuse, floor.approved(), RefusalReason.SPAM)),
    ("questions.merged", family),
    ("questions.merged", merge_planned),
    ("questions.unmerged", lambda floor: floor.decide(moderation.unmerge, family(floor))),
    ("questions.reworded", lambda floor: floor.decide(moderation.reword, floor.ask(), asking.word("换一种说法"))),
    ("questions.refused", refuse_rewording),
    ("questions.undone", lambda floor: floor.decide(moderation.undo, refuse_rewording(floor))),
    ("questions.words_closed", close_elsewhere),
    ("questions.words_withdrawn", withdraw),
    ("questions.returned", give_back),
    ("questions.return_declined", lambda floor: pass_on(floor, give_back(floor), floor.city.water.id)),
    ("questions.reassigned", lambda floor: pass_on(floor, hand(floor), floor.city.housing.id)),
    ("questions.undone", lambda floor: floor.decide(moderation.undo, floor.approved())),
    ("questions.undone", lambda floor: floor.decide(moderation.undo, family(floor))),
    ("questions.undone", undo_rewording),
    ("questions.undone", undo_unmerging),
    ("questions.unit_set", lambda floor: floor.decide(moderation.set_unit, floor.ask(), floor.city.water.id)),
    ("questions.unit_set", lambda floor: floor.decide(moderation.set_unit, on_air(floor), floor.city.water.id)),
    ("questions.put_on_air", on_air),
    ("questions.put_on_air", take_planned),
    ("questions.put_on_air", take_merged),
    ("questions.put_on_air", put_back),
    ("questions.taken_back", lambda floor: take_back(floor.go_live(), floor.approved())),
    ("questions.taken_back", lambda floor: (on_air(floor), take_back(floor, floor.approved("路灯几时能亮？")))),
    ("questions.left_air", lambda floor: (on_air(floor), floor.clear())),
    ("questions.answered", lambda floor: answer_off_air(floor, evaded=False)),
    ("questions.evaded", lambda floor: answer_off_air(floor, evaded=True)),
    ("questions.handed", hand),
    ("questions.deferred", defer),
    ("questions.carried_over", carry_over),
]


@pytest.mark.parametrize(("kind", "step"), STEPS, ids=[f"{at}-{kind}" for at, (kind, _step) in enumerate(STEPS)])
def test_an_old_snapshot_with_the_entries_laid_over_it_is_a_fresh_one(floor: Floor, kind: str, step: Step) -> None:
    with replaying(floor.session) as told:
        step(floor)
    assert kind in told


def test_every_kind_is_proved() -> None:
    declared = {kind.name for kind in kinds.every() if kind.name.startswith("questions.")}
    assert declared == {kind for kind, _step in STEPS}


def test_the_sentence_of_every_kind_fits_its_payload(floor: Floor) -> None:
    for _kind, step in STEPS:
        floor.session = floor.plan("句子")
        step(floor)
        for name, payload in floor.entries() + floor.entries("staff"):
            declared = kinds.find(name)
            assert declared is not None
            assert "%(" not in str(declared.says) % payload
