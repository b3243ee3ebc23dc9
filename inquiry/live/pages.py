"""The ledger of speaking time: a page and two files, for whoever may read the session."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from ..accounts.models import Unit
from ..core import clock
from ..core.db import Db, reading
from ..errors import NotFound
from ..web import downloads
from ..web.http import actor
from ..web.templating import when_drawn
from . import ledger, queries, readers, workbooks
from .models import Session

bp = Blueprint("ledger", __name__)

bp.add_app_template_filter(when_drawn(workbooks.on_clock), "on_clock_ms")


@bp.get("/sessions/<code>/ledger")
def page(code: str) -> str:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, accounts, units = _told(db, code)
        return render_template(
            "sessions/ledger.html", session=session, accounts=accounts, units=units, total=ledger.total(accounts),
            by_unit=ledger.sums(accounts, lambda slot: slot.unit_id),
            by_speaker=ledger.sums(accounts, lambda slot: (slot.unit_id, slot.speaker)),
        )  # fmt: skip


@bp.get("/sessions/<code>/ledger.csv")
def as_csv(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, accounts, units = _told(db, code)
        return downloads.table(workbooks.as_csv(accounts, units), f"speaking-ledger-{session.code}.csv")


@bp.get("/sessions/<code>/ledger.xlsx")
def as_workbook(code: str) -> Response:
    """Raises NotFound, NotPublic."""
    with reading() as db:
        session, accounts, units = _told(db, code)
        return downloads.workbook(workbooks.of_ledger(accounts, units), f"speaking-ledger-{session.code}.xlsx")


def _told(db: Db, code: str) -> tuple[Session, workbooks.Accounts, dict[int, Unit]]:
    """Raises NotFound for what has not gone live: nobody has spoken there."""
    session = queries.session_by_code(db, code)
    readers.require_readable(actor(), session)
    if session.went_live_at is None:
        raise NotFound(what="ledger")
    accounts = queries.accounts_of(db, session.id, clock.now())
    return session, accounts, queries.units_named(db, {one.slot.unit_id for one in accounts})
