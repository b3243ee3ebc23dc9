"""A verdict follows the record of the answer it is about: `responses` tells of each new version."""

from sqlalchemy import select

from ...core.db import Base
from ...dispatch.unit_of_work import UnitOfWork
from ...responses.commands import recording
from ...responses.models import Medium, Response
from ..models import Verdict


def _recorded(uow: UnitOfWork, response: Response, before: Response | None) -> list[Base]:
    """Those that were opened before the clerk had written the answer down, or that stood with the version before."""
    if response.medium is not Medium.ON_AIR:
        return []
    whose = Verdict.response_id == before.id if before else Verdict.response_id.is_(None)
    ids = uow.db.scalars(
        select(Verdict.id).where(Verdict.question_id == response.question_id, whose).order_by(Verdict.id)
    ).all()
    found = [uow.lock(Verdict, one) for one in ids]
    for one in found:
        one.response_id, one.unit_id = response.id, response.unit_id
    return list(found)


recording.on_recorded(_recorded)
