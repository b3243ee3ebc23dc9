"""The database is away for a moment while the worker works: nothing fails, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from inquiry.core.db import engine
from inquiry.media import film_queries, jobs
from inquiry.media.commands import jobs as working
from inquiry.media.commands import recordings
from inquiry.media.models import Fault, FilmState, JobState, RecordingState
from inquiry.permissions import SYSTEM, Actor
from inquiry.settings import settings
from tests.live.conftest import Clock, Evening, clock, do
from tests.media.test_films import clip, left, producer, the_film, the_job, uploaded
from tests.media.test_recordings import Recorded, work
from tests.responses.conftest import Evening as Questioned
from tests.responses.conftest import evening as questioned
from tests.support.replay import nothing_changes, replaying

__all__ = ["clip", "clock", "producer", "questioned"]

#: What is tried here is what the worker makes of it, whichever database it is.
DATABASES = ("sqlite",)


@contextmanager
def away(*statements: str, times: int = 1_000_000) -> Iterator[list[str]]:
    """The database does not take statements that begin so, as often as that; which ones, it tells."""
    refused: list[str] = []

    def falter(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(statements) and len(refused) < times:
            refused.append(statement)
            raise OperationalError(statement, None, Exception("the connection was lost"))

    event.listen(engine(), "before_cursor_execute", falter)
    try:
        yield refused
    finally:
        event.remove(engine(), "before_cursor_execute", falter)


@contextmanager
def answer_lost(statement: str) -> Iterator[None]:
    """The first commit after such a statement is done, and its answer never comes."""
    armed, lost = [], []

    def arm(_connection: object, _cursor: object, asked: str, *_rest: object) -> None:
        if asked.startswith(statement):
            armed.append(asked)

    def lose(connection: Connection) -> None:
        if armed and not lost:
            lost.append(connection)
            connection.connection.commit()
            raise OperationalError("COMMIT", None, Exception("the connection was lost"))

    event.listen(engine(), "before_cursor_execute", arm)
    event.listen(engine(), "commit", lose)
    try:
        yield
    finally:
        event.remove(engine(), "before_cursor_execute", arm)
        event.remove(engine(), "commit", lose)
    assert lost


def test_a_film_is_not_lost_by_it_and_is_made_ready_afterwards(
    app: Flask, evening: Evening, producer: Actor, clip: Path
) -> None:
    film = uploaded(producer, evening.session, clip)
    here = left()
    with nothing_changes():
        job = do(working.take, SYSTEM)
        with away("UPDATE media_jobs") as refused:
            assert jobs._tell(job.id, 400) is True, "it goes on, and tells how far it is the next time"
        do(working.give_back, SYSTEM)
    assert refused
    with away("UPDATE films") as refused:
        assert jobs.turn(app) == 0
    assert len(refused) == 2
    assert here <= left(), "what was uploaded is there"
    assert (the_film(film).state, the_job(film).state) == (FilmState.WAITING, JobState.RUNNING)
    with replaying(evening.session) as kinds:
        assert jobs.turn(app) == 0
    assert kinds == ["media.film_ready"]
    assert left() == {f"films/{the_film(film).media_id}/{name}" for name in (film_queries.FILM, film_queries.POSTER)}


def test_nor_is_one_whose_refusal_cannot_be_told(app: Flask, evening: Evening, producer: Actor, tmp_path: Path) -> None:
    (noise := tmp_path / "noise.mkv").write_bytes(bytes(range(256)) * 40)
    film = uploaded(producer, evening.session, noise)
    with away("UPDATE films"):
        assert jobs.turn(app) == 0
    assert the_film(film).state is FilmState.WAITING
    jobs.turn(app)
    assert (the_film(film).state, the_film(film).failure) == (FilmState.REFUSED, "no_film")


def test_what_was_kept_stays_where_only_the_answer_was_lost(
    app: Flask, evening: Evening, producer: Actor, clip: Path
) -> None:
    film = uploaded(producer, evening.session, clip)
    with answer_lost("UPDATE films"), replaying(evening.session) as kinds:
        jobs.turn(app)
    assert kinds == ["media.film_ready"]
    assert (settings().media_dir / "films" / the_film(film).media_id / film_queries.FILM).is_file()


def test_a_recording_is_made_all_the_same(questioned: Questioned, clock: Clock) -> None:
    taped = Recorded(questioned, clock)
    do(recordings.finish, taped.producer, taped.session)
    with away("UPDATE recordings") as refused:
        work()
    assert (len(refused), taped.row.state, taped.row.fault) == (2, RecordingState.WANTED, Fault.NONE)
    with answer_lost("UPDATE recordings"), replaying(taped.session) as kinds:
        work()
    assert (kinds, taped.row.state) == (["media.recording_made"], RecordingState.READY)
    assert (taped.folder / "recording.mp4").is_file()
    assert [one.name for one in taped.folder.parent.iterdir()] == [taped.row.media_id]
