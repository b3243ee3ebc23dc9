"""A rundown goes out as a file and comes back as the same; what a file does not name stays."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from inquiry.accounts import queries as accounts
from inquiry.core import books, text
from inquiry.core.db import reading
from inquiry.core.sheets import UnreadableFile, UnusableRows
from inquiry.errors import Refusal
from inquiry.live import queries, rundown_files
from inquiry.live.commands import importing, preparation, rundown, steps
from inquiry.live.models import NOTED, AtZero, ItemColour, ItemKind
from inquiry.permissions import Role
from tests.live.conftest import EIGHT, Evening, do
from tests.live.test_steps import case_of, of_rundown
from tests.support.replay import nothing_changes, replaying

Told = dict[str, str]


def told(evening: Evening, session: int | None = None, language: str = "zh") -> list[Told]:
    with reading() as db:
        units = {unit.id: unit for unit in accounts.units(db)}
        items = queries.rundown(db, session or evening.session)
        return list(rundown_files.told(items, units, language).values())


def as_csv(lines: list[Told], language: str = "zh") -> bytes:
    return ("\ufeff" + rundown_files.as_csv(lines, language)).encode()


def table(*rows: dict[str, object]) -> bytes:
    """A file of somebody else, with the columns that its first row has."""
    written = io.StringIO()
    rows_of = csv.DictWriter(written, list(rows[0]))
    rows_of.writeheader()
    rows_of.writerows(rows)
    return written.getvalue().encode()


def take(
    evening: Evening, data: bytes, *, session: int | None = None, remove: bool = False, dry_run: bool = False
) -> importing.Outcome:
    return importing.take_over(
        evening.host, session or evening.session, io.BytesIO(data), remove=remove, dry_run=dry_run
    )


def told_of(outcome: importing.Outcome) -> list[tuple[str, str]]:
    return [(one.what, one.title) for one in outcome.differences]


# --- out and in without loss ------------------------------------------------------------------------------------------


def _line(said: str) -> str:
    return " ".join(text.clean(said).split())


def words(longest: int) -> some.SearchStrategy[str]:
    """What people write, and what spreadsheets take for something else."""
    parts = some.sampled_from(
        ["=1+1", "'", "''=", "+", "-", "@", '"', ",", ";", "；", "，", "老旧小区", "Cue 7", "007", "1.50", "1E5",
         "TRUE", "12:30", "2026-12-01", "%", "50%", "\\", "|", "#", "路灯，何时亮？", "é", "😀", " ", "a"]
    )  # fmt: skip
    return some.lists(parts, max_size=6).map(lambda each: _line("".join(each))[:longest].strip())


LINES = some.lists(
    some.fixed_dictionaries({
        "kind": some.sampled_from(list(ItemKind)), "title": words(200).filter(bool), "title_en": words(240),
        "planned_ms": some.integers(1000, 43_200_000), "unit_id": some.booleans(), "speaker": words(40),
        "speaker_title": words(80), "at_zero": some.sampled_from(list(AtZero)), "grace_seconds": some.integers(0, 600),
        "warning_ms": some.none() | some.integers(0, 7_200).map(lambda seconds: seconds * 1000),
        "danger_ms": some.none() | some.integers(0, 7_200).map(lambda seconds: seconds * 1000),
        "colour": some.sampled_from(list(ItemColour)), "follows": some.booleans(), "cue": words(8),
        "inside": some.booleans(), **{f"note_{role}": words(300) for role in NOTED},
    }),
    max_size=6, unique_by=lambda line: line["cue"] or id(line),
)  # fmt: skip


def plan(evening: Evening, lines: list[dict[str, Any]]) -> int:
    """A session with these lines; those that are inside lie in the case above."""
    made: int = do(
        preparation.create_session, evening.host, title="再来一场", starts_at=EIGHT, planned_minutes=60
    ).id  # fmt: skip
    case = None
    for said in lines:
        line = dict(said)
        inside = line.pop("inside")
        line["unit_id"] = evening.city.water.id if line["unit_id"] else None
        if line["kind"] is ItemKind.CASE:
            line |= {"planned_ms": 0, "speaker": "", "follows": False}
        elif not inside:
            case = None
        item = do(rundown.add_item, evening.host, made, case_id=None if line["kind"] is ItemKind.CASE else case, **line)
        if line["kind"] is ItemKind.CASE:
            case = item.id
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@given(lines=LINES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_out_and_in_is_the_same(evening: Evening, language: str, lines: list[dict[str, Any]]) -> None:
    session = plan(evening, lines)
    out = told(evening, session, language)
    if not out:
        return
    for data in (as_csv(out, language), rundown_files.as_workbook(out, language)):
        assert take(evening, data, session=session, dry_run=True) == importing.Outcome([], len(out))
        empty = plan(evening, [])
        take(evening, data, session=empty)
        again = told(evening, empty, language)
        assert [line | {"id": ""} for line in again] == [line | {"id": ""} for line in out]


@pytest.mark.parametrize("said", ["=1+1", "'=1+1", "''=1", "'quoted'", "=", "-", "@x", "+86", "plain", "'"])
def test_what_looks_like_a_formula_is_guarded_and_read_back(said: str) -> None:
    written = books.inert(said)
    assert not written.startswith(("=", "+", "-", "@"))
    assert books.meant(written) == said


def test_what_cannot_be_read_otherwise_comes_back_where_it_stands(evening: Evening) -> None:
    """Words that a reader of files would refuse are no reason to refuse a line that nobody changed."""
    do(rundown.change_item, evening.host, evening.clip, title="锟斤拷", note_host="=")
    assert take(evening, as_csv(told(evening))) == importing.Outcome([], 3)


# --- merging ----------------------------------------------------------------------------------------------------------


def test_what_a_file_does_not_name_stays(evening: Evening) -> None:
    do(rundown.change_item, evening.host, evening.clip, note_host="看稿", cue="7", title_en="Film")
    before = of_rundown(evening)
    outcome = take(evening, table({"id": evening.clip, "title": "短片", "speaker": ""}))
    assert [one.columns for one in outcome.differences] == [{"title": ("暗访短片", "短片")}]
    assert (told_of(outcome), outcome.same) == ([("changed", "短片")], 2)
    assert of_rundown(evening) == [before[0] | {"title": "短片"}, *before[1:]]
    take(evening, table({"编号": evening.clip, "标题": "短片", "主持人备注": ""}))
    assert evening.item(evening.clip).note_host == "", "a column that is named and empty empties"


def test_lines_are_added_changed_moved_and_removed_when_asked(evening: Evening) -> None:
    data = table(
        {"id": "", "level": 0, "kind": "案例", "title": "老旧小区", "seconds": ""},
        {"id": evening.rest, "level": 1, "kind": "break", "title": "休息", "seconds": "600"},
        {"id": evening.clip, "level": 1, "kind": "clip", "title": "短片", "seconds": "90.5"},
    )
    with nothing_changes():
        dry = take(evening, data, remove=True, dry_run=True)
    assert told_of(dry) == [("added", "老旧小区"), ("changed", "休息"), ("changed", "短片"), ("removed", "城管局发言")]
    with replaying(evening.session) as entries:
        done = take(evening, data, remove=True)
    assert told_of(done) == told_of(dry)
    assert entries == ["live.rundown_changed"]
    case, *inside = evening.order
    assert inside == [evening.rest, evening.clip]
    assert {evening.item(one).case_id for one in inside} == {case}
    assert evening.item(evening.clip).planned_ms == 90_500
    do(steps.undo, evening.host, evening.session)
    assert evening.order == [evening.clip, evening.slot, evening.rest], "one step back"


def test_what_is_not_in_a_file_stays_behind_its_neighbour(evening: Evening) -> None:
    outcome = take(evening, table({"id": evening.rest, "title": "休息"}, {"id": evening.clip, "title": "暗访短片"}))
    assert evening.order == [evening.rest, evening.clip, evening.slot]
    assert told_of(outcome) == [("moved", "休息")]
    assert outcome.differences[0].places == (3, 1)


def test_a_line_is_known_by_its_cue(evening: Evening) -> None:
    do(rundown.change_item, evening.host, evening.slot, cue="A1")
    outcome = take(evening, table({"cue": "A1", "title": "发言"}))
    assert told_of(outcome) == [("changed", "发言")]


def test_two_who_import_at_once_lose_nothing(evening: Evening) -> None:
    """A file that was taken home before somebody added a line leaves that line where it is."""
    out = as_csv(told(evening))
    added = evening.add(ItemKind.VERDICT, "评议", position=2)
    assert take(evening, out) == importing.Outcome([], 4)
    assert added in evening.order


BAD: list[tuple[dict[str, object], str, str]] = [
    ({"title": "", "kind": "clip", "seconds": 5}, "title", "missing"),
    ({"title": "新", "kind": "", "seconds": 5}, "kind", "missing"),
    ({"title": "新", "kind": "没有的", "seconds": 5}, "kind", "no_choice"),
    ({"title": "新", "kind": "clip", "seconds": ""}, "seconds", "missing"),
    ({"title": "新", "kind": "clip", "seconds": "五分钟"}, "seconds", "no_number"),
    ({"title": "新", "kind": "clip", "seconds": 43201}, "seconds", "no_length"),
    ({"title": "新", "kind": "clip", "seconds": 0}, "seconds", "no_length"),
    ({"title": "新", "kind": "clip", "seconds": "0.999"}, "seconds", "no_length"),
    ({"title": "新", "kind": "case", "seconds": 5}, "seconds", "IS_A_CASE"),
    ({"title": "新", "kind": "clip", "seconds": 5, "level": 1}, "level", "no_case"),
    ({"title": "新", "kind": "case", "level": 2}, "level", "no_level"),
    ({"title": "新", "kind": "clip", "seconds": 5, "unit": "水务居"}, "unit", "unit_alike"),
    ({"title": "新", "kind": "clip", "seconds": 5, "cue": "TAKEN"}, "kind", "CASE_STAYS"),
    ({"title": "新", "kind": "clip", "seconds": 5, "cue": "123456789"}, "cue", "too_long"),
    ({"title": "新", "kind": "clip", "seconds": 5, "grace_seconds": 601}, "grace_seconds", "no_grace"),
    ({"title": "新", "kind": "slot", "seconds": 5, "warning_seconds": 7201}, "warning_seconds", "no_warning"),
    ({"title": "新", "kind": "slot", "seconds": 5, "danger_seconds": "1.5"}, "danger_seconds", "no_warning"),
    ({"title": "新", "kind": "question", "seconds": 5, "question": "七"}, "question", "no_question"),
    ({"title": "新", "kind": "question", "seconds": 5, "question": f"{1:012}{0:05000}"}, "question", "no_question"),
    ({"title": "新", "kind": "question", "seconds": 5, "question": 2**31}, "question", "no_question"),
    ({"title": "新", "kind": "question", "seconds": 5, "question": f"{1:012}{0:010}"}, "question", "no_question"),
    ({"title": "新", "kind": "question", "seconds": 5, "question": 7, "follows": "是"}, "follows", "QUESTIONS_ITEM"),
    ({"title": "新", "kind": "clip", "seconds": 5, "colour": "red"}, "colour", "no_choice"),
    ({"title": "字" * 201, "kind": "clip", "seconds": 5}, "title", "too_long"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD, ids=[f"{row[1]}-{row[2]}" for row in BAD])
def test_a_row_that_cannot_be_used_is_named(evening: Evening, row: dict[str, object], column: str, reason: str) -> None:
    evening.add(ItemKind.CASE, "老旧小区", planned_ms=0, cue="TAKEN")
    with nothing_changes(), pytest.raises(UnusableRows) as refused:
        take(evening, table(row))
    assert [(one.line, one.column, one.reason) for one in refused.value.bad] == [(2, column, reason)]
    assert refused.value.bad[0].sentence


def test_what_was_on_air_stays_as_it_is(evening: Evening) -> None:
    evening.go_live().take(evening.clip)
    first, second, third = told(evening)
    with nothing_changes(), pytest.raises(UnusableRows) as refused:
        take(evening, as_csv([first | {"title": "别的"}, second, third]))
    assert [(one.line, one.column, one.reason) for one in refused.value.bad] == [(2, "id", "stays")]
    assert told_of(take(evening, as_csv([third, first, second]))) == [("moved", "休息")]
    assert evening.order == [evening.rest, evening.clip, evening.slot]


def test_two_that_were_on_air_do_not_change_places(evening: Evening) -> None:
    evening.go_live().take(evening.slot).take(evening.clip)
    first, second, third = told(evening)
    with nothing_changes(), pytest.raises(UnusableRows) as refused:
        take(evening, as_csv([second, first, third]))
    assert {one.reason for one in refused.value.bad} == {"stays"}


def test_what_lay_in_a_case_that_goes_lies_in_none(evening: Evening) -> None:
    case = case_of(evening)
    data = table(*({"id": one, "title": evening.item(one).title} for one in (evening.rest, evening.clip)))
    evening.go_live().take(evening.slot)
    with replaying(evening.session):
        outcome = take(evening, data, remove=True)
    assert ("removed", "老旧小区") in told_of(outcome)
    assert [(one, evening.item(one).case_id) for one in evening.order] == [
        (evening.rest, None), (evening.clip, None), (evening.slot, None),
    ]  # fmt: skip
    assert take(evening, as_csv(told(evening))) == importing.Outcome([], 3), "as it goes out it comes in again"
    made = do(
        preparation.create_session, evening.host, title="下一场", starts_at=EIGHT, planned_minutes=60, unit_ids=[],
        like_id=evening.session,
    )  # fmt: skip
    with reading() as db:
        assert [one.case_id for one in queries.rundown(db, made.id)] == [None] * 3
    assert case not in evening.order


def test_what_is_asked_to_go_and_was_on_air_stays(evening: Evening) -> None:
    evening.go_live().take(evening.clip)
    take(evening, table({"id": evening.rest, "title": "休息"}), remove=True)
    assert evening.order == [evening.clip, evening.rest]


def test_a_rundown_has_an_end(evening: Evening) -> None:
    rows = [{"title": f"短片{n}", "kind": "clip", "seconds": 5} for n in range(501)]
    for many in (rows, rows[:498]):
        with nothing_changes(), pytest.raises(Refusal) as refused:
            take(evening, table(*many))
        assert refused.value.code == "RUNDOWN_FULL"
    take(evening, table(*rows[:497]))
    assert len(evening.order) == 500
    with pytest.raises(Refusal) as full:
        evening.add(ItemKind.CLIP, "再一部")
    assert full.value.code == "RUNDOWN_FULL"


def test_a_file_without_titles_is_no_rundown(evening: Evening) -> None:
    with nothing_changes(), pytest.raises(UnreadableFile):
        take(evening, table({"name": "城管局", "kind": "department"}))


def test_only_the_crew_takes_it_home_or_brings_it(evening: Evening) -> None:
    moderator = evening.city.person(Role.MODERATOR)
    with nothing_changes(), pytest.raises(Refusal) as refused:
        importing.take_over(moderator, evening.session, io.BytesIO(b"title\nx\n"), remove=False, dry_run=True)
    assert refused.value.code == "FORBIDDEN"
