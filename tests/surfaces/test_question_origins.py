"""A question that belongs to no session, from its asking to a pledge, as its pages tell it to everybody."""

import re
from typing import Any

import pytest

from inquiry.dispatch import registry
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.questions.commands import asking, moderation, settling
from inquiry.questions.models import Question, QuestionOrigin, QuestionState, RefusalReason
from tests.support.application import Say
from tests.surfaces.conftest import Browser, Clock, Evening, do

WATER = "古渡巷的水压太低，何时能改善？"
ANSWER = {
    "kind": "specific_commitment", "text": "1月18日前更换古渡巷加压泵。", "action": "更换", "object": "古渡巷加压泵",
    "officer": "林知远", "due_on": "2027-01-18",
}  # fmt: skip
LANGUAGES = pytest.mark.parametrize("lang", ["zh-CN", "en"])
#: What a missing session or number, or a sentence that lacks its words, would leave on a page.
TORN = re.compile(r"\bnone\b|…号|… 号|Question …|%\(", re.IGNORECASE)


class Outside:
    """Questions that a phone asks outside sessions; 水务局 is to answer them."""

    def __init__(self, evening: Evening, say: Say) -> None:
        self.evening, self.say = evening, say
        self.phone = evening.city.phone()
        self.water = evening.city.water.id
        self.official = evening.city.official_of(evening.city.water)

    def ask(self, words: str = WATER, origin: QuestionOrigin = QuestionOrigin.ANY_DAY, *, anybody: bool = False) -> int:
        unit = None if anybody else self.water
        asked: Question = do(asking.open_question, self.phone, origin, asking.word(words), unit)
        return asked.id

    def decide(self, command: object, question_id: int, *args: object) -> Question:
        seen = self.evening.question(question_id).rev
        decided: Question = do(command, self.evening.moderator, question_id, seen, *args)
        return decided

    def approved(self, *args: Any, **fields: Any) -> int:
        question_id = self.ask(*args, **fields)
        self.decide(moderation.approve, question_id)
        return question_id

    def answer(self, question_id: int) -> int:
        """Returns the response."""
        told = self.say(self.official, "responses.answer_in_writing", question=question_id, **ANSWER)
        assert told["ok"], told
        return int(told["response"])


@pytest.fixture
def outside(evening: Evening, say: Say) -> Outside:
    registry.forget_limits()
    return Outside(evening, say)


def whole(browser: Browser, path: str, actor: Actor = VISITOR, lang: str = "zh-CN") -> str:
    """The words of a page that came whole."""
    page = browser.get(path, actor, lang=lang)
    assert page.status == 200, path
    assert not TORN.findall(page.words), f"{path}: {TORN.findall(page.words)}"
    assert "/sessions/None" not in page.text
    assert '/sessions/"' not in page.text
    return page.words


@LANGUAGES
def test_its_whole_life_at_the_doors_that_people_use(
    outside: Outside, browser: Browser, say: Say, clock: Clock, lang: str
) -> None:
    moderator, official, city = outside.evening.moderator, outside.official, outside.evening.city
    asked = outside.ask()
    page = f"/questions/{asked}"
    assert browser.get(page).status == 404  # until a moderator has looked at it
    assert WATER in whole(browser, page, outside.phone, lang)
    assert say(moderator, "questions.approve", question=asked, seen=0)["state"] == "handed"
    assert say(city.phone(), "questions.support", question=asked)["supported"]
    assert WATER in whole(browser, "/unit", official, lang)
    assert "/do/responses.answer_in_writing" in browser.get("/unit", official).forms()
    assert WATER not in whole(browser, "/board", city.person(Role.STAFF), lang)
    clock.forward(days=30)
    assert WATER in whole(browser, "/board", city.person(Role.STAFF), lang)
    outside.answer(asked)
    assert WATER not in whole(browser, "/unit", official, lang)
    assert say(outside.phone, "responses.judge_answer", question=asked, satisfied=False)["ok"]
    assert "/do/responses.reopen_question" in browser.get(page, outside.phone).forms()
    reopened = say(outside.phone, "responses.reopen_question", question=asked, reason="水压还是低")
    assert (reopened["state"], reopened["number"]) == ("handed", None)
    assert "水压还是低" in whole(browser, "/unit", official, lang)
    pledged = say(
        outside.evening.clerk, "pledges.record_pledge", response=outside.answer(asked), spoken=ANSWER["text"],
        lead_unit=outside.water, action="更换", object="古渡巷加压泵", officer="周宁", due_on="2027-01-18",
    )  # fmt: skip
    told = whole(browser, page, outside.phone, lang)
    for words in (ANSWER["text"], "古渡巷加压泵", f"unit:{outside.water}:public", f"unit:{outside.water}:staff"):
        assert words in told
    of_pledge = whole(browser, f"/pledges/{pledged['pledge']}", official, lang)
    assert WATER in of_pledge
    assert f"unit:{outside.water}:public" in of_pledge


@pytest.mark.parametrize(
    ("origin", "chinese", "english"),
    [
        (QuestionOrigin.ANY_DAY, "日常提问", "Asked outside sessions"),
        (QuestionOrigin.HOTLINE, "来自热线", "From the hotline"),
        (QuestionOrigin.TASK_LIST, "来自任务清单", "From a task list"),
        (QuestionOrigin.INSPECTION, "来自暗访", "From an inspection"),
    ],
)
def test_where_it_comes_from_stands_where_others_name_their_session(
    outside: Outside, browser: Browser, origin: QuestionOrigin, chinese: str, english: str
) -> None:
    asked = outside.approved(WATER, origin)
    for lang, words in (("zh-CN", chinese), ("en", english)):
        for path in (f"/questions/{asked}", "/questions", f"/questions?unit={outside.water}&q=水压"):
            page = whole(browser, path, lang=lang)
            assert WATER in page
            assert words in page
        assert words in whole(browser, "/unit", outside.official, lang)


@LANGUAGES
def test_its_words_stand_in_its_title_and_a_public_number_on_its_page(
    outside: Outside, browser: Browser, lang: str
) -> None:
    asked = outside.approved()
    page = browser.get(f"/questions/{asked}", lang=lang)
    assert re.search(rf"<title>\s*{WATER[:20]}", page.text)
    assert f"Q2026-{asked}" in page.words


@LANGUAGES
def test_while_no_unit_is_known_its_page_says_so(outside: Outside, browser: Browser, lang: str) -> None:
    asked = outside.approved(anybody=True)
    says = {"zh-CN": "正在确定责任单位", "en": "which unit answers it in writing"}[lang]
    assert says in whole(browser, f"/questions/{asked}", lang=lang)
    assert "本场" not in browser.get(f"/questions/{asked}").words  # there is no session of which to speak
    assert says in browser.post("/receipt", receipt=outside.evening.question(asked).receipt, lang=lang).words


@LANGUAGES
def test_every_sentence_of_its_trace_does_without_a_number(outside: Outside, browser: Browser, lang: str) -> None:
    """Merged, taken out, merged again, reworded, refused, taken back, handed, answered, evaded."""
    root, other = outside.ask(anybody=True), outside.ask("古渡巷的水压何时恢复？")
    outside.decide(moderation.set_unit, root, outside.water)
    outside.decide(moderation.merge, other, root)
    outside.decide(moderation.unmerge, other)
    outside.decide(moderation.undo, other)
    outside.decide(moderation.refuse, root, RefusalReason.OTHER)
    outside.decide(moderation.undo, root)
    version = outside.decide(moderation.reword, root, asking.word("古渡巷的水压，何时改善？")).id
    outside.answer(version)
    evaded = outside.approved("为什么又停水？")
    assert outside.say(outside.official, "responses.answer_in_writing", question=evaded, **ANSWER | {
        "kind": "deflection",
    })["ok"]  # fmt: skip
    for question in (root, other, version, evaded):
        told = whole(browser, f"/questions/{question}", outside.phone, lang)
        assert "unit:" in told
    assert "古渡巷的水压，何时改善？" in whole(browser, f"/questions/{root}", outside.phone, lang)


def test_what_was_refused_or_merged_tells_its_words_to_its_asker_alone(outside: Outside, browser: Browser) -> None:
    root = outside.approved()
    refused, merged = outside.ask("不能公开的话"), outside.ask("未经审核的另一种说法")
    outside.decide(moderation.refuse, refused, RefusalReason.PRIVATE)
    outside.decide(moderation.merge, merged, root)
    for question, words in ((refused, "不能公开的话"), (merged, "未经审核的另一种说法")):
        assert words not in whole(browser, f"/questions/{question}")
        assert words in whole(browser, f"/questions/{question}", outside.phone)
    assert "未经审核" not in whole(browser, f"/questions/{root}")
    assert "内容不公开的问题" in whole(browser, f"/questions/{root}")


@LANGUAGES
def test_it_is_followed_by_its_receipt(outside: Outside, browser: Browser, clock: Clock, lang: str) -> None:
    asked = outside.ask(origin=QuestionOrigin.HOTLINE)
    twin = outside.ask("古渡巷水压太低了")
    receipt = outside.evening.question(asked).receipt
    wait = browser.post("/receipt", receipt=receipt, lang=lang).words
    outside.decide(moderation.approve, asked)
    outside.decide(moderation.merge, twin, asked)
    outside.answer(asked)
    answered = browser.post("/receipt", receipt=receipt, lang=lang).words
    judged = browser.post(
        "/receipt", receipt=receipt, do="judge", satisfied="false", client_id="judged-1", lang=lang
    ).words
    reopened = browser.post(
        "/receipt", receipt=receipt, do="reopen", reason="还是低", client_id="reopened-1", lang=lang
    ).words
    of_twin = browser.post("/receipt", receipt=outside.evening.question(twin).receipt, lang=lang).words
    for page in (wait, answered, judged, reopened, of_twin):
        assert not TORN.findall(page), TORN.findall(page)
    assert ANSWER["text"] in answered
    assert outside.evening.question(asked).state is QuestionState.HANDED
    assert {"zh-CN": "同类问题合并", "en": "merged with others"}[lang] in of_twin


def test_no_page_of_a_session_bears_it(outside: Outside, browser: Browser) -> None:
    asked = outside.approved()
    outside.answer(asked)
    code = outside.evening.row.code
    assert WATER in whole(browser, "/questions?state=answered")
    for path in (f"/questions?session={code}", f"/sessions/{code}", f"/sessions/{code}/minutes", f"/s/{code}"):
        assert WATER not in browser.get(path, outside.phone).words, path
    assert (
        settling.reply_due_on(outside.evening.question(asked).asked_at) == outside.evening.question(asked).reply_due_on
    )
