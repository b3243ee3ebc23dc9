"""What comes in about people and units."""

from typing import Annotated

from pydantic import AfterValidator, Field, Secret, StringConstraints

from ..core.fields import Day, OrNone, Whole
from ..core.text import clean
from ..dispatch.registry import Id, Message
from ..permissions import Role
from .models import UnitKind


def _one_line(value: str) -> str:
    return " ".join(clean(value).split())


#: A form sends an empty string for "none".
OptionalId = Annotated[Id | None, OrNone]
#: Words on one line, fit to be shown.
Words = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[Words, Field(min_length=1, max_length=40)]
#: As it was typed, blanks and all. It says nothing of itself: a message is kept as a digest for a while, and one that a
#: password could be guessed from would be worth more to a thief than its Argon2.
Password = Secret[Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]]


class AddPerson(Message):
    login: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")]
    name: Name
    title: Annotated[Words, Field(max_length=80)] = ""
    role: Role
    unit: OptionalId = None
    password: Password


class ChangePerson(Message):
    user: Id
    name: Name
    title: Annotated[Words, Field(max_length=80)] = ""
    role: Role
    unit: OptionalId = None


class OfPerson(Message):
    user: Id


class OfSignIn(Message):
    sign_in: Id


class ResetPassword(OfPerson):
    password: Password


class ChangePassword(Message):
    old: Password
    new: Password


class OfToken(Message):
    token: Id


class MakeToken(Message):
    name: Annotated[Words, Field(min_length=1, max_length=60)]
    commands: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=40)]
    session: OptionalId = None
    unit: OptionalId = None
    days: Whole


class FindUnits(Message):
    text: Annotated[str, Field(max_length=80)] = ""
    page: Annotated[Whole, Field(ge=1, le=10_000)] = 1


class AddUnit(Message):
    name: Annotated[Words, Field(min_length=1, max_length=80)]
    name_en: Annotated[Words, Field(max_length=120)] = ""
    kind: UnitKind
    parent: OptionalId = None
    head: Annotated[Words, Field(max_length=40)] = ""


class ChangeUnit(Message):
    """Without `head`, whoever heads it stays."""

    unit: Id
    name: Annotated[Words, Field(min_length=1, max_length=80)]
    name_en: Annotated[Words, Field(max_length=120)] = ""
    kind: UnitKind
    parent: OptionalId = None
    head: Annotated[Words, Field(max_length=40)] | None = None


class ReadUnits(Message):
    """What the form of the import page says besides the file."""

    from_day: Annotated[Day | None, OrNone] = None


class AppointHead(Message):
    """An empty name: nobody heads it any more."""

    unit: Id
    name: Annotated[Words, Field(max_length=40)] = ""
    title: Annotated[Words, Field(max_length=80)] = ""
    from_day: Day


class AddPeerGroup(Message):
    name: Annotated[Words, Field(min_length=1, max_length=80)]
    name_en: Annotated[Words, Field(max_length=120)] = ""


class SetPeerGroup(Message):
    unit: Id
    group: OptionalId = None
    from_day: Day
