"""Codes that people read off a screen, hear, write down and type: the session's code and the receipt of a question."""

import re
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "2356789CHJKMPRTVWX"
"""Eighteen signs that are not taken for each other.

Left out: 0 O Q D and 1 I L (alike in print), Z 2, S 5, B 8, G 6 and 4 9 (alike in handwriting; one of each pair stays),
vowels and Y (they make words), F and N (they complete English and Chinese abuse), N M (alike when spoken).
"""
SESSION_CODE_LENGTH: Final = 6
RECEIPT_GROUPS: Final = 3
RECEIPT_GROUP_LENGTH: Final = 4
# What a sign that is never issued was probably read or heard from. A, D, F, O and 0 resemble nothing in the alphabet.
_READ_AS = str.maketrans("ZSBGQ4YUNE1IL", "258699VVM3777")
_LONGEST_TYPED: Final = 200
_PUBLIC_NUMBER: Final = re.compile(r"([A-Z])([0-9]{4})[-\u2013\u2014\u2212]([1-9][0-9]{0,9})", re.ASCII)


def session_code() -> str:
    """Six signs, one of 34 million codes: short to type, not secret. Whether it is taken is for the caller to see."""
    return _draw(SESSION_CODE_LENGTH)


def receipt_number() -> str:
    """`XXXX-XXXX-XXXX`, 50 bits: it proves who asked, so it must not be guessed."""
    return "-".join(_draw(RECEIPT_GROUP_LENGTH) for _ in range(RECEIPT_GROUPS))


def public_number(letter: str, year: int, row_id: int) -> str:
    """The number under which a public thing is cited for good, `Q2026-91`: what it is (Q a question, P a pledge), the
    year in which it came about, and its id, which needs no session and never changes."""
    return f"{letter}{year}-{row_id}"


def parse_public_number(typed: str) -> tuple[str, int, int] | None:
    """Letter, year and id of a public number, however it was typed; None if it is none."""
    found = _PUBLIC_NUMBER.fullmatch(unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED]).strip().upper())
    return (found[1], int(found[2]), int(found[3])) if found else None


def normalise_code(typed: str) -> str:
    """A session code or receipt number as it was issued, whatever way a person wrote it down.

    Forgives lower case, full-width letters, blanks, hyphens, Chinese words around it, and signs taken for
    others. What cannot be a code comes out as something that was never issued; nothing is raised.
    """
    signs = plain_signs(typed).translate(_READ_AS)
    if len(signs) != RECEIPT_GROUPS * RECEIPT_GROUP_LENGTH:
        return signs
    return "-".join(signs[at : at + RECEIPT_GROUP_LENGTH] for at in range(0, len(signs), RECEIPT_GROUP_LENGTH))


def plain_signs(typed: str) -> str:
    """The letters and figures of what a person wrote, as capitals: what to show when it names nothing."""
    return re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED]).upper())


def _draw(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
