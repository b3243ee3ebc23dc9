"""One voter, one vote, whatever is merged and taken apart; and the totals, which always add up."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inquiry.core.db import reading
from inquiry.errors import Refusal
from inquiry.permissions import Actor
from inquiry.questions.commands import asking, moderation, supporting
from inquiry.questions.models import QuestionState, RefusalReason
from inquiry.questions.queries import tallies as question_tallies
from tests.questions.conftest import Floor, do

QUESTIONS, PHONES = 5, 3
Step = tuple[str, int, int]


class Naive:
    """What should happen, told as simply as possible: each question knows what it was merged into, and who pressed."""

    def __init__(self) -> None:
        self.approved = [True] * QUESTIONS
        self.parent: list[int | None] = [None] * QUESTIONS
        self.voters: list[set[int]] = [set() for _ in range(QUESTIONS)]
        self.decisions: list[list[tuple[str, int | None]]] = [[("approve", None)] for _ in range(QUESTIONS)]

    def root(self, question: int) -> int:
        above = self.parent[question]
        return question if above is None else self.root(above)

    def family(self, question: int) -> list[int]:
        return [one for one in range(QUESTIONS) if self.root(one) == self.root(question)]

    def counts(self) -> list[int]:
        return [
            0 if self.parent[one] is not None else len(set().union(*(self.voters[each] for each in self.family(one))))
            for one in range(QUESTIONS)
        ]

    def _may_support(self, question: int) -> bool:
        return self.approved[question] and self.approved[self.root(question)]

    def _may_join(self, question: int, into: int) -> bool:
        root = self.root(into)
        free = self.parent[question] is None and root != question
        return free and (self.approved[root] or not self.approved[question])

    def support(self, question: int, phone: int) -> bool:
        if self._may_support(question):
            self.voters[self.root(question)].add(phone)
            return True
        return False

    def withdraw(self, question: int, phone: int) -> bool:
        if not self._may_support(question):
            return False
        for one in self.family(question):
            self.voters[one].discard(phone)
        return True

    def merge(self, question: int, into: int) -> bool:
        if not self._may_join(question, into):
            return False
        self.parent[question] = self.root(into)
        self.decisions[question].append(("merge", None))
        return True

    def unmerge(self, question: int, _other: int) -> bool:
        if self.parent[question] is None:
            return False
        self.decisions[question].append(("unmerge", self.parent[question]))
        self.parent[question] = None
        return True

    def approve(self, question: int, _other: int) -> bool:
        if self.parent[question] is not None or self.approved[question]:
            return False
        self.approved[question] = True
        self.decisions[question].append(("approve", None))
        return True

    def undo(self, question: int, _other: int) -> bool:
        if not self.decisions[question]:
            return False
        decision, parent = self.decisions[question][-1]
        if decision == "unmerge":
            assert parent is not None
            if not self._may_join(question, parent):
                return False
            self.parent[question] = parent
        elif decision == "merge":
            self.parent[question] = None
        else:
            self.approved[question] = False
        self.decisions[question].pop()
        return True


class Real:
    """The same by the commands, each in a transaction of its own."""

    def __init__(self, floor: Floor, phones: list[Actor]) -> None:
        self.floor = floor
        floor.session = floor.plan("计票")
        self.phones = phones
        self.ids = [floor.approved(f"第{number}个问题") for number in range(QUESTIONS)]

    def carry_out(self, step: Step) -> bool:
        verb, question, other = step
        question_id = self.ids[question]
        ways: dict[str, Any] = {
            "support": lambda: do(supporting.support, self.phones[other], question_id),
            "withdraw": lambda: do(supporting.withdraw_support, self.phones[other], question_id),
            "merge": lambda: self.floor.decide(moderation.merge, question_id, self.ids[other]),
            "unmerge": lambda: self.floor.decide(moderation.unmerge, question_id),
            "approve": lambda: self.floor.decide(moderation.approve, question_id),
            "undo": lambda: self.floor.decide(moderation.undo, question_id),
        }
        try:
            ways[verb]()
        except Refusal:
            return False
        return True

    def counts(self) -> list[int]:
        with reading() as db:
            tallies = question_tallies.tallies(db, self.ids)
        return [tallies[question_id] for question_id in self.ids]


_question, _phone = st.integers(0, QUESTIONS - 1), st.integers(0, PHONES - 1)
_steps = st.one_of(
    st.tuples(st.just("support"), _question, _phone),
    st.tuples(st.just("withdraw"), _question, _phone),
    st.tuples(st.just("merge"), _question, _question),
    st.tuples(st.sampled_from(["unmerge", "undo", "undo", "approve"]), _question, st.just(0)),
)
_CHAIN: list[Step] = [
    ("support", 0, 0), ("support", 1, 0), ("support", 2, 1), ("merge", 0, 1), ("merge", 1, 2), ("support", 0, 2),
    ("unmerge", 1, 0), ("undo", 1, 0), ("withdraw", 2, 0), ("unmerge", 0, 0), ("undo", 0, 0), ("undo", 0, 0),
]  # fmt: skip


@pytest.mark.long
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_steps, max_size=30))
@example(steps=_CHAIN)
def test_votes_are_those_of_the_naive_model(floor: Floor, steps: list[Step]) -> None:
    phones = [floor.city.phone() for _ in range(PHONES)]
    naive, real = Naive(), Real(floor, phones)
    for step in steps:
        verb, question, other = step
        assert real.carry_out(step) is getattr(naive, verb)(question, other), step
        assert real.counts() == naive.counts(), step


# --- totals ---------------------------------------------------------------------------------------------------------


def test_totals_add_up_after_every_step_of_a_session(floor: Floor) -> None:
    seen = []

    def look() -> None:
        found = floor.totals()
        assert found["received"] == found["waiting"] + found["approved"] + found["merged"] + sum(
            found["refused"].values()
        )
        seen.append((found["received"], found["waiting"], found["approved"], found["merged"], found["refused"]))

    one, two, three, four = (floor.ask(f"第{number}个问题", phone=floor.city.phone()) for number in range(4))
    look()
    floor.decide(moderation.approve, one)
    look()
    floor.decide(moderation.refuse, two, RefusalReason.SPAM)
    look()
    floor.decide(moderation.refuse, three, RefusalReason.SPAM)
    look()
    floor.decide(moderation.merge, four, one)
    look()
    floor.decide(moderation.undo, three)
    look()
    floor.decide(moderation.reword, three, asking.word("换一种说法"))
    look()
    floor.go_live().put(one)
    look()
    floor.clear()
    look()
    assert seen == [
        (4, 4, 0, 0, {}),
        (4, 3, 1, 0, {}),
        (4, 2, 1, 0, {"spam": 1}),
        (4, 1, 1, 0, {"spam": 2}),
        (4, 0, 1, 1, {"spam": 2}),
        (4, 1, 1, 1, {"spam": 1}),
        (5, 0, 2, 2, {"spam": 1}),
        (5, 0, 2, 2, {"spam": 1}),
        (5, 0, 2, 2, {"spam": 1}),
    ]


def test_received_is_the_last_number_given(floor: Floor) -> None:
    questions = [floor.ask(f"第{number}个问题", phone=floor.city.phone()) for number in range(3)]
    version = floor.decide(moderation.reword, questions[0], asking.word("换一种说法")).id
    assert floor.question(version).number == floor.totals()["received"] == 4


def test_more_questions_than_one_statement_takes_are_counted(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_tallies, "AT_ONCE", 2)
    questions = [floor.approved(f"第{number}个问题", phone=floor.city.phone()) for number in range(5)]
    for question in questions[::2]:
        floor.support(question)
    with reading() as db:
        assert list(question_tallies.tallies(db, questions).values()) == [1, 0, 1, 0, 1]
    assert floor.row(questions[4])["state"] == QuestionState.APPROVED
