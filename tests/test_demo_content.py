"""The demo's content holds together: what points somewhere arrives, what happens is allowed, the stories are told."""

import re
from collections import Counter

import pytest

from inquiry.accounts.models import UnitKind
from inquiry.core.text import SIMILAR, clean, length, look_alike, mentions_date, similarity, vague_words_in
from inquiry.demo.content import PEOPLE, SESSIONS, UNITS
from inquiry.demo.crowd_lines import ANSWERS, FOLLOW_UPS, RUDE, SUBJECTS
from inquiry.demo.last_month import LAST_MONTH
from inquiry.demo.tonight import TONIGHT
from inquiry.demo.units import GROUPS, HEADS_BEFORE, group_of
from inquiry.live.models import ItemKind, SessionState
from inquiry.permissions import PERSONS, Actor, Role, Scope, allows
from inquiry.questions.models import QuestionState, RefusalReason
from inquiry.responses.models import ResponseKind

UNIT = {unit.key: unit for unit in UNITS}
PERSON = {person.login: person for person in PEOPLE}
QUESTIONS = [question for session in SESSIONS for question in session.questions]
RESPONSES = [response for question in QUESTIONS for response in question.responses]
PLEDGES = [pledge for response in RESPONSES for pledge in response.pledges]
AIRED = {"on_air", "answered", "evaded"}


def of(session, state):
    return [question for question in session.questions if question.state == state]


def actor(login):
    person = PERSON[login]
    below, grown = {person.unit}, 0
    while person.unit and grown != len(below):
        grown = len(below)
        below |= {unit.key for unit in UNITS if unit.parent in below}
    numbers = {key: number for number, key in enumerate(UNIT)}
    units = frozenset(numbers[key] for key in below if key)
    return Actor(Role(person.role), user_id=1, unit_ids=units), numbers


def test_the_city_is_a_tree_with_parents_first():
    seen = set()
    for unit in UNITS:
        assert unit.parent in seen if seen else unit.parent is None
        assert UnitKind(unit.kind)
        assert unit.name_en
        assert unit.head
        seen.add(unit.key)
    assert len(seen) == len(UNITS)
    kinds = {"city": 1, "district": 13, "department": 30, "street": 60}
    assert Counter(unit.kind for unit in UNITS) == kinds
    assert len({look_alike(name) for unit in UNITS for name in (unit.name, unit.name_en)}) == 2 * len(UNITS)


def test_peers_are_of_one_kind_and_have_company():
    members = {key: [unit for unit in UNITS if group_of(unit) == key] for key in GROUPS}
    assert {key: len(members[key]) for key in ("districts", "departments")} == {"districts": 13, "departments": 30}
    for peers in members.values():
        assert len(peers) > 1
        assert len({(unit.kind, unit.parent) for unit in peers}) == 1
    alone = [unit for unit in UNITS if group_of(unit) is None]
    assert [unit.key for unit in alone] == ["yunting", "lingge"]


def test_heads_took_over_from_each_other_during_the_year():
    assert len(HEADS_BEFORE) >= 12
    for unit in {one.unit for one in HEADS_BEFORE}:
        of_unit = [one for one in HEADS_BEFORE if one.unit == unit]
        days = [one.day for one in of_unit]
        assert days == sorted(set(days))
        assert all(-330 < day < 0 for day in days)
        names = [one.name for one in of_unit] + [UNIT[unit].head]
        assert len(set(names)) == len(names)
    everybody = [*(unit.head for unit in UNITS), *(one.name for one in HEADS_BEFORE)]
    assert len(set(everybody)) == len(everybody)


def test_every_role_can_sign_in():
    assert {person.role for person in PEOPLE} == {role.value for role in PERSONS}
    assert len(PERSON) == len(PEOPLE)
    officials = [person for person in PEOPLE if person.role == "official"]
    assert {UNIT[person.unit].kind for person in officials} == {"district", "department"}
    assert len({person.unit for person in officials}) == len(officials)
    head_of = {unit.key: (unit.head, unit.head_title) for unit in UNITS if unit.kind == "district"}
    heads = [person for person in officials if person.name in dict(head_of.values())]
    assert len(heads) >= 3  # of districts: they sit in the night exam themselves
    assert all(person.title.endswith(head_of[person.unit][1]) for person in heads)


def test_what_points_somewhere_arrives():
    keys = [question.key for question in QUESTIONS]
    assert len(set(keys)) == len(keys)
    pledge_keys = [pledge.key for pledge in PLEDGES]
    assert len(set(pledge_keys)) == len(pledge_keys)
    for session in SESSIONS:
        own = {question.key: question for question in session.questions}
        assert SessionState(session.state)
        assert set(session.units) <= UNIT.keys()
        for item in session.rundown:
            assert ItemKind(item.kind)
            assert item.question is None or own[item.question].state in AIRED
            assert {slot.unit for slot in item.slots} <= UNIT.keys()
        for question in session.questions:
            assert QuestionState(question.state)
            assert question.unit is None or question.unit in UNIT
            assert (question.state == "merged") == (question.into is not None)
            assert question.into is None or own[question.into].state != "merged"
            assert (question.state == "refused") == (question.reason is not None)
            assert question.reason is None or RefusalReason(question.reason)
            assert (question.state == "deferred") == (question.deferred_to is not None)
            assert question.deferred_to in {None, *(each.key for each in SESSIONS)}
            on_rundown = any(item.question == question.key for item in session.rundown)
            assert on_rundown == (question.state in AIRED)


def test_every_text_may_stand_in_public():
    texts = [question.text for question in QUESTIONS]
    texts += [response.text for response in RESPONSES] + [pledge.spoken for pledge in PLEDGES]
    texts += [step.text for pledge in PLEDGES for step in pledge.steps if step.text]
    texts += [wording for subject in SUBJECTS for wording in subject.wordings]
    texts += [*FOLLOW_UPS, *(text for text, _ in RUDE), *(answer.text for answer in ANSWERS)]
    for text in texts:
        assert clean(text) == text
        assert 2 <= length(text) <= 180
        assert not re.search(r"\d{5,}|https?:|[A-Z]\d{4}", text), f"looks like a number of somebody's: {text}"


def test_tonight_is_a_picture_of_mid_evening():
    assert Counter(question.state for question in TONIGHT.questions) == {
        "answered": 2, "on_air": 1, "approved": 20, "waiting": 10, "refused": 3, "merged": 4,
    }  # fmt: skip
    on_air = [item for item in TONIGHT.rundown if item.minute is not None and item.end_minute is None]
    assert [item.question for item in on_air] == [of(TONIGHT, "on_air")[0].key]
    assert [slot.end_minute for slot in on_air[0].slots] == [None]
    assert sum(item.minutes for item in TONIGHT.rundown) <= TONIGHT.planned_minutes
    assert all(question.minute < TONIGHT.minutes_ago for question in TONIGHT.questions)


def test_a_closed_session_left_nothing_open():
    left = {question.state for question in LAST_MONTH.questions}
    assert left <= {"answered", "evaded", "handed", "deferred", "merged", "refused"}
    kinds = {response.kind for question in LAST_MONTH.questions for response in question.responses}
    assert kinds == {kind.value for kind in ResponseKind} - {ResponseKind.NO_ANSWER}  # they all said something
    handed = of(LAST_MONTH, "handed")
    assert [question.satisfied for question in handed] == [True, False, None]
    assert [bool(question.reopened) for question in handed] == [False, True, False]
    assert not handed[2].responses


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.key)
def test_the_rundown_runs_in_order(session):
    clock = 0.0
    for item in session.rundown:
        if item.minute is None:
            assert session.state != "closed"
            assert not item.slots
            continue
        assert item.minute >= clock
        end = item.end_minute if item.end_minute is not None else session.minutes_ago
        for slot in item.slots:
            assert item.minute <= slot.minute <= (slot.end_minute or end) <= end
        clock = end


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.key)
def test_answers_are_given_while_their_question_is_on_air(session):
    span = {item.question: (item.minute, item.end_minute) for item in session.rundown if item.question}
    for question in session.questions:
        for response in question.responses:
            assert ResponseKind(response.kind)
            if response.by is None:
                first, last = span[question.key]
                assert first <= response.minute < response.end_minute <= last
            else:
                who, numbers = actor(response.by)
                assert allows(who, "responses.answer_in_writing", Scope(numbers[question.unit]))
                assert session.day < response.day <= 0


@pytest.mark.parametrize("pledge", PLEDGES, ids=lambda pledge: pledge.key)
def test_every_step_is_allowed_and_in_time(pledge):
    days = [step.day for step in pledge.steps]
    assert days == sorted(days)
    assert all(LAST_MONTH.day < day <= 0 for day in days)
    for step in pledge.steps:
        who, numbers = actor(step.by)
        assert allows(who, f"pledges.{step.do}", Scope(numbers[pledge.unit])), step
        assert step.minute is None or step.minute < TONIGHT.minutes_ago
    done = [step.do for step in pledge.steps]
    assert "claim_done" not in done or "add_evidence" in done[: done.index("claim_done")]


def test_last_months_pledges_stand_in_every_state():
    answers = [response for question in LAST_MONTH.questions for response in question.responses]
    told = {pledge.key: pledge for response in answers for pledge in response.pledges}
    assert len(told) == 9
    last = {key: (pledge.steps[-1].do, pledge) for key, pledge in told.items()}
    assert Counter(do for do, _ in last.values()) == {
        "accept_pledge": 1, "claim_done": 1, "return_pledge": 1, "dispute_pledge": 1, "confirm_pledge": 1,
        "let_spoken_version_stand": 1, "report_progress": 3,
    }  # fmt: skip
    extended = {p.key for p in told.values() if any(step.do == "ask_extension" for step in p.steps)}
    assert extended == {"pump-new"}
    settled = {"accept_pledge", "claim_done"}
    overdue = {k for k, (do, p) in last.items() if do not in settled and p.due is not None and p.due < 0} - extended
    assert overdue == {"lane-pump"}


def test_pledges_are_specific_or_openly_vague():
    for pledge in PLEDGES:
        specific = all((pledge.action, pledge.object, pledge.officer, pledge.due is not None))
        assert specific or not any((pledge.action, pledge.object, pledge.officer, pledge.due))
        if not specific:
            assert vague_words_in(pledge.spoken)
            assert not mentions_date(pledge.spoken)


def test_what_was_merged_is_found_as_similar():
    for session in SESSIONS:
        shown = [question for question in session.questions if question.state in AIRED | {"approved"}]
        for question in session.questions:
            if question.into:
                alike, nearest = max((similarity(question.text, each.text), each.key) for each in shown)
                assert (nearest, alike >= SIMILAR) == (question.into, True), question.key


def test_the_crowd_is_large_enough():
    wordings = [wording for subject in SUBJECTS for wording in subject.wordings]
    lines = [*wordings, *FOLLOW_UPS, *(text for text, _ in RUDE)]
    assert len(set(lines)) == len(lines) >= 120
    assert all(RefusalReason(reason) for _, reason in RUDE)
    assert {subject.unit for subject in SUBJECTS} <= UNIT.keys()
    assert {answer.subject for answer in ANSWERS} == {subject.key for subject in SUBJECTS}
    assert {answer.kind for answer in ANSWERS} == {kind.value for kind in ResponseKind} - {ResponseKind.NO_ANSWER}
    assert sum(len(answer.pledges) for answer in ANSWERS) >= 8


def test_the_crowds_duplicates_cluster():
    """Each wording is nearest to one of its own subject, nine of ten are seen as similar, and subjects stay apart."""
    lines = [(subject.key, wording) for subject in SUBJECTS for wording in subject.wordings]
    found = 0
    for key, wording in lines:
        alike, nearest = max((similarity(wording, other), its) for its, other in lines if other != wording)
        assert nearest == key, wording
        found += alike >= SIMILAR
    assert found >= 0.9 * len(lines)
    astray = sum(similarity(a, b) >= SIMILAR for its, a in lines for key, b in lines if its < key)
    assert astray <= 1
