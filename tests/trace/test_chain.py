"""The hash chain finds any edit, gap, reordering or missing end; the tables refuse to be changed at all."""

import random
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from inquiry.core.clock import now
from inquiry.core.db import engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.trace import chain, kinds, queries
from inquiry.trace.streams import CITY

TOLD = kinds.kind("tests.told", "Told %(n)s")
ACTOR = Actor(Role.STAFF, user_id=7, unit_id=3)


def entries(count: int) -> list[SimpleNamespace]:
    """A whole chain of `count` entries, in memory."""
    made, before = [], ""
    for seq in range(1, count + 1):
        entry = SimpleNamespace(
            stream="s", seq=seq, kind="tests.told", at=now(), actor_role="staff", actor_unit_id=3, actor_user_id=7,
            about=[f"question:{seq}"], payload={"n": seq}, hash="",
        )  # fmt: skip
        before = entry.hash = chain.link(entry, before)
        made.append(entry)
    return made


def broken(chained: list[SimpleNamespace], whole: list[SimpleNamespace]) -> chain.Break | None:
    return chain.first_break("s", chained, len(whole), whole[-1].hash)


def test_a_whole_chain_holds() -> None:
    whole = entries(20)
    assert broken(whole, whole) is None


def edit(chained: list[SimpleNamespace], at: int) -> int:
    chained[at].payload = {"n": -1}
    return at + 1


def rewrite_and_rehash(chained: list[SimpleNamespace], at: int) -> int:
    chained[at].payload = {"n": -1}
    chained[at].hash = chain.link(chained[at], chained[at - 1].hash if at else "")
    return at + 2


def remove(chained: list[SimpleNamespace], at: int) -> int:
    del chained[at]
    return at + 1


def change_actor(chained: list[SimpleNamespace], at: int) -> int:
    chained[at].actor_user_id = 8
    return at + 1


def insert_twice(chained: list[SimpleNamespace], at: int) -> int:
    chained.insert(at, chained[at])
    return at + 2


@pytest.mark.parametrize("damage", [edit, rewrite_and_rehash, remove, change_actor, insert_twice])
def test_any_damage_is_found_where_it_begins(damage: Callable[[list[SimpleNamespace], int], int]) -> None:
    for at in random.Random(3).sample(range(50), 20):
        whole = entries(50)
        chained = list(whole)
        for index, entry in enumerate(chained):
            chained[index] = SimpleNamespace(**vars(entry))
        expected = damage(chained, at)
        found = broken(chained, whole)
        assert found is not None
        assert found.seq == expected


def test_two_entries_swapped_are_found() -> None:
    whole = entries(9)
    chained = [*whole[:3], whole[4], whole[3], *whole[5:]]
    found = broken(chained, whole)
    assert found is not None
    assert found.seq == 4


@pytest.mark.usefixtures("app")
def test_numbers_have_no_gaps_and_a_refusal_uses_none() -> None:
    def tell(n: int) -> None:
        with unit_of_work() as uow:
            uow.record(CITY, TOLD, ACTOR, [], n=n)
            if n == 2:
                raise RuntimeError("refused")

    tell(1)
    with pytest.raises(RuntimeError):
        tell(2)
    tell(3)
    with reading() as db:
        told = queries.since(db, "city", 0)
        assert [(entry.seq, entry.payload["n"]) for entry in told] == [(1, 1), (2, 3)]
        assert queries.breaks(db) == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("statement", ["UPDATE trace_entries SET payload = '{}'", "DELETE FROM trace_entries"])
def test_the_database_itself_refuses_to_change_the_trace(statement: str) -> None:
    with unit_of_work() as uow:
        uow.record(CITY, TOLD, ACTOR, [], n=1)
    with (
        engine().execution_options(writes=True).connect() as connection,
        pytest.raises(DBAPIError, match="append-only"),
    ):
        connection.execute(text(statement))


@pytest.mark.usefixtures("app")
def test_damage_under_the_guard_is_named_by_verify() -> None:
    with unit_of_work() as uow:
        for n in range(5):
            uow.record(CITY, TOLD, ACTOR, [], n=n)
    with engine().execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER trace_entries_no_update"))
        else:
            connection.execute(text("DROP TRIGGER trace_entries_append_only ON trace_entries"))
        connection.execute(text("UPDATE trace_entries SET actor_role = 'host' WHERE seq = 3"))
    with reading() as db:
        found = queries.breaks(db)
    assert [(one.stream, one.seq) for one in found] == [("city", 3)]


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared already"):
        kinds.kind("tests.told", "again")


def test_the_command_line_verifies_and_names_the_damage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from inquiry import cli

    with unit_of_work() as uow:
        uow.record(CITY, TOLD, ACTOR, [], n=1)
    monkeypatch.setattr(cli, "_app", lambda: app)
    runner = CliRunner()
    verified = runner.invoke(cli.cli, ["trace", "verify"])
    assert verified.exit_code == 0
    assert "1 entries in 1 streams are whole" in verified.output
    printed = runner.invoke(cli.cli, ["trace", "head"]).output.splitlines()
    assert printed[0].startswith("city 1 ")
    assert printed[-1].startswith("root ")
