"""Somebody sets the clock of the machine in mid-evening: picture and rights go by the time that was."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.live.schemas import OfSession
from inquiry.media import packaging, queries
from inquiry.media.handlers import see_stage
from inquiry.media.stage_tokens import LIFE_SECONDS
from tests.live.conftest import Clock
from tests.media.conftest import Evening
from tests.media.test_stage import OnStage
from tests.support.media import Worker
from tests.support.processes import eventually

EIGHT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def write(folder: Path, at: datetime) -> None:
    playlist = folder / packaging.PLAYLIST
    playlist.touch()
    os.utime(playlist, (at.timestamp(), at.timestamp()))


@pytest.mark.parametrize("hours", [1, -1])
def test_a_picture_that_goes_on_is_there_whatever_its_files_say(tmp_path: Path, hours: int) -> None:
    newest, second = packaging.Newest(), timedelta(seconds=1)
    assert newest.written_at(tmp_path, EIGHT) is None
    write(tmp_path, EIGHT - second)
    assert newest.written_at(tmp_path, EIGHT) == EIGHT - second, "that is what the file says"
    for number in (1, 2):
        write(tmp_path, EIGHT + timedelta(hours=hours) + number * second)
        assert newest.written_at(tmp_path, EIGHT + number * second) == EIGHT + number * second
    assert newest.written_at(tmp_path, EIGHT + 60 * second) == EIGHT + 2 * second, "it stands still"
    (tmp_path / packaging.PLAYLIST).unlink()
    assert newest.written_at(tmp_path, EIGHT + 61 * second) is None


def test_what_a_file_of_the_future_says_is_not_believed(tmp_path: Path) -> None:
    write(tmp_path, EIGHT + timedelta(days=1))
    assert packaging.Newest().written_at(tmp_path, EIGHT) == EIGHT


def test_tokens_end_by_the_clock_that_the_stages_server_goes_by(
    evening: Evening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_stage = OnStage(evening)
    water = on_stage.official(evening.city.water)
    on_stage.join(water)
    monkeypatch.setattr(clocks._Steady, "origin", None)
    clocks.use_monotonic_time()
    there = clock.forward(hours=1)
    with reading() as db:
        token = see_stage(db, water, OfSession(session=on_stage.session))["token"]
    assert int(token.split(",")[0]) == int(there.timestamp()) + LIFE_SECONDS


@pytest.mark.live
def test_the_worker_holds_its_time_as_those_that_serve_do(app: Flask, database_url: str, tmp_path: Path) -> None:
    def seen_at() -> datetime | None:
        with app.app_context(), reading() as db:
            found = queries.worker(db, clocks.now())
            return found.seen_at if found else None

    worker = Worker(database_url, tmp_path, module="tests.support.stepping").start()
    try:
        eventually(lambda: seen_at() is not None, seconds=60, otherwise=worker.log)
        worker.process.send_signal(signal.SIGUSR1)
        before = clocks.now()
        eventually(lambda: (at := seen_at()) is not None and at > before + timedelta(seconds=1), seconds=60)
        assert (at := seen_at()) is not None
        assert at - before < timedelta(minutes=1)
    finally:
        worker.kill()
