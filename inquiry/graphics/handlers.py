"""Commands and queries about graphics: parse, call, answer."""

from typing import Any

from ..accounts.queries import other_tokens
from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..live import queries as live
from ..live import schemas as live_schemas
from ..live.commands.clearing import on_cleared
from ..live.commands.rehearsing import on_copied
from ..permissions import Actor, Scope, require
from ..realtime import screens
from . import queries, schemas
from .commands import air, cards, outputs, rehearsing
from .models import GraphicCard, OnAirLayer, Output

Ack = dict[str, Any]

on_copied(rehearsing.copy_cards)
on_copied(rehearsing.lend_outputs)
on_cleared(rehearsing.give_outputs_back)


def _card(db: Db, number: int) -> Scope | None:
    card = db.get(GraphicCard, number)
    return Scope(session_id=card.session_id) if card else None


def _output(db: Db, number: int) -> Scope | None:
    output = db.get(Output, number)
    return Scope(session_id=output.session_id) if output else None


reach.belongs("card", _card)
reach.belongs("output", _output)
other_tokens(queries.PREFIX, queries.identify)


@command("graphics.prepare_card", schemas.PrepareCard)
def prepare_card(uow: UnitOfWork, actor: Actor, message: schemas.PrepareCard) -> Ack:
    card = cards.prepare_card(
        uow, actor, message.session, message.layer, content=message.content, question_id=message.question,
        pledge_id=message.pledge,
    )  # fmt: skip
    return {"card": card.id, "rev": card.rev}


@command("graphics.change_card", schemas.ChangeCard)
def change_card(uow: UnitOfWork, actor: Actor, message: schemas.ChangeCard) -> Ack:
    card = cards.change_card(uow, actor, message.card, message.seen, message.content)
    return {"card": card.id, "rev": card.rev}


@command("graphics.discard_card", schemas.OfCard)
def discard_card(uow: UnitOfWork, actor: Actor, message: schemas.OfCard) -> Ack:
    cards.discard_card(uow, actor, message.card)
    return {"card": message.card}


def _on_layer(layer: OnAirLayer) -> Ack:
    return {"layer": layer.layer.value, "revision": layer.revision}


@command("graphics.take", schemas.Take)
def take(uow: UnitOfWork, actor: Actor, message: schemas.Take) -> Ack:
    if message.layer is not None:
        return _on_layer(air.take_from_floor(uow, actor, message.session, message.layer, message.seen, message.digest))
    return _on_layer(air.take_card(uow, actor, message.session, message.card or 0, message.seen, message.rev))


@command("graphics.update_on_air", schemas.Update)
def update_on_air(uow: UnitOfWork, actor: Actor, message: schemas.Update) -> Ack:
    return _on_layer(
        air.update_on_air(uow, actor, message.session, message.layer, message.seen, message.content)
    )  # fmt: skip


@command("graphics.clear", schemas.OnLayer)
def clear(uow: UnitOfWork, actor: Actor, message: schemas.OnLayer) -> Ack:
    return _on_layer(air.clear(uow, actor, message.session, message.layer, message.seen))


@command("graphics.panic", live_schemas.OfSession)
def panic(uow: UnitOfWork, actor: Actor, message: live_schemas.OfSession) -> Ack:
    return {"layers": {one.layer.value: one.revision for one in air.panic(uow, actor, message.session)}}


@command("graphics.hold", schemas.OfLayer)
def hold(uow: UnitOfWork, actor: Actor, message: schemas.OfLayer) -> Ack:
    return _on_layer(air.hold(uow, actor, message.session, message.layer))


@command("graphics.release", schemas.OfLayer)
def release(uow: UnitOfWork, actor: Actor, message: schemas.OfLayer) -> Ack:
    return _on_layer(air.release(uow, actor, message.session, message.layer))


@query("graphics.see_filled", schemas.SeeFilled, limit="600/minute")
def see_filled(db: Db, actor: Actor, message: schemas.SeeFilled) -> Ack:
    """What the floor has for each layer, and what the chosen card shows: what the preview shows."""
    require(actor, "graphics.see_filled", Scope(session_id=message.session))
    session = live.session(db, message.session)
    card = queries.of_card(db, session, message.card) if message.card is not None else None
    return {"layers": queries.filled(db, session), "card": card}


@command("graphics.revoke_output", schemas.OfOutput)
def revoke_output(uow: UnitOfWork, actor: Actor, message: schemas.OfOutput) -> Ack:
    return {"output": outputs.revoke_output(uow, actor, message.output).id}


@command("graphics.identify_output", schemas.OfOutput)
def identify_output(uow: UnitOfWork, actor: Actor, message: schemas.OfOutput) -> Ack:
    return {"output": outputs.identify_output(uow, actor, message.output).id}


@command("graphics.reload_output", schemas.OfOutput)
def reload_output(uow: UnitOfWork, actor: Actor, message: schemas.OfOutput) -> Ack:
    return {"output": outputs.reload_output(uow, actor, message.output).id}


@query("graphics.report_output", schemas.ReportOutput, limit="600/minute")
def report_output(_db: Db, actor: Actor, message: schemas.ReportOutput) -> Ack:
    """A page of an output says what it really shows."""
    require(actor, "graphics.report_output", Scope(session_id=message.session))
    assert actor.grant is not None
    told = message.model_dump(mode="json", exclude={"session", "page"}, exclude_none=True)
    screens.report_output(message.session, message.page, told | {"output": actor.grant.token_id})
    return {}
