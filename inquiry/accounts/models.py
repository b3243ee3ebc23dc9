"""Units (a tree) with their heads and peer groups, people who sign in, their open sign-ins, the audience's devices."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.db import Base, choice, short
from ..permissions import Role


class UnitKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    DEPARTMENT = "department"


class Unit(Base):
    """Who is answerable: city → district → street, city → department. `head` is the name of the leader (一把手) whose
    headship lasts.
    """

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(short(80), unique=True)
    name_en: Mapped[str] = mapped_column(short(120), default="")
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    head: Mapped[str] = mapped_column(short(40), default="")
    position: Mapped[int] = mapped_column(default=0)


class Headship(Base):
    """Who heads a unit, from a day (None: since before it was recorded) until another, which is the first without."""

    __tablename__ = "headships"
    __table_args__ = (CheckConstraint("until_day >= from_day", name="is_forward"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(short(40))
    title: Mapped[str] = mapped_column(short(80), default="")
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]


class PeerGroup(Base):
    """Units of a kind that are set against each other: districts, departments, the streets of one district."""

    __tablename__ = "peer_groups"
    CALLED = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(short(80), unique=True)
    name_en: Mapped[str] = mapped_column(short(120), default="")


class GroupMembership(Base):
    """A unit belongs to one group at a time, from a day until another, which is the first without."""

    __tablename__ = "group_memberships"
    __table_args__ = (CheckConstraint("until_day >= from_day", name="is_forward"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_groups.id"), index=True)
    from_day: Mapped[date]
    until_day: Mapped[date | None]


class User(Base):
    """A person with an account. An official's `unit` is the one answered for; others may have none."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(short(40), unique=True)
    name: Mapped[str] = mapped_column(short(40))
    title: Mapped[str] = mapped_column(short(80), default="")
    role: Mapped[Role] = mapped_column(choice(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    password_hash: Mapped[str] = mapped_column(short(200))
    #: The password was given by somebody else: it signs in until then, for being changed and for nothing else.
    one_time_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    unit: Mapped[Unit | None] = relationship()


class SignIn(Base):
    """One open sign-in. The cookie holds a random token, the table only its SHA-256."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(short(64), unique=True)
    client: Mapped[str] = mapped_column(short(200), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class ApiToken(Base):
    """What a machine shows instead of a person's sign-in; the table holds its SHA-256 only.

    It can do the `commands` named, of one session, or of a unit and those below it, and never more than the person who
    made it can at that moment.
    """

    CALLED = "token"
    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("(session_id IS NULL) <> (unit_id IS NULL)", name="is_bounded"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(short(60))
    token_hash: Mapped[str] = mapped_column(short(64), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    commands: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Device(Base):
    """A phone of the audience: known by a signed token, not by a name."""

    __tablename__ = "devices"
    __table_args__ = (Index(None, "created_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(short(40), unique=True)
    created_at: Mapped[datetime]
