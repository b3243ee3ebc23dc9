"""An evening on which a question was answered and something promised, and a director at the desk."""

from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.graphics import queries
from inquiry.graphics.commands import air, cards, outputs
from inquiry.graphics.models import GraphicCard, Layer, OnAirLayer, Output
from inquiry.live import queries as live
from inquiry.live.commands import slots
from inquiry.permissions import Role
from inquiry.realtime.views import Row, View, whole
from tests.live.conftest import EIGHT, Clock, clock, do
from tests.pledges.conftest import Promise, promise
from tests.responses.conftest import Evening, evening
from tests.support.scenes import scene

__all__ = ["EIGHT", "Clock", "Desk", "Evening", "Layer", "Promise", "clock", "desk", "do", "evening", "promise"]

NAME: dict[str, Any] = {"name": "林知远", "title": "局长", "unit": "城管局", "unit_en": "Urban management"}


class Desk:
    """The director's desk of that evening."""

    def __init__(self, promise: Promise) -> None:
        self.promise, self.evening, self.city = promise, promise.evening, promise.city
        self.director, self.host = self.city.person(Role.PRODUCER), promise.evening.host
        self.session = promise.session

    def prepare(self, layer: Layer = Layer.LOWER_THIRD, **fields: Any) -> GraphicCard:
        fields = fields or {"content": NAME}
        prepared: GraphicCard = do(cards.prepare_card, self.director, self.session, layer, **fields)
        return prepared

    def take(self, card: GraphicCard) -> OnAirLayer:
        """As somebody who has seen everything so far."""
        taken: OnAirLayer = do(
            air.take_card, self.director, self.session, card.id, self.revision(card.layer), self.card(card.id)["rev"]
        )
        return taken

    def take_filled(self, layer: Layer) -> OnAirLayer:
        digest = self.filled()[layer.value]["digest"]
        taken: OnAirLayer = do(air.take_from_floor, self.director, self.session, layer, self.revision(layer), digest)
        return taken

    def clear(self, layer: Layer) -> OnAirLayer:
        cleared: OnAirLayer = do(air.clear, self.director, self.session, layer, self.revision(layer))
        return cleared

    def output(self, name: str = "主输出", *layers: Layer) -> tuple[Output, str]:
        made: tuple[Output, str] = do(outputs.make_output, self.director, self.session, name, layers)
        return made

    def speak(self) -> None:
        """The question goes on air again, and the head of the unit answers it."""
        self.evening.put(self.promise.question)
        do(
            slots.start_slot, self.host, self.session, self.evening.seen, unit_id=self.city.city_management.id,
            speaker="林知远", speaker_title="局长", seconds=180,
        )  # fmt: skip

    def filled(self) -> dict[str, Any]:
        with reading() as db:
            return queries.filled(db, live.session(db, self.session))

    def revision(self, layer: Layer) -> int:
        row = self.on_air(layer)
        return row["revision"] if row else 0

    def on_air(self, layer: Layer, view: View = View.STAFF) -> Row | None:
        """The row of a layer as a reader holds it; None before the first press."""
        return next((one for one in self.rows("onairlayer", view) if one["layer"] == layer), None)

    def shown(self, layer: Layer) -> Row:
        """The same, where there was a press."""
        row = self.on_air(layer)
        assert row is not None
        return row

    def card(self, card_id: int) -> Row:
        return next(one for one in self.rows("graphiccard") if one["id"] == card_id)

    def rows(self, collection: str, view: View = View.STAFF) -> list[Row]:
        with reading() as db:
            held = whole(db, self.session, view, only=collection)[collection]
        return [row for row in held.values() if row is not None]


@pytest.fixture
@scene
def desk(promise: Promise) -> Desk:
    return Desk(promise)
