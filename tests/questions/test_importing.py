"""Importing files: every bad row is named, nothing is taken twice, and the author's name is not read."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.core.sheets import MOST_BYTES, UnreadableFile
from inquiry.core.written_dates import Order
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NotFound
from inquiry.live import queries as rundown
from inquiry.live import refusals as live_refusals
from inquiry.live.commands import preparation
from inquiry.permissions import Role
from inquiry.questions import files, refusals
from inquiry.questions.commands import importing, moderation
from inquiry.questions.commands.importing import Imported, Inspector, Progress
from inquiry.questions.files import Given
from inquiry.questions.models import Question, QuestionState
from tests.questions.conftest import EIGHT, Floor, do
from tests.support.replay import nothing_changes
from tests.support.workbook import workbook

REAL_MESSAGES = Path(__file__).parents[3] / "shared" / "data" / "citizen_messages.csv"

HEADER = "id,author,title,submitted_at,body,unit\n"
FILE = (
    HEADER
    + 'A1,张三,湖滨路路灯不亮,2026-11-02 08:30:00,"从十月起,\n整条路都是黑的。",水务局\n'
    + "A2,李四,,2026-11-03 09:00:00,公交站牌被撞倒了。,\n"
    + "\n"
    + 'A3,王五,小区停水,2026/11/4 7:05,"没有通知,没有水车。",\n'
)
BAD = (
    HEADER
    + ",甲,没有编号,2026-11-02 08:30:00,,\n"
    + "B1,甲,正常的一条,2026-11-02 08:30:00,,\n"
    + "B1,甲,编号重复,2026-11-02 08:30:00,,\n"
    + "B2,甲,,2026-11-02 08:30:00,,\n"
    + f"B3,甲,{'长' * 501},2026-11-02 08:30:00,,\n"
    + f"B4,甲,正文过长,2026-11-02 08:30:00,{'长' * 20001},\n"
    + "B5,甲,控制\x07符,2026-11-02 08:30:00,,\n"
    + "B6,甲,时间不对,昨天,,\n"
    + "B7,甲,单位不对,2026-11-02 08:30:00,,火星局\n"
    + f"B8,甲,。,2026-11-02 08:30:00,{'长' * 501},\n"
    + f"B9,甲,{'路灯什么时候修好'.encode().decode('gb18030', 'replace')},2026-11-02 08:30:00,,\n"
    + "B10,甲,时间太早,0001-01-01,,\n"
    + "B11,甲,单位写法不同,2026-11-02 08:30:00,,水 务局\n"
    + "B12,甲,多了,一个逗号,2026-11-02 08:30:00,,水务局\n"
)


def run(floor: Floor, content: str | bytes = FILE, *, dry_run: bool = False, given: Given | None = None) -> Progress:
    return list(steps(floor, content, dry_run=dry_run, given=given))[-1]


def steps(
    floor: Floor, content: str | bytes = FILE, *, dry_run: bool = False, given: Given | None = None
) -> Iterator[Progress]:
    data = content.encode() if isinstance(content, str) else content
    return importing.carry_over(floor.city.person(Role.STAFF), floor.session, data, dry_run=dry_run, given=given)


def summary(progress: Progress) -> tuple[int, int, int, int]:
    return progress.total, progress.fresh, progress.known, len(progress.bad)


def all_questions() -> list[Question]:
    with reading() as db:
        return list(db.scalars(select(Question).order_by(Question.number)))


def live_code(floor: Floor) -> str:
    with reading() as db:
        return rundown.session(db, floor.session).code


# --- what comes out of a file ---------------------------------------------------------------------------------------


def test_each_row_becomes_a_waiting_question_of_nobody(floor: Floor) -> None:
    assert summary(run(floor)) == (3, 3, 0, 0)
    first, second, third = all_questions()
    assert (first.text, first.background) == ("湖滨路路灯不亮", "从十月起,\n整条路都是黑的。")
    assert (second.text, second.background) == ("公交站牌被撞倒了。", "")  # no title: the short body speaks for itself
    assert third.asked_at == datetime(2026, 11, 3, 23, 5, tzinfo=UTC)  # five past seven in the city
    assert [one.external_id for one in (first, second, third)] == ["A1", "A2", "A3"]
    assert (first.unit_id, third.unit_id) == (floor.city.water.id, None)
    assert {(one.state, one.device_id, one.asker, one.root_id == one.id) for one in all_questions()} == {
        (QuestionState.WAITING, None, "", True)
    }


def test_the_author_is_not_kept_anywhere(floor: Floor) -> None:
    run(floor)
    kept = [value for one in all_questions() for value in vars(one).values()]
    assert not any(name in str(kept) + str(floor.entries("staff")) for name in ("张三", "李四", "王五"))


def test_importing_again_changes_nothing_and_says_so(floor: Floor) -> None:
    run(floor)
    with nothing_changes():
        assert summary(run(floor)) == (3, 0, 3, 0)


def test_what_came_since_is_added(floor: Floor) -> None:
    run(floor)
    more = FILE + "A4,赵六,井盖松动,2026-11-05 10:00:00,,\n"
    assert summary(run(floor, more)) == (4, 1, 3, 0)
    assert all_questions()[-1].number == 4


def test_a_dry_run_says_the_same_and_changes_nothing(floor: Floor) -> None:
    with nothing_changes():
        assert summary(run(floor, dry_run=True)) == (3, 3, 0, 0)
    run(floor)
    assert summary(run(floor, dry_run=True)) == (3, 0, 3, 0)


def test_every_bad_row_is_named_with_its_line_and_the_good_ones_are_taken(floor: Floor) -> None:
    found = run(floor, BAD)
    assert [(row.line, row.id, row.reason) for row in found.bad] == [
        (2, "", "no_id"),
        (4, "B1", "id_twice"),
        (5, "B2", "no_text"),
        (6, "B3", "title_too_long"),
        (7, "B4", "body_too_long"),
        (8, "B5", "unfit_text"),
        (9, "B6", "no_time"),
        (10, "B7", "unknown_unit"),
        (11, "B8", "no_text"),
        (12, "B9", "garbled"),
        (13, "B10", "time_out_of_range"),
        (14, "B11", "unit_alike"),
        (15, "B12", "too_many_cells"),
    ]
    assert all(row.sentence for row in found.bad)
    assert {row.reason for row in found.bad} == set(files.REASONS)


def test_what_is_at_fault_is_shown_and_bounded(floor: Floor) -> None:
    shown = {row.id: row.value for row in run(floor, BAD).bad}
    assert (shown["B6"], shown["B7"], shown["B10"]) == ("昨天", "火星局", "0001-01-01")
    assert shown["B3"] == "长" * 60 + "…"
    assert shown["B5"] == "控制\ufffd符"
    [alike] = [row for row in run(floor, BAD, dry_run=True).bad if row.reason == "unit_alike"]
    assert alike.hint == "水务局"
    assert "水务局" in alike.sentence
    assert [one.external_id for one in all_questions()] == ["B1"]


def test_lines_are_counted_as_an_editor_counts_them(floor: Floor) -> None:
    found = run(floor, FILE + "A9,赵六,时间不对,昨天,,\n")
    assert [row.line for row in found.bad] == [7]


def test_there_is_an_entry_for_each_batch(floor: Floor) -> None:
    lines = "".join(f"C{number},甲,第{number}条留言,2026-11-02 08:30:00,,\n" for number in range(401))
    steps = []
    for progress in importing.carry_over(
        floor.city.person(Role.PRODUCER), floor.session, (HEADER + lines).encode(), dry_run=False
    ):
        steps.append((progress.done, progress.fresh))
    assert steps == [(200, 200), (400, 400), (401, 401)]
    assert floor.entries("staff") == [
        ("questions.imported", {"count": 200, "first": 1, "last": 200}),
        ("questions.imported", {"count": 200, "first": 201, "last": 400}),
        ("questions.imported", {"count": 1, "first": 401, "last": 401}),
    ]


# --- partial success ------------------------------------------------------------------------------------------------


def many(number: int) -> str:
    return HEADER + "".join(f"C{one},甲,第{one}条留言,2026-11-02 08:30:00,,\n" for one in range(number))


def test_what_was_added_before_an_import_broke_off_is_told_and_stays(floor: Floor) -> None:
    underway = steps(floor, many(450))
    assert next(underway).fresh == 200
    do(preparation.go_live, floor.host, floor.session)
    floor.close()
    with nothing_changes(), pytest.raises(refusals.ImportBrokeOff) as broke_off:
        next(underway)
    assert broke_off.value.data == {
        "total": 450, "done": 200, "fresh": 200, "why": str(live_refusals.SessionClosed.sentence),
    }  # fmt: skip
    assert "200" in broke_off.value.message
    assert len(all_questions()) == 200


def test_a_fault_of_ours_underway_is_told_the_same_way(floor: Floor) -> None:
    underway = steps(floor, many(450))
    next(underway)
    with unit_of_work() as uow:  # the database refuses the next batch: this number is taken
        uow.db.add(Question(
            session_id=floor.session, number=300, receipt="x", text="占号", search_text="占号", asked_at=EIGHT,
        ))  # fmt: skip
    with pytest.raises(refusals.ImportBrokeOff) as broke_off:
        next(underway)
    assert (broke_off.value.data["fresh"], broke_off.value.data["why"]) == (200, "")


def test_a_dry_run_asks_what_the_run_asks(floor: Floor) -> None:
    for dry_run in (True, False):
        with nothing_changes(), pytest.raises(Forbidden):
            list(importing.carry_over(floor.city.person(Role.OFFICIAL), floor.session, FILE.encode(), dry_run=dry_run))
    do(preparation.go_live, floor.host, floor.session)
    floor.close()
    for dry_run in (True, False):
        with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
            run(floor, dry_run=dry_run)


@pytest.mark.parametrize("written", ["0001-01-01", "1999-12-31 23:59:59", "2100-01-01", "9999-12-31T23:59:59Z"])
def test_a_date_out_of_range_is_found_by_both(floor: Floor, written: str) -> None:
    file = HEADER + f"A1,甲,路灯,{written},,\nA2,甲,停水,2026-11-02,,\n"
    found = [summary(run(floor, file, dry_run=dry_run)) for dry_run in (True, False)]
    assert found == [(2, 1, 0, 1), (2, 1, 0, 1)]


def test_what_was_imported_at_the_ends_of_the_range_can_be_shown(floor: Floor, app: Flask) -> None:
    run(floor, HEADER + "A1,甲,路灯,2000-01-01T00:00+14:00,,\nA2,甲,停水,2099-12-31T23:59:59-12:00,,\n")
    for question in all_questions():
        floor.decide(moderation.approve, question.id)
    assert app.test_client().get("/questions").status_code == 200


# --- preview --------------------------------------------------------------------------------------------------------


def test_the_first_ten_rows_that_can_be_used_are_shown_as_they_would_be(floor: Floor) -> None:
    with nothing_changes():
        shown = run(floor, many(12) + "D1,甲,时间不对,昨天,,\n", dry_run=True).preview
    assert [(line, row.external_id) for line, row in shown] == [(number + 2, f"C{number}") for number in range(10)]
    assert shown[0][1].wording.text == "第0条留言"


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode(),
        b"\xef\xbb\xbf" + FILE.encode(),
        FILE.encode("gb18030"),
        FILE.encode("utf-16"),
        FILE.replace("\n", "\r\n").encode(),
        FILE.replace("id,author,title,submitted_at,body,unit", "编号,用户,标题,时间,正文,单位").encode(),
        FILE.replace(
            "id,author,title,submitted_at,body,unit", " ID ,Author,ＴＩＴＬＥ,Submitted_At,Body,Unit"
        ).encode(),
        workbook([line for line in csv.reader(FILE.splitlines(keepends=True)) if line]),
    ],
    ids=["utf-8", "byte-order-mark", "gb18030", "utf-16", "crlf", "chinese-columns", "untidy-columns", "xlsx"],
)
def test_files_are_read_as_they_come(data: bytes) -> None:
    rows = files.read(data).rows
    assert [row["id"] for _line, row in rows] == ["A1", "A2", "A3"]
    assert rows[0][1]["title"] == "湖滨路路灯不亮"


def test_a_file_may_be_separated_otherwise_and_lack_the_unit() -> None:
    assert files.read("id;title;submitted_at;body\n1;路灯;2026-11-02;\n".encode()).rows == [
        (2, {"id": "1", "title": "路灯", "submitted_at": "2026-11-02", "body": ""})
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", {"why": "empty"}),
        (b"id,title\n1,2\n", {"why": "columns", "columns": ["submitted_at", "body"], "found": ["id", "title"]}),
        (b"id,title,body\n1,2,3\n", {"why": "no_dates", "columns": ["submitted_at"]}),
        (HEADER.encode(), {"why": "empty"}),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", {"why": "no_table", "what": "PNG"}),
        ((HEADER + f'A1,甲,"{"长" * 200_000}",2026-11-02,,\n').encode(), {"why": "csv", "line": 2}),
        ((HEADER + 'A1,甲,路灯,2026-11-02,,\nA2,甲,"停水,2026-11-02,,\n').encode(), {"why": "csv", "line": 3}),
        (FILE.replace("2026/11/4 7:05", "3/4/2026").encode(), {"why": "order", "line": 6, "value": "3/4/2026"}),
        (b"x" * (MOST_BYTES + 1), {"why": "size", "most": 20}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {"why": "old_workbook"}),
        (b"PK\x03\x04", {"why": "workbook"}),
    ],
    ids=[
        "nothing", "columns", "no-dates", "no-rows", "picture", "no-table", "open-quote", "order", "too-large", "xls",
        "no-workbook",
    ],
)  # fmt: skip
def test_what_is_no_table_of_questions_is_refused(data: bytes, told: dict[str, object], app: Flask) -> None:
    with pytest.raises(UnreadableFile) as refused:
        files.read(data)
    assert refused.value.data == told
    with app.test_request_context():
        assert "%" not in refused.value.message


@pytest.mark.parametrize(("order", "day"), [(Order.MONTH_FIRST, (3, 4)), (Order.DAY_FIRST, (4, 3))])
def test_whoever_imports_says_which_comes_first(floor: Floor, order: Order, day: tuple[int, int]) -> None:
    file = HEADER + "A1,甲,路灯,3/4/2026 10:04:21 PM,,\n"
    assert summary(run(floor, file, given=Given(order=order))) == (1, 1, 0, 0)
    [question] = all_questions()
    assert question.asked_at == datetime(2026, *day, 14, 4, 21, tzinfo=UTC)


def test_a_day_may_be_given_for_messages_without_one(floor: Floor) -> None:
    given = Given(asked_on=date(2026, 11, 2))
    assert summary(run(floor, "编号,标题,正文\nA1,路灯,\n", given=given)) == (1, 1, 0, 0)
    assert summary(run(floor, HEADER + "B1,甲,停水,,,\nB2,甲,停电,2026-11-05,,\n", given=given)) == (2, 2, 0, 0)
    assert [one.asked_at.day for one in all_questions()] == [1, 1, 4]  # midnight in the city is the day before in UTC


def test_a_workbook_keeps_its_dates_as_numbers(floor: Floor) -> None:
    rows = [
        ["编号", "标题", "时间", "正文"],
        ["188007", "路灯", 46329.670833333, "不亮"],
        [188008, "停水", "46330", ""],
    ]
    assert summary(run(floor, workbook(rows))) == (2, 2, 0, 0)
    first, second = all_questions()
    assert (first.external_id, second.external_id) == ("188007", "188008")
    assert first.asked_at == datetime(2026, 11, 3, 8, 6, tzinfo=UTC)


def test_times_without_a_zone_are_the_citys() -> None:
    for written, instant in [
        ("2026-11-02 08:30:00", "2026-11-02T00:30:00+00:00"),
        ("2026-11-02T08:30:00Z", "2026-11-02T08:30:00+00:00"),
        ("2026-11-02", "2026-11-01T16:00:00+00:00"),
    ]:
        row = {"id": "1", "title": "路灯", "body": "", "submitted_at": written}
        [(_line, found)] = Inspector({}, ZoneInfo("Asia/Shanghai")).inspect_all([(2, row)])
        assert isinstance(found, Imported)
        assert found.asked_at == datetime.fromisoformat(instant)


# --- from the command line ------------------------------------------------------------------------------------------


def test_the_command_line_tells_progress_bad_rows_and_one_summary(floor: Floor, tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(FILE + "A9,赵六,时间不对,昨天,,\n", encoding="utf-8")
    code = live_code(floor)
    said: list[str] = []
    importing.import_file(path, code, True, said.append)
    importing.import_file(path, code, False, said.append)
    importing.import_file(path, code, False, said.append)
    bad = "line 7 (id A9) cannot be used: its time is not a date and time like 2026-12-01 20:00:00 (昨天)"
    preview = [
        "line 2 (id A1, 2026-11-02 08:30): 湖滨路路灯不亮",
        "line 4 (id A2, 2026-11-03 09:00): 公交站牌被撞倒了。",
        "line 6 (id A3, 2026-11-04 07:05): 小区停水",
    ]
    results = ["3 would be added, 0 here already", "3 added, 0 here already", "0 added, 3 here already"]
    assert said == [
        line
        for number, result in enumerate(results)
        for line in (
            "4 of 4 rows", *(preview if number == 0 else ()), bad,
            f"messages.csv -> 城市照明 ({code}): {result}, 1 cannot be used",
        )
    ]  # fmt: skip


def test_an_unknown_session_takes_no_file(floor: Floor, tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(FILE, encoding="utf-8")
    with nothing_changes(), pytest.raises(NotFound):
        importing.import_file(path, "XXXXXX", False, lambda _line: None)


def test_a_session_that_is_over_takes_no_file(floor: Floor) -> None:
    do(preparation.go_live, floor.host, floor.session)
    floor.close()
    with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
        run(floor)


# --- the real messages ----------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.skipif(not REAL_MESSAGES.exists(), reason="the real messages are not beside this repository")
def test_the_real_messages_are_taken_over_in_half_a_minute_and_once(floor: Floor) -> None:
    data = REAL_MESSAGES.read_bytes()
    began = perf_counter()
    assert summary(run(floor, data)) == (2585, 2585, 0, 0)
    assert perf_counter() - began < 30
    with nothing_changes():
        assert summary(run(floor, data)) == (2585, 0, 2585, 0)
    assert floor.totals()["received"] == floor.totals()["waiting"] == 2585
