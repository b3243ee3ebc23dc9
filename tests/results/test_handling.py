"""What the platform measures itself, through a month in which things happen: each figure, and the list behind it."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_babel import refresh
from sqlalchemy import select

from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.accounts.models import Unit
from inquiry.core import sheets
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.pledges.commands import checking, extensions, progress, recording
from inquiry.pledges.models import Pledge, PledgeState
from inquiry.pledges.origins import Origin
from inquiry.questions.commands.closing_words import withdraw_words
from inquiry.questions.models import Question
from inquiry.responses.commands import judging
from inquiry.responses.commands.recording import correct_response
from inquiry.responses.models import ResponseKind
from inquiry.results import queries, refusals
from inquiry.results.commands.importing import import_results
from inquiry.results.commands.publishing import publish_table
from inquiry.results.files import FORMS
from inquiry.results.rules.digest import digest_of
from inquiry.results.rules.handling_indicators import BY_CODE, INDICATORS, THEME, Shape
from inquiry.results.rules.periods import Period
from tests.live.conftest import do
from tests.pledges.conftest import Promise, clock, evening, promise
from tests.results.conftest import Inquiry, inquiry
from tests.support.replay import nothing_changes
from tests.support.scenes import scene
from tests.support.statements import statements

__all__ = ["clock", "evening", "inquiry", "promise"]

DECEMBER = Period.parse("2026-12")
PROMISED: dict[str, Any] = {"spoken": "我承诺修好。", "action": "修复", "object": "路灯", "officer": "林知远"}


def day(number: int, hour: int = 10) -> datetime:
    """In December, by the city's clock."""
    return datetime(2026, 12, number, hour - 8, tzinfo=UTC)


class Month:
    """A December of 城管局, which is a group with 水务局."""

    def __init__(self, promise: Promise) -> None:
        self.promise, self.evening, self.city = promise, promise.evening, promise.city
        self.unit = self.city.city_management
        with unit_of_work() as uow:
            root = Actor(Role.ADMINISTRATOR)
            self.group = add_peer_group(uow, root, "各局", "Bureaus").id
            for unit in (self.unit, self.city.water):
                set_peer_group(uow, root, unit.id, self.group, date(2026, 1, 1))

    def pledge(self, due: date | None, unit: Unit | None = None) -> int:
        """One of a task list: no question led to it."""
        with unit_of_work() as uow:
            words = PROMISED | {"lead_unit_id": (unit or self.unit).id, "due_on": due}
            return recording.record_from(uow, SYSTEM, Origin.of_task_list(), **words).id

    def claim(self, pledge_id: int) -> None:
        self._press(progress.add_evidence, self.promise.official, pledge_id, text="验收单")
        self._press(progress.claim_done, self.promise.official, pledge_id, self._rev(pledge_id))

    def check(self, pledge_id: int, *, kept: bool = True) -> None:
        command = checking.accept_pledge if kept else checking.return_pledge
        self._press(command, self.promise.staff, pledge_id, self._rev(pledge_id), "看过")

    def extend(self, pledge_id: int, due: date) -> None:
        self._press(extensions.ask_extension, self.promise.official, pledge_id, self._rev(pledge_id), due, "晚到货")

    def judge(self, phone: Actor, question_id: int, satisfied: bool) -> None:
        self._press(judging.judge_answer, phone, satisfied, question_id=question_id)

    @staticmethod
    def _press(command: Any, *args: Any, **fields: Any) -> Any:
        with unit_of_work() as uow:
            return command(uow, *args, **fields)

    @staticmethod
    def _rev(pledge_id: int) -> int:
        with reading() as db:
            return db.get_one(Pledge, pledge_id).rev


@pytest.fixture
@scene
def month(promise: Promise) -> Month:
    """Everything that is counted happens once or twice."""
    month, evening = Month(promise), promise.evening
    phones = [month.city.phone() for _ in range(3)]
    with time_machine.travel(day(1, 20), tick=True) as clock:
        handed, avoided, firm = (
            evening.approved(text=text, phone=phone)
            for text, phone in zip(("何时修桥？", "谁来负责？", "路灯何时亮？"), phones, strict=True)
        )
        for question, kind in ((avoided, ResponseKind.DEFLECTION), (firm, ResponseKind.SPECIFIC_COMMITMENT)):
            evening.put(question)
            evening.clear()
            evening.record(question, kind=kind)
        evening.close()
        in_time, late, extended, waiting, _nobodys = (month.pledge(date(2026, 12, 18)) for _ in range(5))
        month.pledge(None)
        month.pledge(date(2026, 12, 20), month.city.water)
        clock.move_to(day(4))
        evening.write(handed, kind=ResponseKind.ACKNOWLEDGEMENT, text="收到。")
        month.judge(phones[0], handed, satisfied=True)
        month.judge(phones[1], avoided, satisfied=False)
        clock.move_to(day(5))
        month._press(judging.reopen_question, phones[1], "没有回答", question_id=avoided)
        clock.move_to(day(9))
        evening.write(avoided, kind=ResponseKind.GENERIC_COMMITMENT, text="我们来办。")
        month.judge(phones[1], avoided, satisfied=True)
        clock.move_to(day(15))
        month.extend(extended, date(2026, 12, 25))
        for one in (in_time, waiting):
            month.claim(one)
        month.check(in_time)
        clock.move_to(day(21))
        month.claim(late)
        month.check(late, kept=False)
        clock.move_to(day(23))
        for one in (late, extended):
            month.claim(one)
            month.check(one)
        month.check(waiting, kept=False)
        clock.move_to(day(31, 23))
        month.claim(waiting)  # after its day, and nobody has looked
    return month


@pytest.fixture(autouse=True)
def the_day(month: Month) -> Iterator[None]:
    with time_machine.travel("2027-01-05T10:00:00+08:00", tick=True):
        yield


def now(month: Month, period: Period = DECEMBER) -> dict[str, Any]:
    with reading() as db:
        return queries.table_now(db, THEME, period, month.group)


def figures(table: dict[str, Any], unit: Unit) -> dict[str, dict[str, Any]]:
    (row,) = (row for row in table["rows"] if row["unit"]["id"] == unit.id)
    return {one["indicator"]: one for one in row["figures"]}


def publish(month: Month, period: Period = DECEMBER, why: str = "") -> int:
    with unit_of_work() as uow:
        return publish_table(uow, SYSTEM, THEME, period, month.group, why)[0].id


def test_every_figure_of_a_month(month: Month) -> None:
    """The pledge of the scene is due on the 18th too, and nobody did anything about it: six are due, one waits."""
    found = figures(now(month), month.unit)
    rates = {code: (found[code]["hits"], found[code]["of"]) for code in ("completion", "on_time", "satisfaction")}
    assert rates == {"completion": (3, 5), "on_time": (1, 6), "satisfaction": (2, 3)}
    counts = {code: found[code]["actual"] for code in ("kept", "overdue", "extended", "reopened", "evaded")}
    assert counts == {"kept": "3", "overdue": "3", "extended": "1", "reopened": "3", "evaded": "1"}
    # Handed over again on Saturday the fifth, promised on Wednesday the ninth; the acknowledgement is no such reply.
    assert (found["reply_days"]["actual"], found["reply_days"]["of"]) == ("3", 1)
    water = figures(now(month), month.city.water)
    assert (water["completion"]["hits"], water["completion"]["of"], water["overdue"]["actual"]) == (0, 1, "1")
    assert (water["satisfaction"]["actual"], water["kept"]["actual"]) == (None, "0")


@pytest.mark.parametrize(
    ("period", "code", "counted"),
    [
        ("2026-W51", "kept", 1), ("2026-W52", "kept", 2), ("2026-W53", "kept", 0), ("2026-Q4", "kept", 3),
        ("2026", "kept", 3), ("2026-W49", "evaded", 1), ("2026-W50", "evaded", 0), ("2026-W49", "reopened", 1),
        ("2026-W52", "reopened", 2), ("2026-W51", "overdue", 4), ("2026-W50", "overdue", 0), ("2026-11", "kept", 0),
    ],
)  # fmt: skip
def test_weeks_quarters_and_years(month: Month, period: str, code: str, counted: int) -> None:
    """What was due on the 18th and not claimed by then is overdue at the end of week 51, Sunday the 20th; what was
    extended to the 25th is not, and what was claimed in time and returned is."""
    assert len(figures(now(month, Period.parse(period)), month.unit)[code]["yes"]) == counted


def test_a_correction_moves_no_figure_but_what_it_corrects(month: Month) -> None:
    before = figures(now(month), month.unit)
    (evaded,) = before["evaded"]["yes"]
    with unit_of_work() as uow:
        correct_response(uow, month.evening.clerk, evaded, kind=ResponseKind.ACKNOWLEDGEMENT)
    after = figures(now(month), month.unit)
    assert after.pop("evaded")["actual"] == "0"
    assert after == {code: one for code, one in before.items() if code != "evaded"}


def test_what_has_not_begun_is_refused(month: Month) -> None:
    with pytest.raises(refusals.PeriodNotBegun), nothing_changes():
        publish(month, Period.parse("2027-02"))
    assert now(month, Period.parse("2027-01"))["due_counted_until"] == "2027-01-04"
    with pytest.raises(refusals.NothingMeasured):  # in 2025 the units were in no group
        now(month, Period.parse("2025-12"))


def test_nobody_brings_in_an_indicator_of_the_built_in_theme(month: Month) -> None:
    data = (
        "code,name,theme,measure,better,accumulates,period,decimals,weight,groups\n"
        f"A,甲,{THEME},件,more,yes,month,0,1,各局\n"
    )
    with pytest.raises(sheets.UnusableRows) as refused, nothing_changes(), unit_of_work() as uow:
        import_results(uow, SYSTEM, sheets.read(data.encode(), FORMS))
    assert [(one.column, one.reason) for one in refused.value.bad] == [("theme", "THEME_TAKEN")]


# --- published --------------------------------------------------------------------------------------------------------


def page(app: Flask, path: str, language: str = "zh-CN") -> str:
    refresh()
    answer = app.test_client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


def test_the_list_behind_every_figure_has_as_many_as_the_figure_says(app: Flask, month: Month) -> None:
    """Every link of the page is followed, in every part, to its last page, and what is listed is counted by hand."""
    for number in range(22):  # more than one page of overdue ones
        month.pledge(date(2027, 1, 5 + number % 2))
    with time_machine.travel("2027-01-20T10:00:00+08:00", tick=True):
        table = publish(month, Period.parse("2027-01"))
        december = publish(month)
        walked = set()
        for number in (table, december):
            contents = json.loads(page(app, f"/results/{number}.json"))["table"]
            links = re.findall(rf'href="(/results/{number}/units/(\d+)/(\w+))"', page(app, f"/results/{number}"))
            shown = {
                (row["unit"]["id"], one["indicator"]): one
                for row in contents["rows"] for one in row["figures"] if one["actual"] is not None
            }  # fmt: skip
            assert {(int(unit), code) for _path, unit, code in links} == shown.keys()
            for path, unit, code in links:
                one, shape = shown[int(unit), code], BY_CODE[code].shape
                of_all = one["of"] if "of" in one else int(one["actual"])
                assert listed(app, path) == of_all
                if shape is Shape.RATE:
                    assert listed(app, f"{path}?part=yes") == one["hits"]
                    assert listed(app, f"{path}?part=no") == one["of"] - one["hits"]
                walked.add(code)
        assert walked == BY_CODE.keys()


def listed(app: Flask, path: str) -> int:
    """How many rows the list has, over all of its pages; each of them opens."""
    rows, at = 0, path
    while True:
        text = page(app, at)
        hrefs = re.findall(r'<a class="clamped" href="([^"]+)"', text)
        assert len(hrefs) <= 20
        rows += len(hrefs)
        for href in hrefs[:2]:
            page(app, href)
        following = re.search(r'rel="next"\s+href="([^"]+)"', text)
        if following is None:
            said = re.search(r'<strong class="num">(\d+) 项</strong>', text)
            assert said
            assert int(said[1]) == rows
            return rows
        at = html.unescape(following[1])


def test_a_published_table_stays_while_things_go_on(app: Flask, month: Month) -> None:
    table = publish(month)
    kept = page(app, f"/results/{table}.json")
    month.check(waiting(month))
    assert page(app, f"/results/{table}.json") == kept
    assert digest_of(json.loads(kept)["table"]) == json.loads(kept)["digest"]
    with pytest.raises(refusals.ReasonNeeded):
        publish(month)
    again = publish(month, why="核查了一项")
    assert "核查了一项" in page(app, f"/results/{table}")
    assert figures(json.loads(page(app, f"/results/{again}.json"))["table"], month.unit)["completion"]["of"] == 6


def waiting(month: Month) -> int:
    with reading() as db:
        return db.scalars(select(Pledge.id).where(Pledge.state == PledgeState.CLAIMED_DONE)).one()


def test_the_page_says_what_is_counted_in_both_languages(app: Flask, month: Month) -> None:
    table = publish(month)
    chinese, english = page(app, f"/results/{table}"), page(app, f"/results/{table}", "en")
    for one in INDICATORS:
        assert one.definition in chinese
        assert html.escape(one.definition_en) in english or one.definition_en in english
    assert "平台办理 2026年12月" in chinese
    assert "Handling on the platform, December 2026" in english
    assert "不足 30 个评价" in chinese
    week = publish(month, Period.parse("2026-W51"))
    assert "2026年第51周" in page(app, f"/results/{week}")
    assert "week 51 of 2026" in page(app, f"/results/{week}", "en")
    assert f"/results/{week}" in page(app, "/results")
    assert f"/results/{week}" in page(app, "/")


def test_no_word_that_is_not_public_is_behind_a_figure(app: Flask, month: Month) -> None:
    """The reason of who had a question reopened, and words that were withdrawn."""
    table = publish(month)
    path = f"/results/{table}/units/{month.unit.id}"
    assert "谁来负责？" in page(app, f"{path}/evaded")
    assert "没有回答" not in page(app, f"{path}/reopened")
    with reading() as db:
        (asked,) = db.scalars(select(Question).where(Question.text == "谁来负责？"))
    do(withdraw_words, month.city.person(Role.MODERATOR), asked.id, asked.rev, "含住址")
    for code in ("evaded", "reopened", "satisfaction", "reply_days"):
        assert "谁来负责？" not in page(app, f"{path}/{code}")


@pytest.mark.parametrize(
    "path",
    ["/results/{table}/units/999/kept", "/results/{table}/units/{unit}/nothing", "/results/999/units/{unit}/kept"],
)
def test_what_no_table_tells_is_not_found(app: Flask, month: Month, path: str) -> None:
    answer = app.test_client().get(path.format(table=publish(month), unit=month.unit.id))
    assert answer.status_code == 404


@pytest.mark.parametrize("asked", ["page=0", "page=99999999999", "page=x", "part=maybe", "part=no"])
def test_what_an_address_cannot_mean_is_left_out(app: Flask, month: Month, asked: str) -> None:
    table = publish(month)
    assert "3 项" in page(app, f"/results/{table}/units/{month.unit.id}/kept?{asked}")


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["平台办理", "Handling on the platform"])
def test_by_the_command_line(month: Month, inquiry: Inquiry, theme: str) -> None:
    asked = ("--theme", theme, "--period", "2026-12", "--group", "各局")
    status, said, beside = inquiry("results", "table", *asked)
    assert (status, beside) == (0, "inquiry: not published\n")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert list(rows[0]) == [
        "rank", "unit", "score", "band", "previous_rank", "previous_score", "missing",
        "completion", "completion_n", "completion_low", "completion_high",
        "on_time", "on_time_n", "on_time_low", "on_time_high",
        "satisfaction", "satisfaction_n", "satisfaction_low", "satisfaction_high",
        "kept", "overdue", "extended", "reopened", "reply_days", "reply_days_n", "evaded",
    ]  # fmt: skip
    first, second = rows
    assert (first["unit"], first["rank"], first["completion"], first["completion_n"]) == ("城管局", "", "60.00", "5")
    assert (first["completion_low"], first["completion_high"]) == ("23.07", "88.24")
    assert (second["unit"], second["missing"]) == ("水务局", "satisfaction; reply_days")
    assert inquiry("results", "publish", *asked)[0] == 0
    assert "published before, and the same" in inquiry("results", "publish", *asked)[1]
    assert json.loads(inquiry("results", "table", *asked, "--format", "json")[1]) == now(month)


def test_a_table_asks_as_often_for_many_as_for_few(month: Month) -> None:
    with reading() as db, statements() as few:
        queries.table_now(db, THEME, DECEMBER, month.group)
    for number in range(40):
        month.pledge(date(2027, 1, 5 + number % 9))
    with time_machine.travel("2027-01-20T10:00:00+08:00", tick=True), reading() as db, statements() as many:
        queries.table_now(db, THEME, Period.parse("2027-01"), month.group)
    assert len(many) <= len(few) <= 12  # nothing was answered in January
