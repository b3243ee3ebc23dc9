"""A plain form that is refused comes back on its own page with every word that was typed, and nothing has changed."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.models import UnitKind
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.pledges.commands import recording
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, Evening, Promise, Seen

LONG = "已完成点位排查。" * 550
"""Longer than any answer may be, and than any cookie."""


def form(page: Seen, action: str, about: str = "") -> tuple[str, dict[str, str]]:
    """The first form of a page that is sent there and holds `about`, and its hidden fields, as a browser reads them."""
    for whole in re.findall(r"<form\b.*?</form>", page.text, re.S):
        if f'action="{action}"' in whole and about in whole:
            hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', whole)
            return whole, {name: html.unescape(value) for name, value in hidden}
    raise AssertionError(action)


def send(browser: Browser, actor: Actor, path: str, action: str, about: str = "", **typed: object) -> Seen:
    """Open a page, fill in one of its forms and send it; refused, nothing may have changed."""
    hidden = form(browser.get(path, actor), action, about)[1]
    with nothing_changes():
        return browser.post(action, actor, **hidden, **typed)


def test_a_written_answer_on_the_second_page_of_the_inbox(evening: Evening, browser: Browser) -> None:
    for number in range(21):
        evening.approved(text=f"第{number:02}盏路灯何时修好？")
    evening.close()
    typed = {"text": LONG, "kind": "deflection", "speaker": "林<知>远", "speaker_title": ""}
    action = "/do/responses.answer_in_writing"
    page = send(browser, evening.official, "/unit?page=2", action, **typed)
    assert page.status == 400
    assert "最多 4000 个字" in page.words
    refused, _hidden = form(page, action)
    assert LONG in refused
    assert 'value="deflection" required checked' in refused
    assert 'value="林&lt;知&gt;远"' in refused
    # What the office is called had been filled in by us and was emptied by the sender.
    assert re.search(r'name="speaker_title" value=""', refused)
    assert page.text.count("data-refused") == page.text.count('class="fold " open') == 1
    assert 'data-here="/unit?page=2"' in page.text


def test_progress_on_one_of_two_pledges(promise: Promise, browser: Browser) -> None:
    other = promise.record(spoken="12月20日前修好湖滨公园的路灯。").id
    action = "/do/pledges.report_progress"
    page = send(browser, promise.official, "/unit", action, f'name="pledge" value="{other}"', text=LONG)
    assert LONG in form(page, action, f'name="pledge" value="{other}"')[0]
    assert LONG not in form(page, action, f'name="pledge" value="{promise.id}"')[0]


def test_a_reason_that_was_overtaken_can_be_sent_again(promise: Promise, browser: Browser) -> None:
    here, action = f"/pledges/{promise.id}", "/do/pledges.ask_extension"
    old = form(browser.get(here, promise.official), action)[1]
    promise.press(recording.confirm_pledge, promise.official)
    typed = {"due_on": "2026-12-25", "reason": "灯具到货晚了"}
    page = browser.post(action, promise.official, **old, **typed)
    assert page.status == 409
    refused, hidden = form(page, action)
    assert "灯具到货晚了" in refused
    assert 'value="2026-12-25"' in refused
    assert hidden["seen"] != old["seen"]
    assert browser.post(action, promise.official, **hidden, **typed).status == 303
    assert promise.row.due_on is not None
    assert promise.row.due_on.isoformat() == "2026-12-25"


def test_the_words_beside_a_picture(promise: Promise, browser: Browser) -> None:
    action = f"/pledges/{promise.id}/evidence"
    page = send(browser, promise.official, f"/pledges/{promise.id}", action, text="更换后的灯具")
    assert page.status == 400
    assert 'value="更换后的灯具"' in form(page, action)[0]


def test_a_person_who_cannot_be_added_and_is_told_no_password(evening: Evening, browser: Browser) -> None:
    root = evening.city.person(Role.ADMINISTRATOR)
    typed = {"login": "new-clerk", "name": "许文", "title": "记录员", "role": "official", "unit": ""}
    page = send(browser, root, "/admin/people", "/admin/people", **typed)
    refused, _hidden = form(page, "/admin/people")
    assert 'value="许文"' in refused
    assert 'value="official" selected' in refused
    assert 'class="secret"' not in page.text


def test_a_password_never_comes_back(evening: Evening, browser: Browser) -> None:
    root = evening.city.person(Role.ADMINISTRATOR)
    typed = {"old": "what it may have been", "new": "weak"}
    page = send(browser, root, "/account", "/do/accounts.change_password", **typed)
    assert page.status == 403
    assert not [word for word in typed.values() if word in page.text]


def test_a_unit_that_cannot_be_changed_comes_back(evening: Evening, browser: Browser) -> None:
    root, unit = evening.city.person(Role.ADMINISTRATOR), evening.city.water
    place = f"/admin/units/{unit.id}"
    taken = {"name": "城管局", "name_en": "Water and Sewers", "kind": UnitKind.DEPARTMENT.value, "parent": ""}
    page = send(browser, root, place, "/do/accounts.change_unit", **taken)
    assert page.status == 409
    assert "Water and Sewers" in form(page, "/do/accounts.change_unit")[0]


def test_a_head_who_cannot_be_appointed_comes_back_unfolded(evening: Evening, browser: Browser) -> None:
    root, place = evening.city.person(Role.ADMINISTRATOR), f"/admin/units/{evening.city.water.id}"
    page = send(browser, root, place, "/do/accounts.appoint_head", name="孙某", title="代局长", from_day="2099-01-01")
    assert page.status == 400
    refused, _hidden = form(page, "/do/accounts.appoint_head")
    assert "孙某" in refused
    assert "代局长" in refused
    assert "field-error" in refused


def test_why_a_session_is_called_off(evening: Evening, browser: Browser) -> None:
    code = evening.row.code
    evening.session = evening.plan()
    evening.approved()  # nobody is named to answer it
    path = f"/sessions/{evening.row.code}/edit"
    page = send(browser, evening.host, path, "/do/responses.call_off_session", reason="台风红色预警")
    assert page.status == 409
    assert "台风红色预警" in form(page, "/do/responses.call_off_session")[0]
    assert evening.row.code != code


def test_an_item_of_the_rundown(evening: Evening, browser: Browser) -> None:
    typed = {
        "kind": "verdict",
        "title": "评议",
        "title_en": "",
        "unit": "",
        "planned_minutes": "0",
        "planned_seconds": "0",
    }
    page = send(browser, evening.host, f"/sessions/{evening.row.code}/edit", "/do/live.add_item", **typed)
    refused, _hidden = form(page, "/do/live.add_item")
    assert 'value="评议"' in refused
    assert 'value="verdict" selected' in refused


@pytest.mark.parametrize("back", ["", "https://elsewhere.example/", "//elsewhere.example", "/do/x", "/nowhere"])
def test_a_form_from_nowhere_is_told_why_where_it_leads(evening: Evening, browser: Browser, back: str) -> None:
    """`/` is what every address elsewhere becomes."""
    phone = evening.city.phone()
    with nothing_changes():
        page = browser.post("/do/questions.ask", phone, session=evening.session, text="x", next="/pledges", back=back)
    if back.startswith(("https:", "//")):
        assert (page.status, page.words.count("问题须为 2 至 500 字")) == (400, 1)
    else:
        assert (page.status, page.headers["Location"]) == (303, "/pledges")
        assert browser.get("/pledges", phone).words.count("问题须为 2 至 500 字") == 1


def test_what_is_wrong_is_said_at_the_field(promise: Promise, browser: Browser) -> None:
    """Beside the first of the faulty fields, which has the focus, and at its head for whoever looks there."""
    promise.press(recording.confirm_pledge, promise.official)
    action = "/do/pledges.ask_extension"
    page = send(browser, promise.official, f"/pledges/{promise.id}", action, due_on="2020-01-01", reason="")
    refused, _hidden = form(page, action)
    faulty = re.findall(r"<(?:input|textarea)[^>]*aria-invalid=\"true\"[^>]*>", refused)
    assert faulty
    assert sum("autofocus" in one for one in faulty) == 1
    for one in faulty:
        line = re.search(r'aria-describedby="[^"]*?([\w-]+-fault)"', one)
        assert line
        assert re.search(rf'<span class="field-error" id="{line[1]}">.*?</svg>[^<]+</span>', refused)


# --- a sign-in that ended --------------------------------------------------------------------------------------------

PASSWORD = "a long enough sentence"


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    """A browser that is whoever its cookies say."""
    return app.test_client()


@pytest.fixture
def official(evening: Evening) -> str:
    """The sign-in name of an official of the unit that was handed a question."""
    hashed = sign_ins.hash_password(PASSWORD, "bureau")
    with unit_of_work() as uow:
        people.add_person(
            uow, evening.city.person(Role.ADMINISTRATOR), login="bureau", name="林知远", title="", role=Role.OFFICIAL,
            unit_id=evening.city.city_management.id, password_hash=hashed,
        )  # fmt: skip
    evening.handed()
    return "bureau"


def page_of(http: FlaskClient, path: str) -> Seen:
    answer = http.get(path)
    return Seen(answer.status_code, answer.get_data(as_text=True), dict(answer.headers))


def fill_in(http: FlaskClient, page: Seen, action: str, **typed: object) -> Seen:
    answer = http.post(action, data=form(page, action)[1] | typed)
    return Seen(answer.status_code, answer.get_data(as_text=True), dict(answer.headers))


ANSWER = "/do/responses.answer_in_writing"
WRITTEN = {"text": "已完成<排查>，共更换灯具 12 套。", "kind": "deflection", "speaker": "林知远", "speaker_title": ""}


def signed_out_while_writing(http: FlaskClient, login: str) -> Seen:
    """What an official sees who sends an answer after the sign-in has ended."""
    http.post("/sign-in", data={"login": login, "password": PASSWORD})
    inbox = page_of(http, "/unit")
    http.delete_cookie("sign_in")
    with nothing_changes():
        return fill_in(http, inbox, ANSWER, **WRITTEN)


def test_an_answer_outlives_the_sign_in_and_is_not_sent_by_itself(http: FlaskClient, official: str) -> None:
    asked = signed_out_while_writing(http, official)
    assert asked.status == 401
    assert "不会自动提交" in asked.words
    mistyped = fill_in(http, asked, "/sign-in", login=official, password="something else")
    assert mistyped.status == 403
    back = fill_in(http, mistyped, "/sign-in", login=official, password=PASSWORD)
    assert back.status == 200
    assert "尚未提交" in back.words
    refused, hidden = form(back, ANSWER)
    assert "已完成&lt;排查&gt;，共更换灯具 12 套。" in refused
    assert 'value="deflection" required checked' in refused
    sent = http.post(ANSWER, data=hidden | WRITTEN)
    assert sent.status_code == 303
    assert f"taken={hidden['client_id']}" in sent.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "carried", ["", "{}", "[]", "x", "[" * 5000, '{"back": 1, "command": "x", "fields": []}',
                '{"back": "//elsewhere.example", "command": "x", "fields": [["a", "b"]]}',
                '{"back": "/unit", "command": "x", "fields": [["a", {"b": 1}], "c"]}'],
)  # fmt: skip
def test_what_is_no_form_of_ours_hinders_nobody_from_signing_in(http: FlaskClient, official: str, carried: str) -> None:
    answer = http.post("/sign-in", data={"login": official, "password": PASSWORD, "carried": carried})
    assert answer.status_code in (200, 303)
    assert http.get_cookie("sign_in") is not None
    assert "elsewhere" not in answer.get_data(as_text=True)


def test_a_password_is_carried_nowhere(evening: Evening, browser: Browser) -> None:
    root = evening.city.person(Role.ADMINISTRATOR)
    hidden = form(browser.get("/admin/people", root), "/admin/people")[1]
    asked = browser.post("/admin/people", **hidden, name="许文", password="a secret of mine")
    assert asked.status == 401
    assert "许文" in html.unescape(asked.text)
    assert "a secret" not in asked.text


def test_a_session_that_is_planned_outlives_the_sign_in(evening: Evening, browser: Browser) -> None:
    hidden = form(browser.get("/sessions/new", evening.host), "/sessions/new")[1]
    asked = browser.post("/sessions/new", **hidden, title="夜间停车专场", starts_at="2030-01-01T20:00")
    assert (asked.status, "夜间停车专场" in html.unescape(asked.text)) == (401, True)


def test_a_question_outlives_the_phone_s_token(evening: Evening, http: FlaskClient) -> None:
    session = evening.row
    http.post("/join", data={"code": session.code})
    page = page_of(http, f"/s/{session.code}")
    http.delete_cookie("device")
    asked = fill_in(http, page, "/do/questions.ask", text="路灯何时修好？", unit="", asker="")
    assert asked.status == 401
    back = fill_in(http, asked, "/join")
    assert back.status == 200
    assert "路灯何时修好？</textarea>" in back.text
    assert "尚未提交" in back.words


# --- a form token that ended -----------------------------------------------------------------------------------------


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    """Form tokens are asked for, as outside the tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("signed_out", [False, True])
def test_a_form_whose_token_ended_comes_back_full(http: FlaskClient, official: str, signed_out: bool) -> None:
    first = page_of(http, "/sign-in")
    fill_in(http, first, "/sign-in", login=official, password=PASSWORD)
    inbox = page_of(http, "/unit")
    http.delete_cookie("session")
    if signed_out:
        http.delete_cookie("sign_in")
    with nothing_changes():
        back = fill_in(http, inbox, ANSWER, **WRITTEN)
    if signed_out:
        assert back.status == 401
        back = fill_in(http, back, "/sign-in", login=official, password=PASSWORD)
    else:
        assert (back.status, "请再提交一次" in back.words) == (400, True)
    assert "已完成&lt;排查&gt;" in form(back, ANSWER)[0]
    assert fill_in(http, back, ANSWER, **WRITTEN).status == 303


@pytest.mark.usefixtures("strict")
def test_words_of_another_site_s_page_are_laid_into_none_of_ours(http: FlaskClient, official: str) -> None:
    fill_in(http, page_of(http, "/sign-in"), "/sign-in", login=official, password=PASSWORD)
    hidden = form(page_of(http, "/unit"), ANSWER)[1] | {"csrf_token": "guessed"}
    answer = http.post(ANSWER, data=hidden | WRITTEN, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 400
    assert "排查" not in answer.get_data(as_text=True)
