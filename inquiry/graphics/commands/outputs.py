"""Outputs are made, named, given new addresses, revoked, and asked from afar to say who they are or to load anew."""

import secrets
from collections.abc import Collection

from ...accounts.queries import digest
from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import StaysInRehearsal
from ...live.models import Session
from ...permissions import Actor, Scope, require
from ...realtime import fanout
from ...realtime.streams import air_stream
from ...trace.kinds import Kind
from .. import events, queries, refusals, rules
from ..models import Layer, Output
from .rehearsing import is_lent

MOST_OUTPUTS = 20


def make_output(
    uow: UnitOfWork, actor: Actor, session_id: int, name: str, layers: Collection[Layer]
) -> tuple[Output, str]:  # fmt: skip
    """An output of a session; returns it with its token, which nobody can be told again. No layers: all of them.

    Raises TooManyOutputs, NotFound.
    """
    require(actor, "graphics.make_output", Scope(session_id=session_id))
    session = uow.lock(Session, session_id)
    if len(queries.outputs(uow.db, session.id)) >= MOST_OUTPUTS:
        raise refusals.TooManyOutputs(most=MOST_OUTPUTS)
    token = _token()
    shows = [one.value for one in Layer if one in layers or not layers]
    output = Output(session_id=session.id, name=name, token_hash=digest(token), layers=shows, made_at=uow.now)
    uow.add(output)
    _say(uow, actor, events.OUTPUT_MADE, output)
    return output, token


def renew_output(uow: UnitOfWork, actor: Actor, output_id: int) -> tuple[Output, str]:
    """Give an output a new token; the old one is good for nothing from now on. Raises StaysInRehearsal, NotFound."""
    output = _own(uow, _lock(uow, actor, "renew_output", output_id))
    _cut(uow, output)
    token = _token()
    output.token_hash = digest(token)
    _say(uow, actor, events.OUTPUT_RENEWED, output)
    return output, token


def revoke_output(uow: UnitOfWork, actor: Actor, output_id: int) -> Output:
    """End an output, at once and for its open sockets too. Raises StaysInRehearsal, NotFound."""
    output = _own(uow, _lock(uow, actor, "revoke_output", output_id))
    output.revoked_at = uow.now
    _say(uow, actor, events.OUTPUT_REVOKED, output)
    _cut(uow, output)
    return output


def identify_output(uow: UnitOfWork, actor: Actor, output_id: int) -> Output:
    """Have every page of an output show its name for a moment. Raises NotFound."""
    output = _lock(uow, actor, "identify_output", output_id)
    output.identify_at = uow.now
    _say(uow, actor, events.OUTPUT_IDENTIFIED, output)
    return output


def reload_output(uow: UnitOfWork, actor: Actor, output_id: int) -> Output:
    """Have every page of an output load anew. Raises NotFound."""
    output = _lock(uow, actor, "reload_output", output_id)
    output.reload_at = uow.now
    _say(uow, actor, events.OUTPUT_RELOADED, output)
    return output


def _own(uow: UnitOfWork, output: Output) -> Output:
    """Raises StaysInRehearsal for one that is only lent: afterwards it would be gone in earnest."""
    if is_lent(output, existing(uow.db, Session, output.session_id)):
        raise StaysInRehearsal()
    return output


def _cut(uow: UnitOfWork, output: Output) -> None:
    """Whoever listens with the token that it has now; the watchers of the other processes see for themselves."""
    room = rules.output_room(output.id, output.token_hash, output.session_id)
    uow.after_commit(lambda: fanout.cut(room))


def _token() -> str:
    return queries.PREFIX + secrets.token_urlsafe(24)


def _lock(uow: UnitOfWork, actor: Actor, verb: str, output_id: int) -> Output:
    """Of outputs that are not revoked. Raises NotFound."""
    require(actor, f"graphics.{verb}", Scope(session_id=existing(uow.db, Output, output_id).session_id))
    output = uow.lock(Output, output_id)
    if output.revoked_at is not None:
        raise refusals.OutputRevoked()
    return output


def _say(uow: UnitOfWork, actor: Actor, kind: Kind, output: Output) -> None:
    uow.record(air_stream(output.session_id), kind, actor, [output], output=output.id)
