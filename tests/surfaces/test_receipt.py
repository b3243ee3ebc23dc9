"""Following a question by its receipt number: everything to whoever holds it, nothing that could give it away."""

import logging
import re

import pytest

from inquiry.dispatch import registry
from inquiry.questions.commands import moderation
from inquiry.questions.models import RefusalReason
from inquiry.responses.commands import closing
from inquiry.responses.models import ResponseKind
from inquiry.responses.rules import Wishes
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, Clock, Evening, Seen, do

LAMPS = "湖滨路的路灯何时修好？"


@pytest.fixture(autouse=True)
def _unhurried(evening: Evening) -> None:
    registry.forget_limits()


def look(browser: Browser, evening: Evening, question_id: int, **fields: str) -> Seen:
    return browser.post("/receipt", receipt=evening.question(question_id).receipt, **fields)


def decide(evening: Evening, command: object, question_id: int, *args: object) -> None:
    do(command, evening.moderator, question_id, evening.question(question_id).rev, *args)


def test_a_number_nobody_was_given_is_refused_kindly(evening: Evening, browser: Browser) -> None:
    page = browser.post("/receipt", receipt="2222-3333-5555")
    assert page.status == 404
    assert "查不到这个回执号" in page.words
    assert "2222-3333-5555" in page.text  # to be compared and corrected


def test_however_it_is_written_down(evening: Evening, browser: Browser) -> None:
    receipt = evening.question(evening.ask(LAMPS)).receipt
    page = browser.post("/receipt", receipt=f" {receipt.lower().replace('-', ' ')} ")
    assert LAMPS in page.words
    assert "正在等待审核" in page.words


def test_a_refusal_with_its_reason_and_the_note(evening: Evening, browser: Browser) -> None:
    refused = evening.ask("不能公开的话")
    decide(evening, moderation.refuse, refused, RefusalReason.PRIVATE, "请不要写出邻居的姓名。")
    page = look(browser, evening, refused)
    assert "涉及他人隐私" in page.words
    assert "请不要写出邻居的姓名。" in page.words


def test_merged_into_another_question(evening: Evening, browser: Browser) -> None:
    root, mine = evening.answered(text=LAMPS), evening.ask("路灯坏了三盏")
    decide(evening, moderation.merge, mine, root)
    page = look(browser, evening, mine)
    assert "您的提问已合并到 1 号问题" in page.words
    assert "12月20日前修好湖滨路的路灯。" in page.words  # the answer to the other one


def test_the_words_of_a_waiting_question_are_not_told_to_others_who_asked_the_same(
    evening: Evening, browser: Browser
) -> None:
    root, mine = evening.ask("别人还没过审的话"), evening.ask("我的话")
    decide(evening, moderation.merge, mine, root)
    page = look(browser, evening, mine)
    assert "合并后的问题还在等待审核" in page.words
    assert "别人还没过审的话" not in page.text


def test_the_old_number_finds_a_deferred_question(evening: Evening, browser: Browser) -> None:
    question, elsewhere = evening.approved(LAMPS), evening.plan(title="下一期问政")
    evening.close(None, elsewhere)
    assert "已顺延至“下一期问政”" in look(browser, evening, question).words


def test_what_waits_in_another_session_is_told_to_its_asker_and_its_words_to_nobody(
    evening: Evening, browser: Browser
) -> None:
    phone, elsewhere = evening.city.phone(), evening.plan(title="下一期问政")
    question = evening.ask(LAMPS, phone=phone)
    do(closing.close_session, evening.host, evening.session, evening.seen, Wishes(defer_waiting_to=elsewhere))
    assert "已顺延到另一场问政：下一期问政" in look(browser, evening, question).words
    page = browser.get(f"/questions/{question}", phone)
    assert LAMPS in page.words
    assert "将在该场审核" in page.words
    page = browser.get(f"/questions/{question}")
    assert LAMPS not in page.text
    assert "下一期问政" in page.words
    links = re.findall(r'href="(/questions/[0-9]+)"', page.text)
    assert [browser.get(link).status for link in links] == [200] * len(links)


def test_handed_until_a_day_and_late_after_it(evening: Evening, browser: Browser, clock: Clock) -> None:
    question = evening.handed(text=LAMPS)
    page = look(browser, evening, question)
    assert "已转城管局办理，须在 2026年12月15日 前书面答复。" in page.words
    assert 'class="notice late"' not in page.text
    clock.forward(days=15)
    assert 'class="notice late"' in look(browser, evening, question).text


def test_whoever_holds_the_number_judges_once_and_reopens_once(evening: Evening, browser: Browser) -> None:
    question = evening.handed(text=LAMPS)
    evening.write(question, kind=ResponseKind.DEFLECTION, text="请找物业。")
    assert "/do/" not in look(browser, evening, question).text
    judged = look(browser, evening, question, do="judge", satisfied="false", client_id="judge-once-1")
    assert "您的评价：不满意。" in judged.words
    with nothing_changes():
        again = look(browser, evening, question, do="judge", satisfied="true", client_id="judge-once-2")
    assert "您已" in again.words or 'class="notice refusal"' in again.text
    reopened = look(browser, evening, question, do="reopen", reason="没有回答", client_id="reopen-once")
    assert 'data-state="reopened"' in reopened.text
    assert evening.question(question).reopen_reason == "没有回答"


def test_a_reason_that_says_nothing_is_refused_beside_the_question(evening: Evening, browser: Browser) -> None:
    question = evening.handed(text=LAMPS)
    evening.write(question)
    with nothing_changes():
        page = look(browser, evening, question, do="reopen", reason="", client_id="empty-reason")
    assert 'class="notice refusal"' in page.text
    assert LAMPS in page.words


def test_the_number_is_kept_nowhere(evening: Evening, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    question = evening.ask(LAMPS)
    receipt = evening.question(question).receipt
    with caplog.at_level(logging.DEBUG):
        page = look(browser, evening, question)
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.get("/receipt").headers["Cache-Control"] == "no-store"
    assert f'value="{receipt}"' not in page.text  # no form is open: there is nothing to say yet
    assert receipt not in caplog.text
    assert receipt not in "".join(page.headers.values())


def test_guessing_numbers_is_slowed_down(evening: Evening, browser: Browser) -> None:
    answers: list[int] = []
    while 429 not in answers and len(answers) < 200:  # a slow machine is allowed a few more meanwhile
        answers.append(browser.post("/receipt", receipt=f"2222-3333-{5000 + len(answers)}").status)
    assert len(answers) > 30
    assert answers == [404] * (len(answers) - 1) + [429]


def test_a_reason_that_was_refused_stands_in_its_form_again(evening: Evening, browser: Browser) -> None:
    answered = evening.handed(text=LAMPS)
    evening.write(answered, kind=ResponseKind.DEFLECTION, text="请找物业。")
    look(browser, evening, answered, do="judge", satisfied="false", client_id="judge-before")
    reason = "灯又灭了，" * 150
    with nothing_changes():
        page = look(browser, evening, answered, do="reopen", reason=reason, client_id="a-reopening")
    assert reason in page.text
    assert 'aria-invalid="true"' in page.text
    assert "taken=" not in page.headers.get("Set-Cookie", "")
