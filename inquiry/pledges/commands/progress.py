"""What a unit does about its pledge, and how it proves it."""

from typing import Any

from sqlalchemy import func, select

from ...core.clock import city_day
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor
from .. import events, rules
from ..models import Evidence, EvidenceKind, Pledge, Progress
from ..pictures import Picture
from ..rules import Transition
from .common import lock_as_seen, record


def report_progress(uow: UnitOfWork, actor: Actor, pledge_id: int, text: str) -> Progress:
    """Say what was done so far. Raises WrongState."""
    pledge = lock_as_seen(uow, actor, "report_progress", pledge_id, Transition.REPORT)
    progress = Progress(pledge_id=pledge.id, text=text, at=uow.now, by_id=actor.user_id)
    uow.add(progress)
    record(uow, actor, events.PROGRESS_REPORTED, pledge, progress=progress.id)
    return progress


def add_evidence(uow: UnitOfWork, actor: Actor, pledge_id: int, *, text: str = "", link: str = "") -> Evidence:
    """Add a written proof, or the address of one. Raises WrongState."""
    pledge = lock_as_seen(uow, actor, "add_evidence", pledge_id, Transition.ADD_EVIDENCE)
    kind = EvidenceKind.LINK if link else EvidenceKind.TEXT
    return _add(uow, actor, pledge, kind, text=text, link=link)


def add_picture(uow: UnitOfWork, actor: Actor, pledge_id: int, picture: Picture, text: str = "") -> Evidence:
    """Add a picture that was made anew and kept; the same one again is the one that is there. Raises WrongState."""
    pledge = lock_as_seen(uow, actor, "add_evidence", pledge_id, Transition.ADD_EVIDENCE)
    known = uow.db.scalar(
        select(Evidence).where(Evidence.pledge_id == pledge.id, Evidence.picture == picture.name).limit(1)
    )
    if known is not None:
        return known
    return _add(
        uow, actor, pledge, EvidenceKind.PICTURE, text=text, picture=picture.name, width=picture.width,
        height=picture.height,
    )  # fmt: skip


def _add(uow: UnitOfWork, actor: Actor, pledge: Pledge, kind: EvidenceKind, **proof: Any) -> Evidence:
    evidence = Evidence(pledge_id=pledge.id, kind=kind, at=uow.now, by_id=actor.user_id, **proof)
    uow.add(evidence)
    record(uow, actor, events.EVIDENCE_ADDED, pledge, evidence=evidence.id, evidence_kind=kind.value)
    return evidence


def claim_done(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int) -> Pledge:
    """The unit says that its pledge is kept. Needs evidence, and after a return new evidence.

    Raises Stale, WrongState, NoEvidence.
    """
    pledge = lock_as_seen(uow, actor, "claim_done", pledge_id, Transition.CLAIM, seen)
    newest = uow.db.scalar(
        select(func.max(Evidence.at)).where(Evidence.pledge_id == pledge.id, Evidence.withdrawn_at.is_(None))
    )
    rules.check_claim(pledge.claimed_at, newest)
    pledge.state = rules.after(Transition.CLAIM, pledge.state)
    pledge.claimed_at, pledge.claimed_on, pledge.claimed_by_id = uow.now, city_day(uow.now), actor.user_id
    pledge.rev += 1
    record(uow, actor, events.CLAIMED_DONE, pledge)
    return pledge
