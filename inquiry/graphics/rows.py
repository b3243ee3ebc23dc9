"""The collections `graphiccard`, `onairlayer` and `output`: what the crew prepares, and what outputs are told."""

from sqlalchemy import select

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime import screens, ticks, views
from ..realtime.views import Row, View
from .models import GraphicCard, OnAirLayer, Output


def card_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `graphiccard`: the crew's alone."""
    if not view.is_crew:
        return dict.fromkeys(ids)
    found = {one.id: one for one in db.scalars(select(GraphicCard).where(GraphicCard.id.in_(ids)))}
    return {number: card_row(found[number]) if number in found else None for number in ids}


def card_row(card: GraphicCard) -> Row:
    """The row of one card: what a Stale press is told. `content` is empty where a question or a pledge is named."""
    return {
        "id": card.id, "layer": card.layer.value, "content": card.content, "question": card.question_id,
        "pledge": card.pledge_id, "rev": card.rev,
    }  # fmt: skip


def layer_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `onairlayer`: what stands over the picture, for whoever shows it; the crew knows where it is from."""
    found = {one.id: one for one in db.scalars(select(OnAirLayer).where(OnAirLayer.id.in_(ids)))}
    shown = view.is_crew or view == View.OUTPUT
    return {number: layer_row(found[number], view) if shown and number in found else None for number in ids}


def layer_row(one: OnAirLayer, view: View = View.STAFF) -> Row:
    """The row of one layer: what a Stale press is told."""
    row: Row = {
        "id": one.id, "layer": one.layer.value, "content": one.content, "revision": one.revision, "taken": one.taken,
        "is_cut": one.is_cut,
    }  # fmt: skip
    if not view.is_crew:
        return row
    return row | {
        "since": milliseconds(one.since) if one.since else None, "held": one.held, "card": one.card_id,
        "card_rev": one.card_rev, "question": one.question_id, "pledge": one.pledge_id,
    }  # fmt: skip


def output_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `output`: those that were not revoked."""
    wanted = select(Output).where(Output.id.in_(ids), Output.revoked_at.is_(None))
    found = {one.id: one for one in db.scalars(wanted)} if view.is_crew or view == View.OUTPUT else {}
    return {number: _output(found[number]) if number in found else None for number in ids}


def _output(one: Output) -> Row:
    return {
        "id": one.id, "name": one.name, "layers": one.layers,
        "identify_at": milliseconds(one.identify_at) if one.identify_at else None,
        "reload_at": milliseconds(one.reload_at) if one.reload_at else None,
    }  # fmt: skip


def tick_outputs(_db: Db, session_id: int, _touched: set[int], view: View) -> Row:
    """What each page of an output says that it shows: the director has to know."""
    return {"outputs": screens.outputs(session_id)} if view.is_crew else {}


def register() -> None:
    for name, load, model in (
        ("graphiccard", card_rows, GraphicCard), ("onairlayer", layer_rows, OnAirLayer), ("output", output_rows, Output)
    ):  # fmt: skip
        views.collection(name, load, _of_session(model), session=model.session_id)
    ticks.part(tick_outputs)


def _of_session(model: type[GraphicCard | OnAirLayer | Output]) -> views.Members:
    return lambda _db, session_id, _view: select(model.id).where(model.session_id == session_id)
