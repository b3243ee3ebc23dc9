"""The checker of histories, shown wrong ones: it says what broke, and says nothing of a whole one."""

import pytest

from tests.support.history import (
    ENDED,
    STARTED,
    Fact,
    Hearing,
    History,
    Outcome,
    Press,
    Row,
    Span,
    broken,
)

OK, REFUSED, UNKNOWN = Outcome.OK, Outcome.REFUSED, Outcome.UNKNOWN


def pressed(*outcomes: Outcome, rows: int = 1, proof: str = "R1", stored: str = "R1") -> History:
    """One press that was answered so, each time it was sent, and left so many rows."""
    presses = [Press("question 路灯", outcome, proof if outcome is OK else "") for outcome in outcomes]
    return History(presses=presses, rows=[Row("question 路灯", stored)] * rows)


def trace(*numbers: int) -> list[Fact]:
    return [Fact("s", seq, f"hash of {seq}") for seq in numbers]


def slots(*steps: tuple[str, int]) -> History:
    return History(facts=[Fact("s", seq, "", kind, slot) for seq, (kind, slot) in enumerate(steps, 1)])


def ran(*spans: tuple[int, int | None], session: int = 7) -> History:
    return History(spans=[Span(session, slot, since, until) for slot, (since, until) in enumerate(spans, 1)])


def heard(*numbers: int, after: int = 39, wrong: int = 0) -> History:
    """A reader who was told these entries of a stream that has 42, one of them otherwise than it is stored."""
    told = [(seq, "another" if seq == wrong else f"hash of {seq}") for seq in numbers]
    return History(facts=trace(*range(1, 43)), hearings=[Hearing("viewer 1", "s", after, told)])


@pytest.mark.parametrize(
    "whole",
    [
        History(),
        pressed(OK),
        pressed(UNKNOWN, UNKNOWN, OK),
        pressed(UNKNOWN, rows=0),
        pressed(UNKNOWN, rows=1),
        pressed(REFUSED, rows=0),
        pressed(REFUSED, OK),
        History(facts=trace(3, 1, 2)),
        slots((STARTED, 1), (ENDED, 1), (STARTED, 2)),
        ran((0, 10), (10, 20), (25, None)),
        History(spans=[Span(7, 1, 0, 10), Span(8, 2, 5, 15)]),
        heard(40, 41, 42),
        heard(),
        heard(38, 39, 40),
        History(digests={"a": "x", "b": "x"}),
    ],
)
def test_a_whole_history_is_not_complained_of(whole: History) -> None:
    assert broken(whole) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (pressed(OK, rows=0), "lost: question 路灯 was acknowledged and is not there"),
        (pressed(UNKNOWN, OK, rows=0), "lost: question 路灯 was acknowledged and is not there"),
        (pressed(OK, rows=2), "doubled: question 路灯 is there 2 times"),
        (pressed(UNKNOWN, rows=2), "doubled: question 路灯 is there 2 times"),
        (pressed(REFUSED, rows=1), "kept: question 路灯 was refused and is there"),
        (pressed(rows=1), "from nowhere: question 路灯 is there and nobody pressed it"),
        (pressed(OK, stored="R2"), "mistaken: question 路灯 was answered with R1 and is stored as R2"),
        (History(facts=trace(1, 2, 4)), "lost: s has no entry 3"),
        (History(facts=trace(1, 2, 2)), "doubled: entry 2 of s is there 2 times"),
        (
            slots((STARTED, 1), (STARTED, 2)),
            "two slots ran at once: 2 was started (entry 2 of s) before 1 had ended",
        ),
        (slots((STARTED, 1), (ENDED, 1), (ENDED, 1)), "doubled: slot 1 ended again (entry 3 of s)"),
        (slots((ENDED, 1)), "slot 1 ended (entry 1 of s) and did not run"),
        (ran((0, 10), (9, 20)), "two slots ran at once: 1 and 2, from 9 to 10"),
        (ran((0, None), (9, 20)), "two slots ran at once: 1 and 2, from 9 to 20"),
        (ran((0, None), (9, None)), "two slots ran at once: 1 and 2, from 9 to now"),
        (ran((0, 100), (10, 20), (30, 40)), "two slots ran at once: 1 and 3, from 30 to 40"),
        (ran((10, 5)), "slot 1 ended at 5, before it began at 10"),
        (heard(40, 42), "viewer 1 was told entry 42 of s without 41"),
        (heard(41), "viewer 1 was told entry 41 of s without 40"),
        (heard(40, 41, 39), "viewer 1 was told entry 39 of s after 41"),
        (heard(40, 40), "viewer 1 was told entry 40 of s twice"),
        (heard(40, wrong=40), "viewer 1 was told entry 40 of s otherwise than it is stored"),
        (heard(40, 41, 42, 43), "viewer 1 was told entry 43 of s otherwise than it is stored"),
        (History(digests={"a": "x", "b": "x", "c": "y"}), "c ended with y, 2 others with x"),
    ],
)
def test_it_says_what_broke(wrong: History, sentence: str) -> None:
    assert sentence in broken(wrong)


def test_it_says_everything_that_broke() -> None:
    wrong = History(presses=[Press("a", OK), Press("b", OK)], rows=[Row("b"), Row("b")], digests={"x": "1", "y": "2"})
    assert len(broken(wrong)) == 3
