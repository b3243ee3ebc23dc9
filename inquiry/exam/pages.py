"""The plan of a night exam for everybody: who speaks, for how long and why, what was changed by hand, and the sources
from which anybody can compute it again."""

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import get_locale

from ..core.db import Db, reading
from ..live import queries as live
from ..live import readers
from ..live.models import Session
from ..results.rules.digest import written
from ..results.rules.periods import Period
from ..web.http import actor
from ..web.templating import when_drawn
from . import told
from .models import Exam
from .queries import beside, lookup
from .sentences import duration

bp = Blueprint("plan", __name__)


@bp.app_template_filter("duration")
@when_drawn
def _duration(seconds: int) -> str:
    return duration(seconds)


@bp.app_template_filter("sentence_of")
@when_drawn
def _sentence_of(reason: dict[str, str]) -> str:
    """Of a plan that is told in both languages, that of the reader."""
    return reason["zh-CN" if str(get_locale()).startswith("zh") else "en"]


@bp.get("/sessions/<code>/plan")
def plan(code: str) -> str:
    """Raises NotFound, NotPublic, NoExam."""
    with reading() as db:
        session, exam = _readable(db, code)
        return render_template("exam/plan.html", session=session, **beside.facts(db, exam))


@bp.get("/sessions/<code>/plan.json")
def plan_as_json(code: str) -> Response:
    """The plan as computed, as the command line prints it. Raises NotFound, NotPublic, NoExam, NotPlannedYet."""
    with reading() as db:
        _session, exam = _readable(db, code)
        kept = lookup.plan(db, exam)
        return jsonify(told.plan_told(kept.contents, Period.parse(exam.period), kept.digest))


@bp.get("/sessions/<code>/plan/sources.json")
def sources_as_json(code: str) -> Response:
    """All it was made from, byte for byte as it is digested. Raises NotFound, NotPublic, NoExam, NotPlannedYet."""
    with reading() as db:
        session, exam = _readable(db, code)
        kept = lookup.plan(db, exam)
    answer = Response(written(kept.sources), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{session.code}-sources.json"'
    return answer


def _readable(db: Db, code: str) -> tuple[Session, Exam]:
    session = live.session_by_code(db, code)
    readers.require_readable(actor(), session)
    return session, lookup.exam(db, session.id)
