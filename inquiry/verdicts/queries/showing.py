"""Which card somebody shows. Whoever guesses is counted by network, or by the person who is signed in."""

from sqlalchemy import select

from ...core.db import Db
from ...dispatch import registry
from ...permissions import Actor
from .. import pins, refusals
from ..models import Card
from ..rules.cards import read_card

#: Wrong cards: the studio's tablet, opened by somebody of the crew, is shut out by nobody else's guesses.
WRONG = "60/10minutes"


def card_shown(db: Db, actor: Actor, session_id: int, typed: str) -> Card:
    """The card of this session that was typed or scanned, taken out or not.

    Wrong ones are counted when they come, before it is known that they are wrong: many guesses at once are no way
    round. Raises WrongCard, CardOfAnotherSession, TooMany.
    """
    whose = f"user:{actor.user_id}" if actor.user_id is not None else f"net:{actor.network}"
    registry.count(WRONG, "verdicts.wrong_card", whose)
    told = read_card(typed)
    found = db.scalars(select(Card).where(Card.mark == pins.card_mark(*told))).all() if told else []
    if not found:
        raise refusals.WrongCard()
    registry.uncount(WRONG, "verdicts.wrong_card", whose)
    own = next((one for one in found if one.session_id == session_id), None)
    if own is None:
        raise refusals.CardOfAnotherSession()
    return own
