"""A meeting that is closed to the public while it runs, tried at every door there is.

The tables below name each address and each query of the application: a new one fails here until somebody has said how
it is opened. What happens in the meeting must not change what a stranger is answered anywhere, by a single byte.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import unified_diff
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.live.commands import preparation
from inquiry.permissions import PERSONS, VISITOR, Actor, Grant, Role, Scope, allows
from inquiry.questions.queries import lookup
from inquiry.responses.models import ResponseKind
from inquiry.verdicts import pins
from tests.live.conftest import Clock, clock
from tests.responses.conftest import EIGHT
from tests.support.application import City, Say
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, browser, do
from tests.surfaces.doors import ADDRESSES, MAY_GO_ON, PICTURE, POSTS, QUERIES, Doors
from tests.surfaces.meetings import ACTION, ANSWERED, ASKED, INSERTED, PROMISED, REPORTED, SPEAKER, WORDS, Meeting

__all__ = ["Clock", "browser", "clock"]


@pytest.fixture
def meeting(city: City, clock: Clock, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    here = replace(app.config["INQUIRY"], public_url="https://inquiry.example")  # or there would be no sitemap
    monkeypatch.setitem(app.config, "INQUIRY", here)
    return Meeting(city)


def test_every_address_and_every_query_is_tried_here(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert {one.rule for one in rules if "GET" in one.methods and not one.rule.startswith("/static/")} == set(ADDRESSES)
    assert {one.rule for one in rules if "POST" in one.methods} == POSTS
    assert {one.name for one in registry.every() if not one.writes and not one.name.startswith("tests.")} == set(
        QUERIES
    )


@pytest.fixture
def doors(browser: Browser, say: Say, meeting: Meeting) -> Doors:
    return Doors(browser, say, code=meeting.row.code, session=meeting.session, other=meeting.other)


def tokens(meeting: Meeting) -> Iterator[tuple[str, Actor]]:
    """Of a leader, who may: but not with these."""
    leader, of = meeting.city.person(Role.LEADER), frozenset({"read.internal", "live.end_slot"})
    yield "a token of another session", replace(leader, grant=Grant(1, of, meeting.other))
    yield "a token for something else", replace(leader, grant=Grant(2, of - {"read.internal"}, meeting.session))
    units = frozenset({meeting.city.city_management.id})
    yield "a token of a unit", replace(leader, grant=Grant(3, of - {"read.internal"}, None, units))


def outsiders(meeting: Meeting) -> Iterator[tuple[str, Actor]]:
    yield "a stranger", VISITOR
    yield "the phone that asked", meeting.phone
    yield "a newcomer", Actor(Role.VISITOR, sign_in_id=1, newcomer_id=1)


def _no_word(answers: dict[str, str]) -> None:
    told = {door: [word for word in WORDS if word in answer] for door, answer in answers.items()}
    # A search shows again what was typed.
    told = {door: words for door, words in told.items() if words and "similar" not in door}
    assert not told


def _lines_of(before: str, after: str) -> list[str]:
    """Those in which two answers differ."""
    return [one for one in unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="") if before != after]


def test_what_happens_in_it_changes_nothing_that_a_stranger_is_answered(meeting: Meeting, doors: Doors) -> None:
    """No word, no number, no difference between what exists in it and what does not."""
    meeting.begin()
    who = dict(outsiders(meeting))
    machines = who | dict(tokens(meeting))
    before = {name: doors.pages(one) | doors.queries(one) for name, one in who.items()}
    before |= {name: doors.pages(one, "/live/") | doors.queries(one) for name, one in tokens(meeting)}
    receipts = {name: doors.receipt(one, meeting.receipt) for name, one in who.items()}
    meeting.happen()
    for name, actor in machines.items():
        after = (doors.pages(actor) if name in who else doors.pages(actor, "/live/")) | doors.queries(actor)
        _no_word({door: answer for door, answer in after.items() if door not in MAY_GO_ON})
        told = {door: _lines_of(before[name][door], after[door]) for door in after if door not in MAY_GO_ON}
        assert not {door: lines for door, lines in told.items() if lines}, name
    assert receipts == {name: doors.receipt(one, meeting.receipt) for name, one in who.items()}
    assert all("会后公布" in page and "403" in page[:4] for page in receipts.values())


#: Where what was said can be read, and which of the words.
SHOWN: dict[str, tuple[str, ...]] = {
    "/questions/2": (ASKED, ANSWERED, SPEAKER, ACTION),
    "/pledges/1": (PROMISED, REPORTED, ANSWERED),
    "/pledges": (ACTION,),
    "/questions?sort=supported": (ASKED,),
    "/sessions/{code}": (ASKED, INSERTED, ACTION),
    "/sessions/{code}/minutes": (ASKED, ANSWERED, SPEAKER, ACTION, INSERTED),
    "/trace/session:{session}:public.jsonl": (SPEAKER,),
}
#: And by machines, in which view.
SNAPSHOTS = {"internal": "/live/{session}/snapshot/internal", "public": "/live/{session}/snapshot"}
IN_A_SNAPSHOT = (ASKED, ANSWERED, SPEAKER, PROMISED, INSERTED)


def _all_shown(doors: Doors, actor: Actor) -> None:
    for door, words in SHOWN.items():
        page = doors.page(door, actor)
        assert page.startswith("200"), (door, page[:200])
        assert not [word for word in words if word not in page], door


@pytest.mark.parametrize("role", PERSONS)
def test_whoever_is_signed_in_follows_it(meeting: Meeting, doors: Doors, role: Role) -> None:
    meeting.begin().happen()
    person = meeting.city.person(role)
    _all_shown(doors, person)
    snapshot = doors.page(f"/live/{meeting.session}/snapshot/internal", person)
    assert not [word for word in IN_A_SNAPSHOT if word not in snapshot]
    assert doors.page(f"/evidence/{PICTURE}", person).startswith("200")
    rows = {"session": meeting.session, "of": "pledge", "ids": [1], "view": "internal"}
    assert doors.ask(person, "live.rows", rows)["rows"]["pledge"]["1"]["spoken"] == PROMISED
    for page in (f"/screen/{meeting.row.code}", f"/s/{meeting.row.code}"):
        seen = doors.page(page, replace(person, device_id=meeting.phone.device_id))
        assert 'data-follows="internal"' in seen, page
    assert doors.page(f"/live/{meeting.session}/snapshot", person).startswith("403"), "one for all caches"


def test_a_token_follows_the_meeting_it_was_made_for(meeting: Meeting, doors: Doors) -> None:
    meeting.begin().happen()
    grant = Grant(1, frozenset({"read.internal"}), meeting.session)
    machine = replace(meeting.city.person(Role.LEADER), grant=grant)
    snapshot = doors.page(f"/live/{meeting.session}/snapshot/internal", machine)
    assert snapshot.startswith("200")
    assert PROMISED in snapshot
    listing = {"session": meeting.session, "sort": "newest"}
    assert doors.ask(machine, "questions.listing", listing)["ok"]


def test_before_and_after_it_is_a_session_like_any_other(meeting: Meeting, doors: Doors) -> None:
    code = meeting.row.code
    for actor in (VISITOR, meeting.phone):
        announced = doors.page(f"/sessions/{code}", actor)
        assert announced.startswith("200")
        assert "会议期间不公开" in announced
        assert "设为会议期间不公开" in announced, "the trace says so too"
        assert "会议期间不公开" in doors.page("/", actor)
        assert doors.page(f"/live/{meeting.session}/snapshot", actor).startswith("200")
        assert "会前公开的问题" in doors.page(f"/questions/{meeting.before}", actor)
    assert 'data-follows="public"' in doors.page(f"/s/{code}", meeting.phone)
    assert doors.page(f"/screen/{code}", VISITOR).startswith("302 /sign-in"), "not at the moment when it goes live"
    meeting.begin().happen()
    for page in (f"/s/{code}", f"/join/{code}"):
        assert doors.page(page, meeting.phone).startswith(f"302 /sessions/{code}")
    running = doors.page(f"/sessions/{code}", VISITOR)
    assert running.startswith("200")
    assert "会议正在进行，不公开。预计21:00左右结束" in running
    assert "进行中，不公开" in running
    assert "This meeting is not public. It should be over by about" in doors.page("/", VISITOR, "en")
    assert doors.page(f"/sessions/{code}/minutes", VISITOR).startswith("403")
    assert doors.page(f"/trace/session:{meeting.session}:public.jsonl", VISITOR).startswith("403")
    meeting.close()
    for actor in (VISITOR, meeting.phone):
        _all_shown(doors, actor)
        snapshot = doors.page(f"/live/{meeting.session}/snapshot", actor)
        assert not [word for word in IN_A_SNAPSHOT if word not in snapshot]
        assert doors.page(f"/evidence/{PICTURE}", actor).startswith("200")
        assert ANSWERED in doors.receipt(actor, meeting.receipt)
        assert doors.page("/n/P2026-1", actor).startswith("302 /pledges/1")
    assert "/pledges/1" in doors.page("/sitemap-pledges-1.xml", VISITOR)


def test_one_that_takes_longer_names_no_time_that_is_over(meeting: Meeting, doors: Doors, clock: Clock) -> None:
    meeting.begin()
    clock.forward(hours=2)
    told = doors.page(f"/sessions/{meeting.row.code}", VISITOR)
    assert "会议期间不公开，会后公布纪要和全部留痕。" in told
    assert "21:00" not in told


def test_an_opened_meeting_is_public_at_once(meeting: Meeting, doors: Doors) -> None:
    meeting.begin().happen()
    assert doors.page(f"/live/{meeting.session}/snapshot", VISITOR).startswith("403")
    do(preparation.change_session, meeting.host, meeting.session, closed_to_public=False)
    _all_shown(doors, VISITOR)
    assert PROMISED in doors.page(f"/live/{meeting.session}/snapshot", VISITOR)


#: What somebody of the audience can send, by a phone of the audience or with a receipt; and what it is told.
SENT: dict[str, tuple[Callable[[Meeting], dict[str, Any]], str]] = {
    "questions.ask": (lambda one: {"session": one.session, "text": "能问吗？能问吗？"}, "NOT_PUBLIC"),
    "questions.support": (lambda one: {"question": one.before}, "NOT_FOUND"),
    "questions.withdraw_support": (lambda one: {"question": one.before}, "NOT_FOUND"),
    "responses.judge_answer": (lambda one: {"receipt": one.receipt, "satisfied": True}, "NOT_PUBLIC"),
    "responses.reopen_question": (lambda one: {"question": one.before, "reason": "还没有修好"}, "NOT_PUBLIC"),
    "verdicts.judge": (lambda one: {"verdict": one.verdict, "satisfied": True}, "NOT_FOUND"),
    "verdicts.judge_by_card": (
        lambda one: {"verdict": one.verdict, "satisfied": True, "typed": f"1 {pins.pin(one.row.code, 1)}"},
        "NOT_FOUND",
    ),
}


def test_the_audience_presses_nothing_in_it(meeting: Meeting, say: Say) -> None:
    phone = meeting.phone
    own = Scope(device_id=phone.device_id, token=True)
    writes = {one.name for one in registry.every() if one.writes and not one.name.startswith("tests.")}
    assert {name for name in writes if allows(phone, name, own)} == set(SENT)
    assert say(phone, "questions.support", question=meeting.before)["ok"], "while it is planned"
    meeting.begin().happen()
    do(preparation.open_intake, meeting.host, meeting.session)
    for name, (fields, code) in SENT.items():
        with nothing_changes():
            assert say(phone, name, **fields(meeting))["error"]["code"] == code, name
    guest = replace(meeting.official, device_id=phone.device_id)
    assert say(guest, "verdicts.judge", **SENT["verdicts.judge"][0](meeting))["ok"], "who may follow may judge"
    assert say(guest, "questions.ask", **SENT["questions.ask"][0](meeting))["ok"], "who may follow may ask"
    meeting.close()
    assert say(phone, "responses.judge_answer", receipt=meeting.receipt, satisfied=True)["ok"]


def test_a_question_that_was_deferred_to_it_tells_nothing_of_it(meeting: Meeting, doors: Doors, say: Say) -> None:
    """On the page of where it was asked, to whoever asked it, and in what that phone is told of its own."""
    asker = meeting.city.phone()
    closed, meeting.session = meeting.session, meeting.other
    do(preparation.go_live, meeting.host, meeting.other, EIGHT.date())
    asked = meeting.approved(text="另一场的问题", phone=asker)
    meeting.close(defer_rest_to=closed)
    meeting.session = closed
    meeting.begin()
    with reading() as db:
        stands = lookup.fate(db, lookup.question(db, asked)).id
    own = {"session": meeting.other}
    page, mine = doors.page(f"/questions/{asked}", asker), say(asker, "questions.mine", **own)
    receipt = doors.receipt(asker, meeting.question(asked).receipt)
    assert receipt.startswith("403")
    meeting.put(stands)
    meeting.clear()
    meeting.record(stands, kind=ResponseKind.SPECIFIC_COMMITMENT, text=ANSWERED, speaker=SPEAKER)
    assert stands != asked
    assert doors.page(f"/questions/{asked}", asker) == page
    assert say(asker, "questions.mine", **own) == mine
    assert doors.receipt(asker, meeting.question(asked).receipt) == receipt
