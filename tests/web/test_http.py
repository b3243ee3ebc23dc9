"""What an address can ask for, and what may be kept of the answer."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import refresh

from inquiry.core import i18n
from inquiry.web.http import own_path


@pytest.mark.parametrize("path", ["/", "/sessions/K7QF2M/edit?page=2#top", "/questions?q=路灯"])
def test_a_path_of_ours_is_followed(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "wish",
    [
        None, "", "sessions", "https://elsewhere.example/", "https:elsewhere.example", "//elsewhere.example",
        "/\\elsewhere.example", "/\t/elsewhere.example", "javascript:alert(1)", "//[", "//℀.example",
        "/a\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_any_other_wish_leads_home(wish: str | None) -> None:
    assert own_path(wish) == "/"


@pytest.mark.parametrize("wish", ["//[", "//℀.example", "/a\r\nb"])
def test_the_sign_in_page_takes_any_wish(app: Flask, wish: str) -> None:
    assert app.test_client().get("/sign-in", query_string={"next": wish}).status_code == 200


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize("path", ["/questions/{}", "/pledges/{}", "/live/{}/snapshot"])
def test_a_number_beyond_every_row_is_not_found(app: Flask, path: str, number: int) -> None:
    assert app.test_client().get(path.format(number)).status_code == 404


def test_json_nested_without_end_is_refused(app: Flask) -> None:
    sent = app.test_client().post("/api/questions.ask", data="[" * 100_000, content_type="application/json")
    assert (sent.status_code, sent.get_json()["error"]["code"]) == (400, "BAD_INPUT")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/questions", "/receipt", "/static/nothing", "/nothing"])
def test_a_page_that_knows_its_reader_is_kept_nowhere(app: Flask, path: str) -> None:
    assert app.test_client().get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Asia/Shanghai", "zh-CN", "北京时间"),
        ("Asia/Shanghai", "en", "Beijing time"),
        ("Europe/Berlin", "en", "Central European Time"),
        ("Europe/Berlin", "zh-CN", "中欧时间"),
    ],
)
def test_the_time_of_the_city_has_a_name(app: Flask, zone: str, language: str, words: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        refresh()
        assert i18n.zone_words(ZoneInfo(zone)) == words


def test_files_of_the_interface_are_kept(app: Flask) -> None:
    with app.test_client().get("/static/base/base.css") as file:
        assert file.headers["Cache-Control"] == "public, max-age=3600"
