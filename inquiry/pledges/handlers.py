"""What comes in about pledges: parse, call, answer."""

from typing import Any

from ..dispatch.registry import command
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import Actor
from . import rules, schemas
from .commands import checking, extensions, progress, recording
from .models import Extension, Pledge
from .rows import elements

Ack = dict[str, Any]


def _recorded(pledge: Pledge) -> Ack:
    """What the clerk's desk is prompted with."""
    return {
        "pledge": pledge.id, "rev": pledge.rev, "specificity": pledge.specificity.value,
        "missing": rules.missing(elements(pledge)), "vague": pledge.vague,
    }  # fmt: skip


def _ack(pledge: Pledge) -> Ack:
    return {
        "pledge": pledge.id, "rev": pledge.rev, "state": pledge.state.value,
        "confirmation": pledge.confirmation.value,
    }  # fmt: skip


@command("pledges.record_pledge", schemas.RecordPledge)
def record_pledge(uow: UnitOfWork, actor: Actor, message: schemas.RecordPledge) -> Ack:
    pledge = recording.record_pledge(
        uow, actor, message.response, spoken=message.spoken, lead_unit_id=message.lead_unit, action=message.action,
        object=message.object, officer=message.officer, due_on=message.due_on,
    )  # fmt: skip
    return _recorded(pledge)


@command("pledges.correct_pledge", schemas.CorrectPledge)
def correct_pledge(uow: UnitOfWork, actor: Actor, message: schemas.CorrectPledge) -> Ack:
    changes = message.model_dump(exclude_unset=True, exclude={"pledge", "seen"})
    if "lead_unit" in changes:
        changes["lead_unit_id"] = changes.pop("lead_unit")
    return _recorded(recording.correct_pledge(uow, actor, message.pledge, message.seen, **changes))


@command("pledges.confirm_pledge", schemas.OfPledge)
def confirm_pledge(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    return _ack(recording.confirm_pledge(uow, actor, message.pledge, message.seen))


@command("pledges.dispute_pledge", schemas.DisputePledge)
def dispute_pledge(uow: UnitOfWork, actor: Actor, message: schemas.DisputePledge) -> Ack:
    return _ack(recording.dispute_pledge(uow, actor, message.pledge, message.seen, message.words))


@command("pledges.let_spoken_version_stand", schemas.OfPledge)
def let_spoken_version_stand(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    return _ack(recording.let_spoken_version_stand(uow, actor, message.pledge, message.seen))


@command("pledges.report_progress", schemas.ReportProgress)
def report_progress(uow: UnitOfWork, actor: Actor, message: schemas.ReportProgress) -> Ack:
    return {"progress": progress.report_progress(uow, actor, message.pledge, message.text).id}


@command("pledges.add_evidence", schemas.AddEvidence)
def add_evidence(uow: UnitOfWork, actor: Actor, message: schemas.AddEvidence) -> Ack:
    evidence = progress.add_evidence(uow, actor, message.pledge, text=message.text, link=message.link)
    return {"evidence": evidence.id}


@command("pledges.claim_done", schemas.OfPledge)
def claim_done(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    return _ack(progress.claim_done(uow, actor, message.pledge, message.seen))


@command("pledges.accept_pledge", schemas.AcceptPledge)
def accept_pledge(uow: UnitOfWork, actor: Actor, message: schemas.AcceptPledge) -> Ack:
    return _ack(checking.accept_pledge(uow, actor, message.pledge, message.seen, message.note))


@command("pledges.return_pledge", schemas.ReturnPledge)
def return_pledge(uow: UnitOfWork, actor: Actor, message: schemas.ReturnPledge) -> Ack:
    return _ack(checking.return_pledge(uow, actor, message.pledge, message.seen, message.note))


def _extended(extension: Extension) -> Ack:
    return {
        "pledge": extension.pledge_id, "extension": extension.id, "state": extension.state.value,
        "due_before": extension.due_before.isoformat(), "due_after": extension.due_after.isoformat(),
    }  # fmt: skip


@command("pledges.ask_extension", schemas.AskExtension)
def ask_extension(uow: UnitOfWork, actor: Actor, message: schemas.AskExtension) -> Ack:
    return _extended(extensions.ask_extension(uow, actor, message.pledge, message.seen, message.due_on, message.reason))


@command("pledges.sign_extension", schemas.OfPledge)
def sign_extension(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    return _extended(extensions.sign_extension(uow, actor, message.pledge, message.seen))


@command("pledges.refuse_extension", schemas.OfPledge)
def refuse_extension(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    return _extended(extensions.refuse_extension(uow, actor, message.pledge, message.seen))
