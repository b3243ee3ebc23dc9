"""Taking a proof out of the public's sight: what it said is gone, that it was there and why it went stays."""

from pathlib import Path

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, Scope, require
from .. import events, pictures, refusals
from ..models import Evidence, Pledge
from .common import record


def withdraw_evidence(uow: UnitOfWork, actor: Actor, evidence_id: int, reason: str, data_dir: Path) -> Evidence:
    """Empty a piece of evidence, and delete its picture once nobody else's evidence is the same one. The reason is
    public. It proves nothing any more: a claim needs another one. Raises WithdrawnAlready, NotFound.
    """
    evidence = uow.lock(Evidence, evidence_id)
    pledge = uow.db.get_one(Pledge, evidence.pledge_id)
    require(actor, "pledges.withdraw_evidence", Scope(unit_id=pledge.lead_unit_id, session_id=pledge.session_id))
    if evidence.withdrawn_at is not None:
        raise refusals.WithdrawnAlready()
    picture = evidence.picture
    evidence.text = evidence.link = evidence.picture = ""
    evidence.width = evidence.height = None
    evidence.withdrawn_at, evidence.withdrawn_reason = uow.now, reason
    record(uow, actor, events.EVIDENCE_WITHDRAWN, pledge, evidence=evidence.id, reason=reason)
    others = select(Evidence.id).where(Evidence.picture == picture, Evidence.id != evidence.id).limit(1)
    if picture and uow.db.scalar(others) is None:
        uow.after_commit(lambda: pictures.path_of(picture, data_dir).unlink(missing_ok=True))
    return evidence
