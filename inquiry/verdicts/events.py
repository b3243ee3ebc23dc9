"""What can happen in verdicts. All of it is public; how single cards and devices voted is told to nobody."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind
from .models import Pattern

OPENED = kind("verdicts.opened", _l("A verdict on the answer was opened for %(seconds)s seconds"))
CLOSED = kind(
    "verdicts.closed",
    _l("The verdict was closed: %(panel)s votes of the panel and %(viewers)s of viewers were counted"),
)
CALLED_OFF = kind("verdicts.called_off", _l("The verdict was called off: nothing was counted"))
TAKEN = kind("verdicts.taken", _l("The result of the verdict was taken on air"))
SET_ASIDE = {
    Pattern.BURST: kind(
        "verdicts.burst_set_aside",
        _l("%(votes)s votes of one network within moments, nearly all alike, were set aside. %(note)s"),
    ),
    Pattern.TOO_SOON: kind(
        "verdicts.too_soon_set_aside",
        _l("%(votes)s votes that came sooner than a hand can press were set aside. %(note)s"),
    ),
    Pattern.IN_STEP: kind(
        "verdicts.in_step_set_aside", _l("%(votes)s votes of one network at even distances were set aside. %(note)s")
    ),
    Pattern.BORN_TOGETHER: kind(
        "verdicts.born_together_set_aside",
        _l("%(votes)s votes of devices that were made within the same second were set aside. %(note)s"),
    ),
}
BROUGHT_BACK = kind("verdicts.brought_back", _l("%(votes)s votes that had been set aside were brought back"))

CARDS_MADE = kind(
    "verdicts.cards_made", _l("%(cards)s cards were made for the panel, the last one with number %(last)s")
)
CARD_TAKEN_OUT = kind("verdicts.card_taken_out", _l("Card %(number)s of the panel was taken out"))
CARD_PUT_BACK = kind("verdicts.card_put_back", _l("Card %(number)s of the panel was put back"))
DEVICE_TAKEN_OUT = kind("verdicts.device_taken_out", _l("A device was taken out of the verdicts of the session"))
DEVICE_PUT_BACK = kind("verdicts.device_put_back", _l("A device was put back into the verdicts of the session"))
