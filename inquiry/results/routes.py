"""What the staff does with results by page: import a file, look at what stands, put it right."""

from collections.abc import Iterator

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..core import extensions
from ..core.sheets import MOST_BYTES
from ..web import uploads
from ..web.http import actor, takes_files
from . import files
from .commands import importing
from .commands.importing import Progress

bp = Blueprint("results_work", __name__)


@bp.get("/results/import")
def import_page() -> str:
    importing.may_import(actor())
    return _import_page(None, None)


@bp.post("/results/import")
@takes_files
def import_file() -> ResponseReturnValue:
    """Look through the file of the form, or take it over: see `uploads.answer`."""
    importing.may_import(actor())
    return uploads.answer(_carry_over, lambda progress: progress.done, _import_page)


def _carry_over(upload: uploads.Upload) -> Iterator[Progress]:
    return importing.carry_over(
        actor(), upload.file, dry_run=upload.dry_run, tell=lambda _done: extensions.socketio.sleep(0)
    )


def _import_page(progress: Progress | None, upload: uploads.Upload | None) -> str:
    return render_template(
        "results/import.html", progress=progress, upload=upload, forms=files.FORMS,
        most_megabytes=MOST_BYTES // 1024 // 1024,
    )  # fmt: skip
