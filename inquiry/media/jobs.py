"""The worker's long work: the oldest first, one at a time; killed or ended at any point, it begins anew."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final

from flask import Flask

from ..core import background
from ..core.background import Task
from ..core.db import UNUSABLE, reading
from ..dispatch.unit_of_work import commit
from ..errors import Busy, NotFound
from ..permissions import SYSTEM
from ..settings import settings
from . import films, making, queries
from .commands import jobs
from .models import JobKind, MediaJob
from .running import CalledOff, JobFailed, Running

PERIOD_SECONDS: Final = 0.5
#: Where programs write, in the media folder: emptied before each piece of work, and after it.
WORKSHOP: Final = "workshop"
#: What is done for each kind: it moves what came of it to its place, and keeps it by a command that ends with
#: `jobs.finish`.
KINDS: Final[dict[JobKind, Callable[[MediaJob, Running], None]]] = {
    JobKind.FILM: films.make_ready, JobKind.RECORDING: making.make,
}  # fmt: skip


#: Held while work is taken: whoever ends does not begin any more.
_taking = threading.Lock()


def turn(app: Flask) -> float:
    """Do one piece of work, if there is any; returns the seconds until the next look."""
    with app.app_context():
        if shutil.which("ffmpeg") is None:
            return PERIOD_SECONDS  # it waits, and the page of the films says why
        with reading() as db:  # a look is no write: twice a second nobody waits for it
            if not queries.is_work_left(db):
                return PERIOD_SECONDS
        with _taking:
            job = commit("media.take_job", lambda uow: jobs.take(uow, SYSTEM))
        if job is None:
            return PERIOD_SECONDS
        _do(job)
    return 0


def end() -> None:
    """Take nothing from now on, as this process ends, and give back what is in the middle."""
    _taking.acquire()
    commit("media.give_back", lambda uow: jobs.give_back(uow, SYSTEM))


def _do(job: MediaJob) -> None:
    folder = settings().media_dir / WORKSHOP
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        KINDS[job.kind](job, Running(folder, partial(_tell, job.id)))
    except JobFailed as failed:
        _fail(job, str(failed))
    except CalledOff:
        pass
    except (Busy, *UNUSABLE):  # no fault of the work: like what a killed worker left, it is taken again
        background.note(f"the database was away for {job.kind} {job.subject_id}, which begins anew")
    except Exception:  # a fault of ours: what was asked for must not be tried for ever
        background.complain(f"{job.kind} {job.subject_id} broke")
        _fail(job, jobs.BROKE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(job_id: int, progress: int) -> bool:
    try:
        return commit("media.tell_progress", lambda uow: jobs.tell_progress(uow, SYSTEM, job_id, progress))
    except Busy:  # how far it is, is told the next time
        return True
    except NotFound:  # its rehearsal was cleared away
        return False


def _fail(job: MediaJob, failure: str) -> None:
    with suppress(NotFound, Busy):  # what cannot be told now is taken again, and told then
        commit("media.fail_job", lambda uow: jobs.fail(uow, SYSTEM, job.id, failure))


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("working on films and recordings", partial(turn, app))
