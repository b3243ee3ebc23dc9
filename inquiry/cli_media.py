"""The command line of pictures: `inquiry media …`."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .media.models import MediaWorker


@click.group()
def media() -> None:
    """The picture: what carries, makes and keeps it."""


@media.command()
def run() -> None:
    """Run what makes pictures (ffmpeg) until asked to end. One of it, beside the processes that serve."""
    from .cli import _app, _report, _stop
    from .core import clock
    from .core.claims import DataInUse
    from .media import worker

    app = _app(serving=True)
    clock.use_monotonic_time()
    _report(app, f"the media worker runs; pictures lie in {app.config['INQUIRY'].media_dir}")
    try:
        worker.work(app)
    except DataInUse as error:
        _stop(str(error))
    _report(app, "the media worker has ended")


@media.command()
@click.argument("code")
def encoder(code: str) -> None:
    """Let an encoder send the picture of the session CODE: make its stream key, and print where to send. The key before
    is good for nothing then."""
    from .cli_accounts import _in_english

    with _in_english():
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .live import queries as live
        from .media.commands import programmes
        from .media.models import PictureSource
        from .permissions import SYSTEM
        from .settings import settings

        with reading() as db:
            session_id = live.session_by_code(db, code).id
        with unit_of_work() as uow:
            programmes.choose_source(uow, SYSTEM, session_id, PictureSource.ENCODER)
            programme, key = programmes.make_key(uow, SYSTEM, session_id)
            media_id = programme.media_id
        click.echo(f"{settings().rtmp}/{media_id}?key={key}")


@media.command()
@click.argument("code")
def stage(code: str) -> None:
    """Take the picture of the session CODE from its stage: speakers by video. Prints the session's number."""
    from .cli_accounts import _in_english

    with _in_english():
        from .core.db import reading
        from .dispatch.unit_of_work import unit_of_work
        from .live import queries as live
        from .media.commands import programmes
        from .media.models import PictureSource
        from .permissions import SYSTEM

        with reading() as db:
            session_id = live.session_by_code(db, code).id
        with unit_of_work() as uow:
            programmes.choose_source(uow, SYSTEM, session_id, PictureSource.STAGE)
        click.echo(session_id)


@media.command()
@click.argument("code")
@click.option("--anew", is_flag=True, help="Also where the recording is there already.")
def finish(code: str, *, anew: bool) -> None:
    """Make the recording of the session CODE, which is over. The worker does it; without one, it is done here."""
    import time

    from flask import current_app

    from .cli import _stop
    from .cli_accounts import _in_english
    from .core.db import reading
    from .core.labels import label
    from .dispatch.unit_of_work import commit
    from .live import queries as live
    from .media import jobs, queries
    from .media.commands import recordings
    from .media.models import JobState, Recording
    from .permissions import SYSTEM

    with _in_english():
        with reading() as db:
            session_id = live.session_by_code(db, code).id
            work = queries.work_on_recording(db, session_id)
        before = None if work is None or queries.is_unfinished(work) else work.id
        worker = _worker_who_can()
        commit("media.finish", lambda uow: recordings.finish(uow, SYSTEM, session_id, anew=anew))
        told = -1
        while True:
            try:
                seconds = jobs.turn(current_app) if worker is None else jobs.PERIOD_SECONDS
            except KeyboardInterrupt:
                jobs.end()
                raise
            with reading() as db:
                recording = db.get_one(Recording, session_id)
                work = queries.work_on_recording(db, session_id)
            is_asked = work is not None and work.id != before
            if work and is_asked and work.progress // 10 != told:
                told = work.progress // 10
                click.echo(f"{told} %")
            if work and is_asked and work.state is JobState.FAILED:
                _stop(f"the recording could not be made. {label(queries.fault_of(recording, work), 'recording_fault')}")
            if not (is_asked and queries.is_unfinished(work)):
                click.echo(f"ready: {recording.bytes // 1_000_000} MB, {len(recording.gaps)} gaps")
                return
            if worker is not None and _worker() is None:
                _stop("the media worker has ended: the recording is made as soon as it runs again.")
            time.sleep(seconds)


def _worker_who_can() -> "MediaWorker | None":
    """The media worker; None where there is none, and this process does its work. Ends the program where ffmpeg is
    missing."""
    import shutil

    from .cli import _stop
    from .core import claims
    from .core.claims import DataInUse
    from .settings import settings

    worker, folder = _worker(), settings().media_dir
    if worker is not None:
        if "ffmpeg" not in worker.programs:
            _stop("ffmpeg is not installed on the machine of the media worker: nothing was asked for.")
        return worker
    if shutil.which("ffmpeg") is None:
        _stop("ffmpeg is not installed here, and the media worker does not run: nothing was asked for.")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        claims.claim(folder, alone=True)
    except DataInUse as error:
        _stop(str(error))
    return None


def _worker() -> "MediaWorker | None":
    """The media worker, if it lives."""
    from .core import clock
    from .core.db import reading
    from .media import queries

    with reading() as db:
        return queries.worker(db, clock.now())


@media.command()
def disk() -> None:
    """What pictures take on the disk, by folder, what they may take, and what is free."""
    import shutil

    from .cli import _settings
    from .media import keeping

    here = _settings()
    here.media_dir.mkdir(parents=True, exist_ok=True)
    for name, megabytes in keeping.taken(here.media_dir).items():
        click.echo(f"{megabytes:>10} MB  {name}")
    limit = f"{here.media_limit // 1024 // 1024} MB" if here.media_limit else "no limit (INQUIRY_MEDIA_MB)"
    click.echo(f"limit {limit}, free {shutil.disk_usage(here.media_dir).free // 1024 // 1024} MB")
