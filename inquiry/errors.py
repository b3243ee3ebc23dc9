"""Refusals: a code for machines, a sentence for people, and the data the sentence was built from.

Every package declares its own children in its `refusals.py`; they are translated to an acknowledgement or a JSON answer
in `dispatch/registry.py` and to a page in `web/http.py`, and the transaction in which one is raised leaves no trace.
"""

from typing import Any, ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: When whoever found us busy may try again.
BUSY_SECONDS = 5


class Refusal(Exception):
    """What was asked will not be done, and nothing has changed.

    `code` never changes its meaning; `status` is the HTTP status of the same refusal; `sentence` is a lazy translation
    whose %(names)s are keys of `data`; `data` holds JSON values only. One that is about a single field names it.
    """

    code: ClassVar[str] = "REFUSED"
    status: ClassVar[int] = 409
    field: ClassVar[str] = ""
    sentence: ClassVar[LazyString | str] = _l("This cannot be done.")

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data

    @property
    def message(self) -> str:
        return str(self.sentence) % self.data if self.data else str(self.sentence)

    def as_dict(self) -> dict[str, Any]:
        """`{code, message, data}`, the message in the reader's language."""
        return {"code": self.code, "message": self.message, "data": self.data}

    def as_answer(self) -> dict[str, Any]:
        """`{ok: false, error, status}`: what a machine is answered."""
        return {"ok": False, "error": self.as_dict(), "status": self.status}


class BadInput(Refusal):
    """`data.fields` maps a field's name to what is wrong with it."""

    code = "BAD_INPUT"
    status = 400
    sentence = _l("Some of what was sent cannot be used.")


class Unknown(Refusal):
    """A command nobody registered."""

    code = "UNKNOWN_COMMAND"
    status = 404
    sentence = _l("There is no such command.")


class NotFound(Refusal):
    """`data.what` names the kind of thing."""

    code = "NOT_FOUND"
    status = 404
    sentence = _l("This does not exist, or is not public.")


class NotPublic(Refusal):
    """A meeting that is closed to the public while it runs, and whatever belongs to it; `data.session` is its id."""

    code = "NOT_PUBLIC"
    status = 403
    sentence = _l("This meeting is not public. Its minutes and its whole record are published when it is over.")


class StaysInRehearsal(Refusal):
    """Something that reaches beyond the session that is rehearsed: of a rehearsal nothing may be left elsewhere."""

    code = "STAYS_IN_REHEARSAL"
    sentence = _l("This is a rehearsal: it cannot touch anything outside it.")


class SignedOut(Refusal):
    code = "SIGNED_OUT"
    status = 401
    sentence = _l("Please sign in first.")


class PasswordChangeNeeded(Refusal):
    """Signed in with a one-time password: nothing else is possible before it was changed."""

    code = "PASSWORD_CHANGE_NEEDED"
    status = 403
    sentence = _l("Please choose your own password first.")


class TokenRefused(Refusal):
    """An API token that nobody made, or that has expired or was revoked."""

    code = "TOKEN_REFUSED"
    status = 401
    sentence = _l("This API token is unknown, has expired or was revoked.")


class BeyondToken(Refusal):
    """`data.command` names what the API token does not cover."""

    code = "BEYOND_TOKEN"
    status = 403
    sentence = _l("The API token does not cover this.")


class Forbidden(Refusal):
    """`data.command` names what the actor may not do."""

    code = "FORBIDDEN"
    status = 403
    sentence = _l("Your role does not allow this.")


class Stale(Refusal):
    """Somebody else was faster. `data.now` is the state as it is now, so that the presser can look and decide again."""

    code = "STALE"
    status = 409
    sentence = _l("Somebody else has just changed this. Please look again.")


class Expired(Refusal):
    """The form session of a plain page has ended."""

    code = "EXPIRED"
    status = 400
    sentence = _l(
        "This page was open for too long and nothing was sent. What you wrote is below: please send it again."
    )


class TooMany(Refusal):
    """`data.retry_after` is in seconds."""

    code = "TOO_MANY"
    status = 429
    sentence = _l("Too many at once. Please try again in %(retry_after)s seconds.")


class NothingChanged(Refusal):
    code = "NOTHING_CHANGED"
    status = 400
    sentence = _l("The correction says the same as before.")


class KeyReused(Refusal):
    """The same `client_id` came with another message: the first one stands."""

    code = "KEY_REUSED"
    status = 409
    sentence = _l("This was already sent with different contents.")


class Busy(Refusal):
    """`data.retry_after` is in seconds."""

    code = "BUSY"
    status = 503
    sentence = _l("The system is busy. Please try again in a moment.")

    def __init__(self, **data: Any) -> None:
        super().__init__(**{"retry_after": BUSY_SECONDS} | data)


class Broken(Refusal):
    """Our fault: logged with its traceback, told without it."""

    code = "BROKEN"
    status = 500
    sentence = _l("Something went wrong on our side. Nothing was changed.")


class LookFirst(Refusal):
    """What is to be imported is not what was looked through: another file, or to be read otherwise."""

    code = "LOOK_FIRST"
    sentence = _l("Please look through exactly this file first, then import it.")
