"""The collection `verdict`, and what ticks say of the one that is open."""

from typing import Any

from sqlalchemy import Select, select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import ticks, views
from ..realtime.views import Row, View, Window
from .commands import following  # noqa: F401 - from here on it hears of answers
from .models import Verdict
from .queries import counts, lookup


def verdict_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """How it came out the crew knows from its close on, and the public once it was taken on air: whatever is told while
    people judge, or before all may see it, would steer."""
    found = {one.id: one for one in db.scalars(select(Verdict).where(Verdict.id.in_(ids)))}
    return {number: _row(found[number], view) if number in found else None for number in ids}


def _row(verdict: Verdict, view: View) -> Row:
    shown = verdict.taken_at is not None or (view.is_crew and verdict.closed_at is not None and not verdict.called_off)
    found = counts.frozen(verdict) if shown else None
    return {
        "id": verdict.id, "question": verdict.question_id, "response": verdict.response_id, "unit": verdict.unit_id,
        "seconds": verdict.seconds, "opened_at": milliseconds(verdict.opened_at),
        "ends_at": milliseconds(verdict.ends_at),
        "closed_at": milliseconds(verdict.closed_at) if verdict.closed_at else None,
        "taken_at": milliseconds(verdict.taken_at) if verdict.taken_at else None, "called_off": verdict.called_off,
        "panel": found.panel.told if found else None, "viewers": found.viewers.told if found else None,
        "set_aside": found.set_aside if found else None,
    }  # fmt: skip


def tick_verdict(db: Db, session_id: int, _touched: set[int], _view: View) -> dict[str, Any]:
    """Of the open verdict, if there is one, how many have judged, and how; a city's votes are counted once for all."""
    found = lookup.open_verdict(db, session_id)
    if found is None:
        return {"verdict": None}
    now = counts.counted(db, found.id)
    return {
        "verdict": {
            "id": found.id, "judged": {"panel": now.panel.votes, "viewers": now.viewers.votes},
            "panel": now.panel.told, "viewers": now.viewers.told, "cards": counts.cards_in_hand(db, session_id),
        }
    }  # fmt: skip


def tick_verdict_told(fields: dict[str, Any], view: View) -> dict[str, Any]:
    """How many have judged; the crew is told how."""
    if view.is_crew or fields["verdict"] is None:
        return fields
    return {"verdict": {name: fields["verdict"][name] for name in ("id", "judged")}}


def _of_session(_db: Db, session_id: int, _view: View) -> Select[int]:
    return select(Verdict.id).where(Verdict.session_id == session_id)


NEWEST = Window("newest", "id", 20, down=True)


def register() -> None:
    views.collection(
        "verdict", verdict_rows, _of_session, names={"question": "question", "unit": "unit"},
        session=Verdict.session_id, windows=lambda _view: (NEWEST,), columns={"id": Verdict.id},
    )  # fmt: skip
    ticks.part(tick_verdict, told=tick_verdict_told)
