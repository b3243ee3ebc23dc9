"""Evidence that must not be public is withdrawn: what it was is gone, that it was there and why it went stays."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, Refusal, Stale
from inquiry.live.models import ScreenShows, Session
from inquiry.pledges import events, pictures
from inquiry.pledges.commands import progress, recording, screen, withdrawing
from inquiry.pledges.models import Evidence, Pledge, PledgeState
from inquiry.pledges.origins import Origin
from inquiry.pledges.queries import lists
from inquiry.pledges.rows import pledge_row
from inquiry.questions.commands import closing_words
from inquiry.realtime import session_cache, streams
from inquiry.realtime.streams import public_stream
from inquiry.realtime.views import View
from inquiry.responses.commands import recording as recording_responses
from inquiry.responses.models import Response
from inquiry.responses.queries import lookup as responses
from inquiry.settings import settings
from inquiry.trace.queries import breaks, naming
from tests.pledges.conftest import DUE, Clock, Promise, do
from tests.support.chains import check
from tests.support.replay import nothing_changes, replaying

SECRET = "业主张某，湖滨路3号"


def photo(colour: str = "green") -> pictures.Picture:
    sent = BytesIO()
    Image.new("RGB", (64, 48), colour).save(sent, "PNG")
    return pictures.make_anew(sent.getvalue())


@pytest.fixture
def with_picture(promise: Promise, app: Flask) -> Callable[[], Evidence]:
    def add() -> Evidence:
        picture = photo()
        pictures.keep(picture, settings().data_dir)
        evidence: Evidence = do(progress.add_picture, promise.official, promise.id, picture, SECRET)
        return evidence

    return add


def withdraw(promise: Promise, evidence: int, actor: Any = None) -> Evidence:
    gone: Evidence = do(
        withdrawing.withdraw_evidence, actor or promise.staff, evidence, "含个人住址", settings().data_dir
    )
    return gone


def test_what_is_withdrawn_is_gone_and_the_trace_says_that_it_was(
    promise: Promise, with_picture: Callable[[], Evidence], app: Flask
) -> None:
    evidence = with_picture()
    path = pictures.path_of(evidence.picture, settings().data_dir)
    assert path.is_file()
    with replaying(promise.session) as kinds:
        gone = withdraw(promise, evidence.id)
    assert kinds == ["pledges.evidence_withdrawn"]
    assert (gone.text, gone.link, gone.picture, gone.withdrawn_reason) == ("", "", "", "含个人住址")
    assert not path.exists()
    visitor = app.test_client()
    assert visitor.get(f"/evidence/{evidence.picture}").status_code == 404
    page = visitor.get(f"/pledges/{promise.id}").get_data(as_text=True)
    assert SECRET not in page
    assert evidence.picture not in page
    assert "含个人住址" in page


def test_no_payload_ever_held_what_evidence_says(promise: Promise, with_picture: Callable[[], Evidence]) -> None:
    name = with_picture().picture
    promise.prove(SECRET)
    do(progress.add_evidence, promise.official, promise.id, link="https://example.org/secret")
    with reading() as db:
        told = str([entry.payload for entry in naming(db, f"pledge:{promise.id}")])
    assert not [one for one in (SECRET, name, "example.org") if one in told]


def test_a_picture_that_is_also_elsewhere_stays_there(promise: Promise, with_picture: Callable[[], Evidence]) -> None:
    first = with_picture()
    other = promise.record().id
    do(progress.add_picture, promise.official, other, photo(), "")
    withdraw(promise, first.id)
    assert pictures.path_of(first.picture, settings().data_dir).is_file()


def test_it_proves_nothing_any_more(promise: Promise, clock: Clock) -> None:
    evidence = promise.prove(SECRET)
    withdraw(promise, evidence.id)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        promise.press(progress.claim_done, promise.official)
    assert refusal.value.code == "NO_EVIDENCE"


def test_the_staff_withdraws_once_and_nobody_else_does(promise: Promise) -> None:
    evidence = promise.prove(SECRET).id
    for actor in (promise.official, promise.clerk, promise.leader):
        with nothing_changes(), pytest.raises(Forbidden):
            withdraw(promise, evidence, actor)
    withdraw(promise, evidence)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        withdraw(promise, evidence)
    assert refusal.value.code == "WITHDRAWN_ALREADY"


# --- reports, answers and pledges -----------------------------------------------------------------------------------

#: Everything of a pledge that somebody types, each with words of its own.
TYPED = {"spoken": "我承诺修好张家门口的路灯", "action": "修张家的灯", "object": "张家门口", "officer": "张家某"}


def told(promise: Promise, app: Flask) -> str:
    """What a stranger reads of the evening: pages, the ways that follow it, and its whole chain."""
    visitor = app.test_client()
    with reading() as db:
        public = str(public_stream(promise.session))
        ways = [
            streams.snapshot(db, promise.session, View.PUBLIC),
            streams.missed(db, promise.session, View.PUBLIC, {public: 0}),
        ]
    pages = [
        visitor.get(path).get_data(as_text=True)
        for path in (
            f"/pledges/{promise.id}", "/pledges", f"/questions/{promise.question}",
            f"/sessions/{promise.evening.row.code}/minutes", f"/trace/{public}.jsonl",
        )
    ]  # fmt: skip
    return json.dumps(ways, ensure_ascii=False, default=str) + "".join(pages)


def withdraw_words(promise: Promise) -> Pledge:
    gone: Pledge = promise.press(withdrawing.withdraw_pledge, promise.staff, "含个人信息")
    return gone


def test_a_report_is_withdrawn_and_what_was_said_of_it_stays(promise: Promise, app: Flask) -> None:
    report = do(progress.report_progress, promise.official, promise.id, SECRET).id
    promise.press(recording.correct_pledge, promise.clerk, officer="季安阑")  # it belongs to the new version now
    do(withdrawing.withdraw_progress, promise.staff, report, "含个人住址")
    promise.id += 1
    page = told(promise, app)
    assert SECRET not in page
    assert "含个人住址" in page
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        do(withdrawing.withdraw_progress, promise.staff, report, "含个人住址")
    assert refusal.value.code == "WITHDRAWN_ALREADY"


def test_a_pledge_loses_its_words_in_every_version_and_goes_on_being_followed(promise: Promise, app: Flask) -> None:
    promise.press(recording.correct_pledge, promise.clerk, **TYPED)
    promise.id += 1
    promise.press(recording.dispute_pledge, promise.official, "张家的灯不归我们管")
    promise.press(recording.correct_pledge, promise.clerk, spoken="我承诺修好张家门口的全部路灯")
    promise.id += 1
    assert "张家" in told(promise, app)
    with replaying(promise.session) as kinds:
        gone = withdraw_words(promise)
    assert kinds == ["pledges.words_withdrawn"]
    assert "张家" not in told(promise, app)
    assert (gone.state, gone.due_on, gone.lead_unit_id) == (PledgeState.OPEN, DUE, promise.city.city_management.id)
    row = pledge_row(gone)
    assert (row["withdrawn"], row["missing"]) == (True, [])
    promise.claim()


def test_a_correction_that_repeats_what_is_withdrawn_goes_along_where_no_question_led_to_it_too(
    promise: Promise,
) -> None:
    unit, words = promise.city.city_management.id, "修好张家门口的路灯"
    first = do(recording.record_from, promise.staff, Origin.of_inspection(), spoken=words, lead_unit_id=unit)
    second = do(recording.correct_pledge, promise.staff, first.id, first.rev, officer="林知远")
    do(withdrawing.withdraw_pledge, promise.staff, first.id, 1, "含个人姓名")
    with reading() as db:
        assert db.get_one(Pledge, second.id).spoken == ""


def test_an_answer_takes_along_what_repeats_it_and_nothing_else(promise: Promise, app: Flask) -> None:
    """Whichever of the two is withdrawn, its words stand in the other as well."""
    spoken = promise.row.spoken
    other = promise.record(spoken="另一件事月底前办完", action="办结")
    answer = do(
        recording_responses.correct_response, promise.clerk, promise.response, text=f"各位，{spoken}谢谢。"
    )  # fmt: skip
    with replaying(promise.session) as kinds:
        do(withdrawing.withdraw_response, promise.staff, answer.id, "含个人住址")
    assert set(kinds) == {"responses.words_withdrawn", "pledges.words_withdrawn"}
    assert spoken not in told(promise, app)
    assert promise.row.withdrawn_at is not None
    with reading() as db:
        assert db.get_one(Pledge, other.id).spoken == "另一件事月底前办完"
        assert {one.text for one in responses.of_question(db, promise.question)} == {""}


def test_an_answer_goes_with_the_pledge_whose_words_it_holds(promise: Promise, app: Flask) -> None:
    answer = do(
        recording_responses.correct_response, promise.clerk, promise.response, text=f"各位，{promise.row.spoken}谢谢。"
    )  # fmt: skip
    withdraw_words(promise)
    with reading() as db:
        assert db.get_one(Response, answer.id).text == ""


def test_other_words_may_be_written_down_and_until_then_there_is_nothing_to_settle(promise: Promise) -> None:
    withdraw_words(promise)
    for press in (
        lambda: promise.press(recording.confirm_pledge, promise.official),
        lambda: promise.press(recording.dispute_pledge, promise.official, "不是这样"),
        lambda: promise.press(recording.correct_pledge, promise.clerk, officer="季安阑"),
        lambda: do(screen.show_on_screen, promise.evening.host, promise.id),
    ):
        with nothing_changes(), pytest.raises(Refusal) as refusal:
            press()
        assert refusal.value.code == "PLEDGE_WORDS_WITHDRAWN"
    corrected = promise.press(recording.correct_pledge, promise.clerk, spoken="月底前修好全部路灯")
    assert (corrected.spoken, corrected.withdrawn_at, corrected.due_on) == ("月底前修好全部路灯", None, DUE)


def test_no_screen_goes_on_showing_a_pledge_that_was_withdrawn(promise: Promise) -> None:
    do(screen.show_on_screen, promise.evening.host, promise.id)
    withdraw_words(promise)
    with reading() as db:
        session = db.get_one(Session, promise.session)
    assert (session.screen, session.screen_pledge_id) == (ScreenShows.PROGRAMME, None)


def test_nobody_finds_a_pledge_by_words_that_are_not_public(promise: Promise) -> None:
    """Neither its own nor those of its question."""

    def found(words: str) -> list[int]:
        with reading() as db:
            page = lists.board(db, lists.Filters(text=words), lists.Days(DUE, DUE))
            return [row.pledge.id for row in page.rows]

    evening = promise.evening
    asked = evening.question(promise.question).text
    assert (found("湖滨路"), found(asked)) == ([promise.id], [promise.id])
    do(closing_words.withdraw_words, promise.staff, promise.question, evening.question(promise.question).rev, "含住址")
    assert found(asked) == []
    withdraw_words(promise)
    assert found("湖滨路") == []


def test_an_entry_that_holds_withdrawn_words_tells_them_no_more(promise: Promise, app: Flask, tmp_path: Path) -> None:
    """As versions before wrote them: the chain stays as it is, and whoever checks a download is told why."""
    with unit_of_work() as uow:
        pledge = uow.lock(Pledge, promise.id)
        uow.record(pledge.stream, events.RECORDED, promise.clerk, [pledge], spoken=pledge.spoken, due_on="2026-12-18")
    spoken = promise.row.spoken
    assert spoken in told(promise, app)
    withdraw_words(promise)
    left = told(promise, app)
    assert spoken not in left
    chain = app.test_client().get(f"/trace/{public_stream(promise.session)}.jsonl").get_data(as_text=True)
    withheld = [one for one in map(json.loads, chain.splitlines()) if "withheld" in one]
    assert [(one["withheld"], one["payload"]) for one in withheld] == [(["spoken"], {"due_on": "2026-12-18"})]
    file = tmp_path / "chain.jsonl"
    file.write_text(chain)
    assert check(file).stdout.splitlines()[1].endswith(f": {withheld[0]['seq']}")
    unsaid = [line for line in chain.splitlines() if '"withheld": [' + str(withheld[0]["seq"]) not in line]
    head = json.loads(unsaid[0]) | {"seq": len(unsaid) - 1, "hash": json.loads(unsaid[-1])["hash"]}
    file.write_text("\n".join([json.dumps(head), *unsaid[1:]]) + "\n")
    assert check(file).stdout.startswith("BROKEN")
    with reading() as db:
        assert not breaks(db)


def test_whoever_comes_back_is_told_earlier_entries_without_the_words(promise: Promise) -> None:
    """What a process holds for them was told while the words stood."""
    followed = session_cache.of(promise.session, View.PUBLIC)
    before = dict(followed.history.seen)
    promise.press(recording.correct_pledge, promise.clerk, **TYPED)
    promise.id += 1
    asked = promise.evening.on_air(text=SECRET)
    promise.evening.record(asked)
    promise.evening.clear()
    assert "张家" in str(followed.missed(before))
    assert SECRET in str(followed.missed(before))
    withdraw_words(promise)
    do(closing_words.withdraw_words, promise.staff, asked, promise.evening.question(asked).rev, "含住址")
    _positions, told = followed.missed(before)
    assert told
    assert "张家" not in str(told)
    assert SECRET not in str(told)


@pytest.mark.parametrize("who", ["official", "clerk", "leader"])
def test_nobody_but_the_staff_withdraws_words(promise: Promise, who: str) -> None:
    report = do(progress.report_progress, promise.official, promise.id, "立好了").id
    for command, *of in (
        (withdrawing.withdraw_progress, report),
        (withdrawing.withdraw_pledge, promise.id, promise.rev),
        (withdrawing.withdraw_response, promise.response),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            do(command, getattr(promise, who), *of, "含个人信息")
    with nothing_changes(), pytest.raises(Stale):
        do(withdrawing.withdraw_pledge, promise.staff, promise.id, promise.rev + 1, "含个人信息")
