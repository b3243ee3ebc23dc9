"""What is put right stays: the row of before is marked, and a new one stands beside it."""

from collections.abc import Collection

from sqlalchemy import update

from ...core.db import among
from ...dispatch.unit_of_work import UnitOfWork
from ..models import Actual, IndicatorVersion, PublishedTable, Target, YearPlan


def supersede(
    uow: UnitOfWork,
    model: type[Actual | IndicatorVersion | PublishedTable | Target | YearPlan],
    ids: Collection[int],
) -> None:
    """At once: the table's key allows one that stands."""
    if ids:
        marked = update(model).where(among(uow.db, model.id, ids)).values(superseded_at=uow.now)
        uow.db.execute(marked, execution_options={"synchronize_session": False})
