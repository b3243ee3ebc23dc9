"""Cards are prepared, changed and discarded; none of it ever changes what is on air."""

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...live.commands.preparation import not_closed
from ...live.models import Session
from ...permissions import Actor, Scope, require
from ...realtime.streams import staff_stream
from .. import contents, events, filling, queries, refusals
from ..contents import Content
from ..models import GraphicCard, Layer
from ..rows import card_row

MOST_CARDS = 200


def prepare_card(
    uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer, *, content: Content | None = None,
    question_id: int | None = None, pledge_id: int | None = None,
) -> GraphicCard:  # fmt: skip
    """Prepare what may go on air on a layer: words that the crew types, or a question or a pledge by its number, whose
    words are read from the record.

    Raises SessionClosed, TooManyGraphics, WordsOfRecord, NotApproved, BadInput, NotFound.
    """
    require(actor, "graphics.prepare_card", Scope(session_id=session_id))
    session = not_closed(uow, session_id)
    if queries.count_cards(uow.db, session.id) >= MOST_CARDS:
        raise refusals.TooManyGraphics(most=MOST_CARDS)
    words = words_of(uow, session, layer, content, question_id, pledge_id)
    card = GraphicCard(
        session_id=session.id, layer=layer, content=words, question_id=question_id, pledge_id=pledge_id,
        prepared_at=uow.now,
    )  # fmt: skip
    uow.add(card)
    uow.record(staff_stream(session.id), events.CARD_PREPARED, actor, [card], card=card.id, layer=layer.value)
    return card


def words_of(
    uow: UnitOfWork, session: Session, layer: Layer, content: Content | None, question_id: int | None,
    pledge_id: int | None,
) -> Content:  # fmt: skip
    """What a card holds itself. Raises WordsOfRecord, NotApproved, BadInput."""
    named = {Layer.QUESTION_CARD: question_id, Layer.PLEDGE_CARD: pledge_id, Layer.EARLIER_PLEDGE: pledge_id}
    if layer not in named or named[layer] is None or content:
        return contents.typed(layer, content or {})
    if question_id is not None:
        filling.of_question(uow.db, session, question_id)
    elif pledge_id is not None:
        filling.of_pledge(uow.db, session, layer, pledge_id)
    return {}


def change_card(uow: UnitOfWork, actor: Actor, card_id: int, seen: int, content: Content) -> GraphicCard:
    """Put other words on a card that the crew typed. Raises Stale, SessionClosed, WordsOfRecord, BadInput, NotFound."""
    card = _lock(uow, actor, "change_card", card_id)
    if card.rev != seen:
        raise Stale(now=card_row(card))
    card.content = contents.typed(card.layer, content)
    card.rev += 1
    uow.record(staff_stream(card.session_id), events.CARD_CHANGED, actor, [card], card=card.id, layer=card.layer.value)
    return card


def discard_card(uow: UnitOfWork, actor: Actor, card_id: int) -> None:
    """Throw a card away; what it brought on air stays there. Raises SessionClosed, NotFound."""
    card = _lock(uow, actor, "discard_card", card_id)
    uow.record(
        staff_stream(card.session_id), events.CARD_DISCARDED, actor, [card], card=card.id, layer=card.layer.value
    )
    uow.db.delete(card)


def _lock(uow: UnitOfWork, actor: Actor, verb: str, card_id: int) -> GraphicCard:
    session_id = queries.card(uow.db, card_id).session_id
    require(actor, f"graphics.{verb}", Scope(session_id=session_id))
    not_closed(uow, session_id)
    return uow.lock(GraphicCard, card_id)
