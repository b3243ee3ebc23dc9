"""The speaking times of a night exam as files, for whoever may read its minutes."""

from flask import Blueprint
from werkzeug.wrappers import Response

from ..core import clock
from ..core.db import Db, reading
from ..errors import NotFound
from ..exam import workbooks
from ..exam.queries.minutes import ExamMinutes, exam_minutes
from ..live import queries as live
from ..live import readers
from ..live.models import Session
from ..web import downloads
from ..web.http import actor

bp = Blueprint("speaking", __name__)


@bp.get("/sessions/<code>/speaking-times.xlsx")
def as_workbook(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, told = _told(db, code)
        written = workbooks.of_speaking(session, told)
        return downloads.workbook(written, f"speaking-times-{session.code}.xlsx")


@bp.get("/sessions/<code>/speaking-times.csv")
def as_csv(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, told = _told(db, code)
        return downloads.table(workbooks.as_csv(told), f"speaking-times-{session.code}.csv")


def _told(db: Db, code: str) -> tuple[Session, ExamMinutes]:
    """Raises NotFound for what has no plan, or has not begun."""
    session = live.session_by_code(db, code)
    readers.require_readable(actor(), session)
    told = exam_minutes(db, session, clock.now()) if session.went_live_at else None
    if told is None:
        raise NotFound(what="minutes")
    return session, told
