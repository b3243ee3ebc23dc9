"""The worker is killed in the middle of a film: the one that comes then makes it ready, and nothing else is left."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.media import film_queries
from inquiry.media.models import FilmState, JobState, MediaJob
from inquiry.permissions import Role
from inquiry.settings import settings
from tests.media.conftest import Evening
from tests.media.test_films import ffmpeg, left, the_film, uploaded
from tests.support.media import Worker
from tests.support.parts import require_part
from tests.support.processes import eventually

DATABASES = ("sqlite",)
pytestmark = pytest.mark.long


def job() -> MediaJob:
    with reading() as db:
        return db.scalars(select(MediaJob)).one()


def test_a_killed_worker_leaves_a_film_that_the_next_one_makes_ready(
    app: Flask, evening: Evening, database_url: str, tmp_path: Path
) -> None:
    require_part("ffmpeg")
    file = tmp_path / "long.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=25", "-f", "lavfi", "-i", "sine=duration=25",
        "-c:v", "mpeg4", "-c:a", "pcm_s16le", file,
    )  # fmt: skip
    film = uploaded(evening.city.person(Role.PRODUCER), evening.session, file)
    here: dict[str, Any] = {"database_url": database_url, "data_dir": settings().data_dir}
    killed = Worker(**here).start()
    workshop = settings().media_dir / "workshop"
    eventually(lambda: job().progress > 150 and (workshop / film_queries.FILM).is_file(), seconds=100)
    killed.kill()
    assert (job().state, the_film(film).state) == (JobState.RUNNING, FilmState.WAITING)
    assert (workshop / film_queries.FILM).is_file(), "it was in the middle of it"
    after = Worker(**here, log="after").start()
    eventually(lambda: the_film(film).state is FilmState.READY, seconds=120, otherwise="it was not gone on with")
    assert (job().state, job().attempts) == (JobState.DONE, 2)
    assert after.stop() == 0
    place = f"films/{the_film(film).media_id}/"
    assert {one for one in left() if not one.endswith(".lock")} == {
        place + film_queries.FILM,
        place + film_queries.POSTER,
    }
