"""Commands about people and units: parse, call, answer."""

from typing import Any

from ..core.db import Db, reading
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import Actor, require
from . import queries, refusals, schemas
from .commands import people, sign_ins
from .commands import units as account_units
from .models import User

Ack = dict[str, Any]


def _hash_for_new_person(actor: Actor, message: schemas.AddPerson) -> str:
    require(actor, "accounts.add_person")
    return sign_ins.hash_password(message.password, message.login)


@command("accounts.add_person", schemas.AddPerson, prepare=_hash_for_new_person)
def add_person(uow: UnitOfWork, actor: Actor, message: schemas.AddPerson, password_hash: str) -> Ack:
    user = people.add_person(
        uow, actor, login=message.login, name=message.name, title=message.title, role=message.role,
        unit_id=message.unit, password_hash=password_hash,
    )  # fmt: skip
    return {"user": user.id}


@command("accounts.change_person", schemas.ChangePerson)
def change_person(uow: UnitOfWork, actor: Actor, message: schemas.ChangePerson) -> Ack:
    user = people.change_person(
        uow, actor, message.user, name=message.name, title=message.title, role=message.role, unit_id=message.unit
    )
    return {"user": user.id}


@command("accounts.disable_person", schemas.OfPerson)
def disable_person(uow: UnitOfWork, actor: Actor, message: schemas.OfPerson) -> Ack:
    return {"user": people.disable_person(uow, actor, message.user).id}


@command("accounts.revoke_sign_in", schemas.OfSignIn)
def revoke_sign_in(uow: UnitOfWork, actor: Actor, message: schemas.OfSignIn) -> Ack:
    sign_ins.revoke_sign_in(uow, actor, message.sign_in)
    return {}


def _check_and_hash(actor: Actor, message: schemas.ChangePassword) -> str:
    require(actor, "accounts.change_password")
    with reading() as db:
        user = db.get(User, actor.user_id)
    if user is None or not sign_ins.password_fits(user, message.old):
        raise refusals.WrongPassword()
    return sign_ins.hash_password(message.new, user.login)


@command("accounts.change_password", schemas.ChangePassword, limit="5/minute", prepare=_check_and_hash)
def change_password(uow: UnitOfWork, actor: Actor, _message: schemas.ChangePassword, password_hash: str) -> Ack:
    sign_ins.change_password(uow, actor, password_hash)
    return {}


@command("accounts.add_unit", schemas.AddUnit)
def add_unit(uow: UnitOfWork, actor: Actor, message: schemas.AddUnit) -> Ack:
    unit = account_units.add_unit(
        uow, actor, name=message.name, name_en=message.name_en, kind=message.kind, parent_id=message.parent,
        head=message.head,
    )  # fmt: skip
    return {"unit": unit.id}


@command("accounts.change_unit", schemas.ChangeUnit)
def change_unit(uow: UnitOfWork, actor: Actor, message: schemas.ChangeUnit) -> Ack:
    unit = account_units.change_unit(
        uow, actor, message.unit, name=message.name, name_en=message.name_en, kind=message.kind,
        parent_id=message.parent, head=message.head,
    )  # fmt: skip
    return {"unit": unit.id}


@query("accounts.find_units", schemas.FindUnits, limit="240/minute")
def find_units(db: Db, actor: Actor, message: schemas.FindUnits) -> Ack:
    """The units whose name has these words, in either language: those that begin with them first."""
    require(actor, "read.public")
    units, pages, total = queries.find_units(db, message.text, message.page)
    return {"units": units, "page": message.page, "pages": pages, "total": total}
