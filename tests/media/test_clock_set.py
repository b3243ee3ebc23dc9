"""Somebody sets the clock of the machine in mid-evening: picture and rights go by the time that was."""

import os
import shutil
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.live.schemas import OfSession
from inquiry.media import forward, heartbeat, keeping, legs, making, packaging, queries
from inquiry.media.commands import sending
from inquiry.media.handlers import see_stage
from inquiry.media.keeping import Keeper
from inquiry.media.legs import Part
from inquiry.media.models import PictureSource, PictureState
from inquiry.media.stage_programme import StageProgrammes
from inquiry.media.stage_tokens import LIFE_SECONDS
from inquiry.permissions import SYSTEM
from inquiry.settings import settings
from tests.live.conftest import Clock, do
from tests.media.conftest import Evening, Picture
from tests.media.test_stage import OnStage
from tests.media.test_stage_programme import One, Rooms, speaker
from tests.support import recorded
from tests.support.media import Answers, Worker
from tests.support.parts import require_part
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


class Machine:
    """A clock that somebody sets, and the seconds since the machine was started; both stand still until it goes on."""

    def __init__(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock, self.runs_since = clock, timedelta(hours=9)
        monkeypatch.setattr(clocks, "_since_start", lambda: self.runs_since)
        monkeypatch.setattr(clocks._Steady, "origin", None)
        clocks.use_monotonic_time()

    def goes_on(self, **time: float) -> None:
        self.clock.forward(**time)
        self.runs_since += timedelta(**time)


def list_segments(place: Path, numbers: range, each: timedelta) -> None:
    """As ffmpeg does: the last of them ends now, as the clock of the machine says it."""
    begun, ms = clocks.milliseconds(clocks.of_machine()), each // timedelta(milliseconds=1)
    parts = [Part(f"s{one}.ts", begun + (one - numbers.stop) * ms, ms) for one in numbers]
    told = legs.listed(parts).replace("#EXTM3U", f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{numbers.start}")
    (place / packaging.PLAYLIST).write_text(told)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_in_mid_evening_leaves_no_gap_in_what_is_kept(
    picture: Picture, clock: Clock, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    machine, keeper = Machine(clock, monkeypatch), Keeper()
    began, place = clocks.milliseconds(clocks.now()), queries.folder_of(settings().media_dir, picture.now)
    program = packaging.Packager(settings())._begin(picture.now)[0]
    program.command = ["true"]  # what it would write, we write
    minute = timedelta(minutes=1)
    assert program.look(0)
    machine.goes_on(minutes=30)
    list_segments(place, range(100, 130), minute)
    keeper.keep(place)
    assert not (place / forward.NAME).exists(), "nobody has set it yet"
    clock.forward(hours=hours)
    program.end()
    assert program.look(1), "another encoder: another program, which goes by the clock as it is now"
    program.end()
    machine.goes_on(minutes=60)
    list_segments(place, range(130, 190), minute)
    Keeper().keep(place)
    picked = legs.pick(keeping.kept(place), [], began, began + 90 * 60_000)
    assert picked.gaps == ()
    [whole] = picked.stretches
    assert (whole.at, whole.ms) == (began, 90 * 60_000)
    (place / keeping.INDEX).unlink()
    assert keeping.kept(place)[-1].until == began + 90 * 60_000, "nor in what is not yet"


def test_a_segment_within_which_the_clock_was_set_is_over_by_now(
    picture: Picture, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage takes the time of the machine for that of its picture: such a segment says to be an hour long."""
    machine = Machine(clock, monkeypatch)
    place = queries.folder_of(settings().media_dir, picture.now)
    place.mkdir(parents=True)
    began = clocks.milliseconds(clocks.now())
    (place / packaging.PLAYLIST).write_text(legs.listed([Part("s1.ts", began, 3_600_000)]))
    machine.goes_on(seconds=2)
    Keeper().keep(place)
    assert keeping.kept(place)[0].ms == 2000


@pytest.mark.parametrize("hours", [1, -1])
def test_files_beside_are_put_where_they_belong_and_those_from_before_the_disk_was_full_stay(
    app: Flask, picture: Picture, clock: Clock, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    app.config["INQUIRY"] = replace(settings(), janus="http://127.0.0.1:8088/janus")
    picture.choose(PictureSource.STAGE)
    do(sending.tell_state, SYSTEM, picture.session, PictureState.ON)
    machine, watch = Machine(clock, monkeypatch), keeping._Watch(Keeper())
    queries.folder_of(settings().media_dir, picture.now).mkdir(parents=True)
    (beside := settings().media_dir / queries.FILES).mkdir()
    heartbeat.beat(app, {})

    def record() -> Path:
        """As ffmpeg names it."""
        name = f"{picture.media_id}-{int(clocks.of_machine().timestamp())}.ts"
        shutil.copy(recorded.picture() / "s0.ts", beside / name)
        watch.turn()
        machine.goes_on(minutes=5)
        return beside / name

    began = clocks.milliseconds(clocks.now())
    before = record()
    clock.forward(hours=hours)
    after = record()
    app.config["INQUIRY"] = replace(settings(), media_limit=1)
    heartbeat.beat(app, {})
    watch.measure()
    watch.turn()
    of_full = record()
    assert [one.exists() for one in (before, after, of_full)] == [True, True, False]
    found = {one.name: one.at - began for one in making._files(picture.media_id)}
    assert found == {before.name: 1000, after.name: 301_000}, "its first second is not used"


def test_what_a_stage_makes_begins_anew_when_the_clock_is_set(
    app: Flask, picture: Picture, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the time of the machine for that of what it reads."""
    require_part("ffmpeg")
    machine, there = Machine(clock, monkeypatch), One(speaker())
    there.publisher.session_id, there.publisher.room = picture.session, 7
    with Answers(lambda _asked, _body: '{"janus": "success", "data": {"id": 1}}') as janus:
        app.config["INQUIRY"] = replace(settings(), janus=f"{janus.address}/janus")
        picture.choose(PictureSource.STAGE)
        stage = StageProgrammes(settings(), Rooms([there]))

        def running() -> int | None:
            stage.turn()
            program = stage._mixes[picture.session].program
            return program and program.pid

        before = running()
        assert before
        assert running() == before
        put = queries.folder_of(settings().media_dir, picture.now) / forward.NAME
        assert not put.exists()
        clock.forward(hours=1)
        machine.goes_on(seconds=1)
        after = running()
        assert after not in (None, before)
        assert running() == after
        assert int(put.read_text().split()[1]) == 3_600_000
        picture.choose(PictureSource.NONE)
        stage.turn()
        stage.janus.close()


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
