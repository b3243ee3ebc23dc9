"""Where a pledge comes from: the rule, the database that holds to it, and the way there from the shape before."""

from itertools import product
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from inquiry.core.db import connect, engine
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.migrations import config, upgrade
from inquiry.pledges import rules
from inquiry.pledges.commands import recording
from inquiry.pledges.models import Pledge, PledgeOrigin
from inquiry.pledges.origins import Origin
from tests.pledges.conftest import Promise

ROWS = ("session_id", "question_id", "response_id")
#: Every set of rows that fits, by origin; nothing else does.
FITTING = {
    PledgeOrigin.RESPONSE: [(1, 1, 1), (None, 1, 1)],
    PledgeOrigin.TASK_LIST: [(None, None, None)],
    PledgeOrigin.INSPECTION: [(None, None, None)],
    PledgeOrigin.EXAM_SLOT: [(1, None, None)],
}
EVERY = [(origin, rows) for origin in PledgeOrigin for rows in product((1, None), repeat=3)]


@pytest.mark.parametrize(("origin", "rows"), EVERY)
def test_an_origin_has_just_its_rows(origin: PledgeOrigin, rows: tuple[int | None, ...]) -> None:
    fits = rows in FITTING[origin]
    assert rules.fits_origin(origin, *rows) is fits
    if fits:
        assert Origin(origin, *rows).kind is origin
    else:
        with pytest.raises(ValueError, match=origin.value):
            Origin(origin, *rows)


def test_the_database_holds_to_the_rule(promise: Promise) -> None:
    kept = promise.row
    with engine().execution_options(writes=True).connect() as connection:
        for origin, rows in EVERY:
            changes = {name: getattr(kept, name) if row else None for name, row in zip(ROWS, rows, strict=True)}
            assert _takes(connection, kept.id, {"origin": origin.value} | changes) is (rows in FITTING[origin])
        for wrong in ({"origin": "rumour"}, {"origin": None}, {"state": "lost"}, {"confirmation": "maybe"}):
            assert not _takes(connection, kept.id, wrong)
        connection.rollback()


def _takes(connection: Connection, pledge_id: int, changes: dict[str, Any]) -> bool:
    named = ", ".join(f"{name} = :{name}" for name in changes)
    try:
        with connection.begin_nested() as attempt:
            connection.execute(text(f"UPDATE pledges SET {named} WHERE id = :id"), {"id": pledge_id} | changes)  # noqa: S608
            attempt.rollback()
    except IntegrityError:
        return False
    return True


def test_the_shape_goes_back_and_forth_with_its_rows(promise: Promise) -> None:
    """With evidence that points to a pledge: SQLite makes the table anew, and still holds to its keys afterwards."""
    promise.extend(promise.row.due_on.replace(day=28))  # type: ignore[union-attr]
    promise.prove()
    before = promise.row
    url = engine().url.render_as_string(hide_password=False)
    engine().dispose()
    migrated = connect(url)
    command.downgrade(config(migrated), "0004")
    assert "origin" not in {column["name"] for column in inspect(migrated).get_columns("pledges")}
    upgrade(migrated)
    with migrated.execution_options(writes=True).connect() as connection:
        assert not _takes(connection, before.id, {"lead_unit_id": 999_999})
        names = {one["name"] for one in inspect(migrated).get_check_constraints("pledges")}
        indexes = {one["name"] for one in inspect(migrated).get_indexes("pledges")}
    migrated.dispose()
    after = promise.row
    for column in Pledge.__table__.columns:
        assert getattr(after, column.name) == getattr(before, column.name)
    assert after.origin is PledgeOrigin.RESPONSE
    assert names == {one.name for one in Pledge.__table__.constraints if str(one.name).startswith("ck_")}
    assert indexes >= {one.name for one in Pledge.__table__.indexes}


def test_it_does_not_go_back_while_the_old_shape_could_not_hold_what_is_there(promise: Promise) -> None:
    with unit_of_work() as uow:
        recording.record_from(uow, promise.staff, Origin.of_inspection(), spoken="年内完成", lead_unit_id=1)
    migrated = connect(engine().url.render_as_string(hide_password=False))
    with pytest.raises(IntegrityError):
        command.downgrade(config(migrated), "0004")
    migrated.dispose()
    with engine().connect() as db:  # how far it went back on the way is not the question
        kept = text("SELECT origin FROM pledges WHERE id = :id")
        assert db.scalar(kept, {"id": promise.id}) == PledgeOrigin.RESPONSE.value


def test_a_pledge_from_before_is_found_by_its_own_words_alone(promise: Promise) -> None:
    """Those of its question stood among them, and stayed when they were withdrawn."""
    own = promise.row.search_text
    migrated = connect(engine().url.render_as_string(hide_password=False))
    command.downgrade(config(migrated), "0011")
    asked = "(SELECT search_text FROM questions WHERE questions.id = question_id)"
    with migrated.begin() as db:
        db.execute(text(f"UPDATE pledges SET search_text = search_text || ' ' || {asked}"))  # noqa: S608
        assert db.scalar(text("SELECT search_text FROM pledges")) != own
    upgrade(migrated)
    migrated.dispose()
    assert promise.row.search_text == own
