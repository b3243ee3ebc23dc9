"""How the picture of a session comes: its source, and the key by which an encoder is let in."""

import secrets

from ...accounts.queries import digest
from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands.preparation import not_closed
from ...live.models import Session
from ...permissions import Actor, Scope, require
from ...realtime.streams import public_stream, staff_stream
from ...settings import settings
from .. import events, queries, refusals, removing, rules
from ..models import PictureSource, PictureState, Programme


def choose_source(
    uow: UnitOfWork, actor: Actor, session_id: int, source: PictureSource, address: str = ""
) -> Programme:  # fmt: skip
    """Say how the picture of a session comes; an `address` counts only where it lies elsewhere. An encoder that sends
    then is sent away.

    Raises SessionClosed, NoStreamAddress, NoStage, NotFound.
    """
    require(actor, "media.choose_source", Scope(session_id=session_id))
    not_closed(uow, session_id)
    if source is PictureSource.STAGE and not settings().janus:
        raise refusals.NoStage()
    if source is not PictureSource.ADDRESS:
        address = ""
    elif not rules.is_address(address):
        raise refusals.NoStreamAddress()
    programme = _programme(uow, session_id)
    programme.source, programme.address = source, address
    programme.state, programme.on_since = PictureState.OFF, None
    uow.record(public_stream(session_id), events.SOURCE_CHOSEN, actor, [programme], source=source.value)
    return programme


def make_key(uow: UnitOfWork, actor: Actor, session_id: int) -> tuple[Programme, str]:
    """A new stream key, which nobody can be told again; whoever sends with the one before is sent away.

    Raises SessionClosed, NotFound.
    """
    require(actor, "media.make_key", Scope(session_id=session_id))
    not_closed(uow, session_id)
    programme, key = _programme(uow, session_id), secrets.token_urlsafe(18)
    programme.key_hash = digest(key)
    uow.record(staff_stream(session_id), events.KEY_MADE, actor, [programme])
    return programme, key


def revoke_key(uow: UnitOfWork, actor: Actor, session_id: int) -> Programme:
    """The stream key is good for nothing from now on; whoever sends with it is sent away. Raises NotFound."""
    require(actor, "media.revoke_key", Scope(session_id=session_id))
    uow.lock(Session, session_id)
    programme = _programme(uow, session_id)
    programme.key_hash = None
    uow.record(staff_stream(session_id), events.KEY_REVOKED, actor, [programme])
    return programme


def remove_files(uow: UnitOfWork, rehearsal: Session) -> None:
    """What was seen of a rehearsal goes with it, and what was recorded of it."""
    programme = queries.programme(uow.db, rehearsal.id)
    if programme is not None:
        here = settings().media_dir
        for place in (queries.folder_of(here, programme), *queries.recorded_beside(here, programme.media_id)):
            removing.take_away(uow, place)


def _programme(uow: UnitOfWork, session_id: int) -> Programme:
    """That of a session which is locked; made when it is first spoken of."""
    if uow.db.get(Programme, session_id) is None:
        uow.add(Programme(id=session_id, media_id=secrets.token_hex(12)))
    return uow.lock(Programme, session_id)
