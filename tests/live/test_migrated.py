"""Items and slots of the version before, and what it goes on writing while processes are changed."""

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inquiry.core.db import connect
from inquiry.migrations import config

#: As the version before writes them.
SESSION = (
    "INSERT INTO sessions (id, code, kind, title, title_en, theme, theme_en, starts_at, planned_minutes, state, "
    "floor_rev, question_count, created_at) VALUES (1, 'ABC234', 'inquiry', '问政', '', '', '', '2026-12-01 12:00', "
    "60, 'live', 0, 0, '2026-12-01 12:00')"
)
UNIT = "INSERT INTO units (id, name, name_en, kind, head, position) VALUES (1, '水务局', '', 'department', '', 0)"
ITEM = (
    "INSERT INTO items (session_id, position, kind, title, title_en, planned_ms, state) "
    "VALUES (1, {}, '{}', '发言', '', 60000, '{}')"
)
SLOT = (
    "INSERT INTO slots (session_id, item_id, unit_id, speaker, speaker_title, allotted_ms, extended_ms, started_at, "
    "paused_ms, at_zero) VALUES (1, 1, 1, '周启明', '局长', 60000, 0, '2026-12-01 12:00', 0, 'end')"
)


def write(engine: Engine, *statements: str) -> None:
    with engine.execution_options(writes=True).begin() as db:
        for statement in statements:
            db.execute(text(statement))


def item(position: int, kind: str = "slot", state: str = "planned") -> str:
    return ITEM.format(position, kind, state)


@pytest.fixture
def before(empty_database_url: str) -> Engine:
    """An evening of the version before: the last of its three items was removed."""
    engine = connect(empty_database_url)
    command.upgrade(config(engine), "0015")
    write(
        engine, SESSION, UNIT, item(1, state="on_air"), item(2), item(3), "DELETE FROM items WHERE position = 3", SLOT
    )
    return engine


def test_what_was_there_stays_and_what_the_version_before_writes_fits(before: Engine) -> None:
    command.upgrade(config(before), "0016")
    with before.connect() as db:
        slot = db.execute(text("SELECT speaker, at_zero, grace_ms, interrupted_ms, is_interruption FROM slots")).one()
    assert tuple(slot) == ("周启明", "end", 0, 0, False)
    write(before, "UPDATE slots SET ended_at = '2026-12-01 12:01'", SLOT, item(4))
    with before.connect() as db:
        items = db.execute(text("SELECT id, speaker, at_zero, grace_ms FROM items ORDER BY id")).all()
    assert [tuple(one) for one in items] == [
        (1, "", "count_over", 0),
        (2, "", "count_over", 0),
        (4, "", "count_over", 0),
    ]
    for wrong in (item(5, state="on_air"), SLOT, item(5, "song"), "UPDATE slots SET at_zero = 'explode'",
                  "UPDATE slots SET grace_ms = 1", "UPDATE items SET at_zero = 'grace', grace_ms = -1"):  # fmt: skip
        with pytest.raises(IntegrityError):
            write(before, wrong)
    write(before, item(5, "silent_heads"), "UPDATE items SET at_zero = 'grace', grace_ms = 20000")
    before.dispose()


def test_it_goes_back_only_while_nothing_new_is_held(before: Engine) -> None:
    command.upgrade(config(before), "0016")
    write(before, "UPDATE items SET at_zero = 'grace', grace_ms = 20000")
    command.downgrade(config(before), "0015")  # what was planned for an item is not part of it there
    command.upgrade(config(before), "0016")
    write(before, item(4), "UPDATE slots SET at_zero = 'next'")
    with pytest.raises(IntegrityError):
        command.downgrade(config(before), "0015")
    with before.connect() as db:
        assert db.execute(text("SELECT max(id) FROM items")).scalar() == 4
        assert db.execute(text("SELECT at_zero FROM slots")).scalar() == "next"
    before.dispose()


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (3, 5, 1, 4, 2)])
def test_what_lay_in_cases_is_numbered_without_gaps_going_back(empty_database_url: str, order: tuple[int, ...]) -> None:
    """In whatever order the rows were written."""
    engine = connect(empty_database_url)
    command.upgrade(config(engine), "0023")
    kinds = {1: "case", 2: "slot", 3: "case", 4: "clip", 5: "pledge"}
    write(engine, SESSION, *(item(position, kinds[position]) for position in order))
    command.downgrade(config(engine), "0022")
    with engine.connect() as db:
        found = db.execute(text("SELECT position, kind FROM items ORDER BY position")).all()
    assert [tuple(one) for one in found] == [(1, "slot"), (2, "clip"), (3, "address")]
    engine.dispose()


def test_a_pause_of_weeks_is_cut_going_back(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    command.upgrade(config(engine), "0027")
    write(engine, SESSION, UNIT, item(1, state="on_air"), SLOT, "UPDATE slots SET paused_ms = 3000000000")
    command.downgrade(config(engine), "0026")
    with engine.connect() as db:
        paused_ms = db.execute(text("SELECT paused_ms FROM slots")).scalar()
    assert paused_ms == (3_000_000_000 if empty_database_url.startswith("sqlite") else 2**31 - 1)
    engine.dispose()
