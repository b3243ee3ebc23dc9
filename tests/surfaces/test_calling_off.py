"""A session that was called off, on every page that shows it, and the form that calls it off."""

import pytest

from inquiry.live.commands import preparation
from inquiry.questions.commands import moderation
from inquiry.responses.commands import closing
from inquiry.responses.rules import Wishes
from tests.surfaces.conftest import Browser, Evening, do

WHY = "台风红色预警，演播厅关闭"


@pytest.fixture
def planned(evening: Evening) -> Evening:
    """A session that takes questions and was never live."""
    evening.session = evening.plan(evening.city.city_management.id, title="防汛排涝")
    return evening


def test_everybody_reads_that_it_was_called_off_and_why(planned: Evening, browser: Browser) -> None:
    code = planned.row.code
    do(closing.call_off_session, planned.host, planned.session, WHY)
    page = browser.get(f"/sessions/{code}")
    assert "本场已于" in page.words
    assert f"本场取消：{WHY}" in page.words  # the trace
    assert 'data-state="called_off"' in page.text
    for path in ("/sessions", "/"):
        assert 'data-state="called_off"' in browser.get(path).text
    assert WHY in browser.get(f"/s/{code}", planned.city.phone()).words
    assert "was called off on" in browser.get(f"/sessions/{code}", lang="en").words


def test_it_has_no_minutes_but_a_desk_for_what_still_waits(planned: Evening, browser: Browser) -> None:
    code = planned.row.code
    do(closing.call_off_session, planned.host, planned.session, WHY)
    assert f"/sessions/{code}/minutes" not in browser.get(f"/sessions/{code}", planned.host).text
    assert browser.get(f"/sessions/{code}/minutes").status == 404
    assert f"/desk/{code}/moderate" in browser.get(f"/sessions/{code}", planned.moderator).text
    assert f"/desk/{code}/moderate" not in browser.get(f"/sessions/{code}", planned.clerk).text


def test_the_staff_and_the_moderators_see_what_waits_when_all_is_over(planned: Evening, browser: Browser) -> None:
    question = planned.ask()
    board = browser.get("/board", planned.moderator)
    assert "收场后待审" in board.words
    assert "起待审" not in board.words
    do(closing.call_off_session, planned.host, planned.session, WHY, Wishes(leave_waiting=True))
    board = browser.get("/board", planned.moderator)
    assert "1 条，自 2026年12月1日 收场起待审" in board.words
    assert f"/desk/{planned.row.code}/moderate" in board.text
    do(moderation.approve, planned.moderator, question, 0, planned.city.water.id)
    assert "起待审" not in browser.get("/board", planned.moderator).words


def test_the_form_asks_for_what_the_command_needs(planned: Evening, browser: Browser) -> None:
    path = f"/sessions/{planned.row.code}/edit"
    page = browser.get(path, planned.host)
    assert 'name="leave_waiting"' not in page.text
    assert 'name="unitless_to"' not in page.text
    planned.ask()
    planned.approved()
    page = browser.get(path, planned.host)
    assert 'name="leave_waiting"' in page.text
    assert 'name="defer_waiting_to"' in page.text
    assert 'name="unitless_to"' in page.text


def test_the_setup_page_offers_it_until_the_session_goes_live(planned: Evening, browser: Browser) -> None:
    other = planned.plan(planned.city.housing.id)
    planned.approved()
    path = f"/sessions/{planned.row.code}/edit"
    page = browser.get(path, planned.host)
    assert "/do/responses.call_off_session" in page.forms()
    assert f'<option value="{other}"' in page.text
    do(preparation.go_live, planned.host, planned.session)
    assert "/do/responses.call_off_session" not in browser.get(path, planned.host).forms()
