"""What a process says about itself, for people (`text`) or for machines (`json`): one line for each thing said.

Nobody's words, names or addresses are logged. Errors of the database are told without the values they are about.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

from sqlalchemy.exc import OperationalError

Error = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up(form: str, process: str) -> None:
    """From now on. Call it before the application is built: Flask would add a handler of its own."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json(process) if form == "json" else Text("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for chatty in ("alembic", "engineio", "flask_wtf", "socketio"):  # a form without its token is a line each time
        logging.getLogger(chatty).setLevel(logging.WARNING)


class Text(logging.Formatter):
    def formatException(self, ei: Error) -> str:  # type: ignore[override]  # noqa: N802
        return _without_values(ei)


class Json(logging.Formatter):
    """`{at, level, logger, message, process, error: {type, traceback}}`, `error` only where there is one."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": self._process,
        }
        if record.exc_info and record.exc_info[0] is not None:
            error = {"type": record.exc_info[0].__name__, "traceback": _without_values(record.exc_info)}
            return json.dumps(line | {"error": error}, ensure_ascii=False)
        return json.dumps(line, ensure_ascii=False)


def _without_values(error: Error) -> str:
    """PostgreSQL adds to its errors a line with the row that was in the way: what somebody wrote, or their name.

    A database that cannot be reached is no fault of ours, and is met many times a second while it is gone: one line.
    """
    if isinstance(error[1], OperationalError):
        return f"{error[0].__name__}: {str(error[1].orig).strip().partition(chr(10))[0]}"
    told = "".join(traceback.format_exception(*error)).splitlines()
    return "\n".join(line for line in told if not line.startswith("DETAIL:"))
