"""Tables that somebody sends with a form: looked through first, then taken over."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final, TypeVar

from flask import Response, current_app, flash, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..core import extensions
from ..errors import BadInput, Broken, LookFirst, Refusal

Step = TypeVar("Step")
_PIECE: Final = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """`seen` names the file and what was said of how it is to be read: only what was looked through is taken over."""

    file: BinaryIO
    seen: str
    dry_run: bool


def answer(
    work: Callable[[Upload], Iterator[Step]],
    done: Callable[[Step], int],
    draw: Callable[[Step | None, Upload | None], str],
    *said: str,
) -> ResponseReturnValue:
    """Do what the form at hand asks for (`do` is `check` or `import`) with its `file`, of which `said` is how to read
    it, and draw its page again, with what came of it.

    Whoever accepts JSON is told `{done}`, how many rows were seen to, a line now and then; and at last `{page}`, or
    `{refused: {code, message, data}}`. Everybody else gets the page. Raises BadInput, LookFirst.
    """
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        upload = _upload(*said)
        if wants_json:
            request.files["file"].stream = BytesIO()  # the request closes it, before its answer is told
            lines = stream_with_context(_lines(upload, work, done, draw))
            return Response(lines, mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
        step = None
        for step in work(upload):  # noqa: B007 - the last one is meant
            extensions.socketio.sleep(0)
    except Refusal as refusal:
        if wants_json:
            raise
        flash(refusal.message, "refusal")
        return draw(None, None), refusal.status
    return draw(step, upload)


def _upload(*said: str) -> Upload:
    chosen = request.files.get("file")
    seen, size = hashlib.sha256(repr(said).encode()), 0
    while piece := chosen.stream.read(_PIECE) if chosen else b"":
        seen.update(piece)
        size += len(piece)
    if chosen is None or not size:
        raise BadInput(fields={"file": _("choose a file first")})
    chosen.stream.seek(0)
    upload = Upload(chosen.stream, seen.hexdigest(), request.form.get("do") != "import")  # type: ignore[arg-type]
    if not upload.dry_run and request.form.get("seen") != upload.seen:
        raise LookFirst()
    return upload


def _lines(
    upload: Upload,
    work: Callable[[Upload], Iterator[Step]],
    done: Callable[[Step], int],
    draw: Callable[[Step | None, Upload | None], str],
) -> Iterator[str]:
    step = None
    try:
        with upload.file:
            for step in work(upload):
                yield _line(done=done(step))
                extensions.socketio.sleep(0)  # between two of them everybody else is served
        yield _line(page=draw(step, upload))
    except Refusal as refusal:
        yield _line(refused=refusal.as_dict())
    except Exception:
        current_app.logger.exception("an import broke off")
        yield _line(refused=Broken().as_dict())


def _line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
