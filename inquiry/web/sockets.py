"""Sockets: letting sockets in, following sessions, the time, and every registered command."""

from http import HTTPStatus
from typing import Annotated, Any

from flask import Flask, Request, current_app, request
from flask.ctx import RequestContext
from flask.sessions import NullSession
from flask_babel import gettext as _
from flask_socketio import ConnectionRefusedError as NotLetIn
from pydantic import Field

from ..core import background, clock
from ..core.db import UNUSABLE, Db, goes_first, reading
from ..core.draining import draining
from ..core.extensions import socketio
from ..core.fields import Whole
from ..core.networks import network
from ..dispatch import refused, registry
from ..dispatch.registry import Id, Message, Nothing, Reading
from ..errors import BadInput, Refusal, Unknown
from ..permissions import Actor, Scope, require
from ..realtime import fanout, session_cache, snapshots, streams
from ..realtime.views import View
from ..settings import settings
from ..transport import driver, packets

#: A page follows once, and again when it missed something. A hall full of phones behind one address follows at once.
FOLLOWS = "10/10seconds"
FOLLOWS_OF_A_NETWORK = "5000/10seconds"
LONGEST_TOKEN = 100


class Follow(Message):
    """`seen` are the numbers a returning reader got to, by stream."""

    session: Id
    view: Reading = View.PUBLIC
    seen: Annotated[dict[str, Whole], Field(max_length=4)] | None = None


class Leave(Message):
    session: Id


class Event(Request):
    """A message of a socket, in the place of the request that the socket began as."""


class Application(Flask):
    """An event is no request for a page: finding its route would cost as much as a vote."""

    def create_url_adapter(self, request: Request | None) -> Any:
        return None if isinstance(request, Event) else super().create_url_adapter(request)


def identify(db: Db) -> Actor:
    """Who listens: the application has somebody who knows."""
    actor: Actor = current_app.extensions["inquiry.listener"](db)
    return actor


def register() -> None:
    """Bind the handlers to the Socket.IO server; one for all events: an unknown one is refused like any other."""
    socketio.on_event("connect", _connect)
    socketio.server.on(packets.EVENT, _in_context)


def _in_context(sid: str, name: Any, *arguments: Any) -> dict[str, Any]:
    """An event in the context of the request its socket began as, with no form session."""
    goes_first.set(driver.is_first(socketio.server, sid))
    environ = socketio.server.get_environ(sid)
    with RequestContext(environ["flask.app"], environ, Event(environ), NullSession()):
        request.sid = sid  # type: ignore[attr-defined]
        with draining.busy():
            answer = registry.answered(name if isinstance(name, str) else "", _event, name, arguments)
        if not answer["ok"] and answer["status"] < HTTPStatus.INTERNAL_SERVER_ERROR:
            background.attempt("holding back a sender", _hold_back, sid)  # without a database nobody is known
        return answer


def _hold_back(sid: str) -> None:
    """Whoever is refused all the time is read more slowly: the next message is read when this one is answered."""
    connection = _connection(sid)
    with reading() as db:
        verdict = refused.count(registry.identify(db))
    if verdict.wait:
        socketio.sleep(verdict.wait)
    if verdict.cut:
        background.note("a socket was cut off: all it sent was refused")
        socketio.server.eio.disconnect(connection)


def _connection(sid: str) -> str:
    """What stays the same however often a client leaves the namespace and comes back."""
    return str(socketio.server.manager.eio_sid_from_sid(sid, "/"))


def _connect(auth: Any = None) -> None:
    """Anybody may listen to what is public. The sockets of a sign-in, or of an API token, share a room, so that
    revoking it cuts them off; what they press goes first. A page cannot set a header, so a token may come as
    `{"token": …}` too."""
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str):
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token[:LONGEST_TOKEN]}"
    try:
        with reading() as db:
            actor = identify(db)
    except Refusal as refusal:
        raise _not_let_in(refusal) from refusal
    except UNUSABLE as error:
        raise _not_let_in(registry.busy("connect", error)) from error
    if actor.is_signed_in:
        driver.serve_first(socketio.server, request.sid)  # type: ignore[attr-defined]
    _enter_own(actor)


def _enter_own(actor: Actor) -> None:
    """The rooms by which a socket is cut off with what let it in."""
    if actor.sign_in_id is not None:
        fanout.enter(request.sid, f"sign-in:{actor.sign_in_id}")  # type: ignore[attr-defined]
    if actor.grant is not None:
        fanout.enter(request.sid, actor.grant.bearer)  # type: ignore[attr-defined]


def _not_let_in(refusal: Refusal) -> NotLetIn:
    """The sentence, and as the packet's data what every other refusal tells a machine."""
    return NotLetIn(refusal.message, refusal.as_dict())


def _event(name: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Raises a Refusal."""
    data = arguments[0] if arguments else {}
    if name is None:
        raise BadInput(fields={"": _("is not readable text")})
    if not isinstance(name, str):
        raise Unknown(command="")
    if len(arguments) > 1:
        raise BadInput(fields={"": _("an object was expected")})
    special = {"follow": _follow, "leave": _leave, "time": _time}.get(name)
    return special(registry.bounded(data)) if special else registry.carry_out(name, data)


def _follow(data: dict[str, Any]) -> dict[str, Any]:
    """Enter the rooms of a session first, then say where its streams stand and what was missed.

    `{streams, now, entries, tick}`; `entries` is null when a snapshot has to be fetched. Whoever catches up without one
    is told by a `tick` what no entry tells: the votes that were given meanwhile. Raises NotPublic.
    """
    message = registry.parse(Follow, data)
    registry.count(FOLLOWS, "follow", f"socket:{_connection(request.sid)}")  # type: ignore[attr-defined]
    registry.count(FOLLOWS_OF_A_NETWORK, "follow", f"net:{network(request.remote_addr)}")
    with reading() as db:
        actor = identify(db)
    require(actor, message.view.kind.permission, Scope(message.view.unit_id, message.session))
    _enter_own(actor)  # it may have been signed out, or closed, for the moment in which the socket was opened
    one = session_cache.of(message.session, message.view)
    for room in one.room_of.values():
        fanout.enter(request.sid, room)  # type: ignore[attr-defined]
    positions, entries = one.missed(message.seen or {})
    answer = {"streams": positions, "now": clock.milliseconds(clock.now()), "entries": None}
    if entries is None:
        return answer
    return answer | {"entries": one.spelt(entries), "tick": snapshots.of(message.session, message.view).tick}


def _leave(data: dict[str, Any]) -> dict[str, Any]:
    message = registry.parse(Leave, data)
    sid = request.sid  # type: ignore[attr-defined]
    for name in socketio.server.rooms(sid):
        room = streams.Room.parse(name)
        if room is not None and (room.stream.topic, room.stream.id) == ("session", message.session):
            fanout.leave(sid, name)
    return {}


def _time(data: dict[str, Any]) -> dict[str, Any]:
    """For estimating the difference between a browser's clock and ours; and in which zone days and wall clocks are."""
    registry.parse(Nothing, data)
    return {"now": clock.milliseconds(clock.now()), "zone": settings().zone.key}
