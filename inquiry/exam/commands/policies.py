"""Versions of the slot policy: none is ever changed, and the newest is what new meetings get."""

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...results.rules.digest import digest_of
from ...trace.streams import CITY
from .. import events
from ..models import SlotPolicy
from ..queries import sources as tables
from ..rules.plan import told
from ..rules.policy import Policy


def set_policy(uow: UnitOfWork, actor: Actor, policy: Policy) -> tuple[SlotPolicy, bool]:
    """Keep a policy; says whether it is new. Raises UnknownName for a peer group."""
    require(actor, "exam.set_policy")
    for segment in policy.segments:
        if segment.group:
            tables.peer_group(uow.db, segment.group)
    contents = told(policy)
    digest = digest_of(contents)
    kept = uow.db.scalar(select(SlotPolicy).where(SlotPolicy.digest == digest))
    if kept is not None:
        return kept, False
    version = SlotPolicy(contents=contents, digest=digest, at=uow.now, user_id=actor.user_id)
    uow.add(version)
    uow.record(CITY, events.POLICY_SET, actor, [version], digest=digest)
    return version, True
