"""The PINs of the panel's cards, and the marks that tell networks apart: both reckoned with the installation's secret.

A PIN has eight of eighteen signs: 33 bits, and wrong ones are counted (`commands.cards`). Whoever reads the database
finds none of them; whoever has the secret prints the same sheet again.
"""

import hmac

from flask import current_app

from ..core.codes import ALPHABET

LENGTH = 8
_MARK = 16


def pin(code: str, number: int) -> str:
    """The PIN of a card: of the session with this code, with this number."""
    left = int.from_bytes(_digest(f"pin {code} {number}"), "big")
    signs = []
    for _ in range(LENGTH):
        left, at = divmod(left, len(ALPHABET))
        signs.append(ALPHABET[at])
    return "".join(signs)


def card_mark(number: int, pin: str) -> str:
    """By what a card is found."""
    return _digest(f"card {number} {pin}").hex()


def network_mark(verdict_id: int, network: str) -> str:
    """The same for all votes of a network in one verdict, and another one in the next."""
    return _digest(f"network {verdict_id} {network}").hex()[:_MARK]


def _digest(told: str) -> bytes:
    key = current_app.config["SECRET_KEY"]
    return hmac.digest(key.encode(), f"inquiry.verdicts {told}".encode(), "sha256")
