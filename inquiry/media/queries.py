"""What is known of the picture."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import and_, or_, select

from ..core.db import Db
from ..live.models import Session, SessionState
from ..permissions import Actor, Scope, allows
from ..realtime.views import View
from . import refusals, rules, tickets
from .models import (
    UNFINISHED,
    Fault,
    JobKind,
    MediaJob,
    MediaWorker,
    Passage,
    PictureSource,
    PictureState,
    Programme,
    Recording,
)

#: A worker that said nothing for so long has ended.
SILENT_FOR: Final = timedelta(seconds=10)
#: Where what is seen of a session lies in the media folder.
PROGRAMMES: Final = "programmes"
#: Where what can be seen afterwards lies.
RECORDINGS: Final = "recordings"
#: The second leg: what nginx records of encoders, and the worker of a stage.
FILES: Final = "legs"
#: Where films lie that can be shown, and what was uploaded until it is one.
FILMS: Final = "films"
UPLOADS: Final = "uploads"

#: Whether a view may see a thing at this moment; None: no such thing lies in that folder.
MaySee = Callable[[Db, str, View, datetime], bool | None]
_folders: dict[str, MaySee] = {}


def lies_in(folder: str, may_see: MaySee) -> None:
    """Say who may see what lies in a folder of the media folder; everything in there is in a folder of its own, which
    has its `media_id` as its name."""
    _folders[folder] = may_see


def worker(db: Db, now: datetime) -> MediaWorker | None:
    """The worker, if it lives; without it no program runs."""
    found = db.get(MediaWorker, 1)
    return found if found and now - found.seen_at < SILENT_FOR else None


def programme(db: Db, session_id: int) -> Programme | None:
    return db.get(Programme, session_id)


def by_media_id(db: Db, media_id: str) -> Programme | None:
    return db.scalar(select(Programme).where(Programme.media_id == media_id))


def media_ids(db: Db) -> set[str]:
    """By which the pictures of all sessions lie on the disk."""
    return set(db.scalars(select(Programme.media_id)))


def opens(programme: Programme, session: Session, shown: str | None, now: datetime) -> bool:
    """Whether whoever has shown this key, by its fingerprint, may send the picture of the session at this moment."""
    over = rules.is_over(session.closed_at, now)
    return rules.may_send(programme.source, is_over=over, key=programme.key_hash, shown=shown)


def tried_in_private(db: Db) -> Sequence[Programme]:
    """The programmes of which all that was filmed is from before a meeting that was to be closed to the public, and is
    open now."""
    found = select(Programme).join(Session, Session.id == Programme.id)
    is_open_now = (Session.state == SessionState.PLANNED) & Session.closed_to_public.is_(False)
    return db.scalars(found.where(Programme.filmed_closed, is_open_now)).all()


def carried(db: Db) -> Sequence[tuple[Programme, Session]]:
    """The programmes with which the worker has anything to do: an encoder sends, or a picture was there. That of a
    stage is its own matter (`stage_queries.stages`) until the session is closed."""
    is_left = or_(Programme.source != PictureSource.STAGE, Session.state == SessionState.CLOSED)
    busy = or_(Programme.sender.is_not(None), and_(Programme.state == PictureState.ON, is_left))
    found = db.execute(select(Programme, Session).join(Session, Session.id == Programme.id).where(busy))
    return [(one, session) for one, session in found]


def opened_by(db: Db, secret: str, media_id: str, ticket: str, now: datetime) -> str:
    """The folder of a thing that this ticket opens at this moment. Raises TicketRefused."""
    named = tickets.check(secret, media_id, ticket, now)
    if named is not None:
        for folder, may_see in _folders.items():
            if may_see(db, media_id, View.parse(named), now):
                return folder
    raise refusals.TicketRefused()


def _may_see(db: Db, media_id: str, view: View, now: datetime) -> bool | None:
    """The picture of a session: as its page, and not beyond its end: what is kept is the recording's."""
    found = by_media_id(db, media_id)
    if found is None:
        return None
    return _is_seen(db, db.get_one(Session, found.id), found, view, now)


def _is_seen(db: Db, session: Session, programme: Programme, view: View, now: datetime) -> bool:
    """Whether a reader in this view may see the picture of a session. All its segments lie there until some time after
    the close; with a withdrawn passage nobody sees any."""
    if rules.is_over(session.closed_at, now) or passages(db, session.id):
        return False
    return view == View.INTERNAL or (view == View.PUBLIC and _is_for_public(session, programme))


def _is_for_public(session: Session, programme: Programme | None) -> bool:
    """Whether what was filmed of a session is for everybody: nothing of it was filmed while the meeting was closed to
    the public, or a rehearsal. Before it is live people speak to each other, and opened later, it was closed before."""
    was_closed = session.closed_to_public or (programme is not None and programme.filmed_closed)
    return session.rehearsal_of_id is None and not was_closed


def address(db: Db, secret: str, session: Session, view: View, now: datetime) -> tuple[Programme | None, str]:
    """The programme of a session, if any, and where a reader in this view, who may follow the session, finds its
    picture: '' where there is none."""
    found = programme(db, session.id)
    if found is None or found.source is PictureSource.NONE or not _is_seen(db, session, found, view, now):
        return found, ""
    if found.source is PictureSource.ADDRESS:
        return found, found.address
    ticket = tickets.make(secret, found.media_id, str(view), now)
    return found, f"/media/{ticket}/{found.media_id}/live.m3u8"


def _may_see_recording(db: Db, media_id: str, view: View, _now: datetime) -> bool | None:
    found = db.scalar(select(Recording).where(Recording.media_id == media_id))
    return None if found is None else may_see_recording(db, found, view)


def may_see_recording(db: Db, recording: Recording, view: View) -> bool:
    session = db.get_one(Session, recording.id)
    is_for_public = _is_for_public(session, programme(db, session.id))
    return rules.may_see_recording(
        view, is_published=recording.published_at is not None, is_for_public=is_for_public
    )  # fmt: skip


def may_see_filmed(db: Db, actor: Actor, session: Session) -> bool:
    """Whether this reader might see the recording of a session, were there one that is published."""
    is_for_public = _is_for_public(session, programme(db, session.id))
    return any(
        allows(actor, view.kind.permission, Scope(session_id=session.id))
        and rules.may_see_recording(view, is_published=True, is_for_public=is_for_public)
        for view in (View.PUBLIC, View.INTERNAL, View.STAFF)
    )


def recording(db: Db, session_id: int) -> Recording | None:
    return db.get(Recording, session_id)


def recording_seen(db: Db, actor: Actor, session_id: int) -> tuple[Recording, View] | None:
    """The recording of a session that is ready, and the view in which this reader may see it, the widest first; None
    where there is nothing to see for this reader."""
    found = recording(db, session_id)
    if found is None or found.media_id is None:
        return None
    for view in (View.PUBLIC, View.INTERNAL, View.STAFF):
        if allows(actor, view.kind.permission, Scope(session_id=session_id)) and may_see_recording(db, found, view):
            return found, view
    return None


def file_address(secret: str, recording: Recording, view: View, name: str, now: datetime) -> str:
    """Where a file of a recording that is ready lies for readers in this view, for some minutes."""
    media_id = recording.media_id or ""
    return f"/media/{tickets.make(secret, media_id, str(view), now)}/{media_id}/{name}"


def work_on_recording(db: Db, session_id: int) -> MediaJob | None:
    """The work that makes the recording of a session, or did so last."""
    work = select(MediaJob).where(MediaJob.session_id == session_id, MediaJob.kind == JobKind.RECORDING)
    return db.scalar(work.order_by(MediaJob.id.desc()).limit(1))


def is_being_made(db: Db, session_id: int) -> bool:
    """Whether the recording of a session is on its way, for the first time or anew."""
    return is_unfinished(work_on_recording(db, session_id))


def is_unfinished(work: MediaJob | None) -> bool:
    return work is not None and work.state in UNFINISHED


def fault_of(recording: Recording, work: MediaJob | None) -> str:
    """The code of why it could not be made: what its work says, where the recording knows no more than that it did not
    end."""
    if recording.fault is Fault.PROGRAM and work is not None and work.failure:
        return work.failure
    return recording.fault.value


def passages(db: Db, session_id: int) -> Sequence[Passage]:
    """What was withdrawn of a recording, oldest first."""
    return db.scalars(select(Passage).where(Passage.session_id == session_id).order_by(Passage.begins_at)).all()


lies_in(PROGRAMMES, _may_see)
lies_in(RECORDINGS, _may_see_recording)


def is_work_left(db: Db) -> bool:
    """Whether any job is not done."""
    return db.scalar(select(MediaJob.id).where(MediaJob.state.in_(UNFINISHED)).limit(1)) is not None


def is_recording_asked_for(db: Db) -> bool:
    """Whether any recording is not made that is to be."""
    wanted = select(MediaJob.id).where(MediaJob.kind == JobKind.RECORDING, MediaJob.state.in_(UNFINISHED))
    return db.scalar(wanted.limit(1)) is not None


def used_bytes(db: Db) -> int:
    """What the media folder takes, as it was measured last; 0 before a worker ever ran."""
    return db.scalar(select(MediaWorker.used_bytes)) or 0


def folder_of(media_dir: Path, programme: Programme) -> Path:
    """Where the segments of a programme lie."""
    return media_dir / PROGRAMMES / programme.media_id


def recorded_beside(media_dir: Path, media_id: str) -> list[Path]:
    """The files that have a programme once more: `<media_id>-<when it began>`, `.flv` by nginx, `.ts` of a stage."""
    return sorted((media_dir / FILES).glob(f"{media_id}-*.*"))


def beside(media_dir: Path, programme: Programme) -> str:
    """Where the worker writes those, seen from the folder of the segments; `%s` is when each begins."""
    (media_dir / FILES).mkdir(parents=True, exist_ok=True)
    return f"../../{FILES}/{programme.media_id}-%s.ts"
