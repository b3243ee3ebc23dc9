"""A verdict follows the record of the answer it is about: `responses` tells of each new version."""

from sqlalchemy import or_, select

from ...core.db import Base
from ...dispatch.unit_of_work import UnitOfWork
from ...responses.commands import recording
from ...responses.models import Medium, Response
from ..models import Verdict
from ..queries import lookup


def _recorded(uow: UnitOfWork, response: Response, before: Response | None) -> list[Base]:
    """Those that were opened about this unit's answer before the clerk had written it down, or that stood with the
    version before."""
    if response.medium is not Medium.ON_AIR:
        return []
    theirs = select(Verdict.id).where(Verdict.question_id == response.question_id)
    theirs = theirs.where(Verdict.response_id == before.id if before else Verdict.response_id.is_(None))
    if before is None and lookup.last_slot(uow.db, response.question_id) is not None:  # else nobody knew who answers
        theirs = theirs.where(or_(Verdict.unit_id == response.unit_id, Verdict.unit_id.is_(None)))
    ids = uow.db.scalars(theirs.order_by(Verdict.id)).all()
    found = [uow.lock(Verdict, one) for one in ids]
    for one in found:
        one.response_id, one.unit_id = response.id, response.unit_id
    return list(found)


recording.on_recorded(_recorded)
