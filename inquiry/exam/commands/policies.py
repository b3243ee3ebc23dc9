"""Versions of the slot policy: none is ever changed, and the newest is what new meetings get."""

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...results.rules.digest import digest_of
from ...trace.streams import CITY
from .. import events
from ..models import SlotPolicy
from ..queries import lookup
from ..queries import sources as tables
from ..rules.plan import told
from ..rules.policy import Policy


def set_policy(uow: UnitOfWork, actor: Actor, policy: Policy) -> tuple[SlotPolicy, bool]:
    """Keep a policy, so that it is the newest; says whether it was not before: an older version that is kept again is a
    version more. Raises UnknownName for a peer group."""
    require(actor, "exam.set_policy")
    for segment in policy.segments:
        if segment.group:
            tables.peer_group(uow.db, segment.group)
    contents = told(policy)
    digest = digest_of(contents)
    newest = lookup.last_policy(uow.db)
    if newest is not None and newest.digest == digest:
        return newest, False
    version = SlotPolicy(contents=contents, digest=digest, at=uow.now, user_id=actor.user_id)
    uow.add(version)
    uow.record(CITY, events.POLICY_SET, actor, [version], digest=digest)
    return version, True
