"""Every public page, opened by a stranger, in both languages: no private datum of anybody stands on it.

The crawl follows each link of the site from the home page on, so that a page added later is searched too.
"""

import html
import re
from datetime import date
from urllib.parse import urldefrag, urljoin

import pytest
from sqlalchemy import select

from inquiry.accounts.models import Device, User
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.models import Session
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.pledges.commands import progress, recording, withdrawing
from inquiry.pledges.models import Pledge
from inquiry.questions.commands import asking, closing_words, moderation, passing_on, supporting
from inquiry.questions.models import Question, QuestionOrigin, RefusalReason
from inquiry.responses.commands import judging
from inquiry.responses.models import ResponseKind
from inquiry.responses.rules import Wish
from inquiry.settings import settings
from tests.questions.conftest import imported
from tests.surfaces.conftest import Browser, Evening, Promise, do

#: Words that nobody approved, and notes that are for one person alone.
HIDDEN = (
    "等待审核的话", "被拒绝的话", "未经批准就合并的话", "批准后又撤下的话", "导入未审的话", "导入未审的背景",
    "只给提问人看的说明", "重办理由只给单位看", "下一期等待审核的话", "平时等待审核的话", "转办后又撤下的话",
    "平时未审就合并的话", "改写前的住址", "改写前公开的住址", "改写后的住址", "撤回的住址", "撤回的原话",
    "撤回的留言人", "撤回的佐证", "退回理由只给单位看", "撤回的进展", "撤回的答复", "撤回的承诺原话", "撤回的承诺事项",
    "撤回的责任人", "撤回的异议",
)  # fmt: skip
#: What has to be found, so that pages which show nothing cannot pass for discreet ones.
SHOWN = (
    "湖滨路的路灯何时修好？", "路灯坏了三盏", "请找物业。", "我承诺，12月18日前修好湖滨路全部路灯。", "已更换十一盏",
    "平时公开的问题", "改写后公开的问题", "含个人住址", "含个人信息",
)  # fmt: skip
NETWORK = "203.0.113.77"


@pytest.fixture
def busy(promise: Promise) -> Promise:
    """Everything that is kept of people who asked, and of people who work here."""
    evening = promise.evening
    asker = Actor(Role.AUDIENCE, device_id=evening.city.phone().device_id, network=NETWORK)
    evening.ask(HIDDEN[0], phone=asker)
    _decide(evening, moderation.refuse, evening.ask(HIDDEN[1]), RefusalReason.PRIVATE, HIDDEN[6])
    _decide(evening, moderation.merge, evening.ask(HIDDEN[2]), promise.question)
    _decide(evening, moderation.merge, evening.approved(text=SHOWN[1]), promise.question)
    taken_down = evening.approved(text=HIDDEN[3])
    _decide(evening, moderation.refuse, taken_down, RefusalReason.ABUSIVE, HIDDEN[6])
    do(asking.import_questions, evening.moderator, evening.session, [imported("外部编号", HIDDEN[4], HIDDEN[5])])
    _reword(evening, asker)
    older = evening.approved(text=HIDDEN[16], phone=asker)
    promise.withdrawn = evening.on_air(text=HIDDEN[15], phone=asker)
    with unit_of_work() as uow:
        uow.lock(Question, promise.withdrawn).asker = HIDDEN[17]
    _decide(evening, moderation.merge, older, promise.withdrawn)
    evening.record(promise.withdrawn)
    evening.clear()
    _withdraw_pledge(promise)
    handed = evening.approved(text="物业费为何上涨？", phone=asker)
    deferred, elsewhere = evening.approved(text="公交几时加密？", phone=asker), evening.plan(title="下一期")
    do(supporting.support, asker, handed)
    do(asking.ask_question, evening.city.phone(), elsewhere, asking.word(HIDDEN[8]))
    evening.close({deferred: Wish(to_session_id=elsewhere)})
    evening.write(handed, kind=ResponseKind.DEFLECTION, text=SHOWN[2], speaker="林知远")
    do(judging.reopen_question, asker, HIDDEN[7], question_id=handed)
    _outside_sessions(promise, asker)
    _closed(promise, asker)
    promise.extend(date(2026, 12, 21))
    do(progress.report_progress, promise.official, promise.id, SHOWN[4])
    promise.give_back()
    return promise


def _withdraw_pledge(promise: Promise) -> None:
    """A pledge with all that was written about it, and the answer that it was made in."""
    evening, staff, kept = promise.evening, promise.staff, (promise.id, promise.response)
    asked = evening.aired(text="这件事谁来负责？")
    promise.response = evening.record(asked, text=HIDDEN[21] + HIDDEN[22]).id
    promise.id = promise.record(spoken=HIDDEN[22], action=HIDDEN[23], object=HIDDEN[23], officer=HIDDEN[24]).id
    promise.press(recording.dispute_pledge, promise.official, HIDDEN[25])
    report = do(progress.report_progress, promise.official, promise.id, HIDDEN[20]).id
    do(withdrawing.withdraw_progress, staff, report, "含个人信息")
    promise.press(withdrawing.withdraw_pledge, staff, "含个人住址")
    promise.id, promise.response = kept


def _outside_sessions(promise: Promise, asker: Actor) -> None:
    """One that is public, one that waits, one taken down after it was handed over, one merged unapproved."""
    evening, unit = promise.evening, promise.city.city_management.id
    public, _waiting, down, merged = (
        do(asking.open_question, asker, QuestionOrigin.ANY_DAY, asking.word(words), unit).id
        for words in (SHOWN[5], HIDDEN[9], HIDDEN[10], HIDDEN[11])
    )
    for question in (public, down):
        _decide(evening, moderation.approve, question)
    _decide(evening, moderation.refuse, down, RefusalReason.PRIVATE, HIDDEN[6])
    _decide(evening, moderation.merge, merged, public)


def _reword(evening: Evening, asker: Actor) -> None:
    """One waits with an address in it; one was public, and its new words are refused."""
    _decide(evening, moderation.reword, evening.ask(HIDDEN[12], phone=asker), asking.word("改写后公开的问题"))
    public = evening.approved(text=HIDDEN[13], phone=asker)
    do(moderation.reword, evening.moderator, public, evening.question(public).rev, asking.word(HIDDEN[14]))
    version = evening.question(public).root_id
    assert version is not None
    _decide(evening, moderation.refuse, version, RefusalReason.PRIVATE, HIDDEN[6])


def _closed(promise: Promise, asker: Actor) -> None:
    """What was published and is withdrawn: a question on air with its older words, and evidence; and a return."""
    evening, staff = promise.evening, promise.staff
    do(closing_words.withdraw_words, staff, promise.withdrawn, evening.question(promise.withdrawn).rev, "含个人住址")
    proof = promise.prove(HIDDEN[18]).id
    do(withdrawing.withdraw_evidence, staff, proof, "含个人信息", settings().data_dir)
    handed = do(
        asking.open_question, asker, QuestionOrigin.ANY_DAY, asking.word("退回的问题"), evening.official.unit_id
    )
    _decide(evening, moderation.approve, handed.id)
    do(passing_on.return_question, evening.official, handed.id, evening.question(handed.id).rev, HIDDEN[19])


def _decide(evening: Evening, command: object, question_id: int, *args: object) -> None:
    do(command, evening.moderator, question_id, evening.question(question_id).rev, *args)


def crawled(browser: Browser, lang: str) -> dict[str, str]:
    """Every page of the site that a stranger can reach or guess, by its path."""
    with reading() as db:
        asked, promised, sessions = (list(db.scalars(select(one.id))) for one in (Question, Pledge, Session))
    waiting = [
        "/", "/receipt", "/sitemap.xml", *(f"/questions/{one}" for one in asked),
        *(f"/pledges/{one}" for one in promised), *(f"/live/{one}/snapshot" for one in sessions),
    ]  # fmt: skip
    pages: dict[str, str] = {}
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        page = browser.get(path, VISITOR, lang)
        assert page.status in (200, 302, 404), (path, page.status)
        pages[path] = page.text
        links = re.findall(r'(?:href|src)="([/?][^"]*)"', page.text)
        found = {urljoin(path, urldefrag(html.unescape(link)).url) for link in links}
        # One filter at a time: together they would only show less.
        waiting += sorted(one for one in found if "&" not in one and "lang=" not in one and "/static/" not in one)
    return pages


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_page_tells_anything_private(busy: Promise, browser: Browser, lang: str) -> None:
    pages = crawled(browser, lang)
    everything = "\n".join(pages.values())
    with reading() as db:
        secrets = {f"receipt {one.id}": one.receipt for one in db.scalars(select(Question))}
        secrets |= {f"device {one.id}": one.token for one in db.scalars(select(Device))}
        secrets |= {f"password of {one.login}": one.password_hash for one in db.scalars(select(User))}
    secrets |= {f"words {one}": one for one in HIDDEN} | {"network": NETWORK}
    found = [what for what, secret in secrets.items() if secret in everything]
    assert not found
    for words in SHOWN:
        assert words in everything, words
    for path in ("/questions", "/pledges", f"/pledges/{busy.id}", f"/sessions/{busy.evening.row.code}/minutes"):
        assert path in pages, f"{path} is linked from nowhere"
    assert any(path.endswith(".jsonl") for path in pages), "no chain is linked from anywhere"


def test_staff_are_roles_and_units_on_every_public_page(busy: Promise, browser: Browser) -> None:
    """People with telling names: whoever moderated, recorded, followed up and checked is not named anywhere."""
    names = {Role.MODERATOR: "宓小满", Role.CLERK: "钮书行", Role.STAFF: "贝思齐", Role.HOST: "乔晚舟"}
    with unit_of_work() as uow:
        for user in uow.db.scalars(select(User)):
            user.name = names.get(user.role, "无名氏甲")
            user.login = f"login-{user.id}-secret"
    everything = "\n".join(crawled(browser, "zh-CN").values())
    assert "-secret" not in everything
    for name in (*names.values(), "无名氏甲"):
        assert name not in everything, name
