"""What the content's keys have become in the database, and who is there to act."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from zlib import crc32

from sqlalchemy import select

from ..accounts import queries
from ..accounts.commands import audience, heads, peer_groups
from ..accounts.commands import people as account_people
from ..accounts.commands import units as account_units
from ..accounts.models import UnitKind
from ..core import clock
from ..dispatch.unit_of_work import UnitOfWork
from ..live.models import Session
from ..permissions import SYSTEM, Actor, Role
from ..questions.models import Question
from .agenda import Agenda, Calendar
from .content import PEOPLE, UNITS
from .units import GROUPS, HEADS_BEFORE, group_of

#: Phones that support. The content's largest family of merged questions has fewer supporters.
PHONES = 320
#: Heads who were there already when the city was founded came between so many days before.
_IN_OFFICE_DAYS = (60, 1500)


@dataclass
class Book:
    """Ids by the content's keys; `people` by login, `askers` by question, `phones` are the supporters."""

    units: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    phones: list[Actor] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)
    items: dict[tuple[str, int], int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    askers: dict[str, Actor] = field(default_factory=dict)
    pledges: dict[str, int] = field(default_factory=dict)

    def unit(self, key: str | None) -> int | None:
        return self.units[key] if key else None

    def floor_rev(self, uow: UnitOfWork, session_key: str) -> int:
        """What somebody who looks at the floor now sees."""
        return uow.db.scalars(select(Session.floor_rev).where(Session.id == self.sessions[session_key])).one()

    def rev(self, uow: UnitOfWork, question_key: str) -> int:
        """What a moderator who looks at the question now sees."""
        return uow.db.scalars(select(Question.rev).where(Question.id == self.questions[question_key])).one()


def found_city(uow: UnitOfWork, book: Book, password_hash: str) -> None:
    """The first administrator as from the command line, and by that hand the units with their heads and peer groups,
    and everybody else."""
    first, *others = PEOPLE
    user = account_people.add_first_administrator(
        uow, SYSTEM, login=first.login, name=first.name, password_hash=password_hash
    )
    administrator = queries.person(uow.db, user)
    for unit in UNITS:
        added = account_units.add_unit(
            uow, administrator, name=unit.name, name_en=unit.name_en, kind=UnitKind(unit.kind),
            parent_id=book.unit(unit.parent), head="",
        )  # fmt: skip
        book.units[unit.key] = added.id
    _compare(uow, book, administrator)
    _name_heads(uow, book, administrator)
    for person in others:
        account_people.add_person(
            uow, administrator, login=person.login, name=person.name, title=person.title, role=Role(person.role),
            unit_id=book.unit(person.unit), password_hash=password_hash,
        )  # fmt: skip
    account_people.change_person(
        uow, administrator, user.id, name=first.name, title=first.title, role=user.role, unit_id=None
    )
    book.people = {user.login: queries.person(uow.db, user) for user in queries.people(uow.db)}


def _compare(uow: UnitOfWork, book: Book, administrator: Actor) -> None:
    """Units of a kind stand in one peer group, from the beginning of that year on."""
    from_day = date(clock.city_day(uow.now).year, 1, 1)
    for key, (name, name_en) in GROUPS.items():
        book.groups[key] = peer_groups.add_peer_group(uow, administrator, name, name_en).id
    for unit in UNITS:
        group = group_of(unit)
        if group is not None:
            peer_groups.set_peer_group(uow, administrator, book.units[unit.key], book.groups[group], from_day)


def _name_heads(uow: UnitOfWork, book: Book, administrator: Actor) -> None:
    """Who headed each unit then; some have left since."""
    first = {one.unit: (one.name, one.title) for one in reversed(HEADS_BEFORE)}
    least, most = _IN_OFFICE_DAYS
    for unit in UNITS:
        name, title = first.get(unit.key, (unit.head, unit.head_title))
        days = least + crc32(name.encode()) % (most - least)
        from_day = clock.city_day(uow.now) - timedelta(days=days)
        heads.appoint_head(uow, administrator, book.units[unit.key], name, title, from_day)


def change_heads(agenda: Agenda, calendar: Calendar, book: Book) -> None:
    """Each head of before left on a day; whoever is listed next took over, or whoever heads the unit today."""
    unit_of = {unit.key: unit for unit in UNITS}
    for place, one in enumerate(HEADS_BEFORE):
        later = next((other for other in HEADS_BEFORE[place + 1 :] if other.unit == one.unit), None)
        name, title = (later.name, later.title) if later else (unit_of[one.unit].head, unit_of[one.unit].head_title)
        agenda.at(calendar.office(one.day, one.unit), _appoint, book, one.unit, name, title)


def _appoint(uow: UnitOfWork, book: Book, unit: str, name: str, title: str) -> None:
    heads.appoint_head(uow, book.people["admin"], book.units[unit], name, title, clock.city_day(uow.now))


def hand_out_phones(uow: UnitOfWork, book: Book) -> None:
    book.phones = [new_phone(uow) for _ in range(PHONES)]


def new_phone(uow: UnitOfWork) -> Actor:
    device, _token = audience.join_audience(uow)
    return Actor(Role.AUDIENCE, device_id=device.id)
