"""What comes in about verdicts: parse, call, answer."""

from typing import Any

from flask_babel import gettext as _

from ..core.clock import milliseconds
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.batching import Sharing
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..errors import Refusal
from ..permissions import Actor, Scope, require
from . import schemas
from .commands import cards, judging, opening, setting_aside, taking_out
from .models import Card, SetAside, Verdict
from .queries import lookup, suspects
from .rules.patterns import Finding

Ack = dict[str, Any]


def _verdict(db: Db, number: int) -> Scope | None:
    found = db.get(Verdict, number)
    return Scope(session_id=found.session_id, unit_id=found.unit_id) if found else None


def _set_aside(db: Db, number: int) -> Scope | None:
    found = db.get(SetAside, number)
    return _verdict(db, found.verdict_id) if found else None


def _card(db: Db, number: int) -> Scope | None:
    found = db.get(Card, number)
    return Scope(session_id=found.session_id) if found else None


reach.belongs("verdict", _verdict)
reach.belongs("set_aside", _set_aside)
reach.belongs("panel_card", _card)


def _told(verdict: Verdict) -> Ack:
    return {"verdict": verdict.id, "ends_at": milliseconds(verdict.ends_at)}


@command("verdicts.open", schemas.Open)
def open_verdict(uow: UnitOfWork, actor: Actor, message: schemas.Open) -> Ack:
    return _told(opening.open_verdict(uow, actor, message.question, message.seconds))


@command("verdicts.close", schemas.OfVerdict)
def close(uow: UnitOfWork, actor: Actor, message: schemas.OfVerdict) -> Ack:
    return _told(opening.close_verdict(uow, actor, message.verdict))


@command("verdicts.call_off", schemas.OfVerdict)
def call_off(uow: UnitOfWork, actor: Actor, message: schemas.OfVerdict) -> Ack:
    return _told(opening.call_off_verdict(uow, actor, message.verdict))


@command("verdicts.show_on_screen", schemas.OfVerdict)
def show_on_screen(uow: UnitOfWork, actor: Actor, message: schemas.OfVerdict) -> Ack:
    session = opening.show_on_screen(uow, actor, message.verdict)
    return {"session": session.id, "verdict": message.verdict}


@command("verdicts.judge", schemas.Judge, limit="60/minute", shares=Sharing.MANY)
def judge(uow: UnitOfWork, presses: list[tuple[Actor, schemas.Judge]]) -> list[Ack | Refusal]:
    outcomes = judging.judge_all(uow, [(actor, message.verdict, message.satisfied) for actor, message in presses])
    return [
        found if isinstance(found, Refusal) else {"verdict": found.id, "satisfied": message.satisfied}
        for found, (_actor, message) in zip(outcomes, presses, strict=True)
    ]


# --- the panel --------------------------------------------------------------------------------------------------------


@command("verdicts.judge_by_card", schemas.JudgeByCard)
def judge_by_card(uow: UnitOfWork, actor: Actor, message: schemas.JudgeByCard) -> Ack:
    """What it said is not told back: the next member of the panel holds the same tablet."""
    card = cards.judge_by_card(uow, actor, message.verdict, message.typed, message.satisfied)
    return {
        "verdict": message.verdict,
        "number": card.number,
        "said": _("Card %(number)s: counted.", number=card.number),
    }


@command("verdicts.make_cards", schemas.MakeCards)
def make_cards(uow: UnitOfWork, actor: Actor, message: schemas.MakeCards) -> Ack:
    made = cards.make_cards(uow, actor, message.session, message.number)
    return {"session": message.session, "cards": len(made)}


def _of_card(card: Card) -> Ack:
    return {"card": card.id, "number": card.number, "taken_out": card.taken_out_at is not None}


@command("verdicts.take_out_card", schemas.OfCard)
def take_out_card(uow: UnitOfWork, actor: Actor, message: schemas.OfCard) -> Ack:
    return _of_card(cards.take_out_card(uow, actor, message.panel_card))


@command("verdicts.put_back_card", schemas.OfCard)
def put_back_card(uow: UnitOfWork, actor: Actor, message: schemas.OfCard) -> Ack:
    return _of_card(cards.put_back_card(uow, actor, message.panel_card))


# --- what is set aside ------------------------------------------------------------------------------------------------


@command("verdicts.take_out_device", schemas.OfDevice)
def take_out_device(uow: UnitOfWork, actor: Actor, message: schemas.OfDevice) -> Ack:
    taking_out.take_out_device(uow, actor, message.session, message.device)
    return {"device": message.device, "taken_out": True}


@command("verdicts.put_back_device", schemas.OfDevice)
def put_back_device(uow: UnitOfWork, actor: Actor, message: schemas.OfDevice) -> Ack:
    taking_out.put_back_device(uow, actor, message.session, message.device)
    return {"device": message.device, "taken_out": False}


def _finding(one: Finding) -> Ack:
    return {
        "pattern": one.pattern.value, "found": one.found, "votes": len(one.votes), "satisfied": one.satisfied,
        "span_ms": one.span_ms,
    }  # fmt: skip


@query("verdicts.find_patterns", schemas.OfVerdict, limit="30/minute")
def find_patterns(db: Db, actor: Actor, message: schemas.OfVerdict) -> Ack:
    """The dry run: what would be set aside. Nothing is."""
    require(actor, "verdicts.find_patterns")  # before anybody is told whether there is such a verdict
    found = lookup.verdict(db, message.verdict)
    require(actor, "verdicts.find_patterns", Scope(session_id=found.session_id))
    return {"verdict": found.id, "findings": [_finding(one) for one in suspects.findings(db, found)]}


def _aside(one: SetAside, verdict: Verdict) -> Ack:
    return {
        "set_aside": one.id, "verdict": verdict.id, "votes": one.votes,
        "brought_back": one.brought_back_at is not None, "still_aside": verdict.set_aside,
    }  # fmt: skip


@command("verdicts.set_aside", schemas.SetAside)
def set_aside(uow: UnitOfWork, actor: Actor, message: schemas.SetAside) -> Ack:
    one = setting_aside.set_aside(
        uow, actor, message.verdict, message.pattern, message.found, message.votes, message.note
    )
    return _aside(one, lookup.verdict(uow.db, one.verdict_id))


@command("verdicts.bring_back", schemas.BringBack)
def bring_back(uow: UnitOfWork, actor: Actor, message: schemas.BringBack) -> Ack:
    one = setting_aside.bring_back(uow, actor, message.set_aside)
    return _aside(one, lookup.verdict(uow.db, one.verdict_id))
