"""Films of a session: they come in pieces, are made ready by the worker, and are discarded."""

import secrets
import shutil
from pathlib import Path

from sqlalchemy import func, select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands.preparation import not_closed
from ...live.models import Session
from ...permissions import SYSTEM, Actor, Scope, require
from ...realtime.streams import staff_stream
from ...settings import settings
from .. import events, queries, refusals, rules
from ..models import Film, FilmState, JobKind, MediaJob
from . import jobs


def begin_film(uow: UnitOfWork, actor: Actor, session_id: int, name: str, size: int) -> Film:
    """A film whose pieces come now; the same file again is the one that was begun, and goes on where it stopped.

    Raises SessionClosed, TooManyFilms, NoRoomForFilm, NotFound.
    """
    require(actor, "media.begin_film", Scope(session_id=session_id))
    not_closed(uow, session_id)
    begun = queries.arriving(uow.db, session_id, name, size)
    if begun is not None:
        return begun
    if uow.db.scalar(select(func.count()).where(Film.session_id == session_id)) >= rules.MOST_FILMS:  # type: ignore[operator]
        raise refusals.TooManyFilms(most=rules.MOST_FILMS)
    if not rules.has_room(_free(settings().media_dir), queries.expected_bytes(uow.db), size):
        raise refusals.NoRoomForFilm()
    film = Film(session_id=session_id, media_id=secrets.token_hex(12), name=name, size=size, begun_at=uow.now)
    uow.add(film)
    uow.record(staff_stream(session_id), events.FILM_BEGUN, actor, [film], film=film.id)
    return film


def take_piece(uow: UnitOfWork, actor: Actor, film_id: int, offset: int, length: int) -> Film:
    """A piece that has been written down counts; with the last one the film is whole, and is made ready.

    Raises PieceOutOfPlace, NotFound.
    """
    _open_session(uow, actor, "begin_film", film_id)
    film = uow.lock(Film, film_id)
    goes_on = rules.goes_on_at(film.received, film.size, offset, length)
    if goes_on is None:
        raise refusals.PieceOutOfPlace(received=film.received)
    film.received = goes_on
    if goes_on == film.size and film.state is FilmState.ARRIVING:
        film.state = FilmState.WAITING
        jobs.ask(uow, film.session_id, JobKind.FILM, film.id)
        uow.record(staff_stream(film.session_id), events.FILM_UPLOADED, actor, [film], film=film.id)
    return film


def keep_film(
    uow: UnitOfWork, actor: Actor, job_id: int, film_id: int, duration_ms: int, loudness: int | None
) -> bool:  # fmt: skip
    """What the worker made of it lies at its place. False: the film was discarded meanwhile. Raises NotFound, when its
    rehearsal was cleared away."""
    require(actor, "media.work")
    if not jobs.finish(uow, job_id):
        return False
    film = uow.lock(Film, film_id)
    film.state, film.duration_ms, film.loudness = FilmState.READY, duration_ms, loudness
    uow.record(staff_stream(film.session_id), events.FILM_READY, actor, [film], film=film.id)
    return True


def discard_film(uow: UnitOfWork, actor: Actor, film_id: int) -> None:
    """Throw a film away, at whatever point it is. Raises SessionClosed, NotFound."""
    _open_session(uow, actor, "discard_film", film_id)
    jobs.call_off(uow, JobKind.FILM, film_id)  # the work before the film, as the worker locks them
    film = uow.lock(Film, film_id)
    uow.record(staff_stream(film.session_id), events.FILM_DISCARDED, actor, [film], film=film.id)
    _remove_files(uow, film)
    uow.db.delete(film)


def remove_all_files(uow: UnitOfWork, rehearsal: Session) -> None:
    """The films of a rehearsal go with it."""
    for film in queries.films(uow.db, rehearsal.id):
        _remove_files(uow, film)


def _refuse(uow: UnitOfWork, job: MediaJob) -> None:
    """It cannot be shown: why is kept, and nothing else."""
    film = uow.lock(Film, job.subject_id)
    film.state, film.failure = FilmState.REFUSED, job.failure
    uow.record(staff_stream(film.session_id), events.FILM_REFUSED, SYSTEM, [film], film=film.id, why=job.failure)
    _remove_files(uow, film)


def _remove_files(uow: UnitOfWork, film: Film) -> None:
    here = settings().media_dir
    upload, place = queries.upload_of(here, film.media_id), here / queries.FILMS / film.media_id
    uow.after_commit(lambda: upload.unlink(missing_ok=True))
    uow.after_commit(lambda: shutil.rmtree(place, ignore_errors=True))


def _open_session(uow: UnitOfWork, actor: Actor, verb: str, film_id: int) -> None:
    session_id = queries.film(uow.db, film_id).session_id
    require(actor, f"media.{verb}", Scope(session_id=session_id))
    not_closed(uow, session_id)


def _free(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


jobs.on_failed(JobKind.FILM, _refuse)
