"""What a browser shows to the stage's server: a token that opens its API for a minute, and for each room words that
the application, the worker and that server know and nobody stores. All are made of the one secret that we share with
it."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

#: A page asks for the next one every second: one that is closed to somebody is worthless after this.
LIFE_SECONDS: Final = 60
RELAY_SECONDS: Final = 3600
_REALM: Final = "janus"
_PLUGIN: Final = "janus.plugin.videoroom"
_SIGNS: Final = 32


def api_token(secret: str, now: datetime) -> str:
    """A signed token of Janus (`token_auth_secret`): it may use the rooms, of which each asks for more."""
    told = f"{int(now.timestamp()) + LIFE_SECONDS},{_REALM},{_PLUGIN}"
    return f"{told}:{b64encode(hmac.digest(secret.encode(), told.encode(), 'sha1')).decode()}"


def relay(secret: str, addresses: Sequence[str], person: int, now: datetime) -> list[dict[str, object]]:
    """The relays for browsers that cannot send where they should, as they are told of them, with a name and a word that
    coturn reckons itself (`use-auth-secret`). They open nothing but the relay, and that for an hour; a page gets new
    ones each second. The person stands in the name: two who enter in the same second do not share a quota, and its log
    tells who."""
    name = f"{int(now.timestamp()) + RELAY_SECONDS}:{person}"
    word = b64encode(hmac.digest(secret.encode(), name.encode(), "sha1")).decode()
    return [{"urls": list(addresses), "username": name, "credential": word}] if addresses else []


def publish_token(secret: str, room: int) -> str:
    """With it one enters a room to publish there."""
    return _made(secret, "publish", room)


def pin(secret: str, room: int) -> str:
    """Without it nobody sees what is published in a room."""
    return _made(secret, "pin", room)


def room_secret(secret: str, room: int) -> str:
    """With it the worker mutes in a room, forwards, and ends it; no browser is told."""
    return _made(secret, "secret", room)


def _made(secret: str, what: str, room: int) -> str:
    return hmac.digest(secret.encode(), f"stage {what}\n{room}".encode(), "sha256").hex()[:_SIGNS]
