"""One registry of commands and queries, three ways to it: a socket event, `POST /api/<name>`, and a form.

Whichever it is, a message is parsed by the same schema, the actor is looked up in the database anew, the same limits
count, the same key makes a repeated message harmless, and a refusal has the same code, sentence and data.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from flask import current_app
from flask_babel import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, ValidationError
from pydantic_core import PydanticCustomError

from ..core import background, bounds, metrics, validation
from ..core.db import UNUSABLE, Db, reading
from ..core.fields import Whole
from ..errors import BadInput, Broken, Busy, Refusal, TooMany, Unknown
from ..permissions import Actor, require
from ..realtime.views import View
from . import batching, idempotency, reach
from .batching import Sharing, Write
from .idempotency import Ack, RequestKey, owner_of
from .rate_limit import Limiter, Rate, rates
from .unit_of_work import UnitOfWork, commit


class Message(BaseModel):
    """The base of every schema: unknown fields are refused, and text stays text."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


#: What fits an integer column: a larger number names nothing.
LARGEST_ID = 2**31 - 1
Id = Annotated[Whole, Field(ge=1, le=LARGEST_ID)]


def _view(name: Any) -> View:
    try:
        return View.parse(name)
    except (TypeError, ValueError, AttributeError):
        raise PydanticCustomError("view", _("this is not in the expected form")) from None


#: In which view somebody reads, by its name.
Reading = Annotated[InstanceOf[View], BeforeValidator(_view)]


class Nothing(Message):
    """A message without contents."""


Schema = TypeVar("Schema", bound=Message)


@dataclass(frozen=True)
class Endpoint:
    """A registered command (`writes`) or query."""

    name: str
    schema: type[Message]
    #: Returns an acknowledgement; of many together, one or a refusal for each.
    handle: Callable[..., Any]
    writes: bool
    limit: str | None
    prepare: Callable[[Actor, Any], Any] | None = None
    shares: Sharing | None = None


#: A hall full of phones shares one address: a network may send this many times what a device may.
DEVICES_OF_A_NETWORK = 200

WRITES = metrics.Counter("inquiry_writes_total", "Commands carried out; several may share one transaction.")
REFUSALS = metrics.Counter("inquiry_refusals_total", "What was refused, by code.", label="code")

_endpoints: dict[str, Endpoint] = {}
limiter = Limiter()
#: What was counted for the message at hand, to be given back should the server be too busy for it.
_counted: ContextVar[list[tuple[Rate, str, str]] | None] = ContextVar("counted", default=None)


def identify(db: Db) -> Actor:
    """Who is acting, from the request at hand: the application has somebody who knows."""
    actor: Actor = current_app.extensions["inquiry.identify"](db)
    return actor


def command(
    name: str,
    schema: type[Schema],
    *,
    limit: str | None = None,
    prepare: Callable[[Actor, Schema], Any] | None = None,
    shares: Sharing | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `handle(uow, actor, message) -> answer` as a write. `limit` reads like `6/minute;60/hour`.

    `prepare(actor, message)` does slow work (hashing a password) before the transaction begins; its result is then
    the fourth argument of `handle`. What a whole city presses at once `shares` its transactions: see `batching`.
    """

    def register(handle: Callable[..., Any]) -> Callable[..., Any]:
        return _register(Endpoint(name, schema, handle, True, limit, prepare, shares))

    return register


def query(
    name: str, schema: type[Schema], *, limit: str | None = None
) -> Callable[[Callable[[Db, Actor, Schema], Ack]], Callable[..., Ack]]:
    """Register `handle(db, actor, message) -> answer` as a read."""

    def register(handle: Callable[[Db, Actor, Schema], Ack]) -> Callable[..., Ack]:
        return _register(Endpoint(name, schema, handle, False, limit))

    return register


def _register(endpoint: Endpoint) -> Callable[..., Any]:
    if endpoint.name in _endpoints:
        raise ValueError(f"{endpoint.name} is registered already")
    _endpoints[endpoint.name] = endpoint
    return endpoint.handle


def every() -> list[Endpoint]:
    return [_endpoints[name] for name in sorted(_endpoints)]


def carry_out(name: str, data: Any) -> Ack:
    """Do what a message asks. Raises a Refusal, after which nothing has changed.

    A message may carry `client_id`, made once by the sender for one press: a write that comes again with the same one
    is not done again, it gets the answer of the first time (KEY_REUSED if its contents differ).
    """
    try:
        with counted_unless_busy():
            return _carry_out(name, data)
    except Refusal as refusal:
        REFUSALS.add(of=refusal.code)
        raise
    except UNUSABLE as error:
        raise busy(name, error) from error


def _carry_out(name: str, data: Any) -> Ack:
    endpoint = _endpoints.get(name)
    if endpoint is None:
        raise Unknown(command=readable(name))
    fields = bounded(data)
    client_id = _client_id(fields)
    message = parse(endpoint.schema, {field: value for field, value in fields.items() if field != "client_id"})
    with reading() as db:
        actor = identify(db)
        reach.check(db, actor, endpoint.name, endpoint.writes, message)
        key = _request_key(endpoint, actor, message, client_id)
        ack = _recalled(endpoint, db, key)
    if ack is not None:
        return ack
    if endpoint.limit:
        _count(endpoint, actor)
    if not endpoint.writes:
        with reading() as db:
            found: Ack = endpoint.handle(db, actor, message)
            return found
    prepared = (endpoint.prepare(actor, message),) if endpoint.prepare else ()
    if endpoint.shares:
        require(actor, endpoint.name)  # again within the transaction; but whoever may not at all keeps nobody waiting
        write = Write(endpoint.name, endpoint.shares, endpoint.handle, actor, message, prepared, key)
        ack = batching.group().carry_out(write)
    else:
        ack = _write(endpoint, actor, message, prepared, key)
    WRITES.add()
    return ack


def _request_key(endpoint: Endpoint, actor: Actor, message: Message, client_id: str | None) -> RequestKey | None:
    return (
        RequestKey.of(actor, client_id, f"{endpoint.name} {message.model_dump_json()}")
        if client_id and endpoint.writes
        else None
    )


def _recalled(endpoint: Endpoint, db: Db, key: RequestKey | None) -> Ack | None:
    """The answer of the first time, if there was one; no limit counts it again. Raises KeyReused.

    Shared writes look into the database all at once, in their transaction.
    """
    if key is None:
        return None
    return batching.group().recall(key) if endpoint.shares else idempotency.recall(db, key)


def _client_id(data: dict[str, Any]) -> str | None:
    found = data.get("client_id")
    if found is None or (isinstance(found, str) and 8 <= len(found) <= 64 and found.isascii() and found.isprintable()):
        return found
    raise BadInput(fields={"client_id": _("8 to 64 plain characters were expected")})


def bounded(data: Any) -> dict[str, Any]:
    """A message that is worth being looked at, whichever way it came. Raises BadInput."""
    if found := bounds.fault(data):
        field, sentence = found
        raise BadInput(fields={field: str(sentence)})
    fields: dict[str, Any] = data
    return fields


def readable(name: str) -> str:
    """The name of something that nobody knows here, as it may be told back."""
    return name[: bounds.LONGEST_NAME].encode(errors="replace").decode()


def parse(schema: type[Schema], data: Any) -> Schema:
    """What a bounded message says. Raises BadInput naming the first fields that cannot be used."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise BadInput(fields=validation.by_field(error)) from None


def _write(
    endpoint: Endpoint, actor: Actor, message: Message, prepared: tuple[Any, ...], key: RequestKey | None
) -> Ack:
    def handle(uow: UnitOfWork) -> Ack:
        recalled = idempotency.claim(uow.db, key, uow.now) if key else None
        if recalled is not None:
            return recalled
        ack: Ack = endpoint.handle(uow, actor, message, *prepared)
        if key:
            idempotency.remember(uow.db, key, ack, uow.session_id)
        return ack

    return commit(endpoint.name, handle)


def _count(endpoint: Endpoint, actor: Actor) -> None:
    """Count one message against its limit, for its sender and for the sender's network."""
    for rate in rates(endpoint.limit) if endpoint.limit else ():
        _count_one(rate, endpoint.name, owner_of(actor))
        _count_one(rate.times(DEVICES_OF_A_NETWORK), endpoint.name, f"net:{actor.network}")


def count(limit: str, what: str, who: str) -> None:
    """Count one more of `what` by `who`; `limit` reads like `8/5minutes`. Raises TooMany, saying when to try again."""
    for rate in rates(limit):
        _count_one(rate, what, who)


def uncount(limit: str, what: str, who: str) -> None:
    """Take one count back: what was counted beforehand turned out not to count."""
    for rate in rates(limit):
        limiter.give_back(rate, what, who)
        if (counted := _counted.get()) and (rate, what, who) in counted:
            counted.remove((rate, what, who))


def _count_one(rate: Rate, what: str, who: str) -> None:
    wait = limiter.wait(rate, what, who)
    if wait:
        raise TooMany(retry_after=math.ceil(wait), command=what)
    if (counted := _counted.get()) is not None:
        counted.append((rate, what, who))


@contextmanager
def counted_unless_busy() -> Iterator[None]:
    """What is counted within is given back if it is refused because the server was busy: nothing was done, and whoever
    tries again as told must not find the limit used up."""
    mine: list[tuple[Rate, str, str]] = []
    around = _counted.set(mine)
    try:
        yield
    except (Busy, *UNUSABLE):
        for rate, what, who in mine:
            limiter.give_back(rate, what, who)
        raise
    finally:
        _counted.reset(around)


def forget_limits() -> None:
    """Start counting anew (a fresh application)."""
    limiter.forget()


def busy(name: str, error: Exception) -> Busy:
    """What somebody is told whose database is gone, not back yet, or too slow: one line in a minute, not a page."""
    why = str(getattr(error, "orig", None) or error).strip()
    background.note(f"{readable(name)} was refused: the database cannot be used ({why})")
    REFUSALS.add(of=Busy.code)
    return Busy(command=readable(name))


def answered(name: str, work: Callable[..., Ack], *args: Any) -> Ack:
    """`{ok: true, …answer}` or `{ok: false, error: {code, message, data}}`: the one translation for machines."""
    try:
        return {"ok": True, **work(*args)}
    except Refusal as refusal:
        return refusal.as_answer()
    except UNUSABLE as error:
        return busy(name, error).as_answer()
    except Exception:
        background.complain(f"{readable(name)} failed")
        return Broken().as_answer()
