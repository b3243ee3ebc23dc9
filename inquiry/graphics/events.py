"""What can happen to cards, to what is on air over the picture, and to outputs. Payloads hold no words: those of a
citizen may have to be withdrawn, and what was on air stays with the recording."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

CARD_PREPARED = kind("graphics.card_prepared", _l("A card was prepared"), public=False)
CARD_CHANGED = kind("graphics.card_changed", _l("A prepared card was changed"), public=False)
CARD_DISCARDED = kind("graphics.card_discarded", _l("A prepared card was discarded"), public=False)

TAKEN = kind("graphics.taken", _l("A graphic went on air"), public=False)
UPDATED = kind("graphics.updated", _l("A graphic was corrected on air"), public=False)
CLEARED = kind("graphics.cleared", _l("A graphic left the air"), public=False)
PANICKED = kind("graphics.panicked", _l("All graphics left the air at once"), public=False)
WITHDRAWN = kind("graphics.withdrawn", _l("A graphic left the air because its words were withdrawn"), public=False)
HELD = kind("graphics.held", _l("A layer takes nothing from the floor"), public=False)
RELEASED = kind("graphics.released", _l("A layer fills itself from the floor again"), public=False)

OUTPUT_MADE = kind("graphics.output_made", _l("An output was made"), public=False)
OUTPUT_RENEWED = kind("graphics.output_renewed", _l("An output was given a new address"), public=False)
OUTPUT_REVOKED = kind("graphics.output_revoked", _l("An output was revoked"), public=False)
OUTPUT_IDENTIFIED = kind("graphics.output_identified", _l("An output was asked to show its name"), public=False)
OUTPUT_RELOADED = kind("graphics.output_reloaded", _l("An output was reloaded from afar"), public=False)
