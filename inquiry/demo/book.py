"""What the content's keys have become in the database, and who is there to act."""

from dataclasses import dataclass, field

from sqlalchemy import select

from ..accounts import queries
from ..accounts.commands import audience
from ..accounts.commands import people as account_people
from ..accounts.commands import units as account_units
from ..accounts.models import UnitKind
from ..dispatch.unit_of_work import UnitOfWork
from ..live.models import Session
from ..permissions import SYSTEM, Actor, Role
from ..questions.models import Question
from .content import PEOPLE, UNITS

#: Phones that support. The content's largest family of merged questions has fewer supporters.
PHONES = 320


@dataclass
class Book:
    """Ids by the content's keys; `people` by login, `askers` by question, `phones` are the supporters."""

    units: dict[str, int] = field(default_factory=dict)
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
    """The first administrator as from the command line, and by that hand the units and everybody else."""
    first, *others = PEOPLE
    user = account_people.add_first_administrator(
        uow, SYSTEM, login=first.login, name=first.name, password_hash=password_hash
    )
    administrator = queries.person(uow.db, user)
    for unit in UNITS:
        added = account_units.add_unit(
            uow, administrator, name=unit.name, name_en=unit.name_en, kind=UnitKind(unit.kind),
            parent_id=book.unit(unit.parent), head=unit.head,
        )  # fmt: skip
        book.units[unit.key] = added.id
    for person in others:
        account_people.add_person(
            uow, administrator, login=person.login, name=person.name, title=person.title, role=Role(person.role),
            unit_id=book.unit(person.unit), password_hash=password_hash,
        )  # fmt: skip
    account_people.change_person(
        uow, administrator, user.id, name=first.name, title=first.title, role=user.role, unit_id=None
    )
    book.people = {user.login: queries.person(uow.db, user) for user in queries.people(uow.db)}


def hand_out_phones(uow: UnitOfWork, book: Book) -> None:
    book.phones = [new_phone(uow) for _ in range(PHONES)]


def new_phone(uow: UnitOfWork) -> Actor:
    device, _token = audience.join_audience(uow)
    return Actor(Role.AUDIENCE, device_id=device.id)
