"""Pages of other sites: whom the installation names may open sockets, and nobody acts with a visitor's cookies."""

from dataclasses import replace

import pytest
from flask import Flask

from inquiry.permissions import Role
from inquiry.web.http import is_welcome
from tests.accounts.test_accounts import add_person, sign_in
from tests.support.application import City

STUDIO = "https://studio.example"


@pytest.fixture
def open_to_studio(app: Flask) -> Flask:
    app.config["INQUIRY"] = replace(app.config["INQUIRY"], allowed_origins=frozenset({STUDIO}))
    return app


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://inquiry.example", True),
        ("http://inquiry.example:8080", False),
        ("https://inquiry.example", False),
        (STUDIO, True),
        (f"{STUDIO}:444", False),
        (f"{STUDIO}.evil.example", False),
        ("http://forwarded.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_who_is_welcome(open_to_studio: Flask, origin: str | None, welcome: bool) -> None:
    environ = {
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "inquiry.example",
        "HTTP_X_FORWARDED_HOST": "forwarded.example",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    assert is_welcome(origin, environ, open_to_studio.config["INQUIRY"]) is welcome


def test_a_page_of_another_site_never_acts_with_a_visitors_cookies(open_to_studio: Flask, city: City) -> None:
    add_person(city, "yulan", Role.ADMINISTRATOR)
    http = open_to_studio.test_client()
    sign_in(http, "yulan")
    sent = {"name": "新局", "kind": "department"}
    theirs = http.post("/api/accounts.add_unit", json=sent, headers={"Origin": STUDIO})
    assert theirs.get_json()["error"]["code"] == "SIGNED_OUT"
    nobodys = http.post("/api/accounts.add_unit", json=sent, headers={"Origin": "https://evil.example"})
    assert nobodys.get_json()["error"]["code"] == "BAD_INPUT"
    assert http.post("/api/accounts.add_unit", json=sent, headers={"Origin": "http://localhost"}).status_code == 200


def test_only_the_public_snapshot_is_for_pages_of_any_site(open_to_studio: Flask, city: City) -> None:
    from tests.accounts.test_tokens import on_air

    session = on_air(city)
    http = open_to_studio.test_client()
    with http.get(f"/live/{session.id}/snapshot", headers={"Origin": "https://any.example"}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for path in (f"/live/{session.id}/snapshot/staff", "/", "/sign-in", "/healthz"):
        assert "Access-Control-Allow-Origin" not in http.get(path, headers={"Origin": STUDIO}).headers
    asked = http.options("/api/live.end_slot", headers={"Origin": STUDIO, "Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in asked.headers


@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 400), (STUDIO, 200), (None, 200)])
def test_who_may_open_a_socket(open_to_studio: Flask, origin: str | None, status: int) -> None:
    headers = {"Origin": origin, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"} if origin else {}
    answer = open_to_studio.test_client().get("/socket.io/?EIO=4&transport=polling", headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if status == 200 else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers
