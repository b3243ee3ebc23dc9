"""What becomes of the picture by itself: an encoder comes and goes, and the worker says whether there is a picture."""

from ...accounts.queries import digest
from ...dispatch.unit_of_work import UnitOfWork
from ...live.models import Session, SessionState
from ...permissions import Actor, Scope, require
from ...realtime.streams import public_stream, staff_stream
from .. import events, queries, refusals, rules
from ..models import PictureState, Programme


def let_in(
    uow: UnitOfWork, actor: Actor, media_id: str, key: str, sender: str, *, has_room: bool = True
) -> Programme:  # fmt: skip
    """Let an encoder send the picture, or go on sending it: the one at a time that shows the session's stream key.
    `sender` is how nginx names it, which records what it sends: not where it has no room.

    Raises StreamKeyRefused, AlreadySending, NoRoomToRecord.
    """
    require(actor, "media.let_in")
    programme, session = _locked(uow, media_id)
    if not queries.opens(programme, session, shown := digest(key), uow.now):
        raise refusals.StreamKeyRefused()
    if rules.is_in_the_way(programme.sender, programme.heard_at, sender, uow.now):
        raise refusals.AlreadySending()
    if not has_room:
        raise refusals.NoRoomToRecord(session=session.id)
    programme.heard_at = uow.now
    if programme.sender != sender or programme.sender_key != shown:
        programme.sender, programme.sender_key, programme.sending_since = sender, shown, uow.now
        uow.record(staff_stream(session.id), events.ENCODER_LET_IN, actor, [programme])
    return programme


def leave(uow: UnitOfWork, actor: Actor, media_id: str, sender: str) -> None:
    """An encoder sends no more. One that was never let in is nobody."""
    require(actor, "media.let_in")
    if queries.by_media_id(uow.db, media_id) is None:
        return
    programme, _session = _locked(uow, media_id)
    if programme.sender == sender:
        _left(uow, actor, programme)


def take_for_gone(uow: UnitOfWork, actor: Actor, media_id: str) -> None:
    """An encoder of which nothing was heard for long sends no more, though nobody said so: its machine or nginx failed,
    or the word was lost."""
    require(actor, "media.let_in")
    programme, _session = _locked(uow, media_id)
    if programme.sender is not None and not rules.is_looked_for(programme.heard_at, uow.now):
        _left(uow, actor, programme)


def _left(uow: UnitOfWork, actor: Actor, programme: Programme) -> None:
    programme.sender = programme.sender_key = programme.sending_since = programme.heard_at = None
    uow.record(staff_stream(programme.id), events.ENCODER_LEFT, actor, [programme])


def tell_state(uow: UnitOfWork, actor: Actor, programme_id: int, state: PictureState) -> Programme:
    """Say that the picture is there, or away. Raises NotFound."""
    require(actor, "media.tell_state", Scope(session_id=programme_id))
    programme = uow.lock(Programme, programme_id)
    if programme.state is not state:
        programme.state, programme.on_since = state, uow.now if state is PictureState.ON else None
        kind = events.PICTURE_ON if state is PictureState.ON else events.PICTURE_GONE
        uow.record(public_stream(programme_id), kind, actor, [programme])
    if state is PictureState.ON and uow.db.get_one(Session, programme_id).closed_to_public:
        programme.filmed_closed = True
    return programme


def forget_tried(uow: UnitOfWork, actor: Actor, programme_id: int) -> None:
    """Say that nothing is left of what was filmed in private before a meeting that is open now: no recording has any of
    it. Raises NotFound."""
    require(actor, "media.tell_state", Scope(session_id=programme_id))
    session = uow.lock(Session, programme_id)
    if session.state is SessionState.PLANNED and not session.closed_to_public:
        programme = uow.lock(Programme, programme_id)
        programme.filmed_closed, programme.tried_until = False, uow.now


def _locked(uow: UnitOfWork, media_id: str) -> tuple[Programme, Session]:
    found = queries.by_media_id(uow.db, media_id)
    if found is None:
        raise refusals.StreamKeyRefused()
    return uow.lock(Programme, found.id), uow.db.get_one(Session, found.id)
