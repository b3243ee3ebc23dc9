"""An evening as long as they are: the session of the city goes on until its stream has two hundred entries.

What a viewer without a socket fetches is as large as what has happened: this is the snapshot that is measured. The
words are those of the demo's crowd, as repeated ones would be compressed too well.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select

from bench.city import City, floor_rev
from inquiry import create_app
from inquiry.accounts import queries
from inquiry.accounts.commands import audience
from inquiry.accounts.commands import units as account_units
from inquiry.accounts.models import Unit, UnitKind, User
from inquiry.core import clock
from inquiry.demo.crowd_lines import ANSWERS, OTHER_ANSWERS, SUBJECTS, Answer
from inquiry.demo.units import UNITS
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live.commands import slots
from inquiry.permissions import Actor, Role
from inquiry.pledges.commands import recording
from inquiry.questions.commands import air, asking, moderation
from inquiry.realtime.streams import positions, public_stream
from inquiry.realtime.views import View
from inquiry.responses.commands import recording as response_recording
from inquiry.responses.models import ResponseKind
from inquiry.settings import Settings

ENTRIES = 200
#: So many of the demo's units are questioned.
_UNITS = 22


def go_through(environment: dict[str, str], city: City) -> None:
    """Let the evening happen in the database of an environment in which the city is settled."""
    app = create_app(Settings.from_environment(environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    try:
        with app.app_context():
            with unit_of_work() as uow:
                units = _add_units(uow)
            for unit_id, wording, answer in _questions(units):
                with unit_of_work() as uow:
                    if positions(uow.db, city.session, View.PUBLIC)[str(public_stream(city.session))]["seq"] >= ENTRIES:
                        return
                    _question(uow, city.session, unit_id, wording, answer)
    finally:
        app.extensions["inquiry.engine"].dispose()


def _add_units(uow: UnitOfWork) -> list[int]:
    root = _person(uow, "root")
    for unit in UNITS[:_UNITS]:
        account_units.add_unit(
            uow, root, name=unit.name, name_en=unit.name_en, kind=UnitKind(unit.kind), parent_id=None, head=unit.head
        )
    return list(uow.db.scalars(select(Unit.id).order_by(Unit.id)))


def _questions(units: list[int]) -> Iterator[tuple[int, str, Answer]]:
    """Who is asked, what, and what they say, for longer than any evening."""
    wordings = [wording for nth in range(4) for subject in SUBJECTS for wording in subject.wordings[nth : nth + 1]]
    return zip(cycle(units), wordings, cycle(ANSWERS + OTHER_ANSWERS), strict=False)


def _person(uow: UnitOfWork, login: str) -> Actor:
    return queries.person(uow.db, uow.db.scalars(select(User).where(User.login == login)).one())


def _question(uow: UnitOfWork, session_id: int, unit_id: int, wording: str, answer: Answer) -> None:
    """One question of the evening: asked, put, answered within a slot that is paused once, often with a pledge."""
    host, moderator, clerk = (_person(uow, role.value) for role in (Role.HOST, Role.MODERATOR, Role.CLERK))
    device, _token = audience.join_audience(uow)
    asker = Actor(Role.AUDIENCE, device_id=device.id)
    question = asking.ask_question(uow, asker, session_id, asking.word(wording), None)
    moderation.approve(uow, moderator, question.id, 0)
    slots.end_slot(uow, host, session_id, floor_rev(uow, session_id))
    air.put_on_air(uow, host, session_id, question.id, floor_rev(uow, session_id), unit_id)
    speaker = uow.db.get_one(Unit, unit_id).head
    slots.start_slot(
        uow, host, session_id, floor_rev(uow, session_id), unit_id=unit_id, speaker=speaker or "局长", seconds=180
    )
    slots.pause_slot(uow, host, session_id, floor_rev(uow, session_id))
    slots.resume_slot(uow, host, session_id, floor_rev(uow, session_id))
    response = response_recording.record_response(
        uow, clerk, question.id, unit_id=unit_id, kind=ResponseKind(answer.kind), text=answer.text
    )
    for pledge in answer.pledges:
        due_on = (clock.now() + timedelta(days=pledge.due_in)).date() if pledge.due_in else None
        recording.record_pledge(
            uow, clerk, response.id, spoken=pledge.spoken, lead_unit_id=unit_id, action=pledge.action,
            object=pledge.object, officer=pledge.officer, due_on=due_on,
        )  # fmt: skip
