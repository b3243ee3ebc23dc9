"""Which device a browser is: a signed cookie, looked up once and kept in mind, because it keeps its number for ever."""

import re
from collections.abc import Iterable

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from ..core.db import Db, PerDatabase, among
from .models import Device

COOKIE = "device"

#: Cookies that were looked up, and the devices they belong to; cookies that will be asked about sooner or later.
_known: PerDatabase[dict[str, int]] = PerDatabase(dict)
_expected: PerDatabase[set[str]] = PerDatabase(set)
_MOST_KNOWN = 100_000
#: Looked up in one statement, in a few milliseconds.
MET_AT_ONCE = 300
#: The signature is as good with rubbish behind it, and would be kept as often as it is spelt.
_SPELLING = re.compile(r"[A-Za-z0-9_.\-]{1,200}")


def signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def find(db: Db, cookie: str) -> int | None:
    """The device that a cookie belongs to, None if it belongs to none."""
    known = _known.here()
    if cookie and cookie not in known:
        _meet(db, [cookie])
    return known.get(cookie)


def expect(cookie: str) -> None:
    """Whoever opens a socket will press sooner or later: have it looked up with the others who come now."""
    if cookie and cookie not in _known.here():
        expected = _expected.here()
        if len(expected) < _MOST_KNOWN:
            expected.add(cookie)


def meet(db: Db) -> bool:
    """Look up some of the expected, all at once; returns whether there are more."""
    expected = _expected.here()
    known = _known.here()
    some = [expected.pop() for _ in range(min(MET_AT_ONCE, len(expected)))]
    _meet(db, [cookie for cookie in some if cookie not in known])
    return bool(expected)


def _meet(db: Db, cookies: Iterable[str]) -> None:
    read = signer()
    cookie_of: dict[str, str] = {}
    for cookie in cookies:
        if _SPELLING.fullmatch(cookie):
            try:
                cookie_of[str(read.loads(cookie))] = cookie
            except BadSignature:
                continue
    if not cookie_of:
        return
    known = _known.here()
    for number, token in db.execute(select(Device.id, Device.token).where(among(db, Device.token, cookie_of))):
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[cookie_of[token]] = number
