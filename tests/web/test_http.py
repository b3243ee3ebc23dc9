"""What an address can ask for, and what may be kept of the answer."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import refresh

from inquiry.core import i18n, machine
from inquiry.web.http import build_of, own_path, public_address

ROOT = Path(__file__).parents[2]


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
    sent = app.test_client().post("/api/questions.ask", data="[" * 60_000, content_type="application/json")
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


def addresses(app: Flask, page: str) -> set[str]:
    """Every address under `/static/` in a page."""
    return set(re.findall(r'"(/static/[^"#]+)', app.test_client().get(page).text))


def test_files_of_the_interface_are_kept_for_a_year_under_their_build(app: Flask) -> None:
    with app.test_client().get(f"{app.static_url_path}/base/base.css") as file:
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = app.test_client().get(file.request.path, headers={"If-None-Match": file.headers["ETag"]})
    with again:
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=31536000, immutable")


@pytest.mark.parametrize("path", ["/static/base/base.css", "/static/0123456789ab/base/base.css"])
def test_a_file_of_another_build_is_not_here_and_nobody_remembers_that(app: Flask, path: str) -> None:
    missing = app.test_client().get(path)
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_every_template_names_files_that_are_there() -> None:
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"(?:asset|bundled)\('([^'%]+)'\)", path.read_text())
    }
    assert len(named) > 10
    assert {name for name in named if not (ROOT / "static" / name).is_file()} == set()


@pytest.mark.parametrize("page", ["/", "/sessions", "/questions", "/pledges", "/join", "/sign-in", "/receipt"])
def test_what_a_page_asks_for_is_there_and_of_one_build(app: Flask, page: str) -> None:
    found = addresses(app, page)
    assert len(found) > 3
    for address in found:
        assert address.startswith(f"{app.static_url_path}/")
        with app.test_client().get(address) as file:
            assert (file.status_code, file.headers["Cache-Control"][:16]) == (200, "public, max-age="), address


def test_scripts_import_each_other_within_their_build() -> None:
    for script in (ROOT / "static").rglob("*.js"):
        if "vendor" not in script.parts:
            text = script.read_text()
            assert "/static/" not in text, script
            for name in re.findall(r'^(?:import|export|\}).*?"([^"]+\.js)";', text, re.M):
                assert name.startswith("."), f"{script}: {name}"
                assert (script.parent / name).is_file(), f"{script}: {name}"


def test_another_file_or_another_name_is_another_build(tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "list.js").write_text("1")
    builds = [build_of(tmp_path)]
    (tmp_path / "phone" / "list.js").write_text("2")
    builds.append(build_of(tmp_path))
    (tmp_path / "phone" / "list.js").rename(tmp_path / "phone" / "mine.js")
    builds.append(build_of(tmp_path))
    (tmp_path / "phone" / "mine.js").rename(tmp_path / "phone" / "list.js")
    (tmp_path / "phone" / "list.js").write_text("1")
    assert len(set(builds)) == 3
    assert build_of(tmp_path) == builds[0]


@pytest.mark.parametrize(
    ("host", "printed"),
    [
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        (f"{machine.name()}:5000", f"http://{machine.name()}:5000"),
        ("elsewhere.example:5000", f"http://{machine.name()}:5000"),
        ("192.0.2.7:5000", f"http://{machine.name()}:5000"),
        ("0.0.0.0:5000", f"http://{machine.name()}:5000"),
        ("[2001:db8::1]:5000", f"http://{machine.name()}:5000"),
    ],
)
def test_no_address_is_printed_that_only_the_request_names(app: Flask, host: str, printed: str) -> None:
    forged = {"Host": host, "X-Forwarded-Host": "elsewhere.example"}
    with app.test_request_context("/", base_url="http://localhost:5000", headers=forged):
        assert public_address() == printed


@pytest.mark.parametrize("known", [{"public_url": "https://inquiry.example.org"}, {"behind_proxy": True}])
def test_the_installations_own_address_and_that_of_its_proxy_are_printed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, known: dict[str, Any]
) -> None:
    monkeypatch.setitem(app.config, "INQUIRY", replace(app.config["INQUIRY"], **known))
    with app.test_request_context("/", base_url="https://inquiry.example.org"):
        assert public_address() == "https://inquiry.example.org"
