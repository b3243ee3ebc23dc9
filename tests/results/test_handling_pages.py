"""Published tables of what the platform measures itself: the list behind each figure, and what stays."""

import html
import io
import json
import re
from datetime import date

import pytest
import time_machine
from flask import Flask
from flask_babel import refresh
from openpyxl import load_workbook
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.permissions import Role
from inquiry.pledges.models import Pledge, PledgeState
from inquiry.questions.commands.closing_words import withdraw_words
from inquiry.questions.models import Question
from inquiry.results import refusals
from inquiry.results.rules.digest import digest_of
from inquiry.results.rules.handling_indicators import BY_CODE, INDICATORS, THEME, Shape
from inquiry.results.rules.periods import Period
from tests.live.conftest import do
from tests.pledges.conftest import clock, evening, promise
from tests.results.month import Month, figures, month, publish, the_day

__all__ = ["clock", "evening", "month", "promise", "the_day"]


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


def test_it_is_compared_with_the_table_published_before(app: Flask, month: Month) -> None:
    week, before = Period.parse("2026-W52"), publish(month, Period.parse("2026-W51"))
    text = page(app, f"/results/{publish(month, week)}.json")
    table = json.loads(text)["table"]
    of_before = json.loads(page(app, f"/results/{before}.json"))
    assert table["previous"] == {"period": "2026-W51", "digest": of_before["digest"]}
    assert [one["period"] for one in table["history"]][-2:] == ["2026-W50", "2026-W51"]
    now_of, was_of = (figures(one, month.unit)["completion"] for one in (table, of_before["table"]))
    assert (now_of["previous_rank"], now_of["previous_score"]) == (was_of["rank"], was_of["shown"])
    assert now_of["places"] == was_of["rank"] - now_of["rank"]


def test_it_is_a_workbook_with_number_and_interval_beside_each_rate(app: Flask, month: Month) -> None:
    table = publish(month)
    refresh()
    answer = app.test_client().get(f"/results/{table}.xlsx", headers={"Accept-Language": "en"})
    ranks, meaning = load_workbook(io.BytesIO(answer.data)).worksheets
    head, *rows = ranks.iter_rows(values_only=True)
    row = next(dict(zip(head, row, strict=True)) for row in rows if row[1] == "城管局")
    told = figures(json.loads(page(app, f"/results/{table}.json"))["table"], month.unit)["completion"]
    name = f"{BY_CODE['completion'].name_en} (%)"
    assert f"{row[name]:.2f}" == told["shown"]
    assert [row[f"{name} {beside}"] for beside in ("n", "95 % from", "95 % to")] == [
        told["of"], float(told["low"]), float(told["high"]),
    ]  # fmt: skip
    assert BY_CODE["completion"].definition_en in {cell.value for cells in meaning.iter_rows() for cell in cells}


def test_the_staff_sees_it_before_it_is_published_and_a_unit_has_it_on_its_page(
    app: Flask, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh()
    staff = month.city.person(Role.STAFF)
    monkeypatch.setattr("inquiry.results.pages.actor", lambda: staff)
    asked = f"theme={THEME}&period=2026-12"
    assert "各局" in page(app, f"/results/draft?{asked}")
    draft = page(app, f"/results/draft?{asked}&group={month.group}")
    assert "5 项中 3 项" in draft
    assert BY_CODE["overdue"].definition in draft
    table = publish(month)
    told = page(app, f"/results/units/{month.unit.id}", "en")
    assert "Handling on the platform, December 2026" in told
    assert f"/results/{table}" in told
    assert "not ranked" in told


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
