"""The import page of results: looked through first, then taken over; with a script its rows are told as they go."""

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inquiry.accounts.commands.units import change_unit
from inquiry.accounts.models import UnitKind
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.results.commands import importing
from inquiry.results.models import Actual
from tests.results.conftest import ACTUALS, INDICATORS, TARGETS, Year
from tests.support.replay import nothing_changes
from tests.support.workbook import sheets_of

pytestmark = pytest.mark.usefixtures("the_day")

BAD_ROWS = (
    "indicator,unit,period,value,evidence\nGDP,沙洲区,2025-01,10,\nGDP,沙州区,2025-02,11,\nGDP,沙洲区,2025-03,１,\n"
)


def send(browser: FlaskClient, content: str | bytes, what: str, seen: str = "", accept: str = "text/html"):  # type: ignore[no-untyped-def]
    data = content.encode() if isinstance(content, str) else content
    return browser.post(
        "/results/import", data={"do": what, "seen": seen, "file": (BytesIO(data), "f")},
        headers={"Accept": accept, "Accept-Language": "en"},
    )  # fmt: skip


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def counts(page: str) -> list[list[int]]:
    """Of indicators, targets and actuals: new, changed, as they are."""
    rows = re.findall(r'<tr><th scope="row">[^<]*</th>((?:<td class="num">[\d,]+</td>)+)', page)
    return [[int(one.replace(",", "")) for one in re.findall(r">([\d,]+)<", row)] for row in rows]


def actuals() -> int:
    with reading() as db:
        return db.scalar(select(func.count()).select_from(Actual)) or 0


def test_a_file_is_looked_through_and_then_taken_over(year: Year, browser: FlaskClient) -> None:
    for content, expected in (
        (INDICATORS, [[2, 0, 0], [0, 0, 0], [0, 0, 0]]),
        (TARGETS, [[0, 0, 0], [4, 0, 0], [0, 0, 0]]),
        (ACTUALS, [[0, 0, 0], [0, 0, 0], [7, 0, 0]]),
    ):
        with nothing_changes():
            page = send(browser, content, "check").text
        assert counts(page) == expected
        assert counts(send(browser, content, "import", seen_in(page)).text) == expected
    assert actuals() == 7
    with nothing_changes():
        again = send(browser, ACTUALS, "check").text
        assert counts(send(browser, ACTUALS, "import", seen_in(again)).text)[2] == [0, 0, 7]
    corrected = send(browser, ACTUALS.replace("2025-01,10,", "2025-01,10.5,"), "check").text
    assert counts(corrected)[2] == [0, 1, 6]


def test_indicators_and_their_figures_come_in_one_workbook(year: Year, browser: FlaskClient) -> None:
    book = sheets_of({
        "完成情况": [["指标", "单位", "周期", "完成值"], ["投资", "沙洲区", "2025-01", 12.5]],
        "指标": [
            ["代码", "名称", "主题", "计量单位", "方向", "累计", "周期", "小数位", "权重", "考核分组"],
            ["投资", "固定资产投资", "经济", "亿元", "越高越好", "是", "月", 2, 1, "各区"],
        ],
    })  # fmt: skip
    with nothing_changes():
        page = send(browser, book, "check").text
    assert counts(page) == [[1, 0, 0], [0, 0, 0], [1, 0, 0]]
    send(browser, book, "import", seen_in(page))
    assert actuals() == 1


def test_a_dry_run_names_the_bad_rows_and_counts_the_others(year: Year, browser: FlaskClient) -> None:
    year.take(INDICATORS)
    with nothing_changes():
        page = send(browser, BAD_ROWS, "check").text
    assert counts(page)[2] == [1, 0, 0]
    for said in ("2 rows cannot be used", "is 沙洲区 meant?", "its digits are full-width", "沙州区"):
        assert said in page
    assert 'value="import"' not in page


def test_rows_are_told_as_they_go(year: Year, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    year.take(INDICATORS)
    answer = send(browser, ACTUALS, "check", accept="application/json")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [step.get("done") for step in told] == [3, 6, 7, None]
    assert counts(told[-1]["page"])[2] == [7, 0, 0]


def test_nothing_is_imported_that_was_not_looked_through(year: Year, browser: FlaskClient) -> None:
    with nothing_changes():
        answer = send(browser, INDICATORS, "import", "0" * 64, "application/json")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "LOOK_FIRST")
        seen = seen_in(send(browser, INDICATORS, "check").text)
        assert send(browser, INDICATORS + "\n", "import", seen).status_code == 409
        assert send(browser, b"", "check").status_code == 400


def test_what_was_changed_while_it_was_looked_through_is_looked_at_again(
    year: Year, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit is renamed between the look and the taking over."""
    year.take(INDICATORS)
    seen = seen_in(send(browser, ACTUALS, "check").text)
    commit = importing.commit

    def renamed_before(what: str, work):  # type: ignore[no-untyped-def]
        with unit_of_work() as uow:
            change_unit(
                uow, Actor(Role.ADMINISTRATOR), year.city.district.id, name="新区", name_en="",
                kind=UnitKind.DISTRICT, parent_id=year.city.city.id,
            )  # fmt: skip
        return commit(what, work)

    monkeypatch.setattr(importing, "commit", renamed_before)
    answer = send(browser, ACTUALS, "import", seen, "application/json")
    assert json.loads(answer.text.splitlines()[-1])["refused"]["code"] == "CHANGED_MEANWHILE"
    assert actuals() == 0


def test_the_page_is_for_the_staff(app: Flask, year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    for who, status in ((year.city.person(Role.CLERK), 403), (Actor(Role.VISITOR), 302)):
        monkeypatch.setattr(registry, "identify", lambda _db, who=who: who)
        http = app.test_client()
        assert http.get("/results/import").status_code == status
        with nothing_changes():
            assert send(http, INDICATORS, "check").status_code in (401, 403)
