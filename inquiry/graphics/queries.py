"""The reads of the graphics: cards, layers, outputs, and which output shows a token."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select

from ..accounts.queries import digest
from ..core.db import Db, existing
from ..dispatch import registry
from ..errors import TokenRefused
from ..live.models import Session
from ..permissions import Actor, Grant, Role
from . import filling, refusals, rules
from .contents import Content
from .filling import Filled
from .models import GraphicCard, Layer, OnAirLayer, Output

#: So that nobody takes one for a person's, and a program that looks for secrets knows it.
PREFIX = "out_"
#: Whatever it is used for: one address may be open in several windows.
PACE_OF_AN_OUTPUT = "40/second;2400/minute"
#: What a page of an output may do.
_COMMANDS = frozenset({"read.output", "graphics.report_output", "media.see_film"})


def card(db: Db, card_id: int) -> GraphicCard:
    """Raises NotFound."""
    return existing(db, GraphicCard, card_id)


def count_cards(db: Db, session_id: int) -> int:
    return db.scalar(select(func.count()).select_from(GraphicCard).where(GraphicCard.session_id == session_id)) or 0


def on_air(db: Db, session_id: int, layer: Layer) -> OnAirLayer | None:
    """What is known of one layer; None before the first press on it."""
    return db.scalar(select(OnAirLayer).where(OnAirLayer.session_id == session_id, OnAirLayer.layer == layer))


def shown(db: Db, session_id: int) -> Sequence[OnAirLayer]:
    """The layers on which something stands."""
    of_session = select(OnAirLayer).where(OnAirLayer.session_id == session_id, OnAirLayer.content.is_not(None))
    return db.scalars(of_session.order_by(OnAirLayer.id)).all()


def filled(db: Db, session: Session) -> dict[str, Content]:
    """What the floor has for each layer that is not held back: `{layer: {content, digest}}`."""
    found = {}
    for layer in Layer:
        on_layer = on_air(db, session.id, layer)
        from_floor = None if on_layer is not None and on_layer.held else filling.from_floor(db, session, layer)
        if from_floor is not None:
            found[layer.value] = {"content": from_floor.content, "digest": from_floor.digest}
    return found


def of_card(db: Db, session: Session, card_id: int) -> Content | None:
    """What a card of this session shows, of the record as it stands; None where that may not go on air, or is gone."""
    card = db.get(GraphicCard, card_id)
    if card is None or card.session_id != session.id:
        return None
    try:
        return filling.named(db, session, card.layer, Filled(card.content, card.question_id, card.pledge_id)).content
    except refusals.NotApproved:
        return None


def outputs(db: Db, session_id: int) -> Sequence[Output]:
    """Those that were not revoked, in the order in which they were made."""
    return db.scalars(_open().where(Output.session_id == session_id).order_by(Output.id)).all()


def output_by_token(db: Db, token: str) -> Output | None:
    return db.scalar(_open().where(Output.token_hash == digest(token)))


def _open() -> Select[Output]:
    return select(Output).where(Output.revoked_at.is_(None))


def revoked(db: Db, rooms: Mapping[str, int]) -> set[str]:
    """Those of these rooms of outputs whose token is not good any more, or for another session now."""
    good = db.scalars(_open().where(Output.id.in_(set(rooms.values()))))
    return set(rooms) - {rules.output_room(one.id, one.token_hash, one.session_id) for one in good}


def identify(db: Db, token: str, network: str) -> Actor:
    """The page that shows an output's token: nobody, but for its session's graphics. Raises TokenRefused, TooMany."""
    found = output_by_token(db, token)
    if found is None:
        raise TokenRefused()
    registry.count(PACE_OF_AN_OUTPUT, "output", f"output:{found.id}")
    return of_output(found, network)


def of_output(output: Output, network: str) -> Actor:
    address = rules.address(output.token_hash, output.session_id)
    grant = Grant(output.id, _COMMANDS, output.session_id, is_output=True, address=address)
    return Actor(Role.VISITOR, network=network, grant=grant)
