"""A written answer that commits its unit opens a pledge; another kind opens none."""

from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import BadInput
from inquiry.pledges.commands import writing
from inquiry.pledges.models import Confirmation, Pledge, Specificity
from inquiry.pledges.queries import lookup
from inquiry.questions.models import QuestionState
from inquiry.responses.models import ResponseKind
from tests.live.conftest import do
from tests.pledges.conftest import DUE, Clock, Evening, clock, evening
from tests.support.replay import nothing_changes

__all__ = ["Clock", "Evening", "clock", "evening"]

PROMISED: dict[str, Any] = {"action": "更换", "object": "湖滨路灯具", "officer": "林知远", "due_on": DUE}
TEXT = "12月18日前由林知远负责更换湖滨路全部灯具。"


def answer(evening: Evening, question: int, **fields: Any) -> Pledge | None:
    kind = {"kind": ResponseKind.SPECIFIC_COMMITMENT, "text": TEXT, "promised": PROMISED}
    _response, pledge = do(writing.answer_in_writing, evening.official, question, **kind | fields)
    return pledge  # type: ignore[no-any-return]


def test_a_specific_commitment_in_writing_is_followed(evening: Evening) -> None:
    question = evening.handed()
    pledge = answer(evening, question)
    assert pledge is not None
    with reading() as db:
        kept = lookup.pledge(db, pledge.id)
        assert (kept.spoken, kept.specificity, kept.due_on) == (TEXT, Specificity.SPECIFIC, DUE)
        assert (kept.question_id, kept.lead_unit_id) == (question, evening.city.city_management.id)
        # Whoever wrote the words need not be asked whether they were theirs.
        assert kept.confirmation is Confirmation.CONFIRMED
    assert evening.question(question).state is QuestionState.ANSWERED


@pytest.mark.parametrize("lacking", list(PROMISED))
def test_what_a_commitment_lacks_is_asked_for_and_nothing_is_answered(evening: Evening, lacking: str) -> None:
    question = evening.handed()
    with nothing_changes(), pytest.raises(BadInput) as refused:
        answer(evening, question, promised=PROMISED | {lacking: None if lacking == "due_on" else ""})
    assert set(refused.value.data["fields"]) == {lacking}


@pytest.mark.parametrize(
    "kind", [ResponseKind.GENERIC_COMMITMENT, ResponseKind.ACKNOWLEDGEMENT, ResponseKind.DEFLECTION]
)
def test_another_kind_promises_nothing(evening: Evening, kind: ResponseKind) -> None:
    assert answer(evening, evening.handed(), kind=kind, promised=PROMISED) is None


def test_a_long_answer_is_not_cut_to_be_the_words_of_its_pledge(evening: Evening) -> None:
    pledge = answer(evening, evening.handed(), text="情况说明。" * 300)
    assert pledge is not None
    assert pledge.spoken == "更换 湖滨路灯具"
