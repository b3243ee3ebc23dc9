"""What the crew plans a night exam with: the slot policy with its preview, the meeting, and its plan on the setup."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts import queries as accounts
from ..accounts.models import Unit
from ..core.db import Db, reading
from ..core.fields import typed as as_typed
from ..dispatch import registry
from ..errors import Refusal
from ..live import panels
from ..live.models import AtZero, Session, SessionState
from ..permissions import require
from ..results import queries as results
from ..results.rules.periods import Period
from ..web.forms import taken
from ..web.http import actor
from ..web.said import say_done
from . import drafts
from .models import Exam, ExamPlan
from .queries import beside, lookup, sources
from .refusals import UnknownName
from .rules.policy import Pick

bp = Blueprint("exam", __name__)

Json = dict[str, Any]

#: Of so many units each slot lists all; where there are more, those of the plan's tables.
MOST_LISTED = 300


# --- the slot policy --------------------------------------------------------------------------------------------------


@bp.get("/exam/policy")
def policy() -> str:
    """The editor, with the newest version or the version `from` in it. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "exam.set_policy")
    with reading() as db:
        contents = _to_edit(db)
        return _editor(db, {"policy": drafts.text_of(contents), **drafts.figures_to_try(db, contents)})


def _to_edit(db: Db) -> Json:
    wanted = request.args.get("from", type=int)
    if wanted is not None:
        return drafts.version(db, wanted).policy.contents
    newest = next(iter(lookup.policies(db)), None)
    return newest.contents if newest else drafts.first_policy(db)


@bp.post("/exam/policy")
def press_policy() -> ResponseReturnValue:
    """Try what was typed on the figures of a period, or keep it (`press`). What cannot be used is shown beside it."""
    require(actor(), "exam.set_policy")
    typed = {name: request.form.get(name, "") for name in ("policy", "theme", "period")}
    written = drafts.to_send(typed["policy"].replace("\r\n", "\n"))
    try:
        if request.form.get("press") == "keep":
            return _keep(written)
        made = registry.carry_out("exam.preview", typed | {"policy": written})
    except Refusal as refusal:
        with reading() as db:
            return _editor(db, typed, refusal, drafts.faults(written, refusal)), refusal.status
    with reading() as db:
        return _editor(db, typed, made=made)


def _keep(written: str) -> ResponseReturnValue:
    client_id = request.form.get("client_id") or None
    kept = registry.carry_out("exam.set_policy", {"policy": written, **({"client_id": client_id} if client_id else {})})
    with reading() as db:
        number = drafts.version(db, kept["policy"]).number
    words = (
        _("Version %(number)s was kept. New meetings take it.", number=number)
        if kept["fresh"]
        else _("This is the newest version already: version %(number)s.", number=number)
    )
    return taken(say_done(words, "/exam/policy#versions"))


def _editor(
    db: Db, typed: Json, refusal: Refusal | None = None, faults: list[tuple[str, str]] | None = None,
    made: Json | None = None,
) -> str:  # fmt: skip
    groups = accounts.peer_groups(db)
    return render_template(
        "exam/policy.html", typed=typed, refusal=refusal, faults=faults or [], made=made,
        versions=drafts.versions(db), themes=results.themes(db), picks=list(Pick), ends=list(AtZero),
        groups=[one.name for one in groups],
    )  # fmt: skip


@bp.get("/exam/policy/<int:policy_id>")
def policy_version(policy_id: int) -> str:
    """One version as it was kept. Raises SignedOut, Forbidden, NotFound."""
    require(actor(), "exam.set_policy")
    with reading() as db:
        found = drafts.version(db, policy_id)
        return render_template(
            "exam/version.html", version=found, text=drafts.text_of(found.policy.contents),
            newest=lookup.newest_policy(db).id,
        )  # fmt: skip


# --- a meeting --------------------------------------------------------------------------------------------------------


@bp.get("/exam/new")
def new_exam() -> str:
    require(actor(), "exam.create_exam")
    return _new_exam({}, None)


@bp.post("/exam/new")
def create_exam() -> ResponseReturnValue:
    """Plan a night exam and go on to its setup; what cannot be used is shown beside what was typed."""
    require(actor(), "exam.create_exam")
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    with reading() as db:
        typed["theme_en"] = results.themes(db).get(typed.get("theme", ""), "")
    try:
        made = registry.carry_out("exam.create_exam", as_typed(typed))
    except Refusal as refusal:
        return _new_exam(typed, refusal), refusal.status
    return taken(redirect(f"/sessions/{made['code']}/edit#plan", 303))


def _new_exam(typed: Json, refusal: Refusal | None) -> str:
    with reading() as db:
        return render_template(
            "exam/new.html", typed=drafts.figures_to_try(db) | typed, refusal=refusal,
            versions=drafts.versions(db), themes=results.themes(db),
        )  # fmt: skip


# --- on the pages of sessions -----------------------------------------------------------------------------------------


def _of_setup(db: Db, session: Session) -> Json | None:
    """What a plan would be made from and what stands of it, for the crew."""
    exam = db.get(Exam, session.id)
    if exam is None:
        return None
    facts = beside.facts(db, exam)
    return facts | {
        "units": _to_choose_from(db, facts["plan"]),
        "version": drafts.version(db, exam.policy_id),
        "to_publish": _to_publish(db, exam) if session.state is SessionState.PLANNED else [],
        "can_restore": session.state is not SessionState.CLOSED
        and lookup.is_restorable(lookup.last_step(db, session.id)),
        "can_plan": session.state is SessionState.PLANNED, "can_change": session.state is not SessionState.CLOSED,
    }  # fmt: skip


def _to_choose_from(db: Db, plan: ExamPlan | None) -> list[Unit]:
    units = list(accounts.units(db)) if plan else []
    if plan is None or len(units) <= MOST_LISTED:
        return units
    measured = {unit["unit_id"] for group in plan.sources["groups"].values() for unit in group["units"]}
    return [one for one in units if one.id in measured]


def _to_publish(db: Db, exam: Exam) -> list[str]:
    """The peer groups whose tables planning would publish."""
    try:
        found = sources.unpublished(db, lookup.policy(db, exam), exam.theme, Period.parse(exam.period))
    except UnknownName:  # a group that was renamed since: planning says so
        return []
    return [one.name for one in found]


def _of_session(db: Db, session: Session) -> Json | None:
    exam = db.get(Exam, session.id)
    return {"exam": exam, "planned": exam.plan_id is not None} if exam else None


panels.on_setup("exam/_setup.html", _of_setup, above=True)
panels.on_session("exam/_session.html", _of_session)
