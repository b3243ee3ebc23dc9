"""What can happen to a night exam. All of it is public: why somebody speaks, and who changed that."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

POLICY_SET = kind("exam.policy_set", _l("A version of the slot policy was kept: %(digest)s"))
EXAM_CREATED = kind("exam.created", _l("Results of %(period)s decide who speaks: %(theme)s"))
PLAN_MADE = kind("exam.plan_made", _l("The plan was made out of the tables, %(count)s slots; digest %(digest)s"))
SLOT_CHANGED = kind(
    "exam.slot_changed",
    _l("The plan was changed by hand, number %(number)s: %(before)s became %(after)s, because: %(why)s"),
)
SLOT_SKIPPED = kind("exam.slot_skipped", _l("Number %(number)s of the plan was passed over: %(why)s"))
PLAN_CUT = kind(
    "exam.plan_cut",
    _l("The meeting ran over by %(over_s)s seconds: %(shortened)s slots were shortened, %(dropped)s left out"),
)
SLOTS_RESTORED = kind(
    "exam.slots_restored",
    _l("What was passed over or cut last was taken back, %(count)s slots are as they were, because: %(why)s"),
)
INTERRUPTED = kind("exam.interrupted", _l("%(name)s interrupted with a question"))
INTERRUPTION_ENDED = kind("exam.interruption_ended", _l("The interruption ended after %(seconds)s seconds"))
PRESENCE_MARKED = kind("exam.presence_marked", _l("Attendance was noted"))
