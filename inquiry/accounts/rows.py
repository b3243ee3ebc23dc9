"""The collection `unit`: all units belong to every snapshot."""

from collections.abc import Iterable

from sqlalchemy import select

from ..core.db import Db
from ..realtime import views
from ..realtime.views import View
from .models import Unit
from .queries import unit_rows


def _all(db: Db, _session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Unit.id).order_by(Unit.id))


def register() -> None:
    views.collection("unit", unit_rows, _all, alike=True)
