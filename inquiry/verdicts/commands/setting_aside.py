"""Votes that look as no audience votes are set aside, visibly, and brought back."""

from sqlalchemy import update

from ...core.db import among, existing
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import Pattern, SetAside, Verdict, Vote
from ..queries import counts, lookup, suspects
from .opening import closed


def set_aside(
    uow: UnitOfWork, actor: Actor, verdict_id: int, pattern: Pattern, found: str, seen: int, note: str = ""
) -> SetAside:
    """Count without the votes of one finding of the dry run, of which the presser saw how many there were.

    Raises VerdictStillOpen, VerdictCalledOff, NotFoundAgain, NotFound.
    """
    require(actor, "verdicts.set_aside")
    verdict = closed(uow, verdict_id)
    finding = next(
        (one for one in suspects.findings(uow.db, verdict) if (one.pattern, one.found) == (pattern, found)), None
    )
    if finding is None or len(finding.votes) != seen:
        raise refusals.NotFoundAgain(votes=len(finding.votes) if finding else 0)
    aside = SetAside(
        verdict_id=verdict.id, pattern=pattern, found=found, votes=seen, satisfied=finding.satisfied, note=note,
        at=uow.now, by_id=actor.user_id, brought_back_at=None,
    )  # fmt: skip
    uow.add(aside)
    ids = [one.id for one in finding.votes]
    uow.db.execute(update(Vote).where(among(uow.db, Vote.id, ids)).values(set_aside_id=aside.id))
    counts.freeze(uow.db, verdict)
    uow.record(
        public_stream(verdict.session_id), events.SET_ASIDE[pattern], actor,
        [verdict, aside, *lookup.subjects(uow.db, verdict)],
        verdict=verdict.id, question=verdict.question_id, set_aside=aside.id, votes=seen, note=note,
    )  # fmt: skip
    return aside


def bring_back(uow: UnitOfWork, actor: Actor, set_aside_id: int) -> SetAside:
    """Count with them again. Raises BroughtBack, NotFound."""
    require(actor, "verdicts.bring_back")
    verdict = uow.lock(Verdict, existing(uow.db, SetAside, set_aside_id).verdict_id)
    aside = uow.lock(SetAside, set_aside_id)
    if aside.brought_back_at is not None:
        raise refusals.BroughtBack()
    aside.brought_back_at = uow.now
    uow.db.execute(update(Vote).where(Vote.set_aside_id == aside.id).values(set_aside_id=None))
    counts.freeze(uow.db, verdict)
    uow.record(
        public_stream(verdict.session_id), events.BROUGHT_BACK, actor,
        [verdict, aside, *lookup.subjects(uow.db, verdict)],
        verdict=verdict.id, question=verdict.question_id, set_aside=aside.id, votes=aside.votes,
    )  # fmt: skip
    return aside
