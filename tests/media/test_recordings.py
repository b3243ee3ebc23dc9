"""A recording: one file out of two legs, with the chapters of the trace; seen by whom it may be, and cut."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import current_app

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.live.models import Session
from inquiry.media import chapters, jobs, legs, marks, queries, refusals
from inquiry.media.commands import captions as writing
from inquiry.media.commands import jobs as working
from inquiry.media.commands import programmes, recordings
from inquiry.media.models import Fault, PictureSource, Recording, RecordingState
from inquiry.permissions import SYSTEM, VISITOR, Actor, Role
from inquiry.pledges.commands import recording as pledging
from inquiry.realtime import ticks
from inquiry.realtime.views import View
from inquiry.responses.models import ResponseKind
from inquiry.settings import settings
from tests.live.conftest import Clock, clock, do
from tests.pledges.conftest import WHOLE
from tests.responses.conftest import Evening, evening
from tests.support import recorded
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser", "clock", "evening"]


def work() -> None:
    """What the worker does next."""
    jobs.turn(current_app._get_current_object())  # type: ignore[attr-defined]


def close_to_the_public(uow: UnitOfWork, session_id: int, closed: bool) -> None:
    uow.lock(Session, session_id).closed_to_public = closed


class Recorded:
    """An evening of half a minute: at 3 s a question is put, at 8 s it is answered, at 15 s a pledge is recorded out of
    that, at 26 s it is over. Seconds 10 to 19 are missing in the segments; the second leg has 12 to 26."""

    def __init__(self, evening: Evening, clock: Clock) -> None:
        self.evening, self.producer = evening, evening.city.person(Role.PRODUCER)
        self.session = evening.session
        self.began = evening.row.went_live_at
        assert self.began
        do(programmes.choose_source, self.producer, self.session, PictureSource.ENCODER)
        with reading() as db:
            programme = queries.programme(db, self.session)
        assert programme
        recorded.lay(
            settings().media_dir, programme.media_id, self.began, without=range(10, 20), file=range(12, 27)
        )  # fmt: skip
        clock.forward(seconds=3)
        self.question = evening.on_air()
        clock.forward(seconds=12)
        self.response = evening.record(
            self.question,
            kind=ResponseKind.SPECIFIC_COMMITMENT,
            text="12月20日前修好。",
            started_ms=8000,
            ended_ms=20000,
        )
        lead = evening.city.city_management.id
        self.pledge = do(pledging.record_pledge, evening.clerk, self.response.id, lead_unit_id=lead, **WHOLE).id
        self.caption = do(writing.write, evening.clerk, self.session, "十二月二十日前，湖滨路的灯都亮").id
        clock.forward(seconds=4)
        do(writing.write, evening.clerk, self.session, "，三百盏一盏不少。")
        clock.forward(seconds=7)
        evening.clear()
        evening.close()

    @property
    def row(self) -> Recording:
        with reading() as db:
            return db.get_one(Recording, self.session)

    def finish(self, **fields: Any) -> "Recorded":
        do(recordings.finish, self.producer, self.session, **fields)
        work()
        return self

    def withdraw(self, who: Actor, cut: str | None = None, **seconds: int) -> None:
        """Of the recording as it is now, or of another cut of it."""
        cut, reason = cut or self.row.media_id, "涉及个人信息"
        do(recordings.withdraw_passage, who, self.session, cut=cut, reason=reason, **seconds)

    @property
    def folder(self) -> Path:
        return settings().media_dir / queries.RECORDINGS / (self.row.media_id or "")


@pytest.fixture
def taped(evening: Evening, clock: Clock) -> Recorded:
    return Recorded(evening, clock)


def probe(file: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_chapters", "-show_streams", "-of", "json", str(file)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return found


def frame(file: Path, at: float) -> bytes:
    """What is seen there, in grey."""
    command = ["ffmpeg", "-v", "error", "-ss", str(at), "-i", str(file), "-frames:v", "1", "-pix_fmt", "gray"]
    return subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True, timeout=60).stdout


def unlike(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def test_it_is_one_file_out_of_two_legs_with_the_chapters_of_the_trace(browser: Browser, taped: Recorded) -> None:
    with replaying(taped.session):
        taped.finish()
    assert taped.row.state is RecordingState.READY, taped.row.fault
    assert [leg for _at, _ms, leg in taped.row.spans] == ["segments", "file", "segments"]
    began = milliseconds(taped.began)
    assert taped.row.gaps == [[began + 10_000, 2_000]]
    page = f"/sessions/{taped.evening.row.code}/recording"
    assert "At 0:10 something is missing: 2.0 seconds." in browser.get(page, taped.producer, "en").words
    assert "0:10 处缺失 2.0 秒" in browser.get(page, taped.producer).words
    [gap] = browser.get(f"{page}/chapters.json", taped.producer).json["gaps"]
    assert gap == {"at_ms": pytest.approx(10_000, abs=100), "missing_ms": pytest.approx(2_000, abs=100)}
    told = probe(taped.folder / "recording.mp4")
    line = legs.timeline(one[:2] for one in taped.row.spans)
    assert float(told["format"]["duration"]) == pytest.approx(28, abs=0.5)
    assert line.ms == pytest.approx(28_000, abs=500)
    assert {one["codec_name"] for one in told["streams"]} >= {"h264", "aac"}
    with reading() as db:
        made = chapters.chapters(marks.marks(db, taped.evening.row), line)
    in_file = [float(one["start_time"]) for one in told["chapters"]]
    assert in_file == pytest.approx([one.start / 1000 for one in made], abs=0.01)
    assert [(one.kind, one.start) for one in made if one.kind in ("question", "answer")] == [
        ("question", pytest.approx(3_000, abs=1000)), ("answer", pytest.approx(8_000, abs=1000)),
    ]  # fmt: skip
    titles = "".join(one["tags"]["title"] for one in told["chapters"])
    assert "路灯" not in titles, "a question's words may have to be withdrawn, and a file is out of reach"
    assert (taped.folder / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
    # before its picture: so that it plays before it is loaded
    whole = (taped.folder / "recording.mp4").read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")


def test_what_the_segments_of_a_stage_lack_is_taken_from_the_file_beside_them(taped: Recorded) -> None:
    """Such a file begins within the second that its name says: its first is left out."""
    [by_nginx] = (settings().media_dir / queries.FILES).iterdir()
    of_a_stage = by_nginx.with_suffix(".ts")
    source = recorded.picture() / "picture.flv"
    exactly = ["-ss", "12", "-t", "15", "-i", str(source), "-c:v", "libx264", "-g", "25", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", *exactly, str(of_a_stage)], check=True, timeout=60)
    by_nginx.unlink()
    taped.finish()
    began = milliseconds(taped.began)
    assert [leg for _at, _ms, leg in taped.row.spans] == ["segments", "file", "segments"]
    assert taped.row.gaps == [[began + 10_000, 3_000]]
    made = taped.folder / "recording.mp4"
    assert float(probe(made)["format"]["duration"]) == pytest.approx(27, abs=1)
    seen = frame(made, 12.5)  # ten seconds of segments, and 2.5 of the file
    assert unlike(seen, frame(source, 15.5)) * 3 < min(unlike(seen, frame(source, at)) for at in (14.5, 15, 16, 16.5))


def test_a_pledge_is_played_alone_and_nothing_more_is_loaded(taped: Recorded, browser: Browser) -> None:
    taped.finish()
    page = f"/pledges/{taped.pledge}"
    assert "<video" not in browser.get(page).text, "it is not published"
    do(recordings.publish, taped.producer, taped.session)
    told = browser.get(page)
    assert 'preload="none"' in told.text
    address = re.findall(r'<video[^>]* src="([^"]+)"', told.text)
    assert len(address) == 1
    where = browser.get(address[0]).headers["Location"]
    piece = browser.get(where)
    assert piece.status == 200
    size, whole = int(piece.headers["Content-Length"]), (taped.folder / "recording.mp4").stat().st_size
    seconds = probe(taped.folder / address[0].rpartition("/")[2])["format"]["duration"]
    # said from 8 s on, recorded at 15 s; two seconds of that are missing in both legs
    assert float(seconds) == pytest.approx(18, abs=1)
    assert size < whole * 0.85
    minutes = browser.get(f"/sessions/{taped.evening.row.code}/minutes")
    assert f"/sessions/{taped.evening.row.code}/recording?t=3" in minutes.text
    assert "<video" in browser.get(f"/questions/{taped.question}").text


def test_it_is_for_the_crew_until_it_is_published(taped: Recorded, browser: Browser) -> None:
    code = taped.evening.row.code
    page = f"/sessions/{code}/recording"
    taped.finish()
    host = taped.evening.host
    for address in (page, f"{page}/recording.mp4", f"{page}/chapters.zh-CN.vtt", f"{page}/chapters.json"):
        assert browser.get(address).status == 404, address
        assert browser.get(address, host).status in (200, 302), address
    for name in ("recording%0d%0aSet-Cookie:%20a", "recording%0a", "%00", "a%2fb", "r" * 90):
        assert browser.get(f"{page}/{name}.mp4", host).status == 404, name
    before = browser.get(f"{page}/recording.mp4", host).headers["Location"]
    assert ".staff." in before
    assert "ftyp" in browser.get(before).text[:20]
    with replaying(taped.session) as kinds:
        do(recordings.publish, taped.producer, taped.session)
        do(recordings.publish, taped.producer, taped.session)
    assert kinds == ["media.recording_published"]
    told = browser.get(f"{page}?t=9")
    assert told.status == 200
    assert "recording.mp4#t=9" in told.text
    assert "湖滨路" in told.words
    vtt = browser.get(f"{page}/chapters.en.vtt").text
    assert vtt.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:0")


def test_what_was_said_is_found_with_the_questions_by_whoever_may_hear_it(taped: Recorded, browser: Browser) -> None:
    code = taped.evening.row.code
    said, moment = "湖滨路的灯都亮", f"/sessions/{code}/recording?t=10"  # its beginning is missing in both legs
    staff = taped.evening.city.person(Role.STAFF)

    def finds(q: str, actor: Actor = VISITOR) -> bool:
        page = browser.get(f"/questions?q={q}", actor)
        assert page.status == 200
        assert page.text.count("recording?t=") <= 1, "what is said in one place is found once"
        return moment in page.text and said in page.words

    assert not finds("湖滨路", staff), "there is no recording yet"
    taped.finish()
    assert not finds("湖滨路"), "nor is it published"
    assert finds("湖滨路 十二月", staff)
    for typed in ("十二月二十日前，湖滨路", "湖滨路的燈"):  # with its punctuation, and in traditional characters
        assert finds(typed, staff), typed
    do(recordings.publish, taped.producer, taped.session)
    assert finds("湖滨路")
    assert finds(f"湖滨路&session={code}")
    for other in ("湖滨路 井盖", "%25", "_", ""):
        assert not finds(other), other
    for typed in ("都亮，三百盏", "十二月 不少"):  # a sentence that runs on in the next line plays from its beginning
        assert finds(typed), typed
    assert not finds("三百盏"), "that is said in the second line alone"
    new = do(writing.correct, staff, taped.caption, "十二月二十日前，湖滨路的灯都亮。")
    assert finds("都亮。")
    assert finds("都亮。，三百盏"), "what is put right is found as it is now"
    assert not finds("都亮，三百盏")
    do(close_to_the_public, taped.session, True)
    assert not finds("湖滨路"), "it is for whoever is signed in"
    assert finds("湖滨路", taped.evening.official)
    do(close_to_the_public, taped.session, False)
    taped.withdraw(staff, from_s=8, to_s=10)
    work()
    assert taped.row.state is RecordingState.READY
    assert not finds("湖滨路"), "it was typed some seconds after it was heard, in what was withdrawn"
    assert not finds("湖滨路", staff)
    assert not finds("都亮。，三百盏", staff)
    assert new.text not in browser.get(f"/sessions/{code}/recording/captions.zh-CN.vtt").text
    with reading() as db:
        assert ticks.compose(db, taped.session, set(), View.PUBLIC).get("captions", []) == []


def test_it_is_asked_for_once_and_only_after_the_end(evening: Evening, taped: Recorded) -> None:
    with replaying(taped.session):
        for _ in range(2):
            assert do(recordings.finish, taped.producer, taped.session).state is RecordingState.WANTED
    work()
    first = taped.row.media_id
    with nothing_changes():
        do(recordings.finish, taped.producer, taped.session)
    taped.finish(anew=True)
    assert taped.row.media_id not in (None, first)
    there = [one.name for one in taped.folder.parent.iterdir()]
    assert there == [taped.row.media_id], "the cut before is removed"


def test_what_is_there_stays_until_another_takes_its_place(browser: Browser, taped: Recorded) -> None:
    taped.finish()
    first, page = taped.row.media_id, f"/sessions/{taped.evening.row.code}/recording"
    with replaying(taped.session) as kinds:
        do(recordings.finish, taped.producer, taped.session, anew=True)
    assert kinds == ["media.recording_asked"]
    with nothing_changes():
        do(recordings.finish, taped.producer, taped.session, anew=True)
    assert taped.row.media_id == first
    assert "<progress" in browser.get(page, taped.producer).text
    for folder in ("programmes", "legs"):  # removed, as the operators' page says, once all was backed up
        shutil.rmtree(settings().media_dir / folder)
    work()
    assert (taped.row.state, taped.row.media_id, taped.row.fault) == (RecordingState.READY, first, Fault.NOTHING)
    assert (taped.folder / "recording.mp4").is_file()


def test_what_was_killed_in_the_middle_is_made_again_and_leaves_nothing(taped: Recorded) -> None:
    do(recordings.finish, taped.producer, taped.session)
    do(working.take, SYSTEM)  # by a worker that ended here: half of it was in its workshop, or all of it in its place
    for half in (settings().media_dir / jobs.WORKSHOP, taped.folder / "0123456789abcdef01234567"):
        half.mkdir(parents=True)
        (half / "recording.mp4").write_bytes(b"half of it")
    work()
    assert taped.row.state is RecordingState.READY
    assert [one.name for one in taped.folder.parent.iterdir()] == [taped.row.media_id]
    assert not (settings().media_dir / jobs.WORKSHOP).exists()


def test_what_kills_the_worker_each_time_is_given_up_and_can_be_asked_for_again(
    taped: Recorded, browser: Browser
) -> None:  # fmt: skip
    do(recordings.finish, taped.producer, taped.session)
    for _ in range(working.MOST_ATTEMPTS):
        assert do(working.take, SYSTEM)
    with replaying(taped.session) as kinds:
        assert do(working.take, SYSTEM) is None
    assert kinds == ["media.recording_failed"]
    assert (taped.row.state, taped.row.fault) == (RecordingState.FAILED, Fault.PROGRAM)
    told = browser.get(f"/sessions/{taped.evening.row.code}/recording", taped.producer, "en").words
    assert "It was begun three times and never finished" in told
    assert taped.finish().row.state is RecordingState.READY


def test_where_nothing_was_recorded_it_says_so(evening: Evening, clock: Clock) -> None:
    producer = evening.city.person(Role.PRODUCER)
    with nothing_changes(), pytest.raises(refusals.NotOver):
        do(recordings.finish, producer, evening.session)
    with nothing_changes(), pytest.raises(refusals.NotReady):
        do(recordings.publish, producer, evening.session)
    evening.close()
    do(recordings.finish, producer, evening.session)
    work()
    with reading() as db:
        found = db.get_one(Recording, evening.session)
    assert (found.state, found.fault) == (RecordingState.FAILED, Fault.NOTHING)
