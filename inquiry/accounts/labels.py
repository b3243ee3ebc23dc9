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

add(
    "unit_kind",
    {
        UnitKind.CITY: lazy_pgettext("unit", "City"),
        UnitKind.DISTRICT: lazy_pgettext("unit", "District"),
        UnitKind.STREET: lazy_pgettext("unit", "Street"),
        UnitKind.DEPARTMENT: lazy_pgettext("unit", "Department"),
    },
)
