"""Which card somebody shows. Guesses are counted by device, or by the person who is signed in, and by network."""

from sqlalchemy import select

from ...core.db import Db
from ...dispatch import registry
from ...permissions import Actor
from .. import pins, refusals
from ..models import Card
from ..rules.cards import read_card

_WRONG = "verdicts.wrong_card"
#: Wrong cards of one device, or of one person.
WRONG = "60/10minutes"
#: And of a network, where somebody guesses with ever new devices, or with none. A whole panel shares one: so many that
#: nobody is shut out by what a neighbour has mistyped, and nothing against eleven thousand million PINs.
WRONG_OF_A_NETWORK = "3000/10minutes"


def card_shown(db: Db, actor: Actor, session_id: int, typed: str) -> Card:
    """The card of this session that was typed or scanned, taken out or not.

    Wrong ones are counted when they come, before it is known that they are wrong: many guesses at once are no way
    round. Raises WrongCard, CardOfAnotherSession, TooMany.
    """
    counted = _counted(actor)
    for limit, whose in counted:
        registry.count(limit, _WRONG, whose)
    told = read_card(typed)
    found = db.scalars(select(Card).where(Card.mark == pins.card_mark(*told))).all() if told else []
    if not found:
        raise refusals.WrongCard()
    for limit, whose in counted:
        registry.uncount(limit, _WRONG, whose)
    own = next((one for one in found if one.session_id == session_id), None)
    if own is None:
        raise refusals.CardOfAnotherSession()
    return own


def _counted(actor: Actor) -> list[tuple[str, str]]:
    """By which limits, and as whose, a wrong card counts: the studio's tablet, opened by somebody of the crew, is shut
    out by nobody else's guesses."""
    if actor.user_id is not None:
        return [(WRONG, f"user:{actor.user_id}")]
    device = [(WRONG, f"device:{actor.device_id}")] if actor.device_id is not None else []
    return [*device, (WRONG_OF_A_NETWORK, f"net:{actor.network}")]
