"""Argon2id, beside the loop and a few at a time: on purpose it takes some hundredths of a second, and 64 MiB."""

import secrets
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

from ..core import extensions
from ..errors import Busy

#: Nobody waits longer than this for a turn: a page that says so is better.
LONGEST_WAIT_SECONDS = 25.0


class Gate:
    """Gives turns for slow work, `at_once` at a time. Whoever finds `waiting` others there already is told BUSY."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.free = at_once + waiting
        self._turns = threading.Semaphore(at_once)
        self._counting = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises Busy."""
        self._enter()
        try:
            if not self._turns.acquire(timeout=LONGEST_WAIT_SECONDS):
                raise Busy(command="accounts.sign_in")
            try:
                yield
            finally:
                self._turns.release()
        finally:
            with self._counting:
                self.free += 1

    def _enter(self) -> None:
        with self._counting:
            if self.free == 0:
                raise Busy(command="accounts.sign_in")
            self.free -= 1


#: Whoever is known here already never waits behind those whom nobody knows, however many come; one network has not so
#: many tries that it could take all places.
_STRANGERS, _KNOWN = Gate(1, 160), Gate(1, 80)

_hasher = PasswordHasher()


def _of_nobody() -> str:
    """What might be kept of a password that nobody has: checking it takes as long as any other."""
    salt, sum_of = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${sum_of}"


#: Checked when the name is unknown, so that both answers take as long. Made up: hashing would hold up every start.
_NOBODY = _of_nobody()


def hashed(password: str) -> str:
    """What is kept of a password. Raises Busy."""
    with _KNOWN.turn():
        return str(extensions.offload(_hasher.hash, password))


def turn(*, known: bool) -> AbstractContextManager[None]:
    """A turn for whoever is known here, or nobody knows. Raises Busy."""
    return (_KNOWN if known else _STRANGERS).turn()


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one of which `kept` was kept; takes as long where nothing was. In a turn."""
    return bool(extensions.offload(_verify, kept or _NOBODY, password)) and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
