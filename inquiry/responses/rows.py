"""The collection `response`: the same to everybody."""

from sqlalchemy import Select, select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import views
from ..realtime.views import Row, View, Window
from . import rules
from .models import Response
from .queries import lookup


def response_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    found = {one.id: one for one in db.scalars(select(Response).where(Response.id.in_(ids)))}
    newer = lookup.superseded_by(db, ids)
    return {number: _row(found[number], newer.get(number)) if number in found else None for number in ids}


def _row(response: Response, superseded_by: int | None) -> Row:
    return {
        "id": response.id, "question": response.question_id, "unit": response.unit_id,
        "speaker": response.speaker, "speaker_title": response.speaker_title,
        "medium": response.medium.value, "kind": response.kind.value, "text": response.text,
        "started_ms": response.started_ms, "ended_ms": response.ended_ms,
        "recorded_at": milliseconds(response.recorded_at),
        "supersedes": response.supersedes_id, "superseded_by": superseded_by,
        "vague": response.vague, "withdrawn": response.withdrawn_at is not None,
        "dateless": response.withdrawn_at is None
        and rules.dateless(response.kind, response.text, response.vague),
    }  # fmt: skip


def _of_session(_db: Db, session_id: int, _view: View) -> Select[int]:
    return select(Response.id).where(Response.session_id == session_id)


NEWEST = Window("newest", "id", 60, down=True)


def register() -> None:
    views.collection(
        "response", response_rows, _of_session, alike=True, names={"unit": "unit"}, session=Response.session_id,
        windows=lambda _view: (NEWEST,), columns={"id": Response.id},
    )  # fmt: skip
