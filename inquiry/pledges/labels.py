"""What people read for the state of a pledge, for how its words and its date stand, and for its parts."""

from flask_babel import lazy_gettext, lazy_pgettext

from ..core.labels import add
from .models import Confirmation, ExtensionState, PledgeOrigin, PledgeState
from .queries.lists import Standing
from .rules import Timing

add(
    "state",
    {
        PledgeState.OPEN: lazy_pgettext("state", "In progress"),
        PledgeState.CLAIMED_DONE: lazy_pgettext("state", "Claimed done"),
        PledgeState.RETURNED: lazy_pgettext("state", "Returned"),
        PledgeState.KEPT: lazy_pgettext("state", "Kept"),
        PledgeState.SUPERSEDED: lazy_pgettext("state", "Superseded"),
        Standing.IN_PROGRESS: lazy_pgettext("state", "In progress"),
        Timing.DUE_SOON: lazy_pgettext("state", "Due soon"),
        Timing.OVERDUE: lazy_pgettext("state", "Overdue"),
        Confirmation.ASKED: lazy_pgettext("state", "To be confirmed"),
        Confirmation.CONFIRMED: lazy_pgettext("state", "Confirmed"),
        Confirmation.DISPUTED: lazy_pgettext("state", "Disputed"),
        Confirmation.STANDS_AS_SPOKEN: lazy_pgettext("state", "Stands as spoken"),
    },
)

#: What makes a pledge specific (`rules.ELEMENTS`), as headings.
add(
    "element",
    {
        "action": lazy_pgettext("element", "Action"),
        "object": lazy_pgettext("element", "Object"),
        "officer": lazy_pgettext("element", "Officer"),
        "lead_unit": lazy_pgettext("element", "Lead unit"),
        "due_on": lazy_pgettext("element", "Due"),
    },
)

#: The same to the clerk, who sees at a glance what is still missing.
add(
    "element_key",
    {
        "action": lazy_pgettext("element key", "action"),
        "object": lazy_pgettext("element key", "object"),
        "officer": lazy_pgettext("element key", "officer"),
        "lead_unit": lazy_pgettext("element key", "lead unit"),
        "due_on": lazy_pgettext("element key", "date"),
    },
)

add(
    "extension",
    {
        ExtensionState.IN_FORCE: lazy_pgettext("extension", "in force"),
        ExtensionState.ASKED: lazy_pgettext("extension", "waits for a decision"),
        ExtensionState.REFUSED: lazy_pgettext("extension", "refused"),
    },
)

add(
    "origin",
    {
        PledgeOrigin.RESPONSE: lazy_gettext("From an answer"),
        PledgeOrigin.TASK_LIST: lazy_gettext("From a task list"),
        PledgeOrigin.INSPECTION: lazy_gettext("From an inspection"),
        PledgeOrigin.EXAM_SLOT: lazy_gettext("From a night exam"),
    },
)
