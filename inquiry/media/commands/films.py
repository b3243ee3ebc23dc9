"""Films of a session: they come in pieces, are made ready by the worker, and are discarded."""

import secrets
import shutil
from pathlib import Path

from sqlalchemy import delete, select

from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import rundown
from ...live.commands.preparation import not_closed
from ...live.commands.rehearsing import Copying
from ...live.models import ItemKind, Session
from ...live.refusals import OnAirAlready
from ...permissions import SYSTEM, Actor, Scope, require
from ...realtime.streams import staff_stream
from ...settings import settings
from ...trace.kinds import Kind
from .. import chapters, events, film_queries, queries, refusals, removing, rules, webvtt
from ..models import Film, FilmState, JobKind, MediaJob, Showing
from . import jobs


def begin_film(
    uow: UnitOfWork, actor: Actor, session_id: int, name: str, size: int, modified: int = 0
) -> Film:  # fmt: skip
    """A film whose pieces come now; the same file again (name, size, when it was changed last) is the one that was
    begun, and goes on where it stopped.

    Raises SessionClosed, TooManyFilms, NoRoomForFilm, NotFound.
    """
    require(actor, "media.begin_film", Scope(session_id=session_id))
    not_closed(uow, session_id)
    begun = film_queries.arriving(uow.db, session_id, name, size, modified)
    if begun is not None:
        return begun
    if film_queries.count_kept(uow.db, session_id) >= rules.MOST_FILMS:
        raise refusals.TooManyFilms(most=rules.MOST_FILMS)
    expected, here = film_queries.expected_bytes(uow.db), settings()
    # the upload, and at least as much that is made of it
    is_free = rules.has_room(_free(here.media_dir), 2 * (expected + size))
    if not (is_free and rules.leaves_room(here.media_limit, queries.used_bytes(uow.db), expected + size)):
        raise refusals.NoRoomForFilm()
    for one in film_queries.refused(uow.db, session_id)[rules.MOST_REFUSED - 1 :]:
        _remove(uow, actor, events.FILM_FORGOTTEN, uow.lock(Film, one))
    film = Film(
        session_id=session_id, media_id=secrets.token_hex(12), name=name, size=size, modified=modified,
        begun_at=uow.now,
    )  # fmt: skip
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
    film.received, film.heard_at = goes_on, uow.now
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
        return jobs.is_done(uow, job_id)
    film = uow.lock(Film, film_id)
    film.state, film.duration_ms, film.loudness = FilmState.READY, duration_ms, loudness
    uow.record(staff_stream(film.session_id), events.FILM_READY, actor, [film], film=film.id)
    return True


def discard_film(uow: UnitOfWork, actor: Actor, film_id: int) -> None:
    """Throw a film away, at whatever point it is; after the end, too. Raises NotFound, OnAirAlready."""
    session_id = film_queries.film(uow.db, film_id).session_id
    require(actor, "media.discard_film", Scope(session_id=session_id))
    uow.lock(Session, session_id)
    if film_queries.is_on_air(uow.db, film_queries.film(uow.db, film_id)):
        raise OnAirAlready()
    jobs.call_off(uow, JobKind.FILM, film_id)  # the work before the film, as the worker locks them
    _remove(uow, actor, events.FILM_DISCARDED, uow.lock(Film, film_id))


def forget_film(uow: UnitOfWork, actor: Actor, film_id: int) -> bool:
    """The same for one whose upload nobody goes on with, or that was refused a while ago. False: somebody did go on.
    Raises NotFound."""
    require(actor, "media.work")
    film = uow.lock(Film, film_id)
    if film_id not in film_queries.forgotten(uow.db, uow.now):
        return False
    _remove(uow, actor, events.FILM_FORGOTTEN, film)
    return True


def show_film(uow: UnitOfWork, actor: Actor, film_id: int, item_id: int) -> Film:
    """Let a line of the rundown show this film: it is as long as that from now on, and shows no other.

    Raises FilmNotReady, NoClip, NotFound, SessionClosed, NotPlanned, PlannedByResults.
    """
    _open_session(uow, actor, "show_film", film_id)
    film = uow.lock(Film, film_id)
    if film.state is not FilmState.READY or film.duration_ms is None:
        raise refusals.FilmNotReady(state=film.state.value)
    if film_queries.require_there(uow.db, item_id, film.session_id).kind is not ItemKind.CLIP:
        raise refusals.NoClip()
    rundown.change_item(uow, actor, item_id, planned_ms=film.duration_ms)
    there = uow.db.get(Showing, item_id)
    before = uow.lock(Film, there.film_id) if there is not None and there.film_id != film.id else None
    if there is not None and before is None:
        return film
    if there is None:
        uow.add(Showing(id=item_id, session_id=film.session_id, film_id=film.id))
    else:
        there.film_id = film.id
    about = [film, *([before] if before else [])]
    _tell(uow, actor, events.FILM_SHOWN, about, film=film.id, item=item_id)
    return film


def take_film_out(uow: UnitOfWork, actor: Actor, item_id: int) -> None:
    """A line shows no film any more; its length stays. Raises SessionClosed, NotFound, OnAirAlready."""
    showing = existing(uow.db, Showing, item_id)
    require(actor, "media.take_film_out", Scope(session_id=showing.session_id))
    session = not_closed(uow, showing.session_id)
    if session.floor_item_id == item_id:
        raise OnAirAlready()
    film = uow.lock(Film, showing.film_id)
    uow.db.delete(showing)
    uow.record(staff_stream(session.id), events.FILM_TAKEN_OUT, actor, [film], film=film.id, item=item_id)


def set_captions(uow: UnitOfWork, actor: Actor, film_id: int, text: str | None) -> Film:
    """Give a film captions, WebVTT, in the place of those that it had; None: it has none any more.

    Raises CaptionsUnreadable, FilmNotReady, SessionClosed, NotFound.
    """
    _open_session(uow, actor, "set_captions", film_id)
    film = uow.lock(Film, film_id)
    if film.state is not FilmState.READY or film.duration_ms is None:
        raise refusals.FilmNotReady(state=film.state.value)
    try:
        cues = [] if text is None else webvtt.read(text)
    except webvtt.Unreadable as problem:
        raise refusals.CaptionsUnreadable(why=problem.why, line=problem.line) from problem
    if cues and cues[0][0] >= film.duration_ms:
        raise refusals.CaptionsUnreadable(why=webvtt.BEYOND, line=0)
    film.cues, film.captions = len(cues), chapters.cues(cues) if cues else ""
    _tell(uow, actor, events.FILM_CAPTIONED, [film], film=film.id, cues=film.cues)
    return film


def remove_all_files(uow: UnitOfWork, rehearsal: Session) -> None:
    """The films of a rehearsal go with it."""
    for film in film_queries.films(uow.db, rehearsal.id):
        _remove_files(uow, film)


def copy_showings(copying: Copying) -> None:
    """In a rehearsal its lines show the films of the session itself."""
    there = select(Showing).where(Showing.session_id == copying.of.id).order_by(Showing.id)
    for one in copying.uow.db.scalars(there).all():
        if one.id in copying.items:
            copying.uow.add(Showing(id=copying.items[one.id], session_id=copying.to.id, film_id=one.film_id))


def _refuse(uow: UnitOfWork, job: MediaJob) -> None:
    """It cannot be shown: why is kept, and nothing else."""
    film = uow.lock(Film, job.subject_id)
    film.state, film.failure = FilmState.REFUSED, job.failure
    uow.record(staff_stream(film.session_id), events.FILM_REFUSED, SYSTEM, [film], film=film.id, why=job.failure)
    _remove_files(uow, film)


def _remove(uow: UnitOfWork, actor: Actor, kind: Kind, film: Film) -> None:
    _tell(uow, actor, kind, [film], film=film.id)
    _remove_files(uow, film)
    uow.db.execute(delete(Showing).where(Showing.film_id == film.id))
    uow.db.delete(film)


def _tell(uow: UnitOfWork, actor: Actor, kind: Kind, about: list[Film], **payload: int) -> None:
    """In the session of these films; and in the rehearsal to which they are lent, where nobody has pressed anything."""
    own = about[0].session_id
    uow.record(staff_stream(own), kind, actor, about, **payload)
    shown = Showing.film_id.in_([one.id for one in about]), Showing.session_id != own
    for rehearsal in sorted(set(uow.db.scalars(select(Showing.session_id).where(*shown)))):
        uow.record(staff_stream(rehearsal), kind, SYSTEM, about, **payload)


def _remove_files(uow: UnitOfWork, film: Film) -> None:
    here = settings().media_dir
    for place in (film_queries.upload_of(here, film.media_id), here / queries.FILMS / film.media_id):
        removing.take_away(uow, place)


def _open_session(uow: UnitOfWork, actor: Actor, verb: str, film_id: int) -> None:
    session_id = film_queries.film(uow.db, film_id).session_id
    require(actor, f"media.{verb}", Scope(session_id=session_id))
    not_closed(uow, session_id)


def _free(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


jobs.on_failed(JobKind.FILM, _refuse)
