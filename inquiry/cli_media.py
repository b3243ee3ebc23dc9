"""The command line of pictures: `inquiry media …`."""

import click


@click.group()
def media() -> None:
    """The picture: what carries, makes and keeps it."""


@media.command()
def run() -> None:
    """Run what makes pictures (ffmpeg) until asked to end. One of it, beside the processes that serve."""
    from .cli import _app, _report, _stop
    from .core.claims import DataInUse
    from .media import worker

    app = _app(serving=True)
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
