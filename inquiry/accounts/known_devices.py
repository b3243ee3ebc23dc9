"""Which accounts a browser has signed in to before: a signed cookie, so that nobody who guesses elsewhere shuts it out.

It opens nothing by itself: with it, wrong passwords are counted for this browser and this account alone.
"""

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "known_device"
#: It is sent to the one page that asks.
PATH = "/sign-in"
LASTS_SECONDS = 180 * 24 * 3600
#: People who share a computer.
MOST_ACCOUNTS = 8
_LONGEST = 300


@dataclass(frozen=True)
class KnownDevice:
    """A browser, by a number of chance, and the accounts it signed in to, the last one first."""

    id: str
    user_ids: tuple[int, ...] = ()

    def knows(self, user_id: int | None) -> bool:
        return user_id in self.user_ids

    def with_account(self, user_id: int) -> "KnownDevice":
        others = [one for one in self.user_ids if one != user_id]
        return KnownDevice(self.id, (user_id, *others)[:MOST_ACCOUNTS])

    def cookie(self) -> str:
        return str(_signer().dumps([self.id, *self.user_ids]))


def read(cookie: str) -> KnownDevice:
    """The device of a cookie; a new one where there is none, or none of ours that is good."""
    if cookie and len(cookie) <= _LONGEST:
        try:
            number, *user_ids = _signer().loads(cookie, max_age=LASTS_SECONDS)
        except BadSignature:
            return _new()
        return KnownDevice(number, tuple(user_ids))
    return _new()


def _new() -> KnownDevice:
    return KnownDevice(secrets.token_urlsafe(9))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")
