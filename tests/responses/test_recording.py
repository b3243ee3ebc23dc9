"""Answers on air are written down; corrections stand beside what they correct."""

from typing import Any

import pytest

from inquiry.accounts.models import User
from inquiry.core.db import reading
from inquiry.core.fields import typed
from inquiry.errors import Forbidden, NotFound, NothingChanged, SignedOut
from inquiry.live.commands import slots
from inquiry.permissions import PERSONS, VISITOR, Role
from inquiry.questions.models import QuestionState
from inquiry.responses import refusals
from inquiry.responses.commands import recording, vague_words
from inquiry.responses.models import Medium, Response, ResponseKind
from inquiry.responses.queries import lookup
from tests.responses.conftest import DEFLECTION, PLAIN, SPECIFIC, Clock, Evening, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying

GENERIC = ResponseKind.GENERIC_COMMITMENT


def responses_to(question_id: int) -> list[Response]:
    with reading() as db:
        return list(lookup.of_question(db, question_id))


# --- on air ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_written_down_while_it_is_given(evening: Evening) -> None:
    question = evening.on_air()
    response = evening.record(question)
    assert response.medium is Medium.ON_AIR
    assert evening.question(question).state is QuestionState.ON_AIR, "the question stays on the floor"
    evening.clear()
    assert evening.question(question).state is QuestionState.ANSWERED


@pytest.mark.parametrize(("kind", "state"), [(SPECIFIC, QuestionState.ANSWERED), (DEFLECTION, QuestionState.EVADED)])
def test_an_aired_question_is_answered_by_its_first_response(
    evening: Evening, kind: ResponseKind, state: QuestionState
) -> None:
    question = evening.aired()
    assert evening.question(question).state is QuestionState.AIRED
    evening.record(question, kind=kind)
    assert evening.question(question).state is state


def test_a_second_speaker_can_save_an_evaded_question_but_not_spoil_an_answered_one(evening: Evening) -> None:
    evaded, answered = evening.aired(), evening.aired()
    evening.record(evaded, kind=DEFLECTION)
    evening.record(evaded, kind=SPECIFIC, speaker="沈若川", unit_id=evening.city.water.id)
    evening.record(answered, kind=SPECIFIC)
    evening.record(answered, kind=DEFLECTION, speaker="沈若川", unit_id=evening.city.water.id)
    assert evening.question(evaded).state is QuestionState.ANSWERED
    assert evening.question(answered).state is QuestionState.ANSWERED
    assert len(responses_to(evaded)) == 2


def test_speaker_and_times_come_from_the_slot(evening: Evening, clock: Clock) -> None:
    clock.forward(minutes=10)
    question = evening.on_air()
    clock.forward(seconds=20)
    do(
        slots.start_slot, evening.host, evening.session, evening.seen, unit_id=evening.city.city_management.id,
        speaker="林知远", speaker_title="局长", seconds=180,
    )  # fmt: skip
    clock.forward(seconds=95)
    do(slots.end_slot, evening.host, evening.session, evening.seen)
    clock.forward(minutes=3)
    response = evening.record(question, speaker="")
    assert (response.speaker, response.speaker_title) == ("林知远", "局长")
    assert (response.started_ms, response.ended_ms) == (620_000, 715_000)


def test_times_come_from_the_item_where_no_slot_was_given(evening: Evening, clock: Clock) -> None:
    clock.forward(minutes=10)
    question = evening.on_air()
    clock.forward(seconds=30)
    while_on_air = evening.record(question)
    clock.forward(seconds=30)
    evening.clear()
    clock.forward(minutes=5)
    afterwards = evening.record(question)
    assert (while_on_air.started_ms, while_on_air.ended_ms) == (600_000, 630_000)
    assert (afterwards.started_ms, afterwards.ended_ms) == (600_000, 660_000)


def test_the_clerk_knows_better(evening: Evening) -> None:
    response = evening.record(
        evening.on_air(), started_ms=1000, ended_ms=2000, speaker="沈若川", speaker_title="副局长"
    )
    assert (response.started_ms, response.ended_ms) == (1000, 2000)
    assert (response.speaker, response.speaker_title) == ("沈若川", "副局长")


def test_vague_words_are_kept_as_they_were_found(evening: Evening) -> None:
    response = evening.record(evening.on_air(), kind=GENERIC, text="我们高度重视，尽快研究解决。")
    assert response.vague == ["高度重视", "尽快"]
    do(vague_words.remove_vague_word, evening.clerk, "尽快")
    with reading() as db:
        assert lookup.response(db, response.id).vague == ["高度重视", "尽快"]


def test_the_clerk_is_told_what_is_vague_and_whether_a_date_is_missing(evening: Evening, say: Say) -> None:
    question = evening.on_air()
    fields: dict[str, Any] = {"question": question, "unit": evening.city.water.id, "speaker": "林知远"}
    vague = say(evening.clerk, "responses.record_response", kind="generic_commitment", text="我们尽快解决。", **fields)
    dated = say(
        evening.clerk, "responses.record_response", kind="specific_commitment", text="12月20日前全部修好。", **fields
    )
    assert (vague["ok"], vague["vague"], vague["dateless"]) == (True, ["尽快"], True)
    assert (dated["ok"], dated["vague"], dated["dateless"]) == (True, [], False)


def test_a_press_that_arrives_twice_records_once(evening: Evening, say: Say) -> None:
    question = evening.on_air()
    message: dict[str, Any] = {
        "question": question, "unit": evening.city.water.id, "kind": "deflection", "text": "这归别人管",
        "speaker": "林知远", "client_id": "press-0001",
    }  # fmt: skip
    first = say(evening.clerk, "responses.record_response", **message)
    again = say(evening.clerk, "responses.record_response", **message)
    assert first["ok"]
    assert again == first
    assert len(responses_to(question)) == 1


# --- refusals --------------------------------------------------------------------------------------------------------


def test_that_no_answer_was_given_is_recorded_without_words_and_evades(evening: Evening, say: Say) -> None:
    question = evening.aired()
    with replaying(evening.session) as kinds:
        told = say(
            evening.clerk, "responses.record_response", question=question, unit=evening.city.water.id, kind="no_answer"
        )
    assert told["ok"]
    assert kinds == ["responses.not_answered", "questions.evaded"]
    with reading() as db:
        response = lookup.response(db, told["response"])
    assert (response.speaker, response.text) == (evening.city.water.name, "")
    assert evening.question(question).state is QuestionState.EVADED
    evening.record(question, kind=ResponseKind.SPECIFIC_COMMITMENT)
    assert evening.question(question).state is QuestionState.ANSWERED


@pytest.mark.parametrize("text", ["", "  \u200b "])
def test_an_answer_has_words(evening: Evening, say: Say, text: str) -> None:
    question = evening.aired()
    with nothing_changes():
        told = say(
            evening.clerk, "responses.record_response", question=question, unit=evening.city.water.id,
            kind="acknowledgement", text=text, speaker="林知远",
        )  # fmt: skip
    assert told["error"]["code"] == "WORDS_NEEDED"


def test_whoever_had_the_floor_and_kept_silent_is_named(evening: Evening) -> None:
    question = evening.on_air()
    do(
        slots.start_slot, evening.host, evening.session, evening.seen, unit_id=evening.city.city_management.id,
        speaker="林知远", speaker_title="局长", seconds=60,
    )  # fmt: skip
    response = evening.record(question, kind=ResponseKind.NO_ANSWER, text="", speaker="", speaker_title="")
    assert (response.speaker, response.speaker_title) == ("林知远", "局长")


def test_what_was_not_on_air_was_not_answered_on_air(evening: Evening) -> None:
    waiting, approved = evening.ask(), evening.approved()
    for question, state in ((waiting, "waiting"), (approved, "approved")):
        with nothing_changes(), pytest.raises(refusals.NotAired) as refused:
            evening.record(question)
        assert refused.value.data == {"state": state}


def test_nothing_is_recorded_after_the_close(evening: Evening) -> None:
    question = evening.answered()
    evening.close()
    with nothing_changes(), pytest.raises(refusals.EveningOver):
        evening.record(question)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"speaker": ""}, refusals.SpeakerNeeded),
        ({"started_ms": 9000, "ended_ms": 8000}, refusals.EndsBeforeItStarts),
        ({"unit_id": 999}, NotFound),
    ],
)
def test_an_answer_that_cannot_be_is_refused(evening: Evening, fields: dict[str, Any], refusal: type) -> None:
    question = evening.on_air()
    with nothing_changes(), pytest.raises(refusal):
        evening.record(question, **fields)


def test_a_question_that_is_not_there_is_not_found(evening: Evening) -> None:
    with nothing_changes(), pytest.raises(NotFound):
        evening.record(999)


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in (Role.CLERK, Role.ADMINISTRATOR)])
def test_only_the_clerk_records_and_corrects(evening: Evening, city: City, role: Role) -> None:
    question = evening.on_air()
    response = evening.record(question)
    with nothing_changes():
        with pytest.raises(Forbidden):
            do(recording.record_response, city.person(role), question, unit_id=city.water.id, **PLAIN)
        with pytest.raises(Forbidden):
            do(recording.correct_response, city.person(role), response.id, text="别的")


def test_a_stranger_is_asked_to_sign_in(evening: Evening) -> None:
    question = evening.on_air()
    with nothing_changes(), pytest.raises(SignedOut):
        do(recording.record_response, VISITOR, question, unit_id=evening.city.water.id, **PLAIN)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "字" * 4001},
        {"text": "好\x07的"},
        {"kind": "promise"},
        {"speaker": "名" * 41},
        {"speaker_title": "名" * 81},
        {"started_ms": -1},
        {"ended_ms": 10**9},
        {"unit": "none"},
        {"unit": 2**40},
        {"judgement": "good"},
    ],
)
def test_bad_input_never_reaches_the_command(evening: Evening, say: Say, fields: dict[str, Any]) -> None:
    question = evening.on_air()
    message = {
        "question": question, "unit": evening.city.water.id, "kind": "deflection", "text": "好的", "speaker": "林知远",
    }  # fmt: skip
    with nothing_changes():
        answer = say(evening.clerk, "responses.record_response", **message | fields)
    assert answer["error"]["code"] == "BAD_INPUT"
    assert list(answer["error"]["data"]["fields"]) == list(fields)


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_stands_beside_what_it_corrects(evening: Evening) -> None:
    question = evening.aired()
    old = evening.record(question, text="十二月修好")
    new = do(recording.correct_response, evening.clerk, old.id, text="12月20日前修好", speaker=None)
    kept = responses_to(question)
    assert [one.text for one in kept] == ["十二月修好", "12月20日前修好"]
    assert (new.supersedes_id, new.speaker, new.started_ms) == (old.id, old.speaker, old.started_ms)
    with reading() as db:
        assert lookup.superseded_by(db, [old.id, new.id]) == {old.id: new.id}


def test_correcting_the_kind_can_turn_an_answer_into_an_evasion_and_back(evening: Evening) -> None:
    question = evening.aired()
    first = evening.record(question, kind=SPECIFIC)
    second = do(recording.correct_response, evening.clerk, first.id, kind=DEFLECTION)
    assert evening.question(question).state is QuestionState.EVADED
    do(recording.correct_response, evening.clerk, second.id, kind=SPECIFIC)
    assert evening.question(question).state is QuestionState.ANSWERED


def test_a_correction_while_on_air_counts_when_the_question_leaves(evening: Evening) -> None:
    question = evening.on_air()
    first = evening.record(question, kind=SPECIFIC)
    do(recording.correct_response, evening.clerk, first.id, kind=DEFLECTION)
    evening.clear()
    assert evening.question(question).state is QuestionState.EVADED


def test_the_record_can_be_corrected_after_the_close(evening: Evening) -> None:
    question = evening.aired()
    response = evening.record(question)
    evening.close()
    new = do(recording.correct_response, evening.clerk, response.id, speaker="沈若川")
    assert new.supersedes_id == response.id
    assert evening.question(question).state is QuestionState.ANSWERED


def test_a_corrected_response_is_not_corrected_again(evening: Evening) -> None:
    old = evening.record(evening.aired())
    new = do(recording.correct_response, evening.clerk, old.id, text="一月修好")
    with nothing_changes(), pytest.raises(refusals.AlreadyCorrected) as refused:
        do(recording.correct_response, evening.clerk, old.id, text="二月修好")
    assert refused.value.data == {"superseded_by": new.id}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, NothingChanged),
        ({"text": PLAIN["text"]}, NothingChanged),
        ({"unit_id": 999}, NotFound),
        ({"started_ms": 80_000_000}, refusals.EndsBeforeItStarts),
    ],
)
def test_a_correction_that_cannot_be_is_refused(evening: Evening, changes: dict[str, Any], refusal: type) -> None:
    response = evening.record(evening.aired())
    with nothing_changes(), pytest.raises(refusal):
        do(recording.correct_response, evening.clerk, response.id, **changes)


def test_a_form_corrects_what_it_fills_in(evening: Evening, say: Say) -> None:
    response = evening.record(evening.aired())
    form = {
        "response": str(response.id), "unit": "", "kind": "deflection", "text": "",
        "speaker": "", "speaker_title": "副局长", "started_ms": "", "ended_ms": "",
    }  # fmt: skip
    answer = say(evening.clerk, "responses.correct_response", **typed(form))
    assert answer["ok"], answer
    new = responses_to(response.question_id)[-1]
    assert (new.kind, new.text, new.speaker_title) == (DEFLECTION, response.text, "副局长")


# --- in writing ------------------------------------------------------------------------------------------------------


def test_the_unit_answers_in_writing(evening: Evening) -> None:
    question = evening.handed()
    response = evening.write(question)
    with reading() as db:
        name = db.get_one(User, evening.official.user_id).name
    assert (response.medium, response.speaker, response.unit_id) == (
        Medium.WRITTEN, name, evening.city.city_management.id,
    )  # fmt: skip
    assert evening.question(question).state is QuestionState.ANSWERED


def test_a_written_deflection_evades(evening: Evening) -> None:
    question = evening.handed()
    evening.write(question, kind=DEFLECTION, text="已转有关部门处理。")
    assert evening.question(question).state is QuestionState.EVADED


def test_only_the_unit_it_was_handed_to_answers(evening: Evening, city: City) -> None:
    question = evening.handed()
    fields: dict[str, Any] = {"kind": SPECIFIC, "text": "好"}
    for stranger in (city.official_of(city.water), evening.clerk, city.person(Role.STAFF)):
        with nothing_changes(), pytest.raises(Forbidden):
            do(recording.answer_in_writing, stranger, question, **fields)
    above = city.official_of(city.city)
    assert do(recording.answer_in_writing, above, question, **fields).unit_id == city.city_management.id


def test_what_was_not_handed_is_not_answered_in_writing(evening: Evening) -> None:
    question = evening.answered(unit=evening.city.city_management.id)
    with nothing_changes(), pytest.raises(refusals.NotHanded) as refused:
        evening.write(question)
    assert refused.value.data == {"state": "answered"}


def test_an_answer_in_writing_is_given_once(evening: Evening) -> None:
    question = evening.handed()
    evening.write(question)
    with nothing_changes(), pytest.raises(refusals.NotHanded):
        evening.write(question)


# --- entries ---------------------------------------------------------------------------------------------------------


def test_following_the_entries_is_as_good_as_a_fresh_look(evening: Evening) -> None:
    with replaying(evening.session) as kinds:
        question = evening.on_air()
    with replaying(evening.session) as kinds:
        first = evening.record(question, kind=DEFLECTION)
    assert kinds == ["responses.recorded"]
    evening.clear()
    with replaying(evening.session) as kinds:
        second = do(recording.correct_response, evening.clerk, first.id, kind=SPECIFIC)
    assert kinds == ["responses.corrected", "questions.answered"]
    with replaying(evening.session) as kinds:
        do(recording.correct_response, evening.clerk, second.id, text="下周五前修好")
    assert kinds == ["responses.corrected"]


def test_following_the_entries_of_a_written_answer(evening: Evening) -> None:
    question = evening.handed()
    with replaying(evening.session) as kinds:
        evening.write(question)
    assert kinds == ["responses.written", "questions.answered"]
