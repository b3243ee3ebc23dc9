"""The stage: who is let onto it, what they say of themselves, what the director does, and what the worker says.

Whether somebody has the right is asked of the database at each press (`rights.right`); the worker asks again five times
a second, and takes away what has ended.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands.preparation import not_closed
from ...live.models import Session
from ...permissions import Actor, Scope, require
from ...realtime.streams import staff_stream
from ...trace.kinds import Kind
from .. import events, refusals, rules, stage_queries
from ..models import CameraView, Part, PictureState, Place, Publisher, Stage

#: What JavaScript counts exactly, and more than anybody guesses.
_ROOMS: Final = 2**52


def join_stage(
    uow: UnitOfWork, actor: Actor, session_id: int, camera: CameraView = CameraView.MAIN
) -> Publisher:  # fmt: skip
    """Give whoever has the right to send a picture now a room for it; who has one keeps it. For a unit one speaks: its
    own people before those of a unit above, whose place they take.

    Raises SessionClosed, NoStage, NoRightToPublish, PlaceTaken, NotFound.
    """
    require(actor, "media.join_stage", Scope(unit_id=actor.unit_id, session_id=session_id))
    session = not_closed(uow, session_id)
    if not stage_queries.is_open(uow.db, session):
        raise refusals.NoStage()
    right = stage_queries.right_of(uow.db, actor, session, uow.now)
    if right is None or actor.user_id is None:
        raise refusals.NoRightToPublish()
    for one, user in stage_queries.publishers(uow.db, session.id):
        is_same = (one.part, one.item_id, one.turn) == right.what
        if one.user_id == actor.user_id and one.camera is camera:
            if is_same:
                return one
            _withdraw(uow, actor, one)
        elif one.user_id != actor.user_id and is_same and right.part is Part.SPEAKER and camera is CameraView.MAIN:
            is_nearer = actor.unit_id == right.unit_id != user.unit_id
            if one.camera is CameraView.MAIN and not (is_nearer or rules.is_given_up(one, uow.now)):
                raise refusals.PlaceTaken()
            if is_nearer or one.camera is CameraView.MAIN:
                _withdraw(uow, actor, one)
    publisher = Publisher(
        session_id=session.id, user_id=actor.user_id, part=right.part, camera=camera, unit_id=right.unit_id,
        item_id=right.item_id, turn=right.turn, room=1 + secrets.randbelow(_ROOMS), place=right.place,
        admitted_at=uow.now, muted=stage_queries.was_muted(uow.db, session.id, actor.user_id, right, camera),
    )  # fmt: skip
    uow.add(publisher)
    _say(uow, actor, events.PUBLISHER_ADMITTED, [publisher])
    return publisher


def leave_stage(uow: UnitOfWork, actor: Actor, publisher_id: int) -> Publisher:
    """Give the right back; host and producer free the place of somebody who is gone. Raises NotFound,
    NoRightToPublish."""
    publisher = _own(uow, actor, "leave_stage", publisher_id)
    _withdraw(uow, actor, publisher)
    return publisher


def mark_ready(uow: UnitOfWork, actor: Actor, publisher_id: int, *, ready: bool) -> Publisher:
    """Say that camera and microphone are tested and one waits for the turn. Raises NotFound, NoRightToPublish."""
    publisher = _own(uow, actor, "mark_ready", publisher_id)
    if publisher.ready is not ready:
        publisher.ready = ready
        _say(uow, actor, events.READY if ready else events.NOT_READY, [publisher])
    return publisher


def raise_hand(uow: UnitOfWork, actor: Actor, publisher_id: int, *, raised: bool) -> Publisher:
    """A leader asks to speak, or does not any more. Raises NotFound, NoRightToPublish."""
    publisher = _own(uow, actor, "raise_hand", publisher_id)
    if publisher.part is not Part.LEADER:
        raise refusals.NoRightToPublish()
    if (publisher.hand_raised_at is not None) is not raised:
        publisher.hand_raised_at = uow.now if raised else None
        _say(uow, actor, events.HAND_RAISED if raised else events.HAND_LOWERED, [publisher])
    return publisher


def mute(uow: UnitOfWork, actor: Actor, publisher_id: int, *, muted: bool) -> Publisher:
    """Let nobody hear somebody on the stage, or let them again. Raises NotFound, NoRightToPublish."""
    found = stage_queries.own(uow.db, publisher_id)
    require(actor, "media.mute", Scope(session_id=found.session_id))
    publisher = uow.lock(Publisher, publisher_id)
    _check_there(publisher)
    _set_muted(uow, actor, [publisher], muted)
    return publisher


def mute_others(uow: UnitOfWork, actor: Actor, session_id: int) -> list[Publisher]:
    """Let nobody be heard but whoever speaks. Raises NotFound."""
    require(actor, "media.mute_others", Scope(session_id=session_id))
    uow.lock(Session, session_id)
    there = [one for one, _user in stage_queries.publishers(uow.db, session_id)]
    others = [one for one in there if one.part is not Part.SPEAKER and one.camera is CameraView.MAIN]
    _set_muted(uow, actor, others, True)
    return others


def set_conference(uow: UnitOfWork, actor: Actor, session_id: int, part: Part, address: str) -> Stage:
    """Where people of a part join the city's own conference system; '' for nowhere. Raises SessionClosed, NotFound,
    NoStreamAddress."""
    require(actor, "media.set_conference", Scope(session_id=session_id))
    not_closed(uow, session_id)
    if address and not rules.is_address(address):
        raise refusals.NoStreamAddress()
    stage = _stage(uow, session_id)
    stage.conference = {name: one for name, one in (stage.conference | {part.value: address}).items() if one}
    uow.record(staff_stream(session_id), events.CONFERENCE_SET, actor, [stage], part=part.value)
    return stage


# --- what the worker says --------------------------------------------------------------------------------------------


def withdraw_publisher(uow: UnitOfWork, actor: Actor, publisher_id: int) -> None:
    """Say that a right has ended and its room is gone. Raises NotFound."""
    require(actor, "media.tell_state")
    publisher = uow.lock(Publisher, publisher_id)
    if publisher.withdrawn_at is None:
        _withdraw(uow, actor, publisher)


def tell_publishers(uow: UnitOfWork, actor: Actor, told: Mapping[int, tuple[Place, bool]]) -> None:
    """Say of publishers where they are, and whether their picture is there. Raises NotFound."""
    require(actor, "media.tell_state")
    for number in sorted(told):
        place, joined = told[number]
        publisher = uow.lock(Publisher, number)
        before = publisher.place, publisher.joined
        if publisher.withdrawn_at is not None or before == (place, joined):
            continue
        publisher.place, publisher.joined = place, joined
        kind = events.PUBLISHER_SEEN if joined else events.PUBLISHER_LOST
        _say(uow, actor, events.PUBLISHER_MOVED if before[1] is joined else kind, [publisher])


def tell_stage(uow: UnitOfWork, actor: Actor, session_id: int, state: PictureState) -> Stage:
    """Say whether the stage's server is there. Raises NotFound."""
    require(actor, "media.tell_state", Scope(session_id=session_id))
    stage = _stage(uow, session_id)
    if stage.state is not state:
        stage.state = state
        kind = events.STAGE_ON if state is PictureState.ON else events.STAGE_GONE
        uow.record(staff_stream(session_id), kind, actor, [stage])
    return stage


# --- what they share -------------------------------------------------------------------------------------------------


def _own(uow: UnitOfWork, actor: Actor, verb: str, publisher_id: int) -> Publisher:
    found = stage_queries.own(uow.db, publisher_id)
    require(actor, f"media.{verb}", Scope(user_id=found.user_id, session_id=found.session_id))
    publisher = uow.lock(Publisher, publisher_id)
    _check_there(publisher)
    return publisher


def _check_there(publisher: Publisher) -> None:
    """One that is locked: it may have left meanwhile."""
    if publisher.withdrawn_at is not None:
        raise refusals.NoRightToPublish()


def _set_muted(uow: UnitOfWork, actor: Actor, publishers: Iterable[Publisher], muted: bool) -> None:
    changed = [one for one in publishers if one.muted is not muted]
    for one in changed:
        one.muted = muted
    if changed:
        _say(uow, actor, events.MUTED if muted else events.UNMUTED, changed)


def _withdraw(uow: UnitOfWork, actor: Actor, publisher: Publisher) -> None:
    publisher.withdrawn_at, publisher.joined = uow.now, False
    _say(uow, actor, events.PUBLISHER_WITHDRAWN, [publisher])


def _say(uow: UnitOfWork, actor: Actor, kind: Kind, publishers: list[Publisher]) -> None:
    uow.record(staff_stream(publishers[0].session_id), kind, actor, publishers)


def _stage(uow: UnitOfWork, session_id: int) -> Stage:
    """That of a session which is locked; made when it is first spoken of."""
    uow.lock(Session, session_id)
    if uow.db.get(Stage, session_id) is None:
        uow.add(Stage(id=session_id, state=PictureState.OFF, conference={}))
    return uow.lock(Stage, session_id)
