"""What can happen to a session, its rundown, its floor and its slots. All of it is public but what the crew notes.

Payloads hold no title of an item before it is on air, and never a question's words, which may have to be withdrawn.
"""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

SESSION_CREATED = kind("live.session_created", _l("The session was planned: %(title)s"))
SESSION_CHANGED = kind("live.session_changed", _l("The session's details were changed"))
CLOSED_TO_PUBLIC = kind(
    "live.closed_to_public",
    _l("It was decided that the public does not follow the meeting; its record is published after"),
)
OPENED_TO_PUBLIC = kind("live.opened_to_public", _l("It was decided that the meeting is public"))
INTAKE_OPENED = kind("live.intake_opened", _l("Questions could be asked from now on"))
INTAKE_CLOSED = kind("live.intake_closed", _l("No more questions were taken"))
WENT_LIVE = kind("live.went_live", _l("The session went live"))
LIVE_TAKEN_BACK = kind("live.live_taken_back", _l("Going live by mistake was taken back: nothing was aired"))
SESSION_CLOSED = kind("live.session_closed", _l("The session was closed"))
SESSION_CALLED_OFF = kind("live.session_called_off", _l("The session was called off: %(reason)s"))

SCREEN_SWITCHED = kind("live.screen_switched", _l("The studio screen was switched"))

ITEM_ADDED = kind("live.item_added", _l("Number %(position)s was added to the rundown"))
ITEM_CHANGED = kind("live.item_changed", _l("An item of the rundown was changed"))
ITEM_MOVED = kind("live.item_moved", _l("An item of the rundown moved from number %(before)s to number %(position)s"))
ITEM_REMOVED = kind("live.item_removed", _l("Number %(position)s was removed from the rundown"))
RUNDOWN_CHANGED = kind("live.rundown_changed", _l("Lines of the rundown were changed together: %(lines)s"))
ITEMS_NOTED = kind("live.items_noted", _l("What the crew notes on lines of the rundown was changed: %(lines)s"))
ITEM_TAKEN = kind("live.item_taken", _l("On air: %(title)s"))
FLOOR_CLEARED = kind("live.floor_cleared", _l("Off air"))

SLOT_STARTED = kind("live.slot_started", _l("%(speaker)s was given %(seconds)s seconds to speak"))
SLOT_PAUSED = kind("live.slot_paused", _l("The speaking time was stopped"))
SLOT_INTERRUPTED = kind("live.slot_interrupted", _l("A question interrupted the speaking time"))
SLOT_RESUMED = kind("live.slot_resumed", _l("The speaking time ran on"))
SLOT_EXTENDED = kind("live.slot_extended", _l("The speaking time was changed by %(seconds)s seconds"))
EVERYBODY_EXTENDED = kind(
    "live.everybody_extended", _l("Everybody’s speaking time was changed by the same %(seconds)s seconds")
)
SLOT_ENDED = kind("live.slot_ended", _l("The speaker ended after %(used_s)s seconds"))
TIME_CALLED = kind("live.time_called", _l("The speaking time was up"))

TIMER_ADDED = kind("live.timer_added", _l("A timer was made"))
TIMER_SET = kind("live.timer_set", _l("A timer was set otherwise"))
TIMER_STARTED = kind("live.timer_started", _l("A timer was started"))
TIMER_PAUSED = kind("live.timer_paused", _l("A timer was stopped"))
TIMER_RESUMED = kind("live.timer_resumed", _l("A timer ran on"))
TIMER_RESET = kind("live.timer_reset", _l("A timer was set back"))
TIMER_EXTENDED = kind("live.timer_extended", _l("A timer was given more or less time"))
TIMER_REMOVED = kind("live.timer_removed", _l("A timer was removed"))

MESSAGE_SENT = kind("live.message_sent", _l("The crew said something behind the scenes"), public=False)
MESSAGE_ACKNOWLEDGED = kind(
    "live.message_acknowledged", _l("What was said behind the scenes was acknowledged"), public=False
)
STAGE_TIMER_SWITCHED = kind("live.stage_timer_switched", _l("The stage timer was switched"), public=False)
