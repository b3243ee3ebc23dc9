"""A plain form that is refused comes back on its own page with every word that was typed, and nothing has changed."""

import html
import re

import pytest

from inquiry.accounts.models import UnitKind
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


def test_a_person_who_cannot_be_added_but_never_the_password(evening: Evening, browser: Browser) -> None:
    root = evening.city.person(Role.ADMINISTRATOR)
    typed = {
        "login": "new-clerk",
        "name": "许文",
        "title": "记录员",
        "role": "official",
        "unit": "",
        "password": "weak",
    }
    page = send(browser, root, "/admin/people", "/do/accounts.add_person", **typed)
    refused, _hidden = form(page, "/do/accounts.add_person")
    assert 'value="许文"' in refused
    assert 'value="official" selected' in refused
    assert "weak" not in page.text


def test_a_unit_that_cannot_be_changed_is_unfolded(evening: Evening, browser: Browser) -> None:
    root, unit = evening.city.person(Role.ADMINISTRATOR), evening.city.water
    taken = {"name": "城管局", "name_en": "Water", "kind": UnitKind.DEPARTMENT.value, "parent": "", "head": "新任局长"}
    page = send(browser, root, "/admin/units", "/do/accounts.change_unit", f'name="unit" value="{unit.id}"', **taken)
    assert page.status == 409
    assert f'id="unit-{unit.id}" open' in page.text
    assert "新任局长" in form(page, "/do/accounts.change_unit", f'name="unit" value="{unit.id}"')[0]


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


@pytest.mark.parametrize(
    "back", ["", "https://elsewhere.example/", "//elsewhere.example", "/do/x", "/nowhere", "/board"]
)
def test_a_form_from_nowhere_is_told_why_where_it_leads(evening: Evening, browser: Browser, back: str) -> None:
    """`/board` is not for a phone; `/` is what every address elsewhere becomes."""
    phone = evening.city.phone()
    with nothing_changes():
        page = browser.post("/do/questions.ask", phone, session=evening.session, text="x", next="/pledges", back=back)
    if back.startswith(("https:", "//")):
        assert (page.status, page.words.count("问题须为 2 至 500 字")) == (400, 1)
    else:
        assert (page.status, page.headers["Location"]) == (303, "/pledges")
        assert browser.get("/pledges", phone).words.count("问题须为 2 至 500 字") == 1


def test_whoever_has_to_sign_in_first_is_sent_to_do_so(evening: Evening, browser: Browser) -> None:
    hidden = form(browser.get(f"/sessions/{evening.row.code}/edit", evening.host), "/do/live.add_item")[1]
    answer = browser.post("/do/live.add_item", **hidden, kind="clip", title="短片", planned_minutes="5")
    assert (answer.status, answer.headers["Location"].startswith("/sign-in?next=/sessions/")) == (302, True)
