"""What can happen to people and units. Names of people stay out of the trace: they are ids."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

PERSON_ADDED = kind("accounts.person_added", _l("A person was given the role %(role)s"), public=False)
PERSON_CHANGED = kind("accounts.person_changed", _l("A person's role or unit was changed to %(role)s"), public=False)
PERSON_DISABLED = kind("accounts.person_disabled", _l("A person's account was closed"), public=False)
PERSON_ENABLED = kind("accounts.person_enabled", _l("A person's account was opened again"), public=False)
PASSWORD_CHANGED = kind("accounts.password_changed", _l("A password was changed"), public=False)
PASSWORD_RESET = kind("accounts.password_reset", _l("A person was given a one-time password"), public=False)
SIGNED_IN = kind("accounts.signed_in", _l("Signed in"), public=False)
SIGN_IN_REVOKED = kind("accounts.sign_in_revoked", _l("A sign-in was ended"), public=False)
TOKEN_MADE = kind("accounts.token_made", _l("An API token was made, for: %(commands)s"), public=False)
TOKEN_REVOKED = kind("accounts.token_revoked", _l("An API token was revoked"), public=False)
UNIT_ADDED = kind("accounts.unit_added", _l("The unit was added"))
UNIT_CHANGED = kind("accounts.unit_changed", _l("The unit was changed"))
HEAD_APPOINTED = kind("accounts.head_appointed", _l("The unit has a new head from %(from_day)s"))
HEAD_LEFT = kind("accounts.head_left", _l("The unit has no head from %(from_day)s"))
PEER_GROUP_ADDED = kind("accounts.peer_group_added", _l("The peer group was added"))
PEER_GROUP_SET = kind("accounts.peer_group_set", _l("The unit belongs to another peer group from %(from_day)s"))
