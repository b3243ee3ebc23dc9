"""The collection `unit`: the first of the city, all of them where they are few, and those that other rows name."""

from sqlalchemy import Select, select

from ..core.db import Db
from ..realtime import views
from ..realtime.views import View, Window
from .models import Unit
from .queries import unit_rows


def _all(_db: Db, _session_id: int, _view: View) -> Select[int]:
    return select(Unit.id)


FIRST = Window("first", "id", 60)


def register() -> None:
    views.collection("unit", unit_rows, _all, alike=True, windows=lambda _view: (FIRST,), columns={"id": Unit.id})
