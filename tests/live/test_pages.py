"""The pages of the evening: what they show to whom, in both languages, and that they never show too much."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.live import panels, queries
from inquiry.live.commands import floor, preparation
from inquiry.live.models import ItemKind, SessionKind
from inquiry.permissions import VISITOR, Actor, Role
from tests.live.conftest import Evening, do
from tests.support.replay import nothing_changes

#: Open a page as somebody: `(path, actor, language) -> (status, text)`.
Look = Callable[..., tuple[int, str]]


class Browser:
    """A browser of one person; no cookie is needed, the person is who the test says."""

    def __init__(self, http: FlaskClient, patch: pytest.MonkeyPatch) -> None:
        self._http = http
        self._patch = patch

    def __call__(self, path: str, actor: Actor = VISITOR, lang: str = "zh-CN") -> tuple[int, str]:
        self._patch.setattr(registry, "identify", lambda _db: actor)
        answer = self._http.get(path, headers={"Accept-Language": lang})
        return answer.status_code, answer.get_data(as_text=True)

    def post(self, path: str, actor: Actor, **fields: object) -> tuple[int, str, str]:
        """Send a form; returns the status, where it leads, and the page."""
        self._patch.setattr(registry, "identify", lambda _db: actor)
        answer = self._http.post(path, data=fields)
        return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


@pytest.fixture
def browser(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(app.test_client(), monkeypatch)


def words(page: str) -> str:
    """The page without its marks, blanks joined."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("<body", 1)[1]))


@pytest.mark.parametrize(("lang", "title"), [("zh-CN", "垃圾分类回头看"), ("en", "Sorting waste, one year on")])
def test_home_before_and_during_the_evening(evening: Evening, browser: Browser, lang: str, title: str) -> None:
    status, page = browser("/", lang=lang)
    assert status == 200
    assert title in words(page)
    # The time is the city's, whatever the reader's zone.
    assert "20:00" in words(page)
    assert "live-strip" not in page
    evening.go_live().take(evening.clip)
    _status, page = browser("/", lang=lang)
    assert "live-strip" in page
    assert f"/join/{evening.row.code}" in page


def test_an_empty_home_says_what_will_stand_there(city: object, browser: Browser) -> None:
    text = words(browser("/", lang="en")[1])
    assert "No session is announced" in text
    assert "No session has been held yet" in text


def test_packages_above_show_their_panels(evening: Evening, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_home", {})
    monkeypatch.setattr(panels, "_session", {})
    panels.on_home("error.html", lambda _db, now: now.year)
    panels.on_session("error.html", lambda _db, session: session.code)
    with reading() as db:
        assert [one.data for one in panels.of_home(db, queries.session(db, 1).starts_at)] == [2026]
        assert [one.data for one in panels.of_session(db, queries.session(db, 1))] == [evening.row.code]


def test_the_public_page_of_a_session(on_air: Evening, browser: Browser) -> None:
    code = on_air.row.code
    status, page = browser(f"/sessions/{code.lower()}")
    text = words(page)
    assert status == 200
    assert "暗访短片" in text
    assert "城管局" in text
    assert f"/qr/{code}.svg" in page
    assert code in text
    assert "/edit" not in page
    assert "/screen/" not in page


def test_a_planned_questions_words_are_on_no_public_page(evening: Evening, browser: Browser) -> None:
    secret = "东门路口的路灯何时修好"
    item = evening.add(ItemKind.QUESTION, secret, question_id=71)
    evening.go_live().take(evening.clip)
    for path in ("/", "/sessions", f"/sessions/{evening.row.code}"):
        assert secret not in browser(path)[1], path
    evening.take(item)
    assert secret in browser(f"/sessions/{evening.row.code}")[1]


def test_a_closed_session_leads_to_its_minutes_and_no_longer_invites(on_air: Evening, browser: Browser) -> None:
    do(floor.close, on_air.host, on_air.session)
    code = on_air.row.code
    _status, page = browser(f"/sessions/{code}")
    assert f"/sessions/{code}/minutes" in page
    assert f"/join/{code}" not in page
    assert "/qr/" not in page
    assert code in browser("/")[1]
    assert code in browser("/sessions")[1]


def test_an_unknown_code_is_not_found(city: object, browser: Browser) -> None:
    assert browser("/sessions/WWWWWW")[0] == 404
    assert browser("/qr/WWWWWW.svg")[0] == 404


@pytest.mark.parametrize("path", ["/join/ZZZZZZ", "/s/zzzzzz"])
def test_who_joins_by_a_code_that_nothing_has_is_told_and_sees_what_was_typed(
    city: object, browser: Browser, path: str
) -> None:
    status, page = browser(path)
    assert status == 404
    assert "没有这个场次码" in words(page)
    assert re.search(r'<input class="code-input"[^>]* value="ZZZZZZ"', page)
    assert "222222" not in page


def test_a_code_leads_to_its_session_however_it_was_written(evening: Evening, app: Flask) -> None:
    code, http = evening.row.code, app.test_client()
    joined = http.post("/join", data={"code": f" {code.lower()[:3]}-{code.lower()[3:]} "})
    assert http.get(joined.headers["Location"]).status_code == 200
    scanned = http.get(f"/join/{code.lower()}")
    assert scanned.headers["Location"] == f"/s/{code}"
    assert http.get(http.post("/join", data={"code": "ZZZZZZ"}).headers["Location"]).status_code == 404


def test_the_qr_code_is_a_picture_that_leads_to_joining(evening: Evening, app: Flask) -> None:
    answer = app.test_client().get(f"/qr/{evening.row.code}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
    assert b"style=" not in answer.data
    assert b"<script" not in answer.data


@pytest.mark.parametrize("path", ["/sessions/new", "/sessions/{code}/edit"])
def test_setting_up_is_for_the_crew(evening: Evening, browser: Browser, path: str) -> None:
    path = path.format(code=evening.row.code)
    assert browser(path, evening.host)[0] == 200
    assert browser(path, evening.host, lang="en")[0] == 200
    assert browser(path)[0] == 302
    assert browser(path, evening.city.person(Role.CLERK))[0] == 403


def test_the_crew_finds_its_ways(evening: Evening, browser: Browser) -> None:
    page = browser("/sessions", evening.host)[1]
    code = evening.row.code
    assert f"/sessions/{code}/edit" in page
    assert f"/desk/{code}" in page
    assert "/sessions/new" in page
    visitors = browser("/sessions")[1]
    assert not re.search("/edit|/desk/|/sessions/new", visitors)


def test_planning_a_session_by_form(evening: Evening, browser: Browser) -> None:
    fields = {
        "title": "供水服务", "title_en": "", "theme": "", "theme_en": "", "kind": "night_exam",
        "starts_at": "2026-12-24T20:00", "planned_minutes": "40", "units[]": ["", str(evening.city.water.id)],
        "client_id": "one-press-of-plan",
    }  # fmt: skip
    status, place, _page = browser.post("/sessions/new", evening.host, **fields)
    assert status == 303
    assert browser.post("/sessions/new", evening.host, **fields)[1] == place
    code = place.split("/")[2]
    with reading() as db:
        made = queries.session_by_code(db, code)
        assert (made.title, made.kind) == ("供水服务", SessionKind.NIGHT_EXAM)
        assert [unit.name for unit in queries.units(db, made.id)] == ["水务局"]
        assert queries.count_past(db) == 0
        assert len(queries.upcoming(db, evening.row.starts_at)) == 2


def test_a_form_that_cannot_be_used_keeps_what_was_typed(evening: Evening, browser: Browser) -> None:
    with nothing_changes():
        status, _place, page = browser.post(
            "/sessions/new", evening.host, title="供水服务", starts_at="", planned_minutes="40",
            **{"units[]": ["", str(evening.city.water.id)]},
        )  # fmt: skip
    assert status == 400
    assert 'value="供水服务"' in page
    assert re.search(rf'value="{evening.city.water.id}" checked', page)
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("like", ["²", "٣", str(2**31), "9" * 5000])
def test_a_session_to_begin_with_that_cannot_be_is_named(evening: Evening, browser: Browser, like: str) -> None:
    with nothing_changes():
        status, _place, page = browser.post(
            "/sessions/new", evening.host, title="供水服务", starts_at="2026-12-24T20:00", planned_minutes="40",
            like=like, **{"units[]": [""]},
        )  # fmt: skip
    assert (status, 'value="供水服务"' in page) == (400, True)


def test_a_stranger_who_plans_a_session_is_asked_to_sign_in(city: object, browser: Browser) -> None:
    fields = {"title": "供水服务", "starts_at": "2026-12-24T20:00", "planned_minutes": "40"}
    with nothing_changes():
        status, _there, page = browser.post("/sessions/new", VISITOR, **fields)
    assert (status, 'action="/sign-in"' in page) == (401, True)


def forms(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every form of a page: where it is sent, and its hidden fields."""
    for action, body in re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.S):
        yield action, dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', body))


def test_the_rundown_can_be_worked_without_script(evening: Evening, browser: Browser) -> None:
    path = f"/sessions/{evening.row.code}/edit"

    def press(action: str, choose: Callable[[dict[str, str]], bool] = lambda _fields: True, **typed: str) -> None:
        page = browser(path, evening.host)[1]
        fields = next(hidden for where, hidden in forms(page) if where == f"/do/{action}" and choose(hidden))
        status, place, _page = browser.post(f"/do/{action}", evening.host, **fields, **typed)
        assert (status, place.split("#")[0]) == (303, path)

    three_minutes = {"planned_minutes": "3", "planned_seconds": "0"}
    press("live.add_item", kind="verdict", title="评议", title_en="", unit="", planned_minutes="", planned_seconds="30")
    verdict = evening.order[-1]
    press("live.move_item", lambda hidden: hidden["item"] == str(verdict) and hidden.get("before") == str(evening.rest))
    press("live.change_item", lambda hidden: hidden["item"] == str(verdict), title="满意度评议", **three_minutes)
    press("live.remove_item", lambda hidden: hidden["item"] == str(evening.clip))
    assert evening.order == [evening.slot, verdict, evening.rest]
    assert (evening.item(verdict).title, evening.item(verdict).planned_ms) == ("满意度评议", 180_000)
    press("live.open_intake")
    press("live.close_intake")
    press("live.go_live")
    assert evening.row.state.value == "live"


def test_the_setup_page_says_whether_the_rundown_fits(evening: Evening, browser: Browser) -> None:
    path = f"/sessions/{evening.row.code}/edit"
    page = words(browser(path, evening.host, lang="en")[1])
    assert "30:00 to spare" in page
    # The times of the items are reckoned from the beginning.
    assert re.search("20:00.*20:10.*20:20", page)
    do(preparation.change_session, evening.host, evening.session, planned_minutes=25)
    assert "5:00 too long" in words(browser(path, evening.host, lang="en")[1])


def test_what_has_begun_cannot_be_changed_by_form(on_air: Evening, browser: Browser) -> None:
    page = browser(f"/sessions/{on_air.row.code}/edit", on_air.host)[1]
    on_floor = page.split(f'id="item-{on_air.slot}"')[1].split("</li>")[0]
    assert "<form" not in on_floor
    assert re.search(r'<select[^>]*name="kind"[^>]*disabled', page)
    do(floor.close, on_air.host, on_air.session)
    closed = browser(f"/sessions/{on_air.row.code}/edit", on_air.host)[1]
    assert not [action for action, _hidden in forms(closed) if action.startswith("/do/live.")]
