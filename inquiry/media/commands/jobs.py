"""The work that takes long: it is asked for, taken, tells how far it is, and ends."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...live.models import Session
from ...permissions import Actor, require
from .. import queries
from ..models import UNFINISHED, JobKind, JobState, MediaJob

MOST_ATTEMPTS: Final = 3
#: Codes of failure that any kind may have.
GAVE_UP, CALLED_OFF, BROKE = "gave_up", "called_off", "broke"

#: What becomes of the thing whose work failed, by kind.
Failed = Callable[[UnitOfWork, MediaJob], None]
_failed: dict[JobKind, Failed] = {}


def on_failed(kind: JobKind, tell: Failed) -> None:
    _failed[kind] = tell


def ask(uow: UnitOfWork, session_id: int, kind: JobKind, subject_id: int) -> MediaJob:
    """Put it behind what waits already. Whoever calls has asked who may."""
    job = MediaJob(session_id=session_id, kind=kind, subject_id=subject_id, asked_at=uow.now)
    uow.add(job)
    return job


def take(uow: UnitOfWork, actor: Actor) -> MediaJob | None:
    """The oldest that is not done, to be begun from its beginning; recordings, which are copied, before films, which
    are encoded. The one worker does one at a time: what runs already was left by one that was killed. What was begun
    three times, and neither done nor given back, fails."""
    require(actor, "media.work")
    unfinished = select(MediaJob.id).where(MediaJob.state.in_(UNFINISHED))
    in_turn = unfinished.order_by(MediaJob.kind != JobKind.RECORDING, MediaJob.id)
    for number in uow.db.scalars(in_turn.limit(MOST_ATTEMPTS)).all():
        job = _locked(uow, number)
        if job.state not in UNFINISHED:
            continue
        if job.attempts < MOST_ATTEMPTS:
            job.state, job.progress, job.attempts = JobState.RUNNING, 0, job.attempts + 1
            return job
        _fail(uow, job, GAVE_UP)
    return None


def tell_progress(uow: UnitOfWork, actor: Actor, job_id: int, progress: int) -> bool:
    """How far it is, in thousandths. False: it was called off, or is a film and gives way to a recording, to be begun
    anew behind that. Raises NotFound, when it is gone."""
    require(actor, "media.work")
    job = uow.lock(MediaJob, job_id)
    if job.state is JobState.RUNNING:
        if job.kind is JobKind.FILM and queries.is_recording_asked_for(uow.db):
            _give_back(job)
            return False
        job.progress = max(job.progress, min(progress, 1000))
    return job.state is JobState.RUNNING


def give_back(uow: UnitOfWork, actor: Actor) -> None:
    """What runs is begun anew later, and this beginning does not count: whoever did it was asked to end."""
    require(actor, "media.work")
    for number in uow.db.scalars(select(MediaJob.id).where(MediaJob.state == JobState.RUNNING)).all():
        job = uow.lock(MediaJob, number)
        if job.state is JobState.RUNNING:
            _give_back(job)


def _give_back(job: MediaJob) -> None:
    job.state, job.progress, job.attempts = JobState.QUEUED, 0, job.attempts - 1


def fail(uow: UnitOfWork, actor: Actor, job_id: int, failure: str) -> None:
    """It cannot be done, for this reason, and is not tried again. One that was called off stays so."""
    require(actor, "media.work")
    job = _locked(uow, job_id)
    if job.state is JobState.RUNNING:
        _fail(uow, job, failure)


def finish(uow: UnitOfWork, job_id: int) -> bool:
    """It is done: for the command that keeps what came of it. False: it was called off meanwhile, or is done already
    (`is_done`)."""
    job = uow.lock(MediaJob, job_id)
    if job.state is not JobState.RUNNING:
        return False
    job.state, job.progress, job.ended_at = JobState.DONE, 1000, uow.now
    return True


def is_done(uow: UnitOfWork, job_id: int) -> bool:
    """Whether what came of it is kept: a commit whose answer was lost is tried again."""
    return existing(uow.db, MediaJob, job_id).state is JobState.DONE


def call_off(uow: UnitOfWork, kind: JobKind, subject_id: int) -> None:
    """Whatever is still to be done for this thing is not; the worker stops it within a second or so."""
    of_it = select(MediaJob.id).where(MediaJob.kind == kind, MediaJob.subject_id == subject_id)
    for number in uow.db.scalars(of_it.where(MediaJob.state.in_(UNFINISHED))).all():
        job = uow.lock(MediaJob, number)
        job.state, job.failure, job.ended_at = JobState.FAILED, CALLED_OFF, uow.now


def _locked(uow: UnitOfWork, job_id: int) -> MediaJob:
    """After its session, as everywhere: what becomes of the thing may be told there. Raises NotFound."""
    uow.lock(Session, existing(uow.db, MediaJob, job_id).session_id)
    return uow.lock(MediaJob, job_id)


def _fail(uow: UnitOfWork, job: MediaJob, failure: str) -> None:
    job.state, job.failure, job.ended_at = JobState.FAILED, failure, uow.now
    if job.kind in _failed:
        _failed[job.kind](uow, job)
