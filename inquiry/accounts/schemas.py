"""What comes in about people and units."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from ..doors import Message
from ..permissions import Role
from .models import UnitKind

#: A form sends an empty string for "none".
OptionalId = Annotated[int | None, BeforeValidator(lambda value: None if value == "" else value)]
Name = Annotated[str, Field(min_length=1, max_length=40)]


class AddPerson(Message):
    login: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")]
    name: Name
    title: Annotated[str, Field(max_length=80)] = ""
    role: Role
    unit: OptionalId = None
    password: Annotated[str, Field(max_length=200)]


class ChangePerson(Message):
    user: int
    name: Name
    title: Annotated[str, Field(max_length=80)] = ""
    role: Role
    unit: OptionalId = None


class OfPerson(Message):
    user: int


class OfSignIn(Message):
    sign_in: int


class ChangePassword(Message):
    old: Annotated[str, Field(max_length=200)]
    new: Annotated[str, Field(max_length=200)]


class AddUnit(Message):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    name_en: Annotated[str, Field(max_length=120)] = ""
    kind: UnitKind
    parent: OptionalId = None
    head: Annotated[str, Field(max_length=40)] = ""


class ChangeUnit(AddUnit):
    unit: int
