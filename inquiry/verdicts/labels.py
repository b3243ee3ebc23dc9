"""What people read for a pattern: its name, and why it is one."""

from flask_babel import lazy_gettext as _l

from ..core.labels import add
from .models import Pattern

add(
    "pattern",
    {
        Pattern.BURST: _l("Burst from one network"),
        Pattern.TOO_SOON: _l("Sooner than a hand"),
        Pattern.IN_STEP: _l("In step, from one network"),
        Pattern.BORN_TOGETHER: _l("Devices made together"),
    },
)
add(
    "pattern_why",
    {
        Pattern.BURST: _l("many votes of one network within two seconds, nearly all saying the same"),
        Pattern.TOO_SOON: _l("votes within 0.4 seconds after the opening, before a hand can have pressed"),
        Pattern.IN_STEP: _l("votes of one network at even distances, as no hands press"),
        Pattern.BORN_TOGETHER: _l(
            "devices of one network that were made within the same second, nearly all saying the same"
        ),
    },
)
