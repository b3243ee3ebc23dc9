"""What a viewer's device says of an answer. Many at once: this is what a whole city presses.

A device may change its mind while the verdict is open, and its last word counts. Whoever judges holds the verdict's
row: what is counted at the close is all that was acknowledged, and nothing that was not.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from sqlalchemy import select, update

from ...core.db import among, insert_all
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Refusal
from ...live import readers
from ...permissions import Actor, require
from ...realtime import ticks
from .. import pins, refusals
from ..models import DeviceOut, Verdict, Vote
from ..rules import voting

#: The device that judges, and what it says.
Press = tuple[Actor, int, bool]


def judge(uow: UnitOfWork, actor: Actor, verdict_id: int, satisfied: bool) -> Verdict:
    """Count the actor's device, once. Raises VerdictClosed, DeviceTakenOut, NotFound."""
    outcome = judge_all(uow, [(actor, verdict_id, satisfied)])[0]
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def judge_all(uow: UnitOfWork, presses: Sequence[Press]) -> list[Verdict | Refusal]:
    """The same for many devices, with a few statements in all: for each the verdict it counts in, or why not."""
    verdicts = _locked(uow, {verdict_id for _actor, verdict_id, _satisfied in presses})
    out = _taken_out(uow, {one.session_id for one in verdicts.values()}, presses)
    not_public = readers.not_public(uow.db)
    outcomes = [_outcome(uow, press, verdicts, out, not_public) for press in presses]
    given: dict[int, dict[int, tuple[Actor, bool]]] = {}
    for (actor, verdict_id, satisfied), outcome in zip(presses, outcomes, strict=True):
        if isinstance(outcome, Verdict) and actor.device_id is not None:
            given.setdefault(verdict_id, {})[actor.device_id] = actor, satisfied  # the last word
    for verdict_id, words in given.items():
        _keep(uow, verdict_id, words)
        of = verdicts[verdict_id]
        # by its question, so that the other processes count at once too, as for support
        uow.after_commit(partial(ticks.touch, of.session_id, of.question_id))
    return outcomes


def _locked(uow: UnitOfWork, ids: Collection[int]) -> dict[int, Verdict]:
    """Those that there are. One that is asked for in vain is no reason to fail the others."""
    there = uow.db.scalars(select(Verdict.id).where(Verdict.id.in_(ids)).order_by(Verdict.id)).all()
    return {verdict_id: uow.lock(Verdict, verdict_id) for verdict_id in there}


def _taken_out(uow: UnitOfWork, sessions: Collection[int], presses: Sequence[Press]) -> set[tuple[int, int]]:
    devices = {actor.device_id for actor, _verdict_id, _satisfied in presses if actor.device_id is not None}
    rows = uow.db.execute(
        select(DeviceOut.session_id, DeviceOut.device_id).where(
            DeviceOut.session_id.in_(sessions), among(uow.db, DeviceOut.device_id, devices)
        )
    )
    return {(session_id, device_id) for session_id, device_id in rows}


def _outcome(
    uow: UnitOfWork, press: Press, verdicts: Mapping[int, Verdict], out: Collection[tuple[int, int]],
    not_public: Collection[int],
) -> Verdict | Refusal:  # fmt: skip
    actor, verdict_id, _satisfied = press
    try:
        require(actor, "verdicts.judge")
        verdict = verdicts.get(verdict_id)
        if verdict is None or (verdict.session_id in not_public and not readers.may_follow(actor, verdict.session_id)):
            raise NotFound(what="verdict", id=verdict_id)
        if not voting.takes_votes(verdict, uow.now):
            raise refusals.VerdictClosed(verdict=verdict.id)
        if (verdict.session_id, actor.device_id) in out:
            raise refusals.DeviceTakenOut()
    except Refusal as refusal:
        return refusal.with_traceback(None)  # it would hold on to everybody's presses
    return verdict


def _keep(uow: UnitOfWork, verdict_id: int, words: Mapping[int, tuple[Actor, bool]]) -> None:
    """What these devices say from now on. Only whoever holds the verdict's row may call this."""
    mine = (Vote.verdict_id == verdict_id, among(uow.db, Vote.device_id, set(words)))
    before = {
        one.device_id: one.satisfied for one in uow.db.execute(select(Vote.device_id, Vote.satisfied).where(*mine))
    }
    rows = [
        {
            "verdict_id": verdict_id, "device_id": device_id, "satisfied": satisfied, "at": uow.now,
            "network": pins.network_mark(verdict_id, actor.network),
        }
        for device_id, (actor, satisfied) in words.items()
        if device_id not in before
    ]  # fmt: skip
    insert_all(uow.db, Vote, rows)
    for satisfied in (True, False):
        changed = {one for one, (_, says) in words.items() if before.get(one) is (not says) and says is satisfied}
        if changed:
            of = (Vote.verdict_id == verdict_id, among(uow.db, Vote.device_id, changed))
            uow.db.execute(update(Vote).where(*of).values(satisfied=satisfied, at=uow.now))
