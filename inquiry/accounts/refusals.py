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


class OfficialNeedsUnit(Refusal):
    code = "OFFICIAL_NEEDS_UNIT"
    status = 400
    field = "unit"
    sentence = _l("An official answers for a unit: please name it.")


class LastAdministrator(Refusal):
    code = "LAST_ADMINISTRATOR"
    sentence = _l("The last administrator cannot be disabled or given another role.")
