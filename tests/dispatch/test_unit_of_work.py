"""One place commits: all or nothing, news only afterwards, one at a time where two press at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from inquiry.accounts.models import Device, Unit
from inquiry.core.db import Base, called, reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import NotFound
from inquiry.permissions import SYSTEM
from inquiry.trace import kinds, queries
from inquiry.trace.models import Entry
from inquiry.trace.streams import CITY
from tests.support.application import City

#: Rows with a number that no message names.
NEVER_NAMED = {
    "moderation_decision", "extension", "headship", "group_membership", "indicator_version", "target",
    "actual", "year_plan", "published_table", "exam", "plan", "exam_change", "attendance",
    "backstage_message", "rundown_step", "stage_timer", "vote",
    "media_worker", "programme", "media_job", "stage", "recording", "passage", "showing",
}  # fmt: skip
HAPPENED = kinds.kind("tests.happened", "Happened")


def devices() -> int:
    with reading() as db:
        return len(db.scalars(select(Device)).all())


def add(token: str) -> Callable[[], None]:
    def work() -> None:
        with unit_of_work() as uow:
            uow.db.add(Device(token=token, created_at=uow.now))
            uow.record(CITY, HAPPENED, SYSTEM, [])

    return work


@pytest.mark.usefixtures("app")
def test_an_exception_leaves_nothing_behind(changes: Callable[[], str]) -> None:
    before = changes()
    told: list[str] = []

    def fail() -> None:
        with unit_of_work() as uow:
            uow.db.add(Device(token="one", created_at=uow.now))
            uow.record(CITY, HAPPENED, SYSTEM, [])
            uow.after_commit(lambda: told.append("told"))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert changes() == before
    assert told == []


@pytest.mark.usefixtures("app")
def test_now_is_when_the_first_row_was_had(city: City) -> None:
    """Whoever waited for somebody must not write an earlier instant than theirs: slots would run at once."""
    began = datetime(2026, 12, 1, 12, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as clock:
        with unit_of_work() as uow:
            for _ in range(2):
                clock.shift(2)
                uow.lock(Unit, city.city.id)
            assert uow.now == began + timedelta(seconds=2), "one instant for everything"
        with unit_of_work(began - timedelta(days=1)) as uow:
            uow.lock(Unit, city.city.id)
            assert uow.now == began - timedelta(days=1), "what is told of another day stays there"


@pytest.mark.usefixtures("app")
def test_effects_come_after_the_commit() -> None:
    seen: list[int] = []
    with unit_of_work() as uow:
        uow.db.add(Device(token="one", created_at=uow.now))
        uow.after_commit(lambda: seen.append(devices()))
        assert seen == []
    assert seen == [1]


@pytest.mark.usefixtures("app")
def test_locking_what_is_not_there_is_a_refusal() -> None:
    with pytest.raises(NotFound) as refused, unit_of_work() as uow:
        uow.lock(Device, 99)
    assert refused.value.data == {"what": "device", "id": 99}


@pytest.mark.usefixtures("app")
def test_what_is_missing_is_called_by_the_word_of_the_interface() -> None:
    """Whichever way it is looked for: never a table's name, and the field that names such a thing in messages."""
    told: set[str] = set()
    fields = {name for endpoint in registry.every() for name in endpoint.schema.model_fields}
    for model in {mapper.class_ for mapper in Base.registry.mappers} - {Entry}:  # which nothing locks: it never changes
        (key, *_rest) = model.__mapper__.primary_key
        with pytest.raises(NotFound) as refused, unit_of_work() as uow:
            uow.lock(model, "none" if key.type.python_type is str else 99)
        what = refused.value.data["what"]
        assert what == called(model)
        assert what not in {table for table in Base.metadata.tables if table.endswith("s") and table != "progress"}
        if hasattr(model, "id"):
            told.add(what)
    assert told - fields == NEVER_NAMED


def test_writers_at_the_same_moment_all_get_their_numbers(app: Flask) -> None:
    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            work()

    threads = [threading.Thread(target=run, args=(add(f"device-{n}"),)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert devices() == 16
    with reading() as db:
        assert [entry.seq for entry in queries.since(db, "city", 0)] == list(range(1, 17))
        assert queries.breaks(db) == []


def test_a_reader_sees_one_moment(app: Flask) -> None:
    def write_another() -> None:
        with app.app_context():
            add("two")()

    add("one")()
    with reading() as db:
        assert len(db.scalars(select(Device.id)).all()) == 1
        writer = threading.Thread(target=write_another)
        writer.start()
        writer.join(10)
        assert len(db.scalars(select(Device.id)).all()) == 1
    assert devices() == 2
