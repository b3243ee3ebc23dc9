"""What accounts refuses."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class WrongPassword(Refusal):
    code = "WRONG_PASSWORD"
    status = 403
    sentence = _l("The name or the password is wrong.")


class WeakPassword(Refusal):
    """`data.fault` is short, login or monotonous."""

    code = "WEAK_PASSWORD"
    status = 400
    field = "password"
    sentence = _l("Choose a longer password (10 characters or more) that does not contain the sign-in name.")


class OneTimePasswordOver(Refusal):
    code = "ONE_TIME_PASSWORD_OVER"
    status = 403
    sentence = _l("This one-time password has expired. Ask an administrator for a new one.")


class SamePassword(Refusal):
    code = "SAME_PASSWORD"
    status = 400
    sentence = _l("The new password is the old one. Please choose another.")


class ExpiryOutOfRange(Refusal):
    code = "EXPIRY_OUT_OF_RANGE"
    status = 400
    sentence = _l("A token ends within %(most)s days.")


class NotForTokens(Refusal):
    """`data.commands` names what no token of this kind may do."""

    code = "NOT_FOR_TOKENS"
    status = 400
    sentence = _l("A token cannot be given this: %(commands)s.")


class TokenUnbounded(Refusal):
    code = "TOKEN_UNBOUNDED"
    status = 400
    sentence = _l("Please say for which session or unit the token is good.")


class TooManyTokens(Refusal):
    code = "TOO_MANY_TOKENS"
    sentence = _l("You have %(most)s tokens already. Please revoke one first.")


class LoginTaken(Refusal):
    code = "LOGIN_TAKEN"
    field = "login"
    sentence = _l("The sign-in name %(login)s is taken.")


class UnitNameTaken(Refusal):
    code = "UNIT_NAME_TAKEN"
    field = "name"
    sentence = _l("There is a unit named %(name)s already.")


class UnitLoop(Refusal):
    code = "UNIT_LOOP"
    field = "parent"
    sentence = _l("A unit cannot stand under itself.")


class HeadshipOutOfOrder(Refusal):
    code = "HEADSHIP_OUT_OF_ORDER"
    status = 400
    field = "from_day"
    sentence = _l("A headship begins on or after the day of the one before (%(first)s), and not later than today.")


class GroupNameTaken(Refusal):
    code = "GROUP_NAME_TAKEN"
    field = "name"
    sentence = _l("There is a peer group named %(name)s already.")


class OfficialNeedsUnit(Refusal):
    code = "OFFICIAL_NEEDS_UNIT"
    status = 400
    field = "unit"
    sentence = _l("An official answers for a unit: please name it.")


class LastAdministrator(Refusal):
    code = "LAST_ADMINISTRATOR"
    sentence = _l("The last administrator cannot be disabled or given another role.")
