"""What is made of the recording of a session, who may see it, and what is withdrawn of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Stale, StaysInRehearsal
from ...live.models import Session, SessionState
from ...permissions import SYSTEM, Actor, Scope, require
from ...realtime.streams import public_stream, staff_stream
from ...settings import settings
from .. import events, legs, queries, refusals, removing
from ..models import Fault, JobKind, MediaJob, Passage, Recording, RecordingState
from . import jobs

MOST_PASSAGES: Final = 40


def finish(uow: UnitOfWork, actor: Actor, session_id: int, *, anew: bool = False) -> Recording:
    """Have the recording of a session made. One that is there, or on its way, stays as it is unless it is to be made
    `anew`: it is seen until another takes its place, and stays if none does.

    Raises NotOver, NotFound.
    """
    require(actor, "media.finish", Scope(session_id=session_id))
    session = uow.lock(Session, session_id)
    if session.state is not SessionState.CLOSED or session.went_live_at is None:
        raise refusals.NotOver()
    recording = _recording(uow, session_id)
    is_asked_anew = anew and recording.media_id is not None and not queries.is_being_made(uow.db, session_id)
    if recording.state in (RecordingState.OFF, RecordingState.FAILED) or is_asked_anew:
        recording.fault = Fault.NONE
        if recording.media_id is None:
            recording.state = RecordingState.WANTED
        _ask(uow, recording)
        uow.record(staff_stream(session_id), events.RECORDING_ASKED, actor, [session])
    return recording


@dataclass(frozen=True)
class Made:
    """What the worker made."""

    media_id: str
    bytes: int
    spans: list[list[int | str]]
    gaps: list[list[int]]
    sentences: list[list[int]]


def made(uow: UnitOfWork, actor: Actor, job_id: int, session_id: int, what: Made) -> bool:
    """The recording can be seen. False: nobody wants it any more. Raises NotFound, when its rehearsal was cleared
    away."""
    require(actor, "media.work")
    session = uow.lock(Session, session_id)
    recording = uow.lock(Recording, session_id)
    if not jobs.finish(uow, job_id):
        return jobs.is_done(uow, job_id) and recording.media_id == what.media_id
    _take_away(uow, recording)
    recording.state, recording.media_id = RecordingState.READY, what.media_id
    recording.bytes, recording.spans, recording.gaps = what.bytes, what.spans, what.gaps
    recording.sentences, recording.made_at = what.sentences, uow.now
    missing = sum(ms for _at, ms in what.gaps) // 1000
    uow.record(staff_stream(session_id), events.RECORDING_MADE, actor, [session], missing_seconds=missing)
    return True


def _failed(uow: UnitOfWork, job: MediaJob) -> None:
    """It could not be made: why is kept, and it can be asked for again."""
    session = uow.lock(Session, job.session_id)
    recording = uow.lock(Recording, job.session_id)
    known = {one.value for one in Fault}
    if recording.media_id is None:
        recording.state = RecordingState.FAILED
    recording.fault = Fault(job.failure) if job.failure in known else Fault.PROGRAM
    uow.record(staff_stream(session.id), events.RECORDING_FAILED, SYSTEM, [session], fault=recording.fault.value)


def publish(uow: UnitOfWork, actor: Actor, session_id: int) -> Recording:
    """Show the recording to whoever may read the session's minutes. Raises NotReady, StaysInRehearsal, NotFound."""
    require(actor, "media.publish", Scope(session_id=session_id))
    session = uow.lock(Session, session_id)
    if session.rehearsal_of_id is not None:
        raise StaysInRehearsal()
    recording = uow.db.get(Recording, session_id)
    if recording is None or recording.state is not RecordingState.READY:
        raise refusals.NotReady(state=recording.state.value if recording else RecordingState.OFF.value)
    if recording.published_at is None:
        recording.published_at = uow.now
        uow.record(public_stream(session_id), events.RECORDING_PUBLISHED, actor, [session])
    return recording


def withdraw_passage(
    uow: UnitOfWork, actor: Actor, session_id: int, *, cut: str, from_s: int, to_s: int, reason: str
) -> Passage:  # fmt: skip
    """Show a passage no more: seconds of the recording as it was seen, whose `media_id` is `cut`. At once nothing of it
    is served, until it has been made again without the passage.

    Raises NotReady, Stale (`now` is the cut that is seen now), NoPassage, TooManyPassages, NotFound.
    """
    require(actor, "media.withdraw_passage", Scope(session_id=session_id))
    session = uow.lock(Session, session_id)
    recording = uow.db.get(Recording, session_id)
    if recording is None or recording.state is not RecordingState.READY:
        raise refusals.NotReady(state=recording.state.value if recording else RecordingState.OFF.value)
    if recording.media_id != cut:
        raise Stale(now=recording.media_id)
    line = legs.timeline(one[:2] for one in recording.spans)
    if not 0 <= from_s < to_s or from_s * 1000 >= line.ms:
        raise refusals.NoPassage()
    if len(passages(uow, session_id)) >= MOST_PASSAGES:
        raise refusals.TooManyPassages(most=MOST_PASSAGES)
    ends = line.instant(min(to_s * 1000, line.ms))
    passage = Passage(
        session_id=session_id, begins_at=_instant(line.instant(from_s * 1000)), ends_at=_instant(ends), reason=reason,
        withdrawn_at=uow.now,
    )  # fmt: skip
    uow.add(passage)
    _take_away(uow, recording)
    recording.state, recording.media_id, recording.fault = RecordingState.WANTED, None, Fault.NONE
    _ask(uow, recording)
    uow.record(public_stream(session_id), events.PASSAGE_WITHDRAWN, actor, [session], passage=passage.id, reason=reason)
    return passage


def stop(uow: UnitOfWork, actor: Actor, session_id: int) -> None:
    """Keep nothing more of this session's picture: the disk is full. The picture goes on."""
    require(actor, "media.tell_recording")
    _keep(uow, actor, session_id, stopped=True)


def resume(uow: UnitOfWork, actor: Actor, session_id: int) -> None:
    """There is room again."""
    require(actor, "media.tell_recording")
    _keep(uow, actor, session_id, stopped=False)


def _keep(uow: UnitOfWork, actor: Actor, session_id: int, *, stopped: bool) -> None:
    session = uow.lock(Session, session_id)
    recording = _recording(uow, session_id)
    if (recording.stopped_at is not None) is stopped:
        return
    recording.stopped_at = uow.now if stopped else None
    kind = events.RECORDING_STOPPED if stopped else events.RECORDING_RESUMED
    programme = queries.programme(uow.db, session_id)
    uow.record(staff_stream(session_id), kind, actor, [session, *([programme] if programme else [])])


def passages(uow: UnitOfWork, session_id: int) -> list[Passage]:
    return list(uow.db.scalars(select(Passage).where(Passage.session_id == session_id).order_by(Passage.id)))


def _ask(uow: UnitOfWork, recording: Recording) -> None:
    """What is being made already knows nothing of this: it is called off."""
    jobs.call_off(uow, JobKind.RECORDING, recording.id)
    jobs.ask(uow, recording.id, JobKind.RECORDING, recording.id)


def _take_away(uow: UnitOfWork, recording: Recording) -> None:
    """Whoever has its address is served nothing of it any more, whatever a proxy still remembers."""
    if recording.media_id:
        removing.take_away(uow, settings().media_dir / queries.RECORDINGS / recording.media_id)


def remove_files(uow: UnitOfWork, rehearsal: Session) -> None:
    """The recording of a rehearsal goes with it."""
    recording = uow.db.get(Recording, rehearsal.id)
    if recording is not None:
        _take_away(uow, recording)


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _recording(uow: UnitOfWork, session_id: int) -> Recording:
    """That of a session which is locked; made when it is first spoken of. Raises NotFound."""
    if uow.db.get(Recording, session_id) is None:
        if uow.db.get(Session, session_id) is None:
            raise NotFound(what="session", id=session_id)
        uow.add(Recording(id=session_id))
    return uow.lock(Recording, session_id)


jobs.on_failed(JobKind.RECORDING, _failed)
