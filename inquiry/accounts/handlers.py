"""Commands about people and units: parse, call, answer."""

from typing import Any

from ..core.db import Db, reading
from ..dispatch import reach
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import Actor, Scope, require
from . import hashing, queries, refusals, schemas
from .commands import heads, peer_groups, people, sign_ins, tokens
from .commands import units as account_units
from .models import User

Ack = dict[str, Any]

reach.belongs("unit", lambda _db, number: Scope(unit_id=number))


def _hash_for_new_person(actor: Actor, message: schemas.AddPerson) -> str:
    require(actor, "accounts.add_person")
    return sign_ins.hash_password(message.password.get_secret_value(), message.login)


@command("accounts.add_person", schemas.AddPerson, prepare=_hash_for_new_person)
def add_person(uow: UnitOfWork, actor: Actor, message: schemas.AddPerson, password_hash: str) -> Ack:
    user = people.add_person(
        uow, actor, login=message.login, name=message.name, title=message.title, role=message.role,
        unit_id=message.unit, password_hash=password_hash, one_time=True,
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


@command("accounts.enable_person", schemas.OfPerson)
def enable_person(uow: UnitOfWork, actor: Actor, message: schemas.OfPerson) -> Ack:
    return {"user": people.enable_person(uow, actor, message.user).id}


def _hash_anew(actor: Actor, message: schemas.ResetPassword) -> str:
    require(actor, "accounts.reset_password")
    with reading() as db:
        user = db.get(User, message.user)
    return sign_ins.hash_password(message.password.get_secret_value(), user.login if user else "")


@command("accounts.reset_password", schemas.ResetPassword, prepare=_hash_anew)
def reset_password(uow: UnitOfWork, actor: Actor, message: schemas.ResetPassword, password_hash: str) -> Ack:
    return {"user": people.reset_password(uow, actor, message.user, password_hash).id}


@command("accounts.revoke_token", schemas.OfToken)
def revoke_token(uow: UnitOfWork, actor: Actor, message: schemas.OfToken) -> Ack:
    return {"token": tokens.revoke_token(uow, actor, message.token).id}


@command("accounts.revoke_sign_in", schemas.OfSignIn)
def revoke_sign_in(uow: UnitOfWork, actor: Actor, message: schemas.OfSignIn) -> Ack:
    sign_ins.revoke_sign_in(uow, actor, message.sign_in)
    return {}


def _check_and_hash(actor: Actor, message: schemas.ChangePassword) -> tuple[str, str]:
    require(actor, "accounts.change_password")
    with reading() as db:
        user = db.get_one(User, actor.user_id or actor.newcomer_id)
    old, new = message.old.get_secret_value(), message.new.get_secret_value()
    with hashing.turn(known=True):
        is_right = hashing.fits(user.password_hash, old)
    if not is_right:
        raise refusals.WrongPassword()
    if old == new:
        raise refusals.SamePassword()
    return user.password_hash, sign_ins.hash_password(new, user.login)


@command("accounts.change_password", schemas.ChangePassword, limit="5/minute", prepare=_check_and_hash)
def change_password(uow: UnitOfWork, actor: Actor, _message: schemas.ChangePassword, hashes: tuple[str, str]) -> Ack:
    sign_ins.change_password(uow, actor, *hashes)
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


@command("accounts.appoint_head", schemas.AppointHead)
def appoint_head(uow: UnitOfWork, actor: Actor, message: schemas.AppointHead) -> Ack:
    unit = heads.appoint_head(uow, actor, message.unit, message.name, message.title, message.from_day)
    return {"unit": unit.id}


@command("accounts.add_peer_group", schemas.AddPeerGroup)
def add_peer_group(uow: UnitOfWork, actor: Actor, message: schemas.AddPeerGroup) -> Ack:
    return {"group": peer_groups.add_peer_group(uow, actor, message.name, message.name_en).id}


@command("accounts.set_peer_group", schemas.SetPeerGroup)
def set_peer_group(uow: UnitOfWork, actor: Actor, message: schemas.SetPeerGroup) -> Ack:
    unit = peer_groups.set_peer_group(uow, actor, message.unit, message.group, message.from_day)
    return {"unit": unit.id}


@query("accounts.find_units", schemas.FindUnits, limit="240/minute")
def find_units(db: Db, actor: Actor, message: schemas.FindUnits) -> Ack:
    """The units whose name has these words, in either language: those that begin with them first."""
    require(actor, "read.public")
    units, pages, total = queries.find_units(db, message.text, message.page)
    return {"units": units, "page": message.page, "pages": pages, "total": total}
