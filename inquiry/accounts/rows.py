"""The collection `unit`: all units belong to every snapshot."""

from sqlalchemy import select

from ..realtime import views
from .models import Unit
from .queries import unit_rows


def register() -> None:
    views.collection("unit", unit_rows, lambda db, _session_id, _view: db.scalars(select(Unit.id).order_by(Unit.id)))
