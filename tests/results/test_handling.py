"""What the platform measures itself, through a month in which things happen: each figure, and the list behind it."""

import csv
import io
import json
from datetime import date

import pytest
import time_machine

from inquiry.core import clock as clocks
from inquiry.core import sheets
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import SYSTEM
from inquiry.pledges.commands.withdrawing import withdraw_pledge, withdraw_response
from inquiry.pledges.queries import lists
from inquiry.pledges.queries.lists import Filters, Standing
from inquiry.questions.commands import asking, moderation
from inquiry.questions.models import QuestionOrigin
from inquiry.responses.commands.recording import correct_response
from inquiry.responses.models import ResponseKind
from inquiry.results import queries, refusals
from inquiry.results.commands.importing import import_results
from inquiry.results.files import FORMS
from inquiry.results.rules.handling_indicators import THEME
from inquiry.results.rules.periods import Period
from inquiry.surfaces import around
from tests.live.conftest import do
from tests.pledges.conftest import clock, evening, promise
from tests.results.conftest import Inquiry, inquiry
from tests.results.month import DECEMBER, Month, figures, month, now, publish, the_day
from tests.support.replay import nothing_changes
from tests.support.statements import statements

__all__ = ["clock", "evening", "inquiry", "month", "promise", "the_day"]


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


def test_words_that_are_withdrawn_change_no_figure(month: Month) -> None:
    before = now(month)
    (evaded,) = figures(before, month.unit)["evaded"]["yes"]
    kept = figures(before, month.unit)["kept"]["yes"][0]
    do(withdraw_response, month.promise.staff, evaded, "含手机号")
    do(withdraw_pledge, month.promise.staff, kept, month._rev(kept), "含手机号")
    assert now(month) == before


def test_what_is_overdue_up_to_yesterday_is_what_the_board_says(month: Month) -> None:
    month.pledge(date(2027, 1, 6))
    for today in ("2027-01-06", "2027-01-07"):
        with time_machine.travel(f"{today}T10:00:00+08:00", tick=True), reading() as db:
            found = figures(now(month, Period.parse("2027-01")), month.unit)["overdue"]["actual"]
            standing = lists.counts(db, Filters(unit_id=month.unit.id), around.days(clocks.now()))[Standing.OVERDUE]
        assert int(found) == standing
    assert standing == 4


def test_each_asker_of_what_was_merged_has_a_voice(month: Month) -> None:
    """Two who asked the same outside of the evening judge its one answer."""
    phones, staff = [month.city.phone() for _ in range(2)], month.evening.moderator
    before = figures(now(month), month.unit)["satisfaction"]
    with time_machine.travel("2026-12-20T10:00:00+08:00", tick=True):
        one, other = (
            do(asking.open_question, phone, QuestionOrigin.ANY_DAY, asking.word(text), month.unit.id)
            for phone, text in zip(phones, ("水何时清？", "河水何时清？"), strict=True)
        )
        do(moderation.merge, staff, other.id, other.rev, one.id)
        month.evening.approve(one.id)
        month.evening.write(one.id)
        month.judge(phones[0], one.id, satisfied=True)
        month.judge(phones[1], other.id, satisfied=False)
    after = figures(now(month), month.unit)["satisfaction"]
    assert (after["hits"], after["of"]) == (before["hits"] + 1, before["of"] + 2)


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
