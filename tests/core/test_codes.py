"""Codes: what is issued, and how forgivingly it is read back."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.codes import ALPHABET, normalise_code, plain_signs, receipt_number, session_code

ISSUED_CODE = re.compile(f"[{ALPHABET}]{{6}}")
ISSUED_RECEIPT = re.compile(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}")


def test_the_alphabet_holds_nothing_ambiguous():
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("0O1ILAEIOUY")
    for alike in ("0ODQ", "1IL7", "2Z", "5S", "8B", "6G", "49Q", "MN", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike


def test_codes_have_the_issued_shape():
    assert all(ISSUED_CODE.fullmatch(session_code()) for _ in range(200))
    assert all(ISSUED_RECEIPT.fullmatch(receipt_number()) for _ in range(200))


def test_every_sign_is_drawn_everywhere():
    drawn = [receipt_number().replace("-", "") for _ in range(2000)]
    for place in range(12):
        assert {number[place] for number in drawn} == set(ALPHABET)


def test_a_receipt_cannot_be_guessed():
    assert 12 * math.log2(len(ALPHABET)) >= 50
    assert len({receipt_number() for _ in range(5000)}) == 5000


READ_BACK = [
    ("k7m2xp", "K7M2XP"),
    (" K7M 2XP ", "K7M2XP"),
    ("K7M-2XP", "K7M2XP"),
    ("Ｋ７ｍ２ｘＰ", "K7M2XP"),
    ("会场码：K7M2XP。", "K7M2XP"),
    ("K7\u200bM2\u202eXP\n", "K7M2XP"),
    ("KIM2XP", "K7M2XP"),
    ("k1NzxP", "K7M2XP"),
    ("KLM2XP", "K7M2XP"),
    ("BSGQUE", "8569V3"),
    ("4YN4YN", "9VM9VM"),
    ("c3h5-j6k7-m8p9", "C3H5-J6K7-M8P9"),
    ("C3H5J6K7M8P9", "C3H5-J6K7-M8P9"),
    ("c3h5 J6K7—m8p9", "C3H5-J6K7-M8P9"),
    ("回执号 Ｃ３Ｈ５－Ｊ６Ｋ７－Ｍ８Ｐ９", "C3H5-J6K7-M8P9"),
    ("", ""),
    ("请问", ""),
]


@pytest.mark.parametrize(("typed", "code"), READ_BACK)
def test_normalise_code(typed, code):
    assert normalise_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["O7M2XP", "K7M2X", "K7M2XPP", "C3H5-J6K7-M8P", "' OR 1=1 --", "\x00\ud800", "9" * 10_000]
)
def test_what_was_never_issued_stays_so(typed):
    read = normalise_code(typed)
    assert not ISSUED_CODE.fullmatch(read)
    assert not ISSUED_RECEIPT.fullmatch(read)


@given(st.text())
def test_reading_twice_reads_the_same(typed):
    assert normalise_code(normalise_code(typed)) == normalise_code(typed)


def test_what_is_issued_reads_back_as_itself():
    for issued in (session_code(), receipt_number()):
        assert normalise_code(issued) == issued
        assert normalise_code(issued.lower()) == issued


def test_what_names_nothing_is_shown_as_it_was_typed():
    assert plain_signs(" 场次码：ｚｚｚ-z1o ") == "ZZZZ1O"
