"""What people read for the kind of a response and what it means, and for the days that a term is counted in."""

from flask_babel import lazy_gettext, lazy_pgettext

from ..core.labels import add
from ..core.workdays import Why
from .models import ResponseKind

add(
    "response_kind",
    {
        ResponseKind.ACKNOWLEDGEMENT: lazy_pgettext("kind of answer", "Acknowledgement"),
        ResponseKind.DEFLECTION: lazy_pgettext("kind of answer", "Deflection"),
        ResponseKind.GENERIC_COMMITMENT: lazy_pgettext("kind of answer", "Generic commitment"),
        ResponseKind.SPECIFIC_COMMITMENT: lazy_pgettext("kind of answer", "Specific commitment"),
        ResponseKind.NO_ANSWER: lazy_pgettext("kind of answer", "No answer"),
    },
)

add(
    "response_kind_hint",
    {
        ResponseKind.ACKNOWLEDGEMENT: lazy_gettext("explains or admits, and promises nothing"),
        ResponseKind.DEFLECTION: lazy_gettext("avoids the question, or points to somebody else"),
        ResponseKind.GENERIC_COMMITMENT: lazy_gettext("promises, but without a day or without saying who does what"),
        ResponseKind.SPECIFIC_COMMITMENT: lazy_gettext("says who does what by which day"),
        ResponseKind.NO_ANSWER: lazy_gettext("nothing was said to the question"),
    },
)

#: On the keys of the clerk.
add(
    "response_kind_key",
    {
        ResponseKind.ACKNOWLEDGEMENT: lazy_pgettext("kind key", "heard, thanks; no will to act"),
        ResponseKind.DEFLECTION: lazy_pgettext("kind key", "avoids the matter, or says it is others’"),
        ResponseKind.GENERIC_COMMITMENT: lazy_pgettext("kind key", "will act, but not who, when, what"),
        ResponseKind.SPECIFIC_COMMITMENT: lazy_pgettext("kind key", "who does what by when"),
        ResponseKind.NO_ANSWER: lazy_pgettext("kind key", "silent, or nobody there; no words needed"),
    },
)

add(
    "day",
    {
        "workday": lazy_pgettext("day", "working day"),
        Why.MADE_UP: lazy_pgettext("day", "made-up working day"),
        Why.WEEKEND: lazy_pgettext("day", "weekend"),
        Why.HOLIDAY: lazy_pgettext("day", "public holiday"),
    },
)

#: Where a term is explained day by day; `holiday` is put in by whoever shows it.
add(
    "day_counted",
    {
        Why.WEEKEND: lazy_gettext("weekend, not counted"),
        Why.HOLIDAY: lazy_gettext("public holiday, not counted: %(holiday)s"),
        Why.MADE_UP: lazy_gettext("worked to make up for a holiday, counted: %(holiday)s"),
        Why.PROVISIONAL: lazy_gettext("from this year on the holidays are not announced yet: the date may still move"),
    },
)
