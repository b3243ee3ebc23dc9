"""A city from a file: all of it or nothing, and the same file again changes nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from inquiry.accounts import queries
from inquiry.accounts.commands.importing import Outcome, import_units
from inquiry.accounts.models import Unit, UnitKind
from inquiry.accounts.unit_files import FORM
from inquiry.cli import cli
from inquiry.core import sheets
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden
from inquiry.permissions import SYSTEM, Role
from inquiry.trace import queries as trace
from tests.support.application import City
from tests.support.replay import nothing_changes
from tests.support.workbook import workbook

HEADER = "name,name_en,kind,parent,head,group\n"
FILE = (
    HEADER
    + "望湖街道,Wanghu,street,东湖区,钱某,东湖区街道\n"  # before its parent
    + "东湖区,Donghu District,区,云汀市,赵某,各区\n"
    + "沙洲区,,district,,孙某,各区\n"  # there already
    + "水务局,,部门,,,\n"
)


def run(content: str | bytes = FILE, *, from_day: date | None = None) -> Outcome:
    with unit_of_work() as uow:
        data = content.encode() if isinstance(content, str) else content
        return import_units(uow, SYSTEM, sheets.read(data, [FORM]), from_day)


def bad(content: str) -> list[tuple[int, str, str, str]]:
    with pytest.raises(sheets.UnusableRows) as refused, nothing_changes():
        run(HEADER + content)
    return [(one.line, one.column, one.reason, str(one.words.get("hint", ""))) for one in refused.value.bad]


def units() -> dict[str, Unit]:
    with reading() as db:
        return {unit.name: unit for unit in db.scalars(select(Unit))}


def group(name: str, day: date) -> list[str]:
    with reading() as db:
        of = {one.name: one.id for one in queries.peer_groups(db)}
        return [unit.name for unit in queries.members(db, of[name], day)]


def test_units_come_with_parents_heads_and_groups(city: City) -> None:
    assert run() == Outcome(added=2, changed=1, same=1, groups=["各区", "东湖区街道"])
    found = units()
    street, district = found["望湖街道"], found["东湖区"]
    assert (district.kind, district.parent_id, district.name_en) == (UnitKind.DISTRICT, city.city.id, "Donghu District")
    assert (street.kind, street.parent_id, street.head) == (UnitKind.STREET, district.id, "钱某")
    assert (found["沙洲区"].head, found["沙洲区"].parent_id) == ("孙某", city.city.id)
    this_year = date.today().year  # noqa: DTZ011 - the test's database lives for seconds
    assert group("各区", date(this_year, 1, 1)) == ["沙洲区", "东湖区"]
    assert group("各区", date(this_year - 1, 12, 31)) == []


def test_the_same_file_again_changes_nothing(city: City) -> None:
    run()
    with nothing_changes():
        assert run() == Outcome(same=4)


def test_a_changed_group_and_head_leave_what_was_before(city: City) -> None:
    run(from_day=date(2024, 1, 1))
    run(HEADER + "东湖区,,district,,周某,新区\n", from_day=date(2026, 1, 1))
    assert group("各区", date(2025, 12, 31)) == ["沙洲区", "东湖区"]
    assert group("各区", date(2026, 1, 1)) == ["沙洲区"]
    assert group("新区", date(2026, 1, 1)) == ["东湖区"]
    assert units()["东湖区"].head == "周某"


def titled() -> list[tuple[str, str, bool]]:
    """Who heads 东湖区, with which title, and whether until now."""
    with reading() as db:
        of = queries.headships(db, units()["东湖区"].id)
        return [(one.name, one.title, one.until_day is None) for one in of]


def test_a_title_goes_with_the_head(city: City) -> None:
    header = "name,kind,head,职务\n"
    run(header + "东湖区,district,赵某,\n")
    assert run(header + "东湖区,district,赵某,代区长\n") == Outcome(changed=1)
    assert titled() == [("赵某", "代区长", True)]  # nobody had said which
    with nothing_changes():
        for again in ("赵某,代区长", "赵某,", ","):
            assert run(header + f"东湖区,district,{again}\n") == Outcome(same=1)
    run(header + "东湖区,district,赵某,区长\n")
    assert titled() == [("赵某", "区长", True), ("赵某", "代区长", False)]
    with pytest.raises(sheets.UnusableRows) as refused, nothing_changes():
        run(header + "东湖区,district,,区长\n")
    assert [(one.column, one.reason) for one in refused.value.bad] == [("head_title", "no_head")]


def test_every_row_that_cannot_be_used_is_named_and_none_is_taken(city: City) -> None:
    assert bad(
        "好的一行,,department,,,\n"
        ",,department,,,\n"
        "东湖区,,王国,,,\n"
        "好的一行,,department,,,\n"
        "水務局,,department,,,\n"
        "青湖区,水务局,district,,,\n"
        "北湖区,,district,云汀是,,\n"
        "南湖区,,district,火星,,\n"
        "甲局,,department,乙局,,\n"
        "乙局,,department,甲局,,\n"
        f"{'长' * 81},,department,,,\n"
        f"丙局,,department,,{'长' * 41},\n"
        "丁局\x07,,department,,,\n"
        "戊局,,department,,,各局\n"
        "己局,,department,,,各 局\n"
        "云汀市,,city,沙洲区,,\n"
    ) == [
        (3, "name", "missing", ""),
        (4, "kind", "no_choice", ""),
        (5, "name", "twice", ""),
        (6, "name", "looks_like", "水务局"),
        (7, "name_en", "looks_like", "水务局"),
        (8, "parent", "unit_alike", "云汀市"),
        (9, "parent", "unknown_unit", ""),
        (10, "parent", "loop", ""),
        (11, "parent", "loop", ""),
        (12, "name", "too_long", ""),
        (13, "head", "too_long", ""),
        (14, "name", "unfit_text", ""),
        (16, "group", "looks_like_group", "各局"),
        (17, "parent", "loop", ""),
    ]


def test_a_workbook_with_chinese_headings_is_the_same_file(city: City) -> None:
    book = workbook(
        [
            ["单位名单"],
            ["单位名称", "类别", "上级单位", "主要负责人", "考核分组"],
            ["东湖区", "区", "云汀市", "赵某", "各区"],
        ]
    )
    assert run(book) == Outcome(added=1, groups=["各区"])
    assert units()["东湖区"].head == "赵某"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"name;kind\n", b"\xff\xfe\x00"])
def test_what_is_no_table_of_units_is_refused(city: City, data: bytes) -> None:
    with pytest.raises(sheets.UnreadableFile), nothing_changes():
        run(data)


def test_each_unit_is_in_the_trace(city: City) -> None:
    with reading() as db:
        before = len(trace.since(db, "city", 0))
    run()
    with reading() as db:
        kinds = [entry.kind for entry in trace.since(db, "city", 0)][before:]
    assert sorted(kinds) == sorted(
        ["accounts.unit_added"] * 2 + ["accounts.unit_changed"] + ["accounts.peer_group_added"] * 2
        + ["accounts.peer_group_set"] * 3
    )  # fmt: skip


def test_who_may_not_is_refused(city: City) -> None:
    with pytest.raises(Forbidden), nothing_changes(), unit_of_work() as uow:
        import_units(uow, city.person(Role.STAFF), sheets.read(FILE.encode(), [FORM]), None)


def test_a_whole_city_is_there_in_seconds(city: City) -> None:
    rows = [f"第{n}区,District {n},district,云汀市,区长{n},各区" for n in range(13)]
    rows += [f"第{n}局,Bureau {n},department,云汀市,局长{n},各局" for n in range(30)]
    rows += [f"第{n}街道,Street {n},street,第{n % 13}区,主任{n},第{n % 13}区街道" for n in range(160)]
    began = process_time()
    done = run(HEADER + "\n".join(rows))
    assert (done.added, len(done.groups)) == (203, 15)
    assert process_time() - began < 10
    assert group("第3区街道", date.today())[:2] == ["第3街道", "第16街道"]  # noqa: DTZ011


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def inquiry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`inquiry …` on the test's own database: exit status and everything it said."""
    monkeypatch.setattr("inquiry.cli._app", lambda: app)

    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, list(words))
        return done.exit_code, done.output

    return call


def test_the_command_line_looks_first_and_then_takes_over(
    city: City, inquiry: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    file = tmp_path / "units.csv"
    file.write_text(FILE)
    with nothing_changes():
        assert inquiry("units", "import", str(file), "--dry-run") == (
            0, "units.csv: 2 units would be added, 1 would be changed, 1 as they are; "
            "2 peer groups would be added: 各区, 东湖区街道\n"
        )  # fmt: skip
    status, said = inquiry("units", "import", str(file), "--from", "2025-01-01")
    assert status == 0
    assert said == "units.csv: 2 units added, 1 changed, 1 as they are; 2 peer groups added: 各区, 东湖区街道\n"
    assert group("各区", date(2025, 1, 1)) == ["沙洲区", "东湖区"]
    file.write_text(HEADER + "南湖区,,district,云汀是,,\n")
    with nothing_changes():
        status, said = inquiry("units", "import", str(file))
    assert status == 2
    assert "line 2, parent: there is no unit of this name; is 云汀市 meant? (云汀是)" in said
    assert "Rows that cannot be used: 1. Nothing was taken over." in said
