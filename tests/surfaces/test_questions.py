"""The board of questions and the page of one: what stands there for whom."""

import html
import re

import pytest

from inquiry.live.commands import preparation
from inquiry.permissions import Role
from inquiry.questions.commands import asking, moderation, supporting
from inquiry.questions.models import RefusalReason
from inquiry.responses.commands import recording
from inquiry.responses.models import ResponseKind
from tests.surfaces.conftest import Browser, Clock, Evening, do

LAMPS, WATER = "湖滨路的路灯何时修好？", "古渡巷的水压太低怎么办？"


def decide(evening: Evening, command: object, question_id: int, *args: object) -> object:
    return do(command, evening.moderator, question_id, evening.question(question_id).rev, *args)


# --- the board ------------------------------------------------------------------------------------------------------


def test_an_empty_board_says_so(evening: Evening, browser: Browser) -> None:
    page = browser.get("/questions")
    assert page.status == 200
    assert "还没有问题" in page.words


@pytest.mark.parametrize(
    ("query", "lamps", "water"),
    [
        ("", True, True),
        ("?q=路灯", True, False),
        ("?q=水压", False, True),
        ("?q=不存在的话", False, False),
        ("?state=approved", True, True),
        ("?state=answered", False, False),
        ("?state=nonsense&unit=x&page=-3&session=ZZZZZZ", True, True),
    ],
)
def test_the_board_is_narrowed_by_its_address(
    evening: Evening, browser: Browser, query: str, lamps: bool, water: bool
) -> None:
    evening.approved(LAMPS)
    evening.approved(WATER)
    page = browser.get(f"/questions{query}")
    assert page.status == 200
    assert ((LAMPS in page.words), (WATER in page.words)) == (lamps, water)


def test_the_board_by_unit_and_session(evening: Evening, browser: Browser) -> None:
    water = evening.city.water.id
    evening.approved(LAMPS)
    evening.approved(WATER, unit=water)
    assert LAMPS not in browser.get(f"/questions?unit={water}").words
    assert WATER in browser.get(f"/questions?unit={water}").words
    page = browser.get(f"/questions?session={evening.row.code}", lang="en")
    assert LAMPS in page.words
    assert "Received 2 Waiting 0 Approved 2" in page.words


def test_the_most_supported_come_first_when_asked_for(evening: Evening, browser: Browser) -> None:
    first = evening.approved(WATER)
    evening.approved(LAMPS)
    do(supporting.support, evening.city.phone(), first)
    newest, supported = (browser.get(f"/questions{one}").words for one in ("", "?sort=supported"))
    assert newest.index(LAMPS) < newest.index(WATER)
    assert supported.index(WATER) < supported.index(LAMPS)


def test_an_overfull_board_has_pages_that_keep_the_filters(evening: Evening, browser: Browser) -> None:
    for number in range(23):
        evening.approved(f"第{number:02}盏路灯何时修好？")
    first = browser.get("/questions?q=路灯")
    onwards = re.search(r'rel="next"\s+href="([^"]+)"', first.text)
    assert onwards
    second = browser.get(html.unescape(onwards[1]))
    assert "共 23 个问题" in first.words
    assert "q=%E8%B7%AF%E7%81%AF&amp;at=" in first.text
    assert "第02盏" not in first.words
    assert "第02盏" in second.words


def test_a_stranger_who_searches_without_end_is_told_to_wait_and_nobody_else_is(
    evening: Evening, browser: Browser
) -> None:
    refused = next(page for _ in range(200) if (page := browser.get("/questions?q=zz")).status != 200)
    assert refused.status == 429
    assert "请" in refused.words
    assert int(refused.headers["Retry-After"]) > 0
    assert browser.get("/questions").status == 200, "what is not searched for is there as ever"
    assert browser.get("/questions?q=路灯", evening.moderator).status == 200, "nor whoever is signed in there"


def test_what_a_citizen_types_stays_text(evening: Evening, browser: Browser) -> None:
    evening.approved("<script>alert(1)</script>修路灯")
    assert "<script>alert" not in browser.get("/questions?q=<script>").text


# --- one question ---------------------------------------------------------------------------------------------------


def test_a_question_with_its_answer_and_its_trace(evening: Evening, browser: Browser) -> None:
    question = evening.answered(text=LAMPS)
    page = browser.get(f"/questions/{question}", lang="en")
    assert LAMPS in page.words
    assert "林知远" in page.words  # who answered
    assert "Specific commitment" in page.words
    for step in ("Question 1 was asked", "Question 1 was approved", "Question 1 was put on air"):
        assert step in page.words
    assert f"session:{evening.session}:public" in page.words


def test_a_corrected_answer_shows_both_versions(evening: Evening, browser: Browser) -> None:
    question = evening.aired(text=LAMPS)
    first = evening.record(question, text="下周修好。")
    do(recording.correct_response, evening.clerk, first.id, text="12月20日前修好。")
    page = browser.get(f"/questions/{question}", lang="en")
    assert "下周修好。" in page.words
    assert "12月20日前修好。" in page.words
    assert "1 earlier version" in page.words


def test_a_refused_question_is_a_number_and_a_reason(evening: Evening, browser: Browser) -> None:
    refused = evening.ask("不能公开的话")
    decide(evening, moderation.refuse, refused, RefusalReason.PRIVATE, "只给提问人看的说明")
    page = browser.get(f"/questions/{refused}")
    assert page.status == 200
    assert "涉及他人隐私" in page.words
    assert "不能公开的话" not in page.text
    assert "只给提问人看的说明" not in page.text


def test_merged_questions_tell_their_words_only_if_they_were_approved(evening: Evening, browser: Browser) -> None:
    root = evening.approved(LAMPS)
    public, hidden = evening.approved("路灯坏了三盏"), evening.ask("没人审过的路灯")
    decide(evening, moderation.merge, public, root)
    decide(evening, moderation.merge, hidden, root)
    page = browser.get(f"/questions/{root}", lang="en")
    assert "Merged into this one 2" in page.words
    assert "路灯坏了三盏" in page.words
    assert "没人审过的路灯" not in page.text
    assert "没人审过的路灯" not in browser.get(f"/questions/{hidden}").text
    assert f'href="/questions/{root}"' in browser.get(f"/questions/{hidden}").text
    assert f'href="/questions/{root}"' in browser.get(f"/questions/{public}").text


def test_a_rewording_leads_both_ways(evening: Evening, browser: Browser) -> None:
    original = evening.approved("啥时候修灯啊？？")
    version = decide(evening, moderation.reword, original, asking.word(LAMPS))
    there, back = browser.get(f"/questions/{original}", lang="en"), browser.get(f"/questions/{version.id}", lang="en")  # type: ignore[attr-defined]
    assert "Put in other words:" in there.words
    assert LAMPS in there.words
    assert "Earlier wording" in back.words
    assert "啥时候修灯啊？？" in back.words


def test_a_waiting_question_is_seen_by_its_own_device_alone(evening: Evening, browser: Browser) -> None:
    phone = evening.city.phone()
    waiting = evening.ask("等待审核的话", phone=phone)
    assert browser.get(f"/questions/{waiting}").status == 404
    assert browser.get(f"/questions/{waiting}", evening.city.phone()).status == 404
    own = browser.get(f"/questions/{waiting}", phone)
    assert own.status == 200
    assert "等待审核的话" in own.words


def test_a_deferred_question_leads_to_its_new_session(evening: Evening, browser: Browser) -> None:
    question, elsewhere = evening.approved(LAMPS), evening.plan(title="下一期")
    evening.close(None, elsewhere)
    page = browser.get(f"/questions/{question}", lang="en")
    assert "Deferred to another session:" in page.words
    assert "下一期" in page.words


def test_how_a_term_was_computed(evening: Evening, browser: Browser) -> None:
    """Ten working days from Tuesday, 1 December 2026, over two weekends."""
    question = evening.handed(text=LAMPS)
    page = browser.get(f"/questions/{question}", lang="en")
    assert "by 15 Dec 2026" in page.words
    assert "10 working days; the day of handing over, 1 Dec 2026, is not counted." in page.words
    assert page.words.count("weekend, not counted") == 4


def test_a_late_answer_is_overdue_in_word_and_sign(evening: Evening, browser: Browser, clock: Clock) -> None:
    question = evening.handed(text=LAMPS)
    assert "逾期" not in browser.get(f"/questions/{question}").words
    clock.forward(days=15)
    page = browser.get(f"/questions/{question}")
    assert "期限已过，仍未答复：逾期 1 个工作日。" in page.words
    assert 'data-state="overdue"' in page.text


# --- the asker ------------------------------------------------------------------------------------------------------


def test_the_asking_phone_judges_and_reopens_without_a_script(evening: Evening, browser: Browser) -> None:
    phone = evening.city.phone()
    question = evening.handed(text=LAMPS, phone=phone)
    evening.write(question, kind=ResponseKind.DEFLECTION, text="请找物业。")
    assert not browser.get(f"/questions/{question}").forms() & {"/do/responses.judge_answer"}
    page = browser.get(f"/questions/{question}", phone)
    assert {"/do/responses.judge_answer", "/do/responses.reopen_question"} <= page.forms()
    browser.post(
        "/do/responses.judge_answer", phone, question=question, satisfied="false", client_id=page.field("client_id"),
        next=f"/questions/{question}",
    )  # fmt: skip
    judged = browser.get(f"/questions/{question}", phone)
    assert "您的评价：不满意。" in judged.words
    assert "/do/responses.judge_answer" not in judged.forms()
    assert "不满意 1" in judged.words
    browser.post(
        "/do/responses.reopen_question", phone, question=question, reason="没有回答", next=f"/questions/{question}"
    )
    reopened = browser.get(f"/questions/{question}", phone)
    assert 'data-state="reopened"' in reopened.text
    assert "没有回答" not in browser.get(f"/questions/{question}").text
    assert "没有回答" in browser.get(f"/questions/{question}", evening.official).words


def test_the_page_of_a_session_shows_how_its_questions_add_up(evening: Evening, browser: Browser) -> None:
    evening.approved(LAMPS)
    evening.ask("等待审核的话")
    page = browser.get(f"/sessions/{evening.row.code}", lang="en")
    assert "Received 2 Waiting 1 Approved 1 Merged 0 Refused 0" in page.words
    assert LAMPS in page.words
    assert "等待审核的话" not in page.text


def test_the_host_may_look_too(evening: Evening, browser: Browser) -> None:
    do(preparation.close_intake, evening.host, evening.session)
    assert browser.get("/questions", evening.city.person(Role.HOST)).status == 200
