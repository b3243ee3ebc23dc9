"""What is withdrawn of a recording is nowhere, and nothing else is."""

import json
import shutil

import pytest

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.errors import Stale
from inquiry.media import queries, refusals
from inquiry.media.commands import jobs as working
from inquiry.media.commands import recordings
from inquiry.media.models import RecordingState
from inquiry.permissions import SYSTEM, Role
from inquiry.questions.commands import closing_words
from inquiry.settings import settings
from tests.live.conftest import Clock, clock, do
from tests.media.test_recordings import Recorded, probe, taped, work
from tests.responses.conftest import Evening, evening
from tests.support import recorded
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser", "clock", "evening", "taped"]


def test_withdrawn_words_are_no_title_and_a_withdrawn_passage_is_not_served(taped: Recorded, browser: Browser) -> None:
    taped.finish()
    do(recordings.publish, taped.producer, taped.session)
    page = f"/sessions/{taped.evening.row.code}/recording"
    staff = taped.evening.city.person(Role.STAFF)
    do(closing_words.withdraw_words, staff, taped.question, taped.evening.question(taped.question).rev, "涉及个人信息")
    assert "湖滨路的路灯何时" not in browser.get(f"{page}/chapters.zh-CN.vtt").text
    where, folder = browser.get(f"{page}/recording.mp4").headers["Location"], taped.folder
    with nothing_changes(), pytest.raises(refusals.NoPassage):
        taped.withdraw(staff, from_s=9, to_s=9)
    said = json.loads(browser.get(f"/live/{taped.session}/picture").text)["address"].replace("live.m3u8", "s21.ts")
    assert browser.get(said).status == 200, "the session has just ended, and its picture can still be seen"
    with replaying(taped.session) as kinds:
        taped.withdraw(staff, from_s=20, to_s=23)
    assert kinds == ["media.passage_withdrawn"]
    assert browser.get(where).status == 403
    assert browser.get(said).status == 403, "nor is it left among the segments of the picture"
    assert json.loads(browser.get(f"/live/{taped.session}/picture").text)["address"] == ""
    assert browser.get(page).status == 404
    assert not folder.exists()
    work()
    told = browser.get(page)
    assert "涉及个人信息" in told.words
    assert float(probe(taped.folder / "recording.mp4")["format"]["duration"]) == pytest.approx(24.5, abs=1)
    assert taped.row.media_id not in where


def test_a_passage_that_is_withdrawn_while_it_is_made_anew_is_in_none(taped: Recorded) -> None:
    taped.finish()
    do(recordings.finish, taped.producer, taped.session, anew=True)
    began = do(working.take, SYSTEM)
    taped.withdraw(taped.producer, from_s=3, to_s=5)
    what = recordings.Made("0123456789abcdef01234567", 1, [[0, 1, "segments"]], [], [])
    assert do(recordings.made, SYSTEM, began.id, taped.session, what) is False
    work()
    assert taped.row.state is RecordingState.READY
    assert taped.row.spans[0][1] < 5_000


def test_seconds_of_another_cut_withdraw_nothing(taped: Recorded, browser: Browser) -> None:
    """Two have the recording before them: after the first has withdrawn something, the seconds are others."""
    staff, page = taped.evening.city.person(Role.STAFF), f"/sessions/{taped.evening.row.code}/recording"
    taped.finish()
    seen = browser.get(page, staff)
    first = seen.field("cut")
    assert browser.get(f"{page}/chapters.json", staff).json["cut"] == first
    taped.withdraw(taped.producer, from_s=3, to_s=5)
    typed = {"session": taped.session, "cut": first, "from_s": 20, "to_s": 23, "reason": "含住址", "back": page}
    with nothing_changes():
        assert browser.post("/do/media.withdraw_passage", staff, **typed).status == 409
    work()
    with nothing_changes():
        refused = browser.post("/do/media.withdraw_passage", staff, **typed)
    assert refused.status == 409
    assert "其他人刚刚作了更改" in refused.words
    assert refused.field("cut") not in ("", first)
    assert 'value="20"' not in refused.text, "nor are the seconds of that cut laid into the form of this one"
    with nothing_changes(), pytest.raises(Stale) as told:
        taped.withdraw(staff, cut=first, from_s=20, to_s=23)
    assert told.value.data == {"now": taped.row.media_id}
    taped.finish(anew=True)
    with nothing_changes(), pytest.raises(Stale):
        taped.withdraw(staff, cut=refused.field("cut"), from_s=20, to_s=23)


def test_nothing_of_a_withdrawn_passage_is_left_where_pictures_are_whole_seldom(
    evening: Evening, clock: Clock
) -> None:  # fmt: skip
    """Of the second leg alone, whole pictures ten seconds apart: a copy would begin with the one before."""
    taped = Recorded(evening, clock)
    with reading() as db:
        media_id = queries.programme(db, taped.session).media_id  # type: ignore[union-attr]
    for folder in (f"programmes/{media_id}", "legs"):
        shutil.rmtree(settings().media_dir / folder)
    (settings().media_dir / "legs").mkdir()
    assert taped.began
    recorded.lay_beside(settings().media_dir, media_id, taped.began, 27, whole_every=10)
    taped.finish()
    taped.withdraw(taped.producer, from_s=4, to_s=14)
    work()
    began = milliseconds(taped.began)
    [before, after] = taped.row.spans
    assert (before[0], after[0]) == (began, began + 15_000), taped.row.spans
    told = probe(taped.folder / "recording.mp4")
    assert float(told["format"]["duration"]) == pytest.approx(4 + 12, abs=0.6), "six seconds of it would be there again"
