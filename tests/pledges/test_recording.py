"""A pledge is written down while it is spoken; the unit confirms or disputes the words, or lets them stand."""

from datetime import date, timedelta
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden, NotFound, NothingChanged, Stale
from inquiry.permissions import PERSONS, SYSTEM, Role
from inquiry.pledges import refusals, watch
from inquiry.pledges.commands import progress, recording
from inquiry.pledges.models import Confirmation, PledgeState, Specificity
from inquiry.pledges.queries import lists, lookup
from inquiry.responses.commands import recording as response_recording
from inquiry.trace import queries as trace
from tests.pledges.conftest import DUE, EIGHT, WHOLE, Clock, Evening, Promise, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying

# --- recording -------------------------------------------------------------------------------------------------------


def test_a_whole_pledge_is_specific(promise: Promise) -> None:
    kept = promise.row
    assert kept.specificity is Specificity.SPECIFIC
    assert (kept.first_due_on, kept.due_on) == (DUE, DUE)
    assert (kept.state, kept.confirmation) == (PledgeState.OPEN, Confirmation.ASKED)
    assert kept.confirmation_due_at == EIGHT + timedelta(hours=24)
    assert (kept.session_id, kept.question_id, kept.response_id) == (
        promise.session, promise.question, promise.response,
    )  # fmt: skip


@pytest.mark.parametrize("element", ["action", "object", "officer", "due_on"])
def test_a_pledge_without_one_of_the_elements_is_generic(promise: Promise, element: str) -> None:
    recorded = promise.record(**{element: None if element == "due_on" else ""})
    assert recorded.specificity is Specificity.GENERIC


def test_the_clerk_is_told_what_is_missing_and_what_is_vague(promise: Promise, say: Say) -> None:
    fields = {"response": promise.response, "lead_unit": promise.city.water.id}
    vague = say(promise.clerk, "pledges.record_pledge", spoken="我们尽快解决", action="解决", due_on="", **fields)
    whole = say(
        promise.clerk, "pledges.record_pledge", spoken="月底修好", action="修好", object="路灯", officer="沈若川",
        due_on="2026-12-31", **fields,
    )  # fmt: skip
    assert (vague["specificity"], vague["missing"], vague["vague"]) == (
        "generic", ["object", "officer", "due_on"], ["尽快"],
    )  # fmt: skip
    assert (whole["specificity"], whole["missing"], whole["vague"], whole["rev"]) == ("specific", [], [], 0)


def test_a_press_that_arrives_twice_records_once(promise: Promise, say: Say) -> None:
    message = {
        "response": promise.response, "lead_unit": promise.city.water.id, "spoken": "月底修好", "client_id": "press-01",
    }  # fmt: skip
    first = say(promise.clerk, "pledges.record_pledge", **message)
    assert say(promise.clerk, "pledges.record_pledge", **message) == first
    with reading() as db:
        assert lookup.pledge(db, first["pledge"])
        with pytest.raises(NotFound):
            lookup.pledge(db, first["pledge"] + 1)


def test_a_written_answer_promises_too(evening: Evening) -> None:
    question = evening.handed()
    response = evening.write(question)
    pledge = do(
        recording.record_pledge, evening.city.person(Role.STAFF), response.id,
        lead_unit_id=evening.city.city_management.id, **WHOLE,
    )  # fmt: skip
    assert pledge.question_id == question


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"due_on": date(2026, 11, 30)}, refusals.DueBeforePromised),
        ({"due_on": date(2036, 12, 1)}, refusals.DueTooFar),
        ({"lead_unit_id": 999}, NotFound),
    ],
)
def test_a_pledge_that_cannot_be_is_refused(promise: Promise, fields: dict[str, Any], refusal: type) -> None:
    with nothing_changes(), pytest.raises(refusal):
        promise.record(**fields)


def test_the_day_of_the_promise_is_the_citys(promise: Promise, clock: Clock) -> None:
    clock.forward(days=3)  # the clerk writes it down late: the promise was of the first
    assert promise.record(due_on=date(2026, 12, 1)).due_on == date(2026, 12, 1)


def test_a_corrected_response_gives_no_more_pledges(promise: Promise) -> None:
    newer = do(response_recording.correct_response, promise.clerk, promise.response, text="说错了")
    with nothing_changes(), pytest.raises(refusals.ResponseReplaced) as refused:
        promise.record()
    assert refused.value.data == {"superseded_by": newer.id}


def test_a_response_that_is_not_there_is_not_found(promise: Promise) -> None:
    promise.response = 999
    with nothing_changes(), pytest.raises(NotFound):
        promise.record()


RECORDERS = (Role.CLERK, Role.STAFF, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in RECORDERS])
def test_others_neither_record_nor_correct(promise: Promise, city: City, role: Role) -> None:
    actor = city.person(role)
    with nothing_changes():
        with pytest.raises(Forbidden):
            do(recording.record_pledge, actor, promise.response, lead_unit_id=city.water.id, **WHOLE)
        with pytest.raises(Forbidden):
            promise.press(recording.correct_pledge, actor, action="别的")


@pytest.mark.parametrize(
    "fields",
    [
        {"spoken": ""},
        {"spoken": "字" * 1001},
        {"spoken": "好\x07的"},
        {"officer": "名" * 41},
        {"object": "物" * 201},
        {"due_on": "20261231"},
        {"due_on": 1798675200},
        {"due_on": "2026-02-30"},
        {"due_on": "2026-12-31T00:00"},
        {"lead_unit": ""},
        {"lead_unit": 2**40},
        {"target": "全部"},
    ],
)
def test_bad_input_never_reaches_the_command(promise: Promise, say: Say, fields: dict[str, Any]) -> None:
    message = {"response": promise.response, "lead_unit": promise.city.water.id, "spoken": "月底修好"}
    with nothing_changes():
        answer = say(promise.clerk, "pledges.record_pledge", **message | fields)
    assert answer["error"]["code"] == "BAD_INPUT"
    assert list(answer["error"]["data"]["fields"]) == list(fields)


@pytest.mark.parametrize("words", ["路灯", "路燈", "林知远", "湖滨", "路灯 湖滨", "林知远　湖滨 路灯"])
def test_a_pledge_is_found_by_its_words_and_by_what_was_asked(promise: Promise, words: str) -> None:
    meant = promise.record(spoken="我承诺月底前办好。", action="", object="")
    with reading() as db:
        found = lists.board(db, lists.Filters(text=words), lists.Days(DUE, DUE)).rows
    assert meant.id in [row.pledge.id for row in found]


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_and_takes_along_what_was_done(promise: Promise, say: Say) -> None:
    evidence = promise.prove()
    do(progress.report_progress, promise.official, promise.id, "灯杆已经立好")
    promise.press(recording.confirm_pledge, promise.official)
    answer = say(
        promise.clerk, "pledges.correct_pledge", pledge=promise.id, seen=promise.rev, officer="沈若川",
        due_on="2026-12-20",
    )  # fmt: skip
    assert answer["ok"], answer
    with reading() as db:
        old, new = lookup.pledge(db, promise.id), lookup.pledge(db, answer["pledge"])
        moved = db.get(type(evidence), evidence.id)
    assert (old.state, old.officer, old.due_on) == (PledgeState.SUPERSEDED, "林知远", DUE)
    assert (new.state, new.supersedes_id, new.officer, new.action) == (PledgeState.OPEN, old.id, "沈若川", "修复")
    assert (new.first_due_on, new.due_on) == (date(2026, 12, 20), date(2026, 12, 20))
    assert new.confirmation is Confirmation.ASKED, "new words are confirmed anew"
    assert moved is not None
    assert moved.pledge_id == new.id


def test_a_correction_can_empty_what_was_wrong(promise: Promise, say: Say) -> None:
    answer = say(promise.clerk, "pledges.correct_pledge", pledge=promise.id, seen=0, officer="", due_on="")
    assert answer["missing"] == ["officer", "due_on"]
    assert answer["specificity"] == "generic"


def test_a_returned_pledge_stays_returned_when_it_is_corrected(promise: Promise, clock: Clock) -> None:
    promise.give_back()
    promise.id = promise.press(recording.correct_pledge, promise.clerk, officer="沈若川").id
    assert promise.row.state is PledgeState.RETURNED
    with nothing_changes(), pytest.raises(refusals.NoEvidence):
        promise.press(progress.claim_done, promise.official)
    assert promise.claimed_again(clock).row.state is PledgeState.CLAIMED_DONE


def test_an_extended_date_is_not_corrected(promise: Promise) -> None:
    promise.extend(date(2026, 12, 25))
    with nothing_changes(), pytest.raises(refusals.DateExtended):
        promise.press(recording.correct_pledge, promise.clerk, due_on=date(2027, 1, 25))
    promise.id = promise.press(recording.correct_pledge, promise.clerk, officer="沈若川").id
    assert (promise.row.first_due_on, promise.row.due_on) == (DUE, date(2026, 12, 25))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, NothingChanged),
        ({"action": "修复"}, NothingChanged),
        ({"due_on": date(2026, 11, 30)}, refusals.DueBeforePromised),
        ({"lead_unit_id": 999}, NotFound),
    ],
)
def test_a_correction_that_cannot_be_is_refused(promise: Promise, changes: dict[str, Any], refusal: type) -> None:
    with nothing_changes(), pytest.raises(refusal):
        promise.press(recording.correct_pledge, promise.clerk, **changes)


def test_what_is_over_or_being_checked_is_not_corrected(promise: Promise) -> None:
    newer = promise.press(recording.correct_pledge, promise.clerk, officer="沈若川")
    with nothing_changes(), pytest.raises(refusals.WrongState) as refused:
        promise.press(recording.correct_pledge, promise.clerk, officer="顾长风")
    assert refused.value.data == {"state": "superseded", "step": "correct"}
    promise.id = newer.id
    promise.claim()
    with nothing_changes(), pytest.raises(refusals.WrongState):
        promise.press(recording.correct_pledge, promise.clerk, officer="顾长风")


# --- the unit's word -------------------------------------------------------------------------------------------------


def test_the_unit_confirms(promise: Promise, say: Say, clock: Clock) -> None:
    clock.forward(hours=1)
    answer = say(promise.official, "pledges.confirm_pledge", pledge=promise.id, seen=0)
    assert answer == {"ok": True, "pledge": promise.id, "rev": 1, "state": "open", "confirmation": "confirmed"}
    assert promise.row.confirmed_at == EIGHT + timedelta(hours=1)


def test_the_unit_disputes_and_both_versions_stand(promise: Promise, say: Say) -> None:
    answer = say(promise.official, "pledges.dispute_pledge", pledge=promise.id, seen=0, words="我说的是主干道的路灯")
    assert answer["confirmation"] == "disputed"
    assert (promise.row.spoken, promise.row.dispute) == (WHOLE["spoken"], "我说的是主干道的路灯")


def test_a_unit_may_stand_by_its_words_after_all(promise: Promise, clock: Clock) -> None:
    promise.press(recording.dispute_pledge, promise.official, "不是这么说的")
    clock.forward(days=3)
    promise.press(recording.confirm_pledge, promise.official)
    assert (promise.row.confirmation, promise.row.dispute) == (Confirmation.CONFIRMED, "不是这么说的")


def test_words_are_settled_once(promise: Promise) -> None:
    promise.press(recording.confirm_pledge, promise.official)
    for command, words in ((recording.confirm_pledge, ()), (recording.dispute_pledge, ("不是这么说的",))):
        with nothing_changes(), pytest.raises(refusals.AlreadyConfirmed):
            promise.press(command, promise.official, *words)


def test_after_a_day_of_silence_it_is_too_late_to_dispute(promise: Promise, clock: Clock) -> None:
    clock.forward(hours=24)
    promise.record()
    clock.forward(seconds=1)
    with nothing_changes(), pytest.raises(refusals.TooLateToDispute):
        promise.press(recording.dispute_pledge, promise.official, "不是这么说的")


def test_silence_lets_the_spoken_version_stand(promise: Promise, clock: Clock, app: Any) -> None:
    clock.forward(hours=24)
    assert watch.let_silence_speak(app) == 0
    clock.forward(seconds=1)
    with replaying(promise.session) as kinds:
        assert watch.let_silence_speak(app) == 1
    assert kinds == ["pledges.stands_as_spoken"]
    assert promise.row.confirmation is Confirmation.STANDS_AS_SPOKEN
    with nothing_changes():
        assert watch.let_silence_speak(app) == 0


def test_the_watch_settles_each_once_whoever_comes_first(promise: Promise, clock: Clock, app: Any) -> None:
    clock.forward(hours=25)
    with reading() as db:
        due = lookup.silent(db, clock.forward())
    promise.press(recording.let_spoken_version_stand, promise.staff)
    with nothing_changes():
        assert [watch._settle(*one) for one in due] == [False]


def test_nobody_is_silenced_early(promise: Promise) -> None:
    for actor in (SYSTEM, promise.staff):
        with nothing_changes(), pytest.raises(refusals.TimeToAnswer):
            promise.press(recording.let_spoken_version_stand, actor)


def test_only_the_unit_speaks_for_itself(promise: Promise, city: City) -> None:
    for stranger in (city.official_of(city.water), promise.staff, promise.clerk, promise.leader):
        with nothing_changes(), pytest.raises(Forbidden):
            promise.press(recording.confirm_pledge, stranger)
        with nothing_changes(), pytest.raises(Forbidden):
            promise.press(recording.dispute_pledge, stranger, "不是这么说的")
    with nothing_changes(), pytest.raises(Forbidden):
        promise.press(recording.let_spoken_version_stand, promise.official)


def test_a_unit_above_may_speak_too(promise: Promise, city: City) -> None:
    above = city.official_of(city.city)
    promise.press(recording.confirm_pledge, above)
    assert promise.row.confirmation is Confirmation.CONFIRMED


def test_who_has_not_seen_the_present_version_is_told(promise: Promise) -> None:
    seen = promise.rev
    promise.press(recording.dispute_pledge, promise.official, "不是这么说的")
    with nothing_changes(), pytest.raises(Stale) as refused:
        do(recording.confirm_pledge, promise.official, promise.id, seen)
    assert refused.value.data["now"]["confirmation"] == "disputed"


def test_a_dispute_needs_words(promise: Promise, say: Say) -> None:
    for words in ("", "  ", "啊"):
        with nothing_changes():
            answer = say(promise.official, "pledges.dispute_pledge", pledge=promise.id, seen=0, words=words)
        assert answer["error"]["code"] == "BAD_INPUT"


# --- entries ---------------------------------------------------------------------------------------------------------


def test_following_the_entries_is_as_good_as_a_fresh_look(promise: Promise) -> None:
    with replaying(promise.session) as kinds:
        promise.id = promise.record(due_on=None).id
    assert kinds == ["pledges.recorded"]
    with replaying(promise.session) as kinds:
        promise.press(recording.dispute_pledge, promise.official, "不是这么说的")
    assert kinds == ["pledges.disputed"]
    with replaying(promise.session) as kinds:
        promise.id = promise.press(recording.correct_pledge, promise.clerk, spoken="月底修好", due_on=DUE).id
    assert kinds == ["pledges.corrected"]
    with replaying(promise.session) as kinds:
        promise.press(recording.confirm_pledge, promise.official)
    assert kinds == ["pledges.confirmed"]


def test_the_trace_leads_from_the_question_to_the_pledge(promise: Promise) -> None:
    promise.keep()
    with reading() as db:
        kinds = [entry.kind for entry in trace.naming(db, f"question:{promise.question}")]
    assert kinds == [
        "questions.asked", "questions.approved", "questions.put_on_air", "questions.left_air", "responses.recorded",
        "questions.answered", "pledges.recorded", "pledges.evidence_added", "pledges.claimed_done", "pledges.kept",
    ]  # fmt: skip
