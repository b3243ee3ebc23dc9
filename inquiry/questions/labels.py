"""What people read for a question's state, for why it was refused, for a session's totals and a list's order."""

from flask_babel import lazy_gettext, lazy_pgettext

from ..core.labels import add
from .models import QuestionOrigin, QuestionState, RefusalReason
from .queries.open_questions import Sort

add(
    "state",
    {
        QuestionState.WAITING: lazy_pgettext("state", "Waiting"),
        QuestionState.APPROVED: lazy_pgettext("state", "Approved"),
        QuestionState.REFUSED: lazy_pgettext("state", "Refused"),
        QuestionState.MERGED: lazy_pgettext("state", "Merged"),
        QuestionState.ON_AIR: lazy_pgettext("state", "On air"),
        QuestionState.AIRED: lazy_pgettext("state", "Aired"),
        QuestionState.ANSWERED: lazy_pgettext("state", "Answered"),
        QuestionState.EVADED: lazy_pgettext("state", "Evaded"),
        QuestionState.DEFERRED: lazy_pgettext("state", "Deferred"),
        QuestionState.HANDED: lazy_pgettext("state", "Handed over"),
        "reopened": lazy_pgettext("state", "Reopened"),  # beside the state: the asker was not content
        "answered_late": lazy_pgettext("state", "Answered late"),  # beside it too, for good
    },
)

add(
    "asked_in",
    {
        QuestionOrigin.SESSION: lazy_gettext("Asked in a session"),
        QuestionOrigin.ANY_DAY: lazy_gettext("Asked outside sessions"),
        QuestionOrigin.HOTLINE: lazy_gettext("From the hotline"),
        QuestionOrigin.TASK_LIST: lazy_gettext("From a task list"),
        QuestionOrigin.INSPECTION: lazy_gettext("From an inspection"),
    },
)

add(
    "reason",
    {
        RefusalReason.ABUSIVE: lazy_pgettext("reason", "abusive"),
        RefusalReason.PRIVATE: lazy_pgettext("reason", "names private people or data"),
        RefusalReason.OFF_TOPIC: lazy_pgettext("reason", "off topic"),
        RefusalReason.NOT_A_QUESTION: lazy_pgettext("reason", "not a question"),
        RefusalReason.SPAM: lazy_pgettext("reason", "advertising or spam"),
        RefusalReason.UNLAWFUL: lazy_pgettext("reason", "unlawful content"),
        RefusalReason.OTHER: lazy_pgettext("reason", "another reason"),
    },
)

#: On the keys of the moderators, where a glance has to do.
add(
    "reason_key",
    {
        RefusalReason.ABUSIVE: lazy_pgettext("reason key", "Abusive"),
        RefusalReason.PRIVATE: lazy_pgettext("reason key", "Private matter"),
        RefusalReason.OFF_TOPIC: lazy_pgettext("reason key", "Off topic"),
        RefusalReason.NOT_A_QUESTION: lazy_pgettext("reason key", "Not a question"),
        RefusalReason.SPAM: lazy_pgettext("reason key", "Spam"),
        RefusalReason.UNLAWFUL: lazy_pgettext("reason key", "Unlawful"),
        RefusalReason.OTHER: lazy_pgettext("reason key", "Other"),
    },
)

add(
    "total",
    {
        "received": lazy_pgettext("totals", "Received"),
        QuestionState.WAITING: lazy_pgettext("totals", "Waiting"),
        QuestionState.APPROVED: lazy_pgettext("totals", "Approved"),
        QuestionState.MERGED: lazy_pgettext("totals", "Merged"),
        QuestionState.REFUSED: lazy_pgettext("totals", "Refused"),
    },
)

#: In the letter to the asker, on the phone.
add(
    "reason_told",
    {
        RefusalReason.ABUSIVE: lazy_pgettext("reason told", "abusive language"),
        RefusalReason.PRIVATE: lazy_pgettext("reason told", "other people's private matters"),
        RefusalReason.OFF_TOPIC: lazy_pgettext("reason told", "not about this session's theme"),
        RefusalReason.NOT_A_QUESTION: lazy_pgettext("reason told", "not a question"),
        RefusalReason.SPAM: lazy_pgettext("reason told", "advertising or repetition"),
        RefusalReason.UNLAWFUL: lazy_pgettext("reason told", "unlawful content"),
        RefusalReason.OTHER: lazy_pgettext("reason told", "another reason"),
    },
)

add(
    "sort",
    {
        Sort.SUPPORTED: lazy_pgettext("sort", "Most supported"),
        Sort.NEWEST: lazy_pgettext("sort", "Latest public"),
        Sort.NEEDS: lazy_pgettext("sort", "Needs votes"),
    },
)

#: The host's, who needs no asking for support.
add(
    "sort_key",
    {
        Sort.SUPPORTED: lazy_pgettext("sort key", "Supported"),
        Sort.NEWEST: lazy_pgettext("sort key", "Latest public"),
        Sort.NEEDS: lazy_pgettext("sort key", "Needs votes"),
    },
)
