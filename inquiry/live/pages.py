"""A rundown as a file, taken home and brought back with what was changed in it, for the crew; and the ledger of
speaking time, a page and two files, for whoever may read the session."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..accounts.models import Unit
from ..core import clock
from ..core.db import Db, reading
from ..core.sheets import MOST_BYTES, BadCell, UnusableRows
from ..dispatch import registry
from ..errors import NotFound
from ..permissions import require
from ..web import downloads, uploads
from ..web.http import actor, takes_files
from ..web.templating import when_drawn
from . import ledger, queries, readers, rundown_files, workbooks
from .commands import importing
from .commands.rundown import MOST_ITEMS
from .models import Session

bp = Blueprint("live_pages", __name__)

bp.add_app_template_filter(when_drawn(workbooks.on_clock), "on_clock_ms")

_UPLOADS: Final = "30/minute"


# --- the rundown as a file --------------------------------------------------------------------------------------------


@bp.get("/sessions/<code>/rundown.xlsx")
def rundown_as_workbook(code: str) -> Response:
    with reading() as db:
        session, lines = _lines(db, code)
    return downloads.workbook(rundown_files.as_workbook(lines, _language()), f"rundown-{session.code}.xlsx")


@bp.get("/sessions/<code>/rundown.csv")
def rundown_as_csv(code: str) -> Response:
    with reading() as db:
        session, lines = _lines(db, code)
    return downloads.table(rundown_files.as_csv(lines, _language()), f"rundown-{session.code}.csv")


def _lines(db: Db, code: str) -> tuple[Session, list[rundown_files.Told]]:
    """For the crew: notes and planned questions are in it. Raises NotFound, Forbidden."""
    require(actor(), "live.change_item")
    session = queries.session_by_code(db, code)
    units = {unit.id: unit for unit in accounts.units(db)}
    return session, list(rundown_files.told(queries.rundown(db, session.id), units, _language()).values())


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "zh"


@dataclass(frozen=True)
class _Looked:
    """What came of a file: what was (or would be) done, or the rows that cannot be used."""

    outcome: importing.Outcome | None
    bad: list[BadCell]
    number_bad: int = 0


@bp.get("/sessions/<code>/rundown/import")
def import_page(code: str) -> str:
    require(actor(), "live.import_rundown")
    return _page(_session(code), None, None)


@bp.post("/sessions/<code>/rundown/import")
@takes_files
def import_file(code: str) -> ResponseReturnValue:
    """Look through the file of the form, or take it over: see `uploads.answer`. With `remove` the lines that it does
    not have go."""
    require(who := actor(), "live.import_rundown")
    session, remove = _session(code), request.form.get("remove") == "yes"
    registry.count(_UPLOADS, "live.import_rundown", f"user:{who.user_id}")

    def work(upload: uploads.Upload) -> Iterator[_Looked]:
        try:
            done = importing.take_over(who, session.id, upload.file, remove=remove, dry_run=upload.dry_run)
        except UnusableRows as refusal:
            yield _Looked(None, refusal.bad, refusal.data["number"])
        else:
            yield _Looked(done, [])

    said = "yes" if remove else ""
    return uploads.answer(work, lambda _step: 0, lambda looked, upload: _page(session, looked, upload), said)


def _session(code: str) -> Session:
    with reading() as db:
        return queries.session_by_code(db, code)


def _page(session: Session, looked: _Looked | None, upload: uploads.Upload | None) -> str:
    return render_template(
        "sessions/rundown_import.html", session=session, looked=looked, upload=upload, form=rundown_files.FORM,
        most_megabytes=MOST_BYTES // 1024 // 1024, most_lines=MOST_ITEMS, remove=request.form.get("remove") == "yes",
    )  # fmt: skip


# --- the ledger of speaking time --------------------------------------------------------------------------------------


@bp.get("/sessions/<code>/ledger")
def ledger_page(code: str) -> str:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, spoken, units = _told(db, code)
        return render_template(
            "sessions/ledger.html", session=session, accounts=spoken, units=units, total=ledger.total(spoken),
            by_unit=ledger.sums(spoken, lambda slot: slot.unit_id),
            by_speaker=ledger.sums(spoken, lambda slot: (slot.unit_id, slot.speaker)),
        )  # fmt: skip


@bp.get("/sessions/<code>/ledger.csv")
def ledger_as_csv(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, spoken, units = _told(db, code)
        return downloads.table(workbooks.as_csv(spoken, units), f"speaking-ledger-{session.code}.csv")


@bp.get("/sessions/<code>/ledger.xlsx")
def ledger_as_workbook(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, spoken, units = _told(db, code)
        return downloads.workbook(workbooks.of_ledger(spoken, units), f"speaking-ledger-{session.code}.xlsx")


def _told(db: Db, code: str) -> tuple[Session, workbooks.Accounts, dict[int, Unit]]:
    """Raises NotFound for what has not gone live: nobody has spoken there."""
    session = queries.session_by_code(db, code)
    readers.require_readable(actor(), session)
    if session.went_live_at is None:
        raise NotFound(what="ledger")
    spoken = queries.accounts_of(db, session.id, clock.now())
    return session, spoken, queries.units_named(db, {one.slot.unit_id for one in spoken})
