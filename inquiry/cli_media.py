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
