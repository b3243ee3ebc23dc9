"""The decisions about responses, as tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.errors import Refusal
from inquiry.live.models import SessionState
from inquiry.questions.models import QuestionState
from inquiry.responses import refusals, rules
from inquiry.responses.models import ResponseKind
from inquiry.responses.rules import Settlement, Wish, Wishes

ACK, DEFLECT = ResponseKind.ACKNOWLEDGEMENT, ResponseKind.DEFLECTION
GENERIC, SPECIFIC = ResponseKind.GENERIC_COMMITMENT, ResponseKind.SPECIFIC_COMMITMENT
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kinds", "evaded"),
    [
        ([], False),
        ([DEFLECT], True),
        ([DEFLECT, DEFLECT], True),
        ([ACK], False),
        ([GENERIC], False),
        ([SPECIFIC], False),
        ([DEFLECT, ACK], False),
        ([SPECIFIC, DEFLECT], False),
    ],
)
def test_evaded_means_that_every_response_deflects(kinds: list[ResponseKind], evaded: bool) -> None:
    assert rules.evades(kinds) is evaded


@dataclass
class Recorded:
    id: int
    kind: ResponseKind
    supersedes_id: int | None = None
    recorded_at: datetime = NOW


LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("versions", "reopened", "kinds"),
    [
        ([], False, []),
        ([Recorded(1, ACK), Recorded(2, DEFLECT)], False, [ACK, DEFLECT]),
        ([Recorded(1, ACK), Recorded(2, DEFLECT, 1)], False, [DEFLECT]),
        ([Recorded(1, ACK), Recorded(2, DEFLECT, 1), Recorded(3, SPECIFIC, 2)], False, [SPECIFIC]),
        ([Recorded(1, ACK)], True, []),
        ([Recorded(1, ACK), Recorded(2, DEFLECT, None, LATER)], True, [DEFLECT]),
        ([Recorded(1, ACK), Recorded(2, DEFLECT, 1, LATER)], True, []),
        ([Recorded(1, ACK), Recorded(2, DEFLECT, None, LATER), Recorded(3, SPECIFIC, 2, LATER)], True, [SPECIFIC]),
    ],
)
def test_which_responses_stand(versions: list[Recorded], reopened: bool, kinds: list[ResponseKind]) -> None:
    assert rules.standing_kinds(versions, NOW if reopened else None) == kinds


@pytest.mark.parametrize(
    ("kind", "said", "vague", "dateless"),
    [
        (SPECIFIC, "3月15日前修好全部路灯", [], False),
        (SPECIFIC, "我们一定把路灯修好", [], True),
        (GENERIC, "我们会尽快解决", ["尽快"], True),
        (GENERIC, "我们尽快,12月20日前解决", ["尽快"], False),
        (ACK, "感谢您的反映", [], False),
        (ACK, "感谢您,我们尽快研究", ["尽快"], True),
        (DEFLECT, "这归另一个部门管", [], False),
        (SPECIFIC, "The lights will be repaired by 15 March", [], False),
        (GENERIC, "We will repair the lights as soon as possible", ["as soon as possible"], True),
    ],
)
def test_a_date_is_asked_for(kind: ResponseKind, said: str, vague: list[str], dateless: bool) -> None:
    assert rules.dateless(kind, said, vague) is dateless


@pytest.mark.parametrize(
    ("after", "milliseconds"),
    [
        (timedelta(seconds=-5), 0),
        (timedelta(0), 0),
        (timedelta(seconds=61.4), 61400),
        (timedelta(hours=1, minutes=2, seconds=3), 3723000),
    ],
)
def test_the_session_has_a_clock_of_its_own(after: timedelta, milliseconds: int) -> None:
    assert rules.on_session_clock(NOW + after, NOW) == milliseconds


@pytest.mark.parametrize(("started", "ended"), [(None, None), (None, 5), (5, None), (5, 5), (5, 6)])
def test_an_answer_may_take_no_time(started: int | None, ended: int | None) -> None:
    assert rules.check_span(started, ended) is None


def test_an_answer_does_not_end_before_it_starts() -> None:
    with pytest.raises(refusals.EndsBeforeItStarts):
        rules.check_span(6, 5)


@pytest.mark.parametrize("judged", [None, True, False])
@pytest.mark.parametrize("state", QuestionState)
def test_an_answer_is_judged_once(state: QuestionState, judged: bool | None) -> None:
    expected: type[Refusal] | None = None
    if state not in (QuestionState.ANSWERED, QuestionState.EVADED):
        expected = refusals.NotAnswered
    elif judged is not None:
        expected = refusals.AlreadyJudged
    assert _refusal_of(lambda: rules.check_judging(state, judged)) is expected


DAY = timedelta(days=1)
ANSWERED, CLOSED = QuestionState.ANSWERED, SessionState.CLOSED


@pytest.mark.parametrize(
    ("state", "session", "judged", "reopened", "age", "expected"),
    [
        (ANSWERED, CLOSED, None, False, DAY, None),
        (ANSWERED, CLOSED, False, False, DAY, None),
        (QuestionState.EVADED, CLOSED, False, False, DAY, None),
        (ANSWERED, CLOSED, False, False, 30 * DAY, None),
        (ANSWERED, CLOSED, False, False, 30 * DAY + timedelta(seconds=1), refusals.TooLateToReopen),
        (ANSWERED, CLOSED, True, False, DAY, refusals.SatisfiedAlready),
        (ANSWERED, CLOSED, False, True, DAY, refusals.AlreadyReopened),
        (QuestionState.HANDED, CLOSED, None, True, DAY, refusals.AlreadyReopened),
        (QuestionState.HANDED, CLOSED, None, False, DAY, refusals.NotAnswered),
        (QuestionState.REFUSED, CLOSED, None, False, DAY, refusals.NotAnswered),
        (ANSWERED, SessionState.LIVE, False, False, DAY, refusals.StillOnTheEvening),
        (ANSWERED, SessionState.PLANNED, False, False, DAY, refusals.StillOnTheEvening),
    ],
)
def test_a_question_is_reopened_once_and_in_time(
    state: QuestionState,
    session: SessionState,
    judged: bool | None,
    reopened: bool,
    age: timedelta,
    expected: type[Refusal] | None,
) -> None:
    reopened_at = NOW - 2 * DAY if reopened else None
    found = _refusal_of(lambda: rules.check_reopening(state, session, judged, reopened_at, NOW - age, NOW))
    assert found is expected


@pytest.mark.parametrize(
    ("unit", "wish", "unitless_to", "defer_rest_to", "expected"),
    [
        (7, None, 1, None, Settlement(5, 7, None)),
        (None, None, 1, None, Settlement(5, 1, None)),
        (None, None, None, None, None),
        (7, None, 1, 9, Settlement(5, None, 9)),
        (None, None, None, 9, Settlement(5, None, 9)),
        (7, Wish(unit_id=8), 1, None, Settlement(5, 8, None)),
        (None, Wish(unit_id=8), None, None, Settlement(5, 8, None)),
        (7, Wish(unit_id=8), 1, 9, Settlement(5, 8, None)),
        (7, Wish(), 1, 9, Settlement(5, 7, None)),
        (None, Wish(), None, 9, None),
        (7, Wish(to_session_id=4), 1, 9, Settlement(5, None, 4)),
    ],
)
def test_what_becomes_of_a_question_at_the_close(
    unit: int | None, wish: Wish | None, unitless_to: int | None, defer_rest_to: int | None, expected: Settlement | None
) -> None:
    wishes = Wishes({5: wish} if wish else {}, defer_rest_to, unitless_to)
    settled, homeless = rules.settle([(5, unit)], wishes)
    assert settled == ([expected] if expected else [])
    assert homeless == ([] if expected else [5])


_ids = st.integers(1, 50)
_wishes = st.one_of(st.builds(Wish, unit_id=st.none() | _ids), st.builds(Wish, to_session_id=_ids))


@given(
    questions=st.dictionaries(_ids, st.none() | _ids),
    wishes=st.dictionaries(_ids, _wishes),
    unitless_to=st.none() | _ids,
    defer_rest_to=st.none() | _ids,
)
def test_no_question_is_settled_twice_or_lost(
    questions: dict[int, int | None], wishes: dict[int, Wish], unitless_to: int | None, defer_rest_to: int | None
) -> None:
    settled, homeless = rules.settle(questions.items(), Wishes(wishes, defer_rest_to, unitless_to))
    assert sorted([one.question_id for one in settled] + homeless) == sorted(questions)
    assert all((one.unit_id is None) != (one.to_session_id is None) for one in settled)


def _refusal_of(check) -> type[Refusal] | None:  # type: ignore[no-untyped-def]
    try:
        check()
    except Refusal as refusal:
        return type(refusal)
    return None
