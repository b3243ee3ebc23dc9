"""The panel's cards: made, used once in each verdict, taken out and put back."""

from sqlalchemy import func, select

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...live import readers
from ...live.commands.preparation import not_closed
from ...live.models import Session
from ...permissions import Actor, Scope, require
from ...realtime import ticks
from ...realtime.streams import public_stream
from .. import events, pins, refusals
from ..models import Card, Verdict, Vote
from ..queries import lookup, showing
from ..rules import cards, voting
from .taking_out import forget_in_open


def make_cards(uow: UnitOfWork, actor: Actor, session_id: int, number: int) -> list[Card]:
    """Make so many more cards for a session. Raises SessionClosed, TooManyCards."""
    require(actor, "verdicts.make_cards")
    session = not_closed(uow, session_id)
    last = uow.db.scalar(select(func.max(Card.number)).where(Card.session_id == session.id)) or 0
    if last + number > cards.MOST_CARDS:
        raise refusals.TooManyCards(most=cards.MOST_CARDS - last)
    made = [
        Card(
            session_id=session.id, number=one, mark=pins.card_mark(one, pins.pin(session.code, one)), made_at=uow.now,
            taken_out_at=None,
        )
        for one in range(last + 1, last + number + 1)
    ]  # fmt: skip
    uow.add(*made)
    uow.record(public_stream(session.id), events.CARDS_MADE, actor, [session], cards=number, last=last + number)
    return made


def judge_by_card(uow: UnitOfWork, actor: Actor, verdict_id: int, typed: str, satisfied: bool) -> Card:
    """Count a card of the panel, once. Raises VerdictClosed, WrongCard, CardOfAnotherSession, CardTakenOut, CardUsed,
    NotFound, TooMany."""
    session = uow.db.get_one(Session, lookup.verdict(uow.db, verdict_id).session_id)
    if not readers.may_read(actor, session):
        raise NotFound(what="verdict", id=verdict_id)
    card = showing.card_shown(uow.db, actor, session.id, typed)
    require(actor, "verdicts.judge_by_card", Scope(session_id=session.id, token=True))
    verdict = uow.lock(Verdict, verdict_id)
    if not voting.takes_votes(verdict, uow.now):
        raise refusals.VerdictClosed(verdict=verdict.id)
    uow.db.refresh(card)  # whoever takes one out holds the verdict
    if card.taken_out_at is not None:
        raise refusals.CardTakenOut(number=card.number)
    if lookup.word_of_card(uow.db, verdict.id, card.id) is not None:
        raise refusals.CardUsed(number=card.number)
    uow.db.add(Vote(verdict_id=verdict.id, card_id=card.id, satisfied=satisfied, at=uow.now))
    uow.after_commit(lambda: ticks.touch(verdict.session_id, verdict.question_id))
    return card


def take_out_card(uow: UnitOfWork, actor: Actor, card_id: int) -> Card:
    """From now on it counts for nothing, in the verdict that is open either. Raises CardTakenOut, SessionClosed."""
    require(actor, "verdicts.take_out_card")
    session, card = _lock(uow, card_id)
    if card.taken_out_at is not None:
        raise refusals.CardTakenOut(number=card.number)
    forget_in_open(uow, session.id, Vote.card_id == card.id)
    card.taken_out_at = uow.now
    uow.record(public_stream(session.id), events.CARD_TAKEN_OUT, actor, [session], card=card.id, number=card.number)
    return card


def put_back_card(uow: UnitOfWork, actor: Actor, card_id: int) -> Card:
    """It may be used again. Raises CardNotOut, SessionClosed, NotFound."""
    require(actor, "verdicts.put_back_card")
    session, card = _lock(uow, card_id)
    if card.taken_out_at is None:
        raise refusals.CardNotOut()
    card.taken_out_at = None
    uow.record(public_stream(session.id), events.CARD_PUT_BACK, actor, [session], card=card.id, number=card.number)
    return card


def _lock(uow: UnitOfWork, card_id: int) -> tuple[Session, Card]:
    found = uow.db.get(Card, card_id)
    if found is None:
        raise NotFound(what="panel_card", id=card_id)
    session = not_closed(uow, found.session_id)
    return session, uow.lock(Card, card_id)
