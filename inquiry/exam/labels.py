"""What people read for picks, presence, changes by hand and reasons of a silence."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .models import EXPECTED, Changed, Interrupter, Presence
from .queries.minutes import Outcome
from .rules.policy import Pick
from .rules.silence import Unheard

add(
    "pick",
    {
        Pick.TOP: lazy_pgettext("pick", "The best"),
        Pick.BOTTOM: lazy_pgettext("pick", "The last"),
        Pick.MOST_IMPROVED: lazy_pgettext("pick", "Most improved"),
        Pick.DUEL: lazy_pgettext("pick", "Duel"),
        Pick.UNREPORTED: lazy_pgettext("pick", "Figures missing"),
        Pick.NAMED: lazy_pgettext("pick", "Named"),
    },
)
add(
    "presence",
    {
        Presence.PRESENT: lazy_pgettext("presence", "Present"),
        Presence.LEFT: lazy_pgettext("presence", "Left"),
        Presence.ABSENT: lazy_pgettext("presence", "Absent"),
        EXPECTED: lazy_pgettext("presence", "Invited"),
    },
)
add(
    "exam_change",
    {
        Changed.SPEAKER: lazy_pgettext("change", "Who speaks"),
        Changed.LENGTH: lazy_pgettext("change", "Length"),
        Changed.ORDER: lazy_pgettext("change", "Order"),
        Changed.SKIPPED: lazy_pgettext("change", "Passed over"),
        Changed.CUT: lazy_pgettext("change", "Shortened"),
        Changed.DROPPED: lazy_pgettext("change", "Left out"),
    },
)
add(
    "interrupter",
    {
        Interrupter.LEADER: lazy_pgettext("interrupter", "A leader"),
        Interrupter.CITIZEN: lazy_pgettext("interrupter", "A citizen"),
    },
)
add(
    "outcome",
    {
        Outcome.SPOKEN: lazy_pgettext("outcome", "Spoke"),
        Outcome.SKIPPED: lazy_pgettext("outcome", "Passed over"),
        Outcome.DROPPED: lazy_pgettext("outcome", "Left out"),
        Outcome.SPEAKING: lazy_pgettext("outcome", "Has the floor"),
        Outcome.TO_COME: lazy_pgettext("outcome", "To come"),
        Outcome.NOT_REACHED: lazy_pgettext("outcome", "Not reached"),
    },
)
add(
    "unheard",
    {
        Unheard.ABSENT: lazy_pgettext("unheard", "Absent"),
        Unheard.DEPUTY: lazy_pgettext("unheard", "Gave the slot to a deputy"),
        Unheard.CUT: lazy_pgettext("unheard", "Planned, but not reached"),
        Unheard.INCOMPLETE: lazy_pgettext("unheard", "Figures missing, not asked"),
        Unheard.LAGGING: lazy_pgettext("unheard", "Lagging, but passed over"),
        Unheard.LEADING: lazy_pgettext("unheard", "Leading, but passed over"),
        Unheard.NEITHER: lazy_pgettext("unheard", "Neither leading nor lagging"),
    },
)
