"""The collection `pledge`: the same to everybody."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import views
from ..realtime.views import Row, View, Window
from . import rules
from .models import Pledge


def pledge_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    found = {one.id: one for one in db.scalars(select(Pledge).where(Pledge.id.in_(ids)))}
    return {number: pledge_row(found[number]) if number in found else None for number in ids}


def elements(pledge: Pledge) -> dict[str, Any]:
    """What makes a pledge specific, by the names of `rules.ELEMENTS`."""
    return {
        "action": pledge.action, "object": pledge.object, "officer": pledge.officer,
        "lead_unit": pledge.lead_unit_id, "due_on": pledge.due_on,
    }  # fmt: skip


def pledge_row(pledge: Pledge) -> Row:
    """The row of one pledge: what a Stale press is told. Whether it is overdue is for the reader's day to say."""
    return {
        "id": pledge.id, "origin": pledge.origin.value, "question": pledge.question_id, "response": pledge.response_id,
        "specificity": pledge.specificity.value, "spoken": pledge.spoken, "action": pledge.action,
        "object": pledge.object, "officer": pledge.officer, "lead_unit": pledge.lead_unit_id,
        "first_due_on": _day(pledge.first_due_on), "due_on": _day(pledge.due_on),
        "state": pledge.state.value, "confirmation": pledge.confirmation.value,
        "confirmation_due_at": milliseconds(pledge.confirmation_due_at), "dispute": pledge.dispute,
        "recorded_at": milliseconds(pledge.recorded_at), "claimed_at": _instant(pledge.claimed_at),
        "claimed_on": _day(pledge.claimed_on), "kept_at": _instant(pledge.kept_at),
        "extended": pledge.due_on != pledge.first_due_on, "supersedes": pledge.supersedes_id, "rev": pledge.rev,
        "missing": [] if pledge.withdrawn_at else rules.missing(elements(pledge)), "vague": pledge.vague,
        "withdrawn": pledge.withdrawn_at is not None,
    }  # fmt: skip


def as_recorded(pledge: Pledge) -> Row:
    """What the clerk's desk is prompted with once a pledge is written down."""
    return {
        "pledge": pledge.id, "rev": pledge.rev, "specificity": pledge.specificity.value,
        "missing": rules.missing(elements(pledge)), "vague": pledge.vague,
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None


def _of_session(_db: Db, session_id: int, _view: View) -> Select[int]:
    return select(Pledge.id).where(Pledge.session_id == session_id)


NEWEST = Window("newest", "id", 40, down=True)


def register() -> None:
    views.collection(
        "pledge", pledge_rows, _of_session, alike=True, names={"lead_unit": "unit"}, session=Pledge.session_id,
        windows=lambda _view: (NEWEST,), columns={"id": Pledge.id},
    )  # fmt: skip
