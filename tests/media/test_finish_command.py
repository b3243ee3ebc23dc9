"""`inquiry media finish CODE` on the machine: it waits for the work that it asked for, and tells how that ended."""

import shutil
from dataclasses import replace

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.live.commands import preparation
from inquiry.media import heartbeat, keeping, queries
from inquiry.media.commands import jobs as working
from inquiry.media.models import JobKind, Recording
from inquiry.settings import settings
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.media.test_recordings import Recorded, taped
from tests.responses.conftest import evening
from tests.results.conftest import Inquiry, inquiry
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser", "clock", "evening", "inquiry", "taped"]

DATABASES = ("sqlite",)


def test_it_waits_for_its_own_work_and_tells_when_that_failed(taped: Recorded, inquiry: Inquiry) -> None:
    code = taped.evening.row.code
    status, said, beside = inquiry("media", "finish", code)
    assert (status, beside) == (0, "")
    assert "ready: " in said
    first = taped.row.media_id
    with nothing_changes():
        assert inquiry("media", "finish", code)[0] == 0
    # an older piece of work, of another session, is done before it
    other = do(
        preparation.create_session, taped.evening.host, title="路灯", starts_at=EIGHT, planned_minutes=40,
        unit_ids=[taped.evening.city.water.id],
    ).id  # fmt: skip
    do(working.ask, other, JobKind.RECORDING, other)
    do(UnitOfWork.add, Recording(id=other))
    status, _said, beside = inquiry("media", "finish", code, "--anew")
    assert status == 0, beside
    assert taped.row.media_id not in (None, first)
    for folder in (queries.PROGRAMMES, queries.FILES):
        shutil.rmtree(settings().media_dir / folder)
    second = taped.row.media_id
    status, said, beside = inquiry("media", "finish", code, "--anew")
    assert status == 2
    assert "ready" not in said
    assert "Nothing was recorded while the session was live." in beside
    assert taped.row.media_id == second
    assert inquiry("media", "finish", code)[0] == 0, "that one is there"


def test_where_there_is_no_ffmpeg_it_says_so_and_asks_for_nothing(
    app: Flask, taped: Recorded, inquiry: Inquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = taped.evening.row.code
    monkeypatch.setenv("PATH", "")
    with nothing_changes():
        status, _said, beside = inquiry("media", "finish", code)
    assert status == 2
    assert "ffmpeg is not installed here" in beside
    heartbeat.beat(app, {})
    with nothing_changes():
        status, _said, beside = inquiry("media", "finish", code)
    assert status == 2
    assert "ffmpeg is not installed on the machine of the media worker" in beside


def test_what_pictures_take_is_told_by_a_command_and_on_the_page(
    app: Flask, taped: Recorded, inquiry: Inquiry, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings().media_dir / queries.FILMS).mkdir()
    (settings().media_dir / queries.FILMS / "a.mp4").write_bytes(bytes(7 * 2**20))
    monkeypatch.setenv("INQUIRY_MEDIA_DIR", str(settings().media_dir))
    status, said, beside = inquiry("media", "disk")
    assert (status, beside) == (0, "")
    told = {line.split()[-1]: int(line.split()[0]) for line in said.splitlines() if " MB  " in line}
    assert told["films"] == 7
    assert told.keys() == {"films", "legs", "programmes", "all"}
    assert told["all"] >= 7
    assert "no limit (INQUIRY_MEDIA_MB), free " in said
    heartbeat.beat(app, {"ffmpeg": "5.1"})
    keeping._Watch(keeping.Keeper()).measure()
    page = f"/sessions/{taped.evening.row.code}/recording"
    assert f"pictures take {told['all']} MB" in browser.get(page, taped.producer, "en").words
    assert "No limit is set." in browser.get(page, taped.producer, "en").words
    app.config["INQUIRY"] = replace(settings(), media_limit=20 * 2**20)
    assert "They may take 20 MB." in browser.get(page, taped.producer, "en").words


def test_it_does_not_wait_for_a_worker_that_has_ended(
    app: Flask, taped: Recorded, inquiry: Inquiry, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat.beat(app, {"ffmpeg": "5.1"})
    monkeypatch.setattr("time.sleep", lambda _seconds: clock.forward(seconds=20))
    status, _said, beside = inquiry("media", "finish", taped.evening.row.code)
    assert status == 2
    assert "the media worker has ended" in beside
    with reading() as db:
        assert queries.is_being_made(db, taped.session), "it is made as soon as one runs"
