"""Progress, evidence, claims, checks and more time."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from inquiry.accounts.models import User
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, Refusal, Stale
from inquiry.permissions import PERSONS, Actor, Role
from inquiry.pledges import refusals
from inquiry.pledges.commands import checking, extensions, progress, recording
from inquiry.pledges.models import Evidence, EvidenceKind, PledgeState
from inquiry.responses.commands import recording as response_recording
from tests.pledges.conftest import EIGHT, Clock, Promise, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying

# --- progress and evidence -------------------------------------------------------------------------------------------


def test_the_unit_and_the_staff_report_and_prove(promise: Promise, say: Say) -> None:
    for actor in (promise.official, promise.staff):
        told = say(actor, "pledges.report_progress", pledge=promise.id, text="灯杆已经立好")
        proven = say(actor, "pledges.add_evidence", pledge=promise.id, kind="text", text="验收单编号A17", link="")
        linked = say(
            actor, "pledges.add_evidence", pledge=promise.id, kind="link", link="https://example.org/a?b=c", text=""
        )
        assert told["ok"], told
        assert proven["ok"], proven
        assert linked["ok"], linked
    with reading() as db:
        kept = [(one.kind, one.text, one.link) for one in db.query(Evidence).order_by(Evidence.id)][:2]
    assert kept == [
        (EvidenceKind.TEXT, "验收单编号A17", ""), (EvidenceKind.LINK, "", "https://example.org/a?b=c"),
    ]  # fmt: skip


def test_adding_evidence_does_not_make_others_look_again(promise: Promise) -> None:
    seen = promise.rev
    promise.prove()
    do(progress.claim_done, promise.official, promise.id, seen)
    assert promise.row.state is PledgeState.CLAIMED_DONE


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "link", "link": "javascript:alert(1)"},
        {"kind": "link", "link": "data:text/html,hello"},
        {"kind": "link", "link": "ftp://example.org/a"},
        {"kind": "link", "link": "https://user:secret@example.org/"},
        {"kind": "link", "link": "https:///nowhere"},
        {"kind": "link", "link": "//example.org"},
        {"kind": "link", "link": "https://[broken"},
        {"kind": "link", "link": "https://example.org/" + "a" * 500},
        {"kind": "link", "link": ""},
        {"kind": "link"},
        {"kind": "text", "text": ""},
        {"kind": "text", "text": "看这里", "link": "https://example.org"},
        {"kind": "picture", "text": "看"},
        {"kind": "text", "text": "字" * 2001},
    ],
)
def test_evidence_that_proves_nothing_is_bad_input(promise: Promise, say: Say, fields: dict[str, str]) -> None:
    with nothing_changes():
        answer = say(promise.official, "pledges.add_evidence", pledge=promise.id, **fields)
    assert answer["error"]["code"] == "BAD_INPUT"


def test_strangers_neither_report_nor_prove(promise: Promise, city: City) -> None:
    for stranger in (city.official_of(city.water), promise.clerk, promise.leader, city.person(Role.HOST)):
        with nothing_changes():
            with pytest.raises(Forbidden):
                do(progress.report_progress, stranger, promise.id, "好了")
            with pytest.raises(Forbidden):
                do(progress.add_evidence, stranger, promise.id, text="好了")


def test_a_kept_pledge_is_closed(promise: Promise) -> None:
    promise.keep()
    presses: list[Callable[[], Any]] = [
        lambda: do(progress.report_progress, promise.official, promise.id, "还有"),
        promise.prove,
        lambda: promise.press(progress.claim_done, promise.official),
        lambda: promise.press(checking.accept_pledge, promise.staff, "逐盏看过，都亮"),
        lambda: promise.press(checking.return_pledge, promise.staff, "不对"),
        lambda: promise.extend(date(2026, 12, 25)),
        lambda: promise.press(extensions.sign_extension, promise.leader),
        lambda: promise.press(recording.correct_pledge, promise.clerk, officer="沈若川"),
    ]
    for press in presses:
        with nothing_changes(), pytest.raises(refusals.WrongState):
            press()


# --- claims ----------------------------------------------------------------------------------------------------------


def test_a_claim_needs_evidence(promise: Promise) -> None:
    with nothing_changes(), pytest.raises(refusals.NoEvidence):
        promise.press(progress.claim_done, promise.official)
    promise.claim()
    kept = promise.row
    assert (kept.state, kept.claimed_at, kept.claimed_by_id) == (
        PledgeState.CLAIMED_DONE, EIGHT, promise.official.user_id,
    )  # fmt: skip


def test_the_day_of_a_claim_is_the_citys(promise: Promise, clock: Clock) -> None:
    clock.forward(hours=4)  # midnight in the city
    promise.claim()
    assert promise.row.claimed_on == date(2026, 12, 2)


def test_after_a_return_a_claim_needs_new_evidence(promise: Promise, clock: Clock) -> None:
    promise.give_back()
    with nothing_changes(), pytest.raises(refusals.NoEvidence):
        promise.press(progress.claim_done, promise.official)
    assert promise.claimed_again(clock).row.state is PledgeState.CLAIMED_DONE


def test_only_the_unit_claims(promise: Promise, city: City) -> None:
    promise.prove()
    for stranger in (city.official_of(city.water), promise.staff, promise.leader):
        with nothing_changes(), pytest.raises(Forbidden):
            promise.press(progress.claim_done, stranger)


# --- checks ----------------------------------------------------------------------------------------------------------


def test_whoever_finds_it_kept_says_by_what(promise: Promise, say: Say) -> None:
    promise.claim()
    for note in ({}, {"note": ""}, {"note": " "}):
        with nothing_changes():
            answer = say(promise.staff, "pledges.accept_pledge", pledge=promise.id, seen=promise.rev, **note)
        assert answer["error"]["code"] == "BAD_INPUT"


def test_somebody_from_outside_finds_it_kept(promise: Promise, say: Say, clock: Clock) -> None:
    promise.claim()
    clock.forward(days=1)
    answer = say(promise.staff, "pledges.accept_pledge", pledge=promise.id, seen=promise.rev, note="逐盏看过")
    assert answer.pop("said") == "已认定兑现，核查说明同时公开。"
    assert answer == {"ok": True, "pledge": promise.id, "rev": 2, "state": "kept", "confirmation": "asked"}
    assert (promise.row.kept_at, promise.row.checked_by_id) == (EIGHT + timedelta(days=1), promise.staff.user_id)


def test_somebody_from_outside_returns_it(promise: Promise, say: Say) -> None:
    promise.claim()
    answer = say(promise.leader, "pledges.return_pledge", pledge=promise.id, seen=promise.rev, note="还有三盏不亮")
    assert answer["state"] == "returned"
    assert (promise.row.check_note, promise.row.kept_at) == ("还有三盏不亮", None)


def _staff_of(city: City, unit_id: int) -> Actor:
    """A person of the staff who belongs to a unit."""
    actor = city.person(Role.STAFF, another=f"staff-{unit_id}")
    with unit_of_work() as uow:
        uow.db.get_one(User, actor.user_id).unit_id = unit_id
    return replace(actor, unit_id=unit_id)


def test_nobody_of_the_unit_checks_its_pledge(promise: Promise, city: City) -> None:
    promise.claim()
    own = _staff_of(city, city.city_management.id)
    for command, note in ((checking.accept_pledge, "好"), (checking.return_pledge, "不好")):
        with nothing_changes(), pytest.raises(refusals.OwnCheck):
            promise.press(command, own, note)


def test_a_unit_above_checks_what_it_did_not_claim_itself(promise: Promise, city: City, clock: Clock) -> None:
    of_the_city = _staff_of(city, city.city.id)
    promise.claim().press(checking.return_pledge, of_the_city, "还有三盏不亮")
    promise.official = city.official_of(city.city)
    promise.claimed_again(clock)
    with nothing_changes(), pytest.raises(refusals.OwnCheck):
        promise.press(checking.accept_pledge, of_the_city, "都亮")


def test_a_return_needs_a_reason(promise: Promise, say: Say) -> None:
    promise.claim()
    for fields in ({}, {"note": ""}, {"note": " "}):
        with nothing_changes():
            answer = say(promise.staff, "pledges.return_pledge", pledge=promise.id, seen=promise.rev, **fields)
        assert answer["error"]["code"] == "BAD_INPUT"


def test_what_is_not_claimed_is_not_checked(promise: Promise) -> None:
    for command, note in ((checking.accept_pledge, "好"), (checking.return_pledge, "不好")):
        with nothing_changes(), pytest.raises(refusals.WrongState):
            promise.press(command, promise.staff, note)


CHECKERS = (Role.STAFF, Role.LEADER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in CHECKERS])
def test_others_do_not_check(promise: Promise, city: City, role: Role) -> None:
    promise.claim()
    actor = city.person(role)
    with nothing_changes(), pytest.raises(Forbidden):
        promise.press(checking.accept_pledge, actor, "都亮")


# --- at the same moment ----------------------------------------------------------------------------------------------


def _at_once(app: Flask, *presses: Callable[[], Any]) -> list[str]:
    """What became of presses made in the same moment: the code of a refusal, or `done`."""
    outcomes: list[str] = []
    gate = threading.Barrier(len(presses))

    def run(press: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait(10)
            try:
                press()
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.parametrize("attempt", range(3))
def test_two_staff_decide_at_once_and_one_wins(app: Flask, promise: Promise, attempt: int) -> None:
    promise.claim()
    seen = promise.rev
    outcomes = _at_once(
        app,
        lambda: do(checking.accept_pledge, promise.staff, promise.id, seen, "都亮"),
        lambda: do(checking.return_pledge, promise.leader, promise.id, seen, "还有三盏不亮"),
    )
    assert outcomes == [Stale.code, "done"]
    assert promise.row.state in (PledgeState.KEPT, PledgeState.RETURNED)
    assert promise.rev == seen + 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_double_claim_is_one_claim(app: Flask, promise: Promise, attempt: int) -> None:
    promise.prove()
    seen = promise.rev
    claim = lambda: do(progress.claim_done, promise.official, promise.id, seen)  # noqa: E731 - a press, twice
    with replaying(promise.session) as kinds:
        assert _at_once(app, claim, claim) == [Stale.code, "done"]
    assert kinds == ["pledges.claimed_done"]


def test_two_corrections_at_once_make_one_version(app: Flask, promise: Promise) -> None:
    outcomes = _at_once(
        app,
        lambda: do(recording.correct_pledge, promise.clerk, promise.id, 0, officer="沈若川"),
        lambda: do(recording.correct_pledge, promise.staff, promise.id, 0, officer="顾长风"),
    )
    assert outcomes == [Stale.code, "done"]


@pytest.mark.parametrize("attempt", range(3))
def test_a_response_is_corrected_while_a_pledge_is_taken_from_it(app: Flask, promise: Promise, attempt: int) -> None:
    outcomes = _at_once(
        app,
        lambda: do(response_recording.correct_response, promise.clerk, promise.response, text="月底修好"),
        promise.record,
    )
    assert outcomes in (["RESPONSE_REPLACED", "done"], ["done", "done"])


def test_two_extensions_at_once_are_one(app: Flask, promise: Promise) -> None:
    ask = lambda day: do(extensions.ask_extension, promise.official, promise.id, 0, date(2026, 12, day), "晚了")  # noqa: E731
    assert _at_once(app, lambda: ask(25), lambda: ask(26)) == [Stale.code, "done"]
    assert promise.row.due_on in (date(2026, 12, 25), date(2026, 12, 26))


# --- entries ---------------------------------------------------------------------------------------------------------


def _told(promise: Promise, work: Callable[[], Any]) -> list[str]:
    with replaying(promise.session) as kinds:
        work()
    return kinds


def test_following_the_entries_is_as_good_as_a_fresh_look(promise: Promise, clock: Clock) -> None:
    def of(work: Callable[[], Any]) -> list[str]:
        return _told(promise, work)

    assert of(lambda: do(progress.report_progress, promise.official, promise.id, "立好了")) == [
        "pledges.progress_reported"
    ]
    assert of(promise.prove) == ["pledges.evidence_added"]
    assert of(lambda: promise.extend(date(2026, 12, 20))) == ["pledges.extended"]
    assert of(lambda: promise.extend(date(2026, 12, 25))) == ["pledges.extension_asked"]
    assert of(lambda: promise.press(extensions.refuse_extension, promise.leader, "材料已到货")) == [
        "pledges.extension_refused"
    ]
    promise.extend(date(2026, 12, 26))
    assert of(lambda: promise.press(extensions.sign_extension, promise.leader)) == ["pledges.extension_signed"]
    assert of(lambda: promise.press(progress.claim_done, promise.official)) == ["pledges.claimed_done"]
    assert of(lambda: promise.press(checking.return_pledge, promise.staff, "还有三盏")) == ["pledges.returned"]
    promise.claimed_again(clock)
    assert of(lambda: promise.press(checking.accept_pledge, promise.staff, "逐盏看过，都亮")) == ["pledges.kept"]
