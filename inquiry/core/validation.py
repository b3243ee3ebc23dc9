"""What is wrong with a field, in the reader's language: the sentences behind `BAD_INPUT`."""

import re
from typing import Any, get_args

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError
from pydantic_core import core_schema

from .text import Unfit, UnfitText

_SENTENCES: dict[str, LazyString] = {
    "missing": _l("is missing"),
    "extra_forbidden": _l("is not known here"),
    "string_type": _l("text was expected"),
    "string_unicode": _l("text was expected"),
    "string_too_short": _l("at least %(min_length)s characters are needed"),
    "string_too_long": _l("at most %(max_length)s characters are possible"),
    "string_pattern_mismatch": _l("this is not in the expected form"),
    "int_type": _l("a whole number was expected"),
    "int_parsing": _l("a whole number was expected"),
    "int_from_float": _l("a whole number was expected"),
    "bool_type": _l("yes or no was expected"),
    "bool_parsing": _l("yes or no was expected"),
    "enum": _l("one of these was expected: %(expected)s"),
    "literal_error": _l("one of these was expected: %(expected)s"),
    "greater_than_equal": _l("at least %(ge)s was expected"),
    "greater_than": _l("more than %(gt)s was expected"),
    "less_than_equal": _l("at most %(le)s is possible"),
    "less_than": _l("less than %(lt)s was expected"),
    "date_parsing": _l("a date like 2026-12-31 was expected"),
    "date_from_datetime_parsing": _l("a date like 2026-12-31 was expected"),
    "datetime_parsing": _l("a date and time like 2026-12-31T20:00 was expected"),
    "datetime_from_date_parsing": _l("a date and time like 2026-12-31T20:00 was expected"),
    "timezone_naive": _l("a date and time like 2026-12-31T20:00 was expected"),
    "model_type": _l("an object was expected"),
    "dict_type": _l("an object was expected"),
    "list_type": _l("a list was expected"),
    "too_long": _l("too many at once"),
}

_MEMBER = re.compile(r"<[\w.]+: ('[^']*')>")
_OF_PYDANTIC = frozenset(get_args(core_schema.ErrorType))

_UNFIT: dict[Unfit, LazyString] = {
    Unfit.CONTROL_CHARACTERS: _l("contains control characters"),
    Unfit.UNKNOWN_CHARACTERS: _l("contains characters that cannot be shown"),
    Unfit.BROKEN_ENCODING: _l("is not readable text"),
    Unfit.COMBINING_FLOOD: _l("stacks too many marks on one letter"),
    Unfit.VARIATION_FLOOD: _l("contains too many invisible variations"),
    Unfit.JOINER_FLOOD: _l("joins too many signs into one"),
}


#: Whoever gets more wrong than this has to begin anew anyway.
MOST_FAULTS = 5


def by_field(error: ValidationError) -> dict[str, str]:
    """`{field: sentence}` of the first few faults; a field inside another is written `settle.0.unit`."""
    return {
        ".".join(map(str, one["loc"])): _sentence(one["type"], one["msg"], one.get("ctx", {}))
        for one in error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    }


def _sentence(kind: str, message: str, context: dict[str, Any]) -> str:
    cause = context.get("error")
    if isinstance(cause, UnfitText):
        return str(_UNFIT[cause.reason])
    if context.get("field_type") == "Value":  # a text that was cleaned first is measured as if it were a list
        kind = f"string_{kind}"
    if kind in _SENTENCES:
        return str(_SENTENCES[kind]) % (context | {"expected": _listed(context.get("expected", ""))})
    # What we say of a field ourselves is a sentence of ours; what pydantic says is English, and names Python's types.
    return str(_("this is not in the expected form")) if kind in _OF_PYDANTIC else message


def _listed(expected: str) -> str:
    """`clip, slot, break` for what pydantic calls 'clip', 'slot' or 'break', or shows as members of an enum."""
    return _MEMBER.sub(r"\1", expected).replace("'", "").replace(" or ", ", ")
