"""Preview, take, clear, panic: the only ways by which anything comes to stand over the picture, or leaves it.

Every press on a layer locks the session first and carries the revision that its presser saw: of two in the same second
one wins and the other is told. What goes on air is a frozen copy; nothing that is edited elsewhere changes it.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select

from ...core.db import Base
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Stale
from ...live.commands.preparation import not_closed
from ...live.models import Session, Slot, Timer
from ...permissions import SYSTEM, Actor, Scope, require
from ...pledges.models import Pledge
from ...questions.models import Question
from ...realtime.streams import air_stream
from ...trace.kinds import Kind
from ...verdicts.commands import opening
from ...verdicts.models import Verdict
from .. import contents, events, filling, queries, refusals
from ..contents import Content
from ..filling import Filled
from ..models import GraphicCard, Layer, OnAirLayer
from ..rows import card_row, layer_row


def take_card(
    uow: UnitOfWork, actor: Actor, session_id: int, card_id: int, seen: int | None, rev: int | None
) -> OnAirLayer:  # fmt: skip
    """Put a prepared card on air as it was seen (`rev`), on a layer as it was seen. Raises Stale, SessionClosed,
    NotFound, NotApproved."""
    require(actor, "graphics.take", Scope(session_id=session_id))
    session = not_closed(uow, session_id)
    card = uow.lock(GraphicCard, card_id)
    if card.session_id != session.id:
        raise NotFound(what="card", id=card_id)
    if rev not in (None, card.rev):
        raise Stale(now=card_row(card))
    layer = _as_seen(uow, session, card.layer, seen)
    return _show(uow, actor, layer, _filled(uow, session, card), card)


def take_from_floor(
    uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer, seen: int | None, digest: str | None
) -> OnAirLayer:  # fmt: skip
    """Put on air what the floor has for a layer, if it is what was seen in the preview (`digest`).

    Raises Stale (`now` is what there is now), SessionClosed, LayerHeld, NothingToShow.
    """
    require(actor, "graphics.take", Scope(session_id=session_id))
    session = not_closed(uow, session_id)
    on_layer = _as_seen(uow, session, layer, seen)
    if on_layer.held:
        raise refusals.LayerHeld(layer=layer.value)
    found = filling.from_floor(uow.db, session, layer)
    if found is None:
        raise refusals.NothingToShow(layer=layer.value)
    _hold_source(uow, session, layer, found)
    if digest not in (None, found.digest):
        raise Stale(now={"layer": layer.value, "content": found.content, "digest": found.digest})
    _publish(uow, actor, found)
    return _show(uow, actor, on_layer, found)


def update_on_air(
    uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer, seen: int | None, content: Content | None
) -> OnAirLayer:  # fmt: skip
    """Correct what stands on a layer, without an entrance: by other words where the crew types them, else by reading
    the record, or the floor, again. Raises Stale, SessionClosed, NothingOnLayer, WordsOfRecord, NotApproved, LayerHeld,
    NothingToShow, BadInput.
    """
    require(actor, "graphics.update_on_air", Scope(session_id=session_id))
    session = not_closed(uow, session_id)
    on_layer = _as_seen(uow, session, layer, seen)
    if on_layer.content is None:
        raise refusals.NothingOnLayer(layer=layer.value)
    found = _corrected(uow, actor, session, on_layer, content)
    on_layer.revision += 1
    on_layer.content = found.content
    on_layer.question_id, on_layer.pledge_id = found.question_id, found.pledge_id
    _say(uow, actor, events.UPDATED, [on_layer])
    return on_layer


def clear(uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer, seen: int | None) -> OnAirLayer:
    """Take what stands on a layer off it. Raises Stale, NothingOnLayer, NotFound."""
    require(actor, "graphics.clear", Scope(session_id=session_id))
    on_layer = _as_seen(uow, uow.lock(Session, session_id), layer, seen)
    if on_layer.content is None:
        raise refusals.NothingOnLayer(layer=layer.value)
    _take_off(on_layer)
    _say(uow, actor, events.CLEARED, [on_layer])
    return on_layer


def panic(uow: UnitOfWork, actor: Actor, session_id: int) -> list[OnAirLayer]:
    """Take everything off at once, whatever anybody saw; returns what was there. Raises NotFound."""
    require(actor, "graphics.panic", Scope(session_id=session_id))
    session = uow.lock(Session, session_id)
    gone = [uow.lock(OnAirLayer, one.id) for one in queries.shown(uow.db, session.id)]
    for one in gone:
        _take_off(one, at_once=True)
    if gone:
        _say(uow, actor, events.PANICKED, gone)
    return gone


def hold(uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer) -> OnAirLayer:
    """Let a layer take nothing from the floor; what is on air stays. Raises SessionClosed, NotFound."""
    return _set_held(uow, actor, "hold", session_id, layer, held=True)


def release(uow: UnitOfWork, actor: Actor, session_id: int, layer: Layer) -> OnAirLayer:
    """Let a layer fill itself from the floor again. Raises SessionClosed, NotFound."""
    return _set_held(uow, actor, "release", session_id, layer, held=False)


def _set_held(
    uow: UnitOfWork, actor: Actor, verb: str, session_id: int, layer: Layer, *, held: bool
) -> OnAirLayer:  # fmt: skip
    require(actor, f"graphics.{verb}", Scope(session_id=session_id))
    on_layer = _layer(uow, not_closed(uow, session_id), layer)
    if on_layer.held is not held:
        on_layer.held = held
        _say(uow, actor, events.HELD if held else events.RELEASED, [on_layer])
    return on_layer


# --- what they share ------------------------------------------------------------------------------------------------


def _layer(uow: UnitOfWork, session: Session, layer: Layer) -> OnAirLayer:
    """A layer of a session whose row is locked; made by the first press on it."""
    found = queries.on_air(uow.db, session.id, layer)
    if found is not None:
        return uow.lock(OnAirLayer, found.id)
    fresh = OnAirLayer(session_id=session.id, layer=layer, content=None)
    uow.add(fresh)
    return fresh


def _as_seen(uow: UnitOfWork, session: Session, layer: Layer, seen: int | None) -> OnAirLayer:
    """Raises Stale."""
    found = _layer(uow, session, layer)
    if seen not in (None, found.revision):
        raise Stale(now=layer_row(found))
    return found


def _filled(uow: UnitOfWork, session: Session, card: GraphicCard) -> Filled:
    """What a card shows, of the record as it stands. Raises NotApproved."""
    named = Filled(card.content, card.question_id, card.pledge_id)
    _hold_source(uow, session, card.layer, named)
    return _read_again(uow, session, card.layer, named)


def _hold_source(uow: UnitOfWork, session: Session, layer: Layer, found: Filled) -> None:
    """Lock what is shown: whoever withdraws it in this moment comes before us and is seen, or finds it on air."""
    if found.question_id is not None:
        uow.lock(Question, found.question_id)
    if found.pledge_id is not None:
        uow.lock(Pledge, filling.newest_version(uow.db, found.pledge_id))
    _read_again(uow, session, layer, found)


def _read_again(uow: UnitOfWork, session: Session, layer: Layer, found: Filled) -> Filled:
    """The same from the record. Raises NotApproved; NotFound for a slot of another session."""
    if layer is Layer.COUNTDOWN:
        _counts_here(uow, session, found.content["timer"])
    return filling.named(uow.db, session, layer, found)


def _counts_here(uow: UnitOfWork, session: Session, timer: str) -> None:
    """An output holds rows of its own session alone, and of the crew's timers those that are public."""
    of, _, number = timer.partition(":")
    found = uow.db.get(Slot, int(number)) if of == "slot" else uow.db.get(Timer, int(number))
    if found is None or found.session_id != session.id or not (isinstance(found, Slot) or found.public):
        raise NotFound(what=of, id=int(number))


def _corrected(
    uow: UnitOfWork, actor: Actor, session: Session, on_layer: OnAirLayer, content: Content | None
) -> Filled:  # fmt: skip
    if content is not None:
        typed = Filled(contents.typed(on_layer.layer, content))
        return _read_again(uow, session, on_layer.layer, typed)
    assert on_layer.content is not None
    if on_layer.question_id is not None or on_layer.pledge_id is not None:
        shown = Filled(on_layer.content, on_layer.question_id, on_layer.pledge_id)
        _hold_source(uow, session, on_layer.layer, shown)
        return _read_again(uow, session, on_layer.layer, shown)
    found = _shown_again(uow, session, on_layer, on_layer.content)
    on_layer.card_id = on_layer.card_rev = None  # these are not its words any more
    _publish(uow, actor, found)
    return found


def _shown_again(uow: UnitOfWork, session: Session, on_layer: OnAirLayer, content: Content) -> Filled:
    """The verdict that is shown, and no newer one, whose result nobody has seen; else what the floor has."""
    layer = on_layer.layer
    if layer is Layer.VERDICT:
        verdict = uow.db.get(Verdict, content.get("verdict", 0))
        found = filling.of_verdict(verdict) if verdict is not None else None
    elif on_layer.held:
        raise refusals.LayerHeld(layer=layer.value)
    else:
        found = filling.from_floor(uow.db, session, layer)
    if found is None:
        raise refusals.NothingToShow(layer=layer.value)
    return found


def _publish(uow: UnitOfWork, actor: Actor, found: Filled) -> None:
    """The result of a verdict is everybody's once it is on air."""
    if found.verdict_id is not None:
        opening.take(uow, actor, found.verdict_id)


def _show(
    uow: UnitOfWork, actor: Actor, on_layer: OnAirLayer, found: Filled, card: GraphicCard | None = None
) -> OnAirLayer:  # fmt: skip
    on_layer.revision += 1
    on_layer.taken = on_layer.revision
    on_layer.content, on_layer.since, on_layer.is_cut = found.content, uow.now, False
    on_layer.question_id, on_layer.pledge_id = found.question_id, found.pledge_id
    on_layer.card_id, on_layer.card_rev = (card.id, card.rev) if card else (None, None)
    _say(uow, actor, events.TAKEN, [on_layer])
    return on_layer


def _take_off(on_layer: OnAirLayer, *, at_once: bool = False) -> None:
    on_layer.revision += 1
    on_layer.content = on_layer.since = None
    on_layer.question_id = on_layer.pledge_id = on_layer.card_id = on_layer.card_rev = None
    on_layer.is_cut = at_once


def _say(uow: UnitOfWork, actor: Actor, kind: Kind, layers: Sequence[OnAirLayer]) -> None:
    shown = {one.layer.value: one.revision for one in layers}
    uow.record(air_stream(layers[0].session_id), kind, actor, layers, layers=shown)


def _withdraw(uow: UnitOfWork, _actor: Actor, rows: Sequence[Base]) -> None:
    """Words that may not be read any more leave the air at once, in whatever session they stand there."""
    for verdict in (one for one in rows if isinstance(one, Verdict)):
        _call_off(uow, verdict)
    questions = {one.id: one for one in rows if isinstance(one, Question)}
    pledges = {one.id: one for one in rows if isinstance(one, Pledge)}
    if not questions and not pledges:
        return
    shown = or_(OnAirLayer.question_id.in_(questions), OnAirLayer.pledge_id.in_(pledges))
    for number in uow.db.scalars(select(OnAirLayer.id).where(shown).order_by(OnAirLayer.id)).all():
        on_layer = uow.lock(OnAirLayer, number)
        source = questions.get(on_layer.question_id or 0) or pledges.get(on_layer.pledge_id or 0)
        if source is not None and not filling.is_approved(uow.db, source, on_layer.session_id):
            _take_off(on_layer, at_once=True)
            _say(uow, SYSTEM, events.WITHDRAWN, [on_layer])


def _call_off(uow: UnitOfWork, verdict: Verdict) -> None:
    """Nobody is asked any more about what was taken back."""
    on_layer = queries.on_air(uow.db, verdict.session_id, Layer.VERDICT)
    if on_layer is not None and (on_layer.content or {}).get("verdict") == verdict.id:
        on_layer = uow.lock(OnAirLayer, on_layer.id)
        _take_off(on_layer, at_once=True)
        _say(uow, SYSTEM, events.WITHDRAWN, [on_layer])


withdrawing.on_gone(_withdraw)
