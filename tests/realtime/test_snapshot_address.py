"""The state of a session over plain HTTP: the same for everybody, so that any cache between may answer for us."""

from flask import Flask
from flask.testing import FlaskClient

from inquiry.realtime import session_cache
from inquiry.realtime.views import View
from tests.questions.conftest import Clock, Floor, clock, floor
from tests.realtime.test_session_cache import beat

__all__ = ["Clock", "clock", "floor"]


def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def test_any_cache_may_keep_it_for_a_second(app: Flask, floor: Floor) -> None:
    with visitor(app).get(f"/live/{floor.session}/snapshot?lang=en", headers={"Cookie": "device=x; lang=en"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=1"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.get_json()["session"] == floor.session
        assert answer.content_length == len(answer.data)


def test_it_carries_what_ticks_carry(app: Flask, floor: Floor) -> None:
    question = floor.go_live().put(floor.approved())
    address = f"/live/{floor.session}/snapshot"
    assert visitor(app).get(address).get_json()["viewers"] == 0
    floor.support(question)
    beat()
    shown = visitor(app).get(address).get_json()
    assert shown["tallies"] == {str(question): 1}
    assert shown["totals"]["approved"] == 1


def test_who_has_it_is_sent_nothing_until_it_changes(app: Flask, floor: Floor) -> None:
    floor.go_live()
    address = f"/live/{floor.session}/snapshot"
    tag = visitor(app).get(address).headers["ETag"]
    again = visitor(app).get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "public, max-age=1"
    floor.item()
    changed = visitor(app).get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_page_without_a_socket_keeps_its_session_in_mind(app: Flask, floor: Floor) -> None:
    """Votes reach it, though nobody has a socket: its session is ticked for like a watched one."""
    question = floor.go_live().put(floor.approved())
    address = f"/live/{floor.session}/snapshot"
    visitor(app).get(address)
    session_cache.keep(set())
    assert session_cache.positions(floor.session, View.PUBLIC) is not None
    floor.support(question)
    beat()
    assert visitor(app).get(address).get_json()["tallies"] == {str(question): 1}


def test_the_crews_is_kept_nowhere(app: Flask, floor: Floor) -> None:
    answer = visitor(app).get(f"/live/{floor.session}/snapshot/staff")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")


def test_a_session_that_is_not_there_is_not_found(app: Flask, floor: Floor) -> None:
    answer = visitor(app).get("/live/999/snapshot")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
