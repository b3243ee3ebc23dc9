"""The import page: a file is looked through first, then taken over, with its progress told as it goes."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, flash, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.models import Unit
from ..core import clock, extensions
from ..core.db import reading
from ..core.fields import FIRST_DAY, LAST_DAY
from ..core.sheets import MOST_BYTES, UnreadableFile
from ..dispatch import registry
from ..errors import BadInput, Broken, LookFirst, Refusal
from ..live import queries as live
from ..live.models import Session
from ..permissions import require
from ..web.http import actor, takes_files
from . import refusals, schemas
from .commands import importing
from .commands.asking import Imported
from .commands.importing import Progress
from .files import Given

bp = Blueprint("questions", __name__)

#: How much of a background a preview shows.
_BODY_SHOWN = 160
#: Of a file in which every row is wrong, nobody reads all.
_MOST_BAD = 500


@bp.get("/sessions/<code>/import")
def import_page(code: str) -> str:
    return _page(_importable(code), None, {}, dry_run=True)


@bp.post("/sessions/<code>/import")
@takes_files
def import_file(code: str) -> ResponseReturnValue:
    """Look through the file of the form (`do` is `check`), or take it over (`import`), if `seen` says that exactly this
    was looked through; `asked_on` and `order` say how it is to be read.

    Whoever accepts JSON is told `{total, done, fresh, known, bad: [{line, id, value, why}], preview: [{line, id, title,
    body, asked_at, unit}], seen}` after each batch, one a line, `bad` and `preview` being what was found in it; or at
    last `{refused: {code, message, data}}`. Everybody else gets the page with the summary.
    """
    session = _importable(code)
    chosen = request.files.get("file")
    data = chosen.read(MOST_BYTES + 1) if chosen else b""
    if not data:
        raise BadInput(fields={"file": _("choose a file first")})
    said = {name: request.form.get(name, "") for name in schemas.ReadFile.model_fields}
    message = registry.parse(schemas.ReadFile, said)
    given = Given(message.asked_on, message.order)
    seen = importing.fingerprint(data, given)
    dry_run = request.form.get("do") != "import"
    if not dry_run and request.form.get("seen") != seen:
        raise LookFirst()
    steps = importing.carry_over(actor(), session.id, data, dry_run=dry_run, given=given)
    if request.accept_mimetypes.best == "application/json":
        lines = stream_with_context(_lines(steps, seen))
        return Response(lines, mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
    summary = None
    try:
        for summary in steps:  # noqa: B007 - the last one is meant
            extensions.socketio.sleep(0)
    except (UnreadableFile, refusals.ImportBrokeOff) as refusal:
        flash(refusal.message, "refusal")
        return _page(session, None, said, dry_run=dry_run), refusal.status
    return _page(session, summary, said | {"seen": seen}, dry_run=dry_run)


def _importable(code: str) -> Session:
    require(actor(), "questions.import")
    with reading() as db:
        return live.session_by_code(db, code)


def _page(session: Session, progress: Progress | None, said: dict[str, str], *, dry_run: bool) -> str:
    return render_template(
        "sessions/import.html", session=session, progress=progress, said=said, dry_run=dry_run,
        preview=[_previewed(*one) for one in progress.preview] if progress else [],
        most_bad=_MOST_BAD, most_megabytes=MOST_BYTES // 1024 // 1024, first_day=FIRST_DAY, last_day=LAST_DAY,
    )  # fmt: skip


def _previewed(line: int, row: Imported) -> dict[str, Any]:
    """A row as it would be taken over, bounded."""
    with reading() as db:
        unit = db.get(Unit, row.unit_id) if row.unit_id else None
    return {
        "line": line, "id": row.external_id, "title": row.wording.text, "body": row.background[:_BODY_SHOWN],
        "asked_at": row.asked_at, "unit": unit,
    }  # fmt: skip


def _preview_told(line: int, row: Imported) -> dict[str, Any]:
    shown = _previewed(line, row)
    unit = shown["unit"] and {"name": shown["unit"].name, "name_en": shown["unit"].name_en}
    return shown | {"asked_at": clock.milliseconds(row.asked_at), "unit": unit}


def _lines(steps: Iterator[Progress], seen: str) -> Iterator[str]:
    """One line after each batch; between two of them everybody else is served."""
    bad = shown = 0
    try:
        for progress in steps:
            yield _line(
                total=progress.total, done=progress.done, fresh=progress.fresh, known=progress.known, seen=seen,
                bad=[{"line": one.line, "id": one.id, "value": one.value, "why": one.sentence}
                     for one in progress.bad[bad:]],
                preview=[_preview_told(*one) for one in progress.preview[shown:]],
            )  # fmt: skip
            bad, shown = len(progress.bad), len(progress.preview)
            extensions.socketio.sleep(0)
    except Refusal as refusal:
        yield _line(refused=refusal.as_dict())
    except Exception:
        current_app.logger.exception("an import broke off")
        yield _line(refused=Broken().as_dict())


def _line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
