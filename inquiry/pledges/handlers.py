"""What comes in about pledges: parse, call, answer."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ..core import i18n, terms
from ..core.clock import city_day
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command
from ..dispatch.unit_of_work import UnitOfWork
from ..live.commands.clearing import on_cleared
from ..permissions import Actor, Scope
from ..questions.models import Question
from ..responses import rules as response_rules
from ..settings import settings
from . import rules, schemas
from .commands import checking, extensions, progress, recording, rehearsing, screen, withdrawing, writing
from .models import Evidence, Extension, ExtensionState, Pledge
from .queries.lookup import states_of
from .rows import as_recorded
from .rules import Decider

Ack = dict[str, Any]

on_cleared(rehearsing.remove_pictures)


def _place(db: Db, number: int) -> Scope | None:
    pledge = db.get(Pledge, number)
    return Scope(session_id=pledge.session_id, unit_id=pledge.lead_unit_id) if pledge else None


def _place_of_evidence(db: Db, number: int) -> Scope | None:
    evidence = db.get(Evidence, number)
    return _place(db, evidence.pledge_id) if evidence else None


reach.belongs("pledge", _place)
reach.belongs("evidence", _place_of_evidence)
reach.belongs("lead_unit", lambda _db, number: Scope(unit_id=number))


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
    return as_recorded(pledge)


@command("responses.answer_in_writing", schemas.AnswerInWriting)
def answer_in_writing(uow: UnitOfWork, actor: Actor, message: schemas.AnswerInWriting) -> Ack:
    """It stands with the pledges because one may come of it."""
    response, pledge = writing.answer_in_writing(
        uow, actor, message.question, kind=message.kind, text=message.text, speaker=message.speaker,
        speaker_title=message.speaker_title,
        promised={
            "action": message.action, "object": message.object, "officer": message.officer, "due_on": message.due_on,
        },
    )  # fmt: skip
    dateless = response_rules.dateless(response.kind, response.text, response.vague)
    answered = {"response": response.id, "vague": response.vague, "dateless": dateless}
    said = _answered(uow.db.get_one(Question, message.question), uow.now)
    if pledge is None:
        return answered | {"said": said}
    said += _(" It opened a pledge, which is followed until it is kept.")
    return as_recorded(pledge) | answered | {"said": said}


def _answered(question: Question, now: datetime) -> str:
    """What a written answer led to: whether it was in time, and whether it counts as one."""
    due_on, today = question.reply_due_on, city_day(now)
    said = (
        _("Question %(number)s was answered. The citizen sees it at once.", number=question.number)
        if question.number
        else _("The question was answered. The citizen sees it at once.")
    )
    if question.evaded:
        said += _(" By the unit's own word it avoids the matter: the question counts as evaded.")
    if due_on is not None and today > due_on:
        said += _(" The answer came %(late)s, which stays visible.", late=terms.late(due_on, today, working=True))
    return str(said)


@command("pledges.show_on_screen", schemas.ShowOnScreen)
def show_on_screen(uow: UnitOfWork, actor: Actor, message: schemas.ShowOnScreen) -> Ack:
    session = screen.show_on_screen(uow, actor, message.pledge)
    return {"session": session.id, "pledge": message.pledge}


@command("pledges.correct_pledge", schemas.CorrectPledge)
def correct_pledge(uow: UnitOfWork, actor: Actor, message: schemas.CorrectPledge) -> Ack:
    changes = message.model_dump(exclude_unset=True, exclude={"pledge", "seen"})
    if "lead_unit" in changes:
        changes["lead_unit_id"] = changes.pop("lead_unit")
    return as_recorded(recording.correct_pledge(uow, actor, message.pledge, message.seen, **changes))


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


@command("pledges.withdraw_evidence", schemas.WithdrawEvidence)
def withdraw_evidence(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawEvidence) -> Ack:
    evidence = withdrawing.withdraw_evidence(uow, actor, message.evidence, message.reason, settings().data_dir)
    return {"evidence": evidence.id, "pledge": evidence.pledge_id}


@command("pledges.withdraw_progress", schemas.WithdrawProgress)
def withdraw_progress(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawProgress) -> Ack:
    report = withdrawing.withdraw_progress(uow, actor, message.progress, message.reason)
    return {"progress": report.id, "pledge": report.pledge_id}


@command("pledges.withdraw_words", schemas.WithdrawPledge)
def withdraw_words(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawPledge) -> Ack:
    return _ack(withdrawing.withdraw_pledge(uow, actor, message.pledge, message.seen, message.reason))


@command("responses.withdraw_words", schemas.WithdrawResponse)
def withdraw_response(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawResponse) -> Ack:
    response = withdrawing.withdraw_response(uow, actor, message.response, message.reason)
    return {"response": response.id, "question": response.question_id}


@command("pledges.claim_done", schemas.OfPledge)
def claim_done(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    pledge = progress.claim_done(uow, actor, message.pledge, message.seen)
    said = _("Reported as done. Somebody outside the unit will check it.")
    return _ack(pledge) | {"said": said + _how_late(pledge)}


@command("pledges.accept_pledge", schemas.DecidePledge)
def accept_pledge(uow: UnitOfWork, actor: Actor, message: schemas.DecidePledge) -> Ack:
    pledge = checking.accept_pledge(uow, actor, message.pledge, message.seen, message.note)
    return _ack(pledge) | {"said": _("Found kept. Your note is public.") + _how_late(pledge)}


@command("pledges.return_pledge", schemas.DecidePledge)
def return_pledge(uow: UnitOfWork, actor: Actor, message: schemas.DecidePledge) -> Ack:
    return _ack(checking.return_pledge(uow, actor, message.pledge, message.seen, message.note))


def _how_late(pledge: Pledge) -> str:
    """A sentence more where it was reported as done after its day."""
    if pledge.due_on is None or pledge.claimed_on is None or pledge.claimed_on <= pledge.due_on:
        return ""
    return str(_(" It was reported %(late)s.", late=terms.late(pledge.due_on, pledge.claimed_on)))


def _extended(extension: Extension, said: str) -> Ack:
    return {
        "pledge": extension.pledge_id, "extension": extension.id, "state": extension.state.value,
        "due_before": extension.due_before.isoformat(), "due_after": extension.due_after.isoformat(), "said": said,
    }  # fmt: skip


@command("pledges.ask_extension", schemas.AskExtension)
def ask_extension(uow: UnitOfWork, actor: Actor, message: schemas.AskExtension) -> Ack:
    asked = extensions.ask_extension(uow, actor, message.pledge, message.seen, message.due_on, message.reason)
    if asked.state is ExtensionState.IN_FORCE:
        return _extended(asked, _("In force at once: %(moved)s.", moved=_moved(asked)))
    waits = {
        Decider.STAFF: _("Asked for, not in force: the staff decides. Until then %(day)s stands."),
        Decider.LEADER: _("Asked for, not in force: a leader decides. Until then %(day)s stands."),
    }
    decider = rules.decides_extension(states_of(uow.db, asked.pledge_id))
    return _extended(asked, waits[decider] % {"day": i18n.day(asked.due_before)})


@command("pledges.sign_extension", schemas.OfPledge)
def sign_extension(uow: UnitOfWork, actor: Actor, message: schemas.OfPledge) -> Ack:
    signed = extensions.sign_extension(uow, actor, message.pledge, message.seen)
    return _extended(signed, _("The extension was signed: %(moved)s.", moved=_moved(signed)))


@command("pledges.refuse_extension", schemas.RefuseExtension)
def refuse_extension(uow: UnitOfWork, actor: Actor, message: schemas.RefuseExtension) -> Ack:
    refused = extensions.refuse_extension(uow, actor, message.pledge, message.seen, message.note)
    return _extended(refused, _("The extension was refused: %(day)s stands.", day=i18n.day(refused.due_before)))


def _moved(extension: Extension) -> str:
    """From which day to which, and by how many days."""
    before, after = extension.due_before, extension.due_after
    told = _("%(before)s became %(after)s, %(extended)s")
    return str(told) % {"before": i18n.day(before), "after": i18n.day(after), "extended": terms.extended(before, after)}
