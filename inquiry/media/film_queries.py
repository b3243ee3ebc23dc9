"""What is known of films: of a session, on the way, and on air."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, or_, select

from ..core.db import Db, existing, reading
from ..errors import NotFound
from ..live import queries as live
from ..live import readers
from ..live.models import Item, ItemKind, ItemState, Session, SessionState
from ..realtime.views import View
from . import rules, tickets
from .models import UNFINISHED, Film, FilmState, JobKind, MediaJob, Showing
from .queries import FILMS, UPLOADS, lies_in

#: What is shown, and the picture that stands for it.
FILM, POSTER = "film.mp4", "poster.jpg"


def film(db: Db, film_id: int) -> Film:
    """Raises NotFound."""
    return existing(db, Film, film_id)


def films(db: Db, session_id: int) -> Sequence[Film]:
    """Those of a session, the newest last."""
    return db.scalars(select(Film).where(Film.session_id == session_id).order_by(Film.id)).all()


def film_to_make_ready(film_id: int) -> Film:
    """Raises NotFound."""
    with reading() as db:
        return film(db, film_id)


def arriving(db: Db, session_id: int, name: str, size: int, modified: int) -> Film | None:
    """The film whose pieces still come, by what tells a file from another."""
    same = select(Film).where(Film.session_id == session_id, Film.name == name, Film.size == size)
    same = same.where(Film.modified == modified, Film.state == FilmState.ARRIVING)
    return db.scalar(same.order_by(Film.id).limit(1))


def count_kept(db: Db, session_id: int) -> int:
    """How many films of a session take room: what was refused has left nothing."""
    kept = Film.session_id == session_id, Film.state != FilmState.REFUSED
    return db.scalar(select(func.count(Film.id)).where(*kept)) or 0


def refused(db: Db, session_id: int) -> Sequence[int]:
    """Those of a session that are none, the newest first."""
    were = Film.session_id == session_id, Film.state == FilmState.REFUSED
    return db.scalars(select(Film.id).where(*were).order_by(Film.id.desc())).all()


def expected_bytes(db: Db) -> int:
    """What is still to come of all films that have been begun."""
    return int(db.scalar(select(func.sum(Film.size - Film.received)).where(Film.state == FilmState.ARRIVING)) or 0)


def progress_of_films(db: Db, session_id: int) -> dict[int, int]:
    """How far the worker is with each film of a session that it has not finished, in thousandths."""
    work = select(MediaJob).where(MediaJob.session_id == session_id, MediaJob.kind == JobKind.FILM)
    work = work.where(MediaJob.state.in_(UNFINISHED))
    return {one.subject_id: one.progress for one in db.scalars(work.order_by(MediaJob.id))}


def upload_of(media_dir: Path, media_id: str) -> Path:
    return media_dir / UPLOADS / media_id


def address(secret: str, one: Film, view: View, name: str, now: datetime, lasts: timedelta = timedelta(0)) -> str:
    """Where a file of a film that is ready lies for readers in this view, for some minutes and as long as it `lasts`:
    a browser asks for more of a film while it plays."""
    return f"/media/{tickets.make(secret, one.media_id, str(view), now + lasts)}/{one.media_id}/{name}"


def lines_of(db: Db, film_ids: Collection[int]) -> dict[int, list[int]]:
    """The lines of rundowns that show each of these films."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in db.scalars(select(Showing).where(Showing.film_id.in_(film_ids)).order_by(Showing.id)):
        found[one.film_id].append(one.id)
    return found


def lines_here(db: Db, session_id: int, films: Sequence[Film]) -> dict[int, list[Item]]:
    """The lines of the session's own rundown that show each of its films: not those of its rehearsal."""
    here = {one.id: one for one in live.rundown(db, session_id)}
    lines = lines_of(db, [one.id for one in films])
    return {one.id: [here[line] for line in lines.get(one.id, []) if line in here] for one in films}


def film_of(db: Db, item_id: int | None) -> Film | None:
    """The film that a line of the rundown shows, if it is one that can."""
    shown = select(Film).join(Showing, Showing.film_id == Film.id).join(Item, Item.id == Showing.id)
    return db.scalar(shown.where(Item.id == item_id, Item.kind == ItemKind.CLIP, Film.state == FilmState.READY))


def on_air(db: Db, session: Session) -> tuple[Film, datetime] | None:
    """The film that is on air, and since when it runs."""
    found = film_of(db, session.floor_item_id) if session.state is SessionState.LIVE else None
    item = live.on_floor(db, session) if found else None
    return (found, item.taken_at) if found and item and item.taken_at else None


def coming(db: Db, session: Session) -> Film | None:
    """The film of the line that comes next, if it has one."""
    lines = live.rundown(db, session.id)
    floor = next((one.position for one in lines if one.id == session.floor_item_id), 0)
    planned = [one for one in lines if one.state is ItemState.PLANNED and one.kind is not ItemKind.CASE]
    following = next((one for one in planned if one.position > floor), None)
    return film_of(db, following.id) if following else None


def clips(db: Db, session_id: int) -> list[Item]:
    """The lines that can be given a film."""
    lines = live.rundown(db, session_id)
    return [one for one in lines if one.kind is ItemKind.CLIP and one.state is ItemState.PLANNED]


def forgotten(db: Db, now: datetime) -> Sequence[int]:
    """What nobody goes on uploading, and what was refused so long ago that everybody has read why."""
    begun = func.coalesce(Film.heard_at, Film.begun_at)
    given_up = (Film.state == FilmState.ARRIVING) & (begun <= now - rules.EXPECTED_FOR)
    read = (Film.state == FilmState.REFUSED) & (begun <= now - rules.TOLD_FOR)
    return db.scalars(select(Film.id).where(or_(given_up, read)).order_by(Film.id)).all()


def of_session(db: Db, session_id: int) -> list[int]:
    """The films of a session, and of a rehearsal those that its lines show."""
    own = select(Film.id).where(Film.session_id == session_id)
    shown = select(Showing.film_id).where(Showing.session_id == session_id)
    return sorted(set(db.scalars(own)) | set(db.scalars(shown)))


def media_ids(db: Db, *states: FilmState) -> set[str]:
    """By which films that are in one of these states lie on the disk."""
    return set(db.scalars(select(Film.media_id).where(Film.state.in_(states))))


def _may_see(db: Db, media_id: str, view: View, _now: datetime) -> bool | None:
    """The crew at any time; while it is on air, screens that somebody has signed in at, and outputs."""
    found = db.scalar(select(Film).where(Film.media_id == media_id))
    if found is None:
        return None
    if found.state is not FilmState.READY:
        return False
    if view == View.INTERNAL:
        return is_on_air(db, found, readers.REAL)
    return view == View.STAFF or (view == View.OUTPUT and is_on_air(db, found))


def is_on_air(db: Db, film: Film, *where: ColumnElement[bool]) -> bool:
    """Whether a line that shows it is on air, in its session or in the rehearsal of that. In a rehearsal it is for the
    crew alone: whoever it is about sees it on the evening."""
    shown = select(Showing.id).join(Session, Session.floor_item_id == Showing.id)
    live_now = Showing.film_id == film.id, Session.state == SessionState.LIVE
    return db.scalar(shown.where(*live_now, *where).limit(1)) is not None


def require_there(db: Db, item_id: int, session_id: int) -> Item:
    """A line of this session. Raises NotFound."""
    item = live.item(db, item_id)
    if item.session_id != session_id:
        raise NotFound(what="item", id=item_id)
    return item


lies_in(FILMS, _may_see)
