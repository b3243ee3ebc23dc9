"""Importing files: every bad row is named, nothing is taken twice, and the author's name is not read."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.errors import NotFound
from inquiry.live import queries as rundown
from inquiry.live import refusals as live_refusals
from inquiry.live.commands import preparation
from inquiry.permissions import Actor, Role
from inquiry.questions import refusals
from inquiry.questions.commands import importing
from inquiry.questions.commands.importing import Imported, Inspector, Progress
from inquiry.questions.models import Question, QuestionState
from tests.questions.conftest import Floor, do
from tests.support.replay import nothing_changes

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
    + "B5,甲,方向\u202e控制符,2026-11-02 08:30:00,,\n"
    + "B6,甲,时间不对,昨天,,\n"
    + "B7,甲,单位不对,2026-11-02 08:30:00,,火星局\n"
    + f"B8,甲,。,2026-11-02 08:30:00,{'长' * 501},\n"
)


def run(floor: Floor, content: str | bytes = FILE, *, dry_run: bool = False, actor: Actor | None = None) -> Progress:
    data = content.encode() if isinstance(content, str) else content
    who = actor or floor.city.person(Role.STAFF)
    return list(importing.carry_over(who, floor.session, data, dry_run=dry_run))[-1]


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
    ]
    assert all(row.sentence for row in found.bad)
    assert {row.reason for row in found.bad} == set(importing.REASONS)
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


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode(),
        b"\xef\xbb\xbf" + FILE.encode(),
        FILE.encode("gb18030"),
        FILE.replace("\n", "\r\n").encode(),
        FILE.replace("id,author,title,submitted_at,body,unit", "编号,用户,标题,时间,正文,单位").encode(),
        FILE.replace("id,author,title,submitted_at,body,unit", " ID ,Author,TITLE,Submitted_At,Body,Unit").encode(),
    ],
    ids=["utf-8", "byte-order-mark", "gb18030", "crlf", "chinese-columns", "untidy-columns"],
)
def test_files_are_read_as_they_come(data: bytes) -> None:
    rows = importing.read(data)
    assert [row["id"] for _line, row in rows] == ["A1", "A2", "A3"]
    assert rows[0][1]["title"] == "湖滨路路灯不亮"


def test_a_file_may_be_separated_otherwise_and_lack_the_unit() -> None:
    assert importing.read("id;title;submitted_at;body\n1;路灯;2026-11-02;\n".encode()) == [
        (2, {"id": "1", "title": "路灯", "submitted_at": "2026-11-02", "body": ""})
    ]


@pytest.mark.parametrize(
    ("data", "why", "columns"),
    [
        (b"", "columns", ["id", "title", "submitted_at", "body"]),
        (b"id,title\n1,2\n", "columns", ["submitted_at", "body"]),
        (HEADER.encode(), "empty", []),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "encoding", []),
        ((HEADER + f'A1,甲,"{"长" * 200_000}",2026-11-02,,\n').encode(), "csv", []),
        (b"x" * (importing.MOST_BYTES + 1), "size", []),
    ],
    ids=["nothing", "columns", "no-rows", "picture", "no-table", "too-large"],
)
def test_what_is_no_table_of_questions_is_refused(data: bytes, why: str, columns: list[str]) -> None:
    with pytest.raises(refusals.UnreadableFile) as refused:
        importing.read(data)
    assert refused.value.data == {"why": why, "columns": columns}


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-02 08:30:00", "2026-11-02T00:30:00+00:00"),
        ("2026-11-02 08:30", "2026-11-02T00:30:00+00:00"),
        ("2026-11-02T08:30:00", "2026-11-02T00:30:00+00:00"),
        ("2026-11-02T08:30:00Z", "2026-11-02T08:30:00+00:00"),
        ("2026/11/2 8:30", "2026-11-02T00:30:00+00:00"),
        ("2026/11/02 08:30:15", "2026-11-02T00:30:15+00:00"),
        ("2026-11-02", "2026-11-01T16:00:00+00:00"),
    ],
)
def test_times_without_a_zone_are_the_citys(written: str, instant: str) -> None:
    row = {"id": "1", "title": "路灯", "body": "", "submitted_at": written}
    found = Inspector({}, ZoneInfo("Asia/Shanghai")).inspect(2, row)
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
    bad = "line 7 (id A9) cannot be used: its time is not a date and time like 2026-12-01 20:00:00"
    results = ["3 would be added, 0 here already", "3 added, 0 here already", "0 added, 3 here already"]
    assert said == [
        line
        for result in results
        for line in ("4 of 4 rows", bad, f"messages.csv -> 城市照明 ({code}): {result}, 1 cannot be used")
    ]


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


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The browser of a person of the staff."""
    staff = floor.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    return app.test_client()


def send(browser: FlaskClient, floor: Floor, content: str, what: str, **headers: str):  # type: ignore[no-untyped-def]
    return browser.post(
        f"/sessions/{live_code(floor)}/import",
        data={"do": what, "file": (BytesIO(content.encode()), "messages.csv")},
        headers=headers,
    )


def test_the_page_tells_each_batch_as_it_goes(browser: FlaskClient, floor: Floor) -> None:
    lines = HEADER + "".join(f"C{number},甲,第{number}条留言,2026-11-02 08:30:00,,\n" for number in range(250))
    answer = send(browser, floor, lines + "D1,甲,时间不对,昨天,,\n", "import", Accept="application/json")
    told = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [(step["done"], step["fresh"], step["known"]) for step in told] == [(200, 200, 0), (251, 250, 0)]
    assert told[0]["bad"] == []
    assert told[-1]["bad"][0] | {"why": ""} == {"line": 252, "id": "D1", "why": ""}
    assert len(all_questions()) == 250


def test_the_page_looks_through_a_file_first(browser: FlaskClient, floor: Floor) -> None:
    with nothing_changes():
        answer = send(browser, floor, FILE, "check", Accept="application/json")
    assert json.loads(answer.get_data(as_text=True))["fresh"] == 3


def test_without_script_the_page_shows_the_summary(browser: FlaskClient, floor: Floor) -> None:
    page = send(browser, floor, BAD, "check", Accept="text/html").get_data(as_text=True)
    assert "B5" in page
    assert all_questions() == []
    send(browser, floor, BAD, "import", Accept="text/html")
    assert [one.external_id for one in all_questions()] == ["B1"]


def test_what_goes_wrong_underway_is_told(browser: FlaskClient, floor: Floor) -> None:
    do(preparation.go_live, floor.host, floor.session)
    floor.close()
    with nothing_changes():
        answer = send(browser, floor, FILE, "import", Accept="application/json")
    assert json.loads(answer.get_data(as_text=True))["refused"]["code"] == "SESSION_CLOSED"


@pytest.mark.parametrize(("content", "status"), [("", 400), ("id,title\n1,2\n", 200)])
def test_a_file_that_cannot_be_read_is_refused(browser: FlaskClient, floor: Floor, content: str, status: int) -> None:
    with nothing_changes():
        answer = send(browser, floor, content, "import", Accept="application/json")
    assert answer.status_code == status
    assert ("refused" if status == 200 else "error") in answer.get_json(force=True)


def test_the_page_is_for_the_crew(app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "identify", lambda _db: floor.phone)
    visitor = app.test_client()
    assert visitor.get(f"/sessions/{live_code(floor)}/import").status_code == 302
    with nothing_changes():
        assert send(visitor, floor, FILE, "import", Accept="application/json").status_code == 401
    monkeypatch.setattr(registry, "identify", lambda _db: floor.host)
    with nothing_changes():
        assert send(app.test_client(), floor, FILE, "import", Accept="application/json").status_code == 403


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
