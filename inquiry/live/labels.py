"""What people read for sessions, the items of their rundown, and what becomes of a slot whose time is up."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .ledger import Doing, Step
from .models import AtZero, Backstage, ItemColour, ItemKind, SessionKind, SessionState, StepKind
from .rules import Intake

add(
    "state",
    {
        SessionState.PLANNED: lazy_pgettext("state", "Planned"),
        SessionState.LIVE: lazy_pgettext("state", "Live"),
        SessionState.CLOSED: lazy_pgettext("state", "Closed"),
        "called_off": lazy_pgettext("state", "Called off"),  # closed without having been held
    },
)

add(
    "session_kind",
    {
        SessionKind.INQUIRY: lazy_pgettext("session", "Inquiry session"),
        SessionKind.NIGHT_EXAM: lazy_pgettext("session", "Night exam"),
    },
)

add(
    "item_kind",
    {
        ItemKind.CLIP: lazy_pgettext("item", "Clip"),
        ItemKind.QUESTION: lazy_pgettext("item", "Question"),
        ItemKind.SLOT: lazy_pgettext("item", "Slot"),
        ItemKind.VERDICT: lazy_pgettext("item", "Verdict"),
        ItemKind.BREAK: lazy_pgettext("item", "Break"),
        ItemKind.ADDRESS: lazy_pgettext("item", "Host’s words"),
        ItemKind.SILENT_HEADS: lazy_pgettext("item", "Heads long silent"),
        ItemKind.FOLLOW_UP: lazy_pgettext("item", "Follow-up question"),
        ItemKind.PLEDGE: lazy_pgettext("item", "Pledge read back"),
        ItemKind.CASE: lazy_pgettext("item", "Case"),
    },
)

add(
    "item_colour",
    {
        ItemColour.NONE: lazy_pgettext("colour", "No colour"),
        ItemColour.BLUE: lazy_pgettext("colour", "Blue"),
        ItemColour.GREEN: lazy_pgettext("colour", "Green"),
        ItemColour.AMBER: lazy_pgettext("colour", "Amber"),
        ItemColour.GREY: lazy_pgettext("colour", "Grey"),
    },
)

add(
    "noted",
    {
        "host": lazy_pgettext("note for", "Host"),
        "producer": lazy_pgettext("note for", "Producer"),
        "moderator": lazy_pgettext("note for", "Moderator"),
        "clerk": lazy_pgettext("note for", "Clerk"),
        "floor": lazy_pgettext("note for", "Floor"),
    },
)

add(
    "rundown_step",
    {
        StepKind.ADDED: lazy_pgettext("step", "added"),
        StepKind.CHANGED: lazy_pgettext("step", "changed"),
        StepKind.MOVED: lazy_pgettext("step", "moved"),
        StepKind.REMOVED: lazy_pgettext("step", "removed"),
        StepKind.ARMED: lazy_pgettext("step", "armed or disarmed"),
        StepKind.RENUMBERED: lazy_pgettext("step", "cues numbered anew"),
        StepKind.IMPORTED: lazy_pgettext("step", "imported"),
    },
)

add(
    "intake",
    {
        Intake.NOT_YET: lazy_pgettext("intake", "Questions are not taken yet"),
        Intake.OPEN: lazy_pgettext("intake", "Questions are taken"),
        Intake.CLOSED: lazy_pgettext("intake", "Questions are no longer taken"),
    },
)

add(
    "backstage",
    {
        Backstage.HOST: lazy_pgettext("backstage", "Host"),
        Backstage.STAGE: lazy_pgettext("backstage", "Speaker (stage timer)"),
        Backstage.FLOOR: lazy_pgettext("backstage", "Floor"),
    },
)

add(
    "at_zero",
    {
        AtZero.COUNT_OVER: lazy_pgettext("at zero", "Count over"),
        AtZero.GRACE: lazy_pgettext("at zero", "Grace, then end"),
        AtZero.END: lazy_pgettext("at zero", "End by itself"),
        AtZero.NEXT: lazy_pgettext("at zero", "End, next begins"),
    },
)

add(
    "ledger_step",
    {
        Step.STARTED: lazy_pgettext("ledger", "Began"),
        Step.PAUSED: lazy_pgettext("ledger", "Stopped"),
        Step.INTERRUPTED: lazy_pgettext("ledger", "A question"),
        Step.RESUMED: lazy_pgettext("ledger", "Went on"),
        Step.EXTENDED: lazy_pgettext("ledger", "More or less time"),
        Step.ENDED: lazy_pgettext("ledger", "Ended"),
    },
)

add(
    "ledger_doing",
    {
        Doing.SPEAKING: lazy_pgettext("ledger", "speaking"),
        Doing.PAUSED: lazy_pgettext("ledger", "stopped"),
        Doing.INTERRUPTED: lazy_pgettext("ledger", "stopped for a question"),
    },
)
