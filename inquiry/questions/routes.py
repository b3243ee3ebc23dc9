"""The import page: a file is looked through first, then taken over, with its progress told as it goes."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..core import extensions
from ..core.db import reading
from ..errors import BadInput, Broken, Refusal
from ..live import queries as live
from ..live.models import Session
from ..permissions import require
from ..web.http import actor
from .commands import importing
from .commands.importing import Progress

bp = Blueprint("questions", __name__)


@bp.get("/sessions/<code>/import")
def import_page(code: str) -> str:
    return _page(_importable(code), None, dry_run=True)


@bp.post("/sessions/<code>/import")
def import_file(code: str) -> ResponseReturnValue:
    """Look through the file of the form (`do` is `check`), or take it over (`import`).

    Whoever accepts JSON is told `{total, done, fresh, known, bad: [{line, id, why}]}` after each batch, one a line,
    `bad` being what was found in it; or at last `{refused: {code, message, data}}`. Everybody else gets the page with
    the summary.
    """
    session = _importable(code)
    chosen = request.files.get("file")
    data = chosen.read() if chosen else b""
    if not data:
        raise BadInput(fields={"file": _("choose a file first")})
    dry_run = request.form.get("do") != "import"
    steps = importing.carry_over(actor(), session.id, data, dry_run=dry_run)
    if request.accept_mimetypes.best == "application/json":
        return Response(
            stream_with_context(_lines(steps)), mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"}
        )
    summary = None
    for summary in steps:  # noqa: B007 - the last one is meant
        extensions.socketio.sleep(0)
    return _page(session, summary, dry_run=dry_run)


def _importable(code: str) -> Session:
    require(actor(), "questions.import")
    with reading() as db:
        return live.session_by_code(db, code)


def _page(session: Session, progress: Progress | None, *, dry_run: bool) -> str:
    return render_template(
        "sessions/import.html", session=session, progress=progress, dry_run=dry_run,
        most_megabytes=importing.MOST_BYTES // 1024 // 1024,
    )  # fmt: skip


def _lines(steps: Iterator[Progress]) -> Iterator[str]:
    """One line after each batch; between two of them everybody else is served."""
    told = 0
    try:
        for progress in steps:
            bad = [{"line": one.line, "id": one.id, "why": one.sentence} for one in progress.bad[told:]]
            told = len(progress.bad)
            yield _line(total=progress.total, done=progress.done, fresh=progress.fresh, known=progress.known, bad=bad)
            extensions.socketio.sleep(0)
    except Refusal as refusal:
        yield _line(refused=refusal.as_dict())
    except Exception:
        current_app.logger.exception("an import broke off")
        yield _line(refused=Broken().as_dict())


def _line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
