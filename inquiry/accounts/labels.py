"""What people read for roles and kinds of units."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from ..permissions import Role
from .models import UnitKind

add(
    "role",
    {
        Role.ADMINISTRATOR: lazy_pgettext("role", "Administrator"),
        Role.HOST: lazy_pgettext("role", "Host"),
        Role.PRODUCER: lazy_pgettext("role", "Producer"),
        Role.MODERATOR: lazy_pgettext("role", "Moderator"),
        Role.CLERK: lazy_pgettext("role", "Clerk"),
        Role.OFFICIAL: lazy_pgettext("role", "Official"),
        Role.STAFF: lazy_pgettext("role", "Staff"),
        Role.LEADER: lazy_pgettext("role", "Leader"),
        Role.AUDIENCE: lazy_pgettext("role", "Citizen"),
        Role.VISITOR: lazy_pgettext("role", "Citizen"),
        Role.SYSTEM: lazy_pgettext("role", "System"),
    },
)

#: Within a sentence: "the host has just cleared the floor".
add(
    "doer",
    {
        Role.ADMINISTRATOR: lazy_pgettext("doer", "an administrator"),
        Role.HOST: lazy_pgettext("doer", "the host"),
        Role.PRODUCER: lazy_pgettext("doer", "the producer"),
        Role.MODERATOR: lazy_pgettext("doer", "a moderator"),
        Role.CLERK: lazy_pgettext("doer", "the clerk"),
        Role.OFFICIAL: lazy_pgettext("doer", "the unit"),
        Role.STAFF: lazy_pgettext("doer", "staff"),
        Role.LEADER: lazy_pgettext("doer", "a leader"),
        Role.AUDIENCE: lazy_pgettext("doer", "a citizen"),
        Role.VISITOR: lazy_pgettext("doer", "a citizen"),
        Role.SYSTEM: lazy_pgettext("doer", "the system"),
    },
)

#: What an API token may do; their names are those of the table of permissions.
add(
    "token_command",
    {
        "read.staff": lazy_pgettext("token", "Read what the crew sees"),
        "read.internal": lazy_pgettext("token", "Follow a meeting that is closed to the public"),
        "live.press_unseen": lazy_pgettext("token", "Press on the floor without looking"),
        "live.take_and_start": lazy_pgettext("token", "Take an item and start its speaker’s time"),
        "live.start_slot": lazy_pgettext("token", "Start a speaker’s time"),
        "live.pause_slot": lazy_pgettext("token", "Stop the time"),
        "live.resume_slot": lazy_pgettext("token", "Let the time run on"),
        "live.extend_slot": lazy_pgettext("token", "Add or take away time"),
        "live.extend_everybody": lazy_pgettext("token", "Give everybody the same time"),
        "live.end_slot": lazy_pgettext("token", "End the speaker’s time"),
        "live.open_intake": lazy_pgettext("token", "Open the taking of questions"),
        "live.close_intake": lazy_pgettext("token", "Close the taking of questions"),
        "graphics.take": lazy_pgettext("token", "Put graphics on air"),
        "graphics.update_on_air": lazy_pgettext("token", "Correct graphics on air"),
        "graphics.clear": lazy_pgettext("token", "Take a graphic off air"),
        "graphics.panic": lazy_pgettext("token", "Take all graphics off air"),
        "graphics.hold": lazy_pgettext("token", "Hold a layer back"),
        "graphics.release": lazy_pgettext("token", "Let a layer fill itself"),
        "questions.put_on_air": lazy_pgettext("token", "Put a question on air"),
        "questions.take_item": lazy_pgettext("token", "Take an item of the rundown"),
        "questions.clear_floor": lazy_pgettext("token", "Take off air"),
        "questions.hold": lazy_pgettext("token", "Hold a question"),
        "questions.approve": lazy_pgettext("token", "Approve a question"),
        "questions.refuse": lazy_pgettext("token", "Refuse a question"),
        "questions.merge": lazy_pgettext("token", "Merge questions"),
        "questions.set_unit": lazy_pgettext("token", "Say which unit is to answer"),
        "responses.record_response": lazy_pgettext("token", "Record an answer"),
        "responses.answer_in_writing": lazy_pgettext("token", "Answer in writing"),
        "pledges.record_pledge": lazy_pgettext("token", "Record a pledge"),
        "pledges.confirm_pledge": lazy_pgettext("token", "Confirm a pledge"),
        "pledges.report_progress": lazy_pgettext("token", "Report progress"),
        "pledges.add_evidence": lazy_pgettext("token", "Add evidence"),
        "pledges.claim_done": lazy_pgettext("token", "Report a pledge as kept"),
        "media.caption": lazy_pgettext("token", "Write captions"),
        "media.correct_caption": lazy_pgettext("token", "Correct captions"),
    },
)

add(
    "unit_kind",
    {
        UnitKind.CITY: lazy_pgettext("unit", "City"),
        UnitKind.DISTRICT: lazy_pgettext("unit", "District"),
        UnitKind.STREET: lazy_pgettext("unit", "Street"),
        UnitKind.DEPARTMENT: lazy_pgettext("unit", "Department"),
    },
)
#: Above those of a kind in a list.
add(
    "unit_kinds",
    {
        UnitKind.CITY: lazy_pgettext("units", "City"),
        UnitKind.DISTRICT: lazy_pgettext("units", "Districts"),
        UnitKind.STREET: lazy_pgettext("units", "Streets"),
        UnitKind.DEPARTMENT: lazy_pgettext("units", "Departments"),
    },
)
