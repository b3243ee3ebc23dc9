"""After a press the answer is seen where one is; days are told; what was late or taken up again stays visible."""

import re
from datetime import date

import pytest

from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.pledges.commands import progress
from inquiry.responses.commands import judging
from tests.surfaces.conftest import Browser, Clock, Evening, Promise, Seen, do
from tests.surfaces.test_refused_forms import form


def cards(page: Seen) -> dict[str, str]:
    """The cards of a page by their place, `pledge-7`."""
    found = re.findall(r'<article class="card[^"]*" id="([\w-]+)">(.*?)</article>', page.text, re.S)
    return dict(found)


def press(browser: Browser, actor: Actor, path: str, action: str, about: str, **typed: object) -> Seen:
    """Press on a page and follow where it leads."""
    hidden = form(browser.get(path, actor), action, about)[1]
    answer = browser.post(action, actor, **hidden, **typed)
    assert answer.status == 303
    where, place = answer.headers["Location"].split("#")
    assert place == "said"
    page = browser.get(where, actor)
    assert page.text.count('id="said"') == 1
    return page


def test_what_was_done_is_said_at_the_row_that_was_pressed(promise: Promise, browser: Browser) -> None:
    other = promise.record(spoken="12月20日前修好湖滨公园的路灯。").id
    typed = {"due_on": "2027-03-12", "reason": "灯具到货晚了"}
    about = f'name="pledge" value="{other}"'
    page = press(browser, promise.official, "/unit", "/do/pledges.ask_extension", about, **typed)
    assert "尚未生效，须经督办人员审批" in cards(page)[f"pledge-{other}"]
    assert 'id="said"' not in cards(page)[f"pledge-{promise.id}"]
    assert 'id="said"' not in browser.get("/unit", promise.official).text  # it is said once


def test_what_is_gone_from_the_list_is_said_at_its_part_of_the_page(promise: Promise, browser: Browser) -> None:
    other = promise.record(spoken="12月20日前修好湖滨公园的路灯。")
    with unit_of_work() as uow:
        progress.add_evidence(uow, promise.official, other.id, text="验收单")
    do(progress.claim_done, promise.official, other.id, other.rev)
    promise.claim()
    about, action = f'name="pledge" value="{promise.id}"', "/do/pledges.accept_pledge"
    page = press(browser, promise.staff, "/board", action, about, note="十二月一日到现场逐盏看过")
    part = page.text[page.text.index('id="to-check"') :]
    assert part.index('id="said"') < part.index('id="pledge-')
    page = press(browser, promise.staff, "/board", action, "", note="十二月一日到现场逐盏看过")
    assert 'id="to-check"' not in page.text  # the part is gone too: said at the top
    assert "已认定兑现" in page.words


def test_the_board_brings_the_sheet_of_what_it_folds(evening: Evening, browser: Browser) -> None:
    """It has a desk's layout, whose sheets know no folds."""
    page = browser.get("/board", evening.city.person(Role.STAFF))
    assert re.search(r'<link rel="stylesheet" href="[^"]*pages/pages\.css">', page.text)


def test_why_a_form_was_refused_is_said_in_it_and_has_the_focus(promise: Promise, browser: Browser) -> None:
    hidden = form(browser.get("/unit", promise.official), "/do/pledges.ask_extension")[1]
    typed = {"due_on": "2026-12-01", "reason": "灯具到货晚了"}
    page = browser.post("/do/pledges.ask_extension", promise.official, **hidden, **typed)
    refused = form(page, "/do/pledges.ask_extension")[0]
    assert "新的期限必须晚于" in refused
    assert re.search(r'<div class="notice refusal" role="alert"[^>]*autofocus', refused)
    assert page.text.count('id="said"') == 1


def test_days_are_told_wherever_a_date_is(promise: Promise, browser: Browser, clock: Clock) -> None:
    assert "还剩 17 天" in browser.get("/pledges").words
    promise.extend(date(2026, 12, 25))
    clock.forward(days=26)
    for path in ("/pledges", f"/pledges/{promise.id}", f"/questions/{promise.question}"):
        assert "逾期 2 天" in browser.get(path).words, path
        assert "延期 7 天" in browser.get(path).words, path
        assert "overdue 2 days" in browser.get(path, lang="en").words, path
    assert "逾期 2 天" in browser.get("/board", promise.staff).words


def test_answered_late_and_taken_up_again_stay_visible(evening: Evening, browser: Browser, clock: Clock) -> None:
    question = evening.handed(text="湖滨路的路灯何时修好？", phone=(phone := evening.city.phone()))
    assert "还剩 10 个工作日" in browser.get(f"/questions/{question}").words
    clock.forward(days=16)
    assert "逾期 2 个工作日" in browser.get("/questions").words
    evening.write(question)
    with unit_of_work() as uow:
        judging.reopen_question(uow, phone, "还有三盏不亮", question_id=question)
    evening.write(question, text="三盏已于今日修好。")
    for path in ("/questions", f"/questions/{question}", f"/sessions/{evening.row.code}"):
        page = browser.get(path)
        assert 'data-state="reopened"' in page.text, path
        assert "答复超期 2 个工作日" in page.words, path
        assert 'data-state="overdue"' not in page.text, path


def test_what_a_unit_says_of_its_own_answer_is_marked_so(evening: Evening, browser: Browser) -> None:
    aired = evening.answered(text="供水何时恢复？")
    question = evening.handed(text="湖滨路的路灯何时修好？")
    evening.write(question)
    assert "由答复单位自行认定" in browser.get(f"/questions/{question}").words
    assert "由答复单位自行认定" not in browser.get(f"/questions/{aired}").words


def test_what_a_written_answer_led_to_is_said_as_it_is(evening: Evening, browser: Browser, clock: Clock) -> None:
    for number in range(22):
        evening.approved(text=f"第{number:02}盏路灯何时修好？")
    evening.close()
    clock.forward(days=16)
    typed = {"kind": "deflection", "text": "请找物业。", "speaker": "林知远", "speaker_title": ""}
    page = press(browser, evening.official, "/unit?page=2", "/do/responses.answer_in_writing", "", **typed)
    for said in ("问题已答复", "计为回避", "本次答复超期 2 个工作日"):
        assert said in page.words, said
    assert "第 2 页" in page.words
    assert page.text.index('id="to-answer"') < page.text.index('id="said"') < page.text.index('id="question-')


@pytest.mark.parametrize("path", ["/questions", "/pledges"])
def test_a_unit_s_list_holds_those_of_the_units_below_it(promise: Promise, browser: Browser, path: str) -> None:
    city = promise.city
    promise.evening.approved(text="人行道何时修补？", unit=city.city_management.id)
    said = "人行道何时修补？" if path == "/questions" else "修复（湖滨路路灯）"
    for unit, found in ((city.city, True), (city.city_management, True), (city.district, False)):
        assert (said in browser.get(f"{path}?unit={unit.id}").words) is found
    assert "修复（湖滨路路灯）" not in browser.get(f"/pledges?unit={city.city.id}&own=1").words


def test_an_inbox_holds_what_the_units_below_have_to_do(promise: Promise, browser: Browser) -> None:
    above = promise.city.official_of(promise.city.city)
    page = browser.get("/unit", above)
    assert f"pledge-{promise.id}" in cards(page)
    assert "含下级单位： 沙洲区、柳浪街道" in page.words
