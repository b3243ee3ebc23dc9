"""The real worker is killed while it makes a recording: it is made afterwards, and nothing half is left."""

import os
import shutil
from pathlib import Path

from inquiry.core.db import reading
from inquiry.media import jobs
from inquiry.media.commands import recordings
from inquiry.media.models import RecordingState
from inquiry.media.queries import work_on_recording
from inquiry.settings import settings
from tests.live.conftest import Clock, clock, do
from tests.media.test_recordings import Recorded
from tests.responses.conftest import Evening, evening
from tests.support.media import Worker
from tests.support.processes import eventually

__all__ = ["clock", "evening"]

#: What is tried here are programs; what the databases do is tried without them.
DATABASES = ("sqlite",)


def standing_still(folder: Path) -> Path:
    """An ffmpeg before the real one on the PATH, which tells that it began and does nothing while a file is there."""
    folder.mkdir()
    waits = folder / "waits"
    waits.touch()
    program = folder / "ffmpeg"
    program.write_text(
        f'#!/bin/sh\nif [ -e {waits} ] && [ "$1" != -version ]; then touch {folder}/began; exec sleep 300; fi\n'
        f'exec {shutil.which("ffmpeg")} "$@"\n'
    )
    program.chmod(0o755)
    return waits


def attempts(taped: Recorded) -> int:
    with reading() as db:
        work = work_on_recording(db, taped.session)
    return work.attempts if work else 0


def test_a_worker_that_is_killed_in_the_middle_has_made_it_afterwards(
    evening: Evening, clock: Clock, database_url: str, tmp_path: Path
) -> None:
    taped = Recorded(evening, clock)
    waits = standing_still(tmp_path / "bin")
    do(recordings.finish, taped.producer, taped.session)
    path = f"{waits.parent}:{os.environ['PATH']}"
    worker = Worker(database_url, tmp_path, INQUIRY_MEDIA_DIR=str(settings().media_dir), PATH=path).start()
    eventually((waits.parent / "began").exists, otherwise="ffmpeg was not begun")
    worker.kill()
    assert taped.row.state is RecordingState.WANTED
    assert list((settings().media_dir / jobs.WORKSHOP).iterdir()), "it was in the middle"
    worker.start()  # another, which is asked to end in the middle: that is no attempt
    eventually(lambda: attempts(taped) == 2, otherwise="it was not begun again")
    assert worker.stop() == 0
    assert attempts(taped) == 1
    waits.unlink()
    worker.start()
    eventually(lambda: taped.row.state is not RecordingState.WANTED, seconds=60, otherwise="not made")
    assert worker.stop() == 0
    assert taped.row.state is RecordingState.READY
    with reading() as db:
        work = work_on_recording(db, taped.session)
    assert work
    assert (work.attempts, work.progress) == (2, 1000)
    assert [one.name for one in taped.folder.parent.iterdir()] == [taped.row.media_id]
    assert not (settings().media_dir / jobs.WORKSHOP).exists()
    assert "Traceback" not in worker.log
