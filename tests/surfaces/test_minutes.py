"""The minutes: every number in its place, and the same after the evening has long gone on."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from inquiry.core import clock as time
from inquiry.core.db import reading
from inquiry.live import queries as live
from inquiry.permissions import Role
from inquiry.questions.commands import moderation
from inquiry.questions.models import RefusalReason
from inquiry.questions.queries import tallies
from inquiry.responses.commands import judging
from inquiry.responses.models import ResponseKind
from inquiry.responses.rules import Wish
from inquiry.surfaces import minutes
from inquiry.trace.models import Entry
from tests.surfaces.conftest import Browser, Clock, Evening, Promise, do


def told(evening: Evening) -> minutes.Minutes:
    with reading() as db:
        return minutes.minutes(db, evening.row.code, time.now())


def busy(evening: Evening) -> int:
    """One question of every fate; returns the one that is handed to 城管局."""
    for text, reason in (("第一句不能公开的话", RefusalReason.PRIVATE), ("第二句不能公开的话", RefusalReason.SPAM)):
        refused = evening.ask(text)
        do(moderation.refuse, evening.moderator, refused, evening.question(refused).rev, reason, "不公开的说明")
    root = evening.answered(text="湖滨路的路灯何时修好？")
    merged = evening.ask("没人审过的路灯")
    do(moderation.merge, evening.moderator, merged, evening.question(merged).rev, root)
    evening.ask("等待审核的话")
    handed, deferred = evening.approved(text="物业费为何上涨？"), evening.approved(text="公交几时加密？")
    elsewhere = evening.plan(title="下一期问政")
    evening.close({deferred: Wish(to_session_id=elsewhere)})
    return handed


def test_every_number_stands_in_exactly_one_place(evening: Evening, browser: Browser) -> None:
    busy(evening)
    account = told(evening).account
    assert (account.aired, account.handed, account.deferred, account.merged, account.waiting) == (1, 1, 1, 1, 1)
    assert account.refused == {"private": 1, "spam": 1}
    with reading() as db:
        assert account.received == tallies.totals(db, evening.session).received == 7
    page = browser.get(f"/sessions/{evening.row.code}/minutes")
    assert "收到合计 7" in page.words
    answered = "12月20日前修好湖滨路的路灯。"
    for words in ("湖滨路的路灯何时修好？", answered, "物业费为何上涨？", "公交几时加密？", "下一期问政"):
        assert words in page.words, words
    for words in ("不能公开的话", "不公开的说明", "没人审过的路灯", "等待审核的话"):
        assert words not in page.text, words


def test_answers_and_reopenings_afterwards_change_no_number(evening: Evening, browser: Browser, clock: Clock) -> None:
    handed = busy(evening)
    before = told(evening)
    clock.forward(days=3)
    evening.write(handed, kind=ResponseKind.DEFLECTION, text="请找物业。")
    receipt = evening.question(handed).receipt
    do(judging.reopen_question, evening.city.phone(), "没有回答", receipt=receipt)
    after = told(evening)
    assert after.account == before.account
    assert [due_on for _question, due_on in after.handed] == [due_on for _question, due_on in before.handed]
    assert after.heads == before.heads
    assert "请找物业。" not in browser.get(f"/sessions/{evening.row.code}/minutes").words


def test_the_heads_are_the_last_entries_at_the_close(evening: Evening) -> None:
    busy(evening)
    with reading() as db:
        last = {
            entry.stream: (entry.seq, entry.hash)
            for entry in db.scalars(
                select(Entry).where(Entry.stream.startswith(f"session:{evening.session}:")).order_by(Entry.seq)
            )
        }
    assert {head.stream: (head.seq, head.hash) for head in told(evening).heads} == last


def test_pledges_stand_with_the_date_that_was_promised(promise: Promise, browser: Browser) -> None:
    promise.extend(date(2026, 12, 30))
    page = browser.get(f"/sessions/{promise.evening.row.code}/minutes")
    assert "修复（湖滨路路灯）" in page.words
    assert "2026年12月18日" in page.words
    assert "2026年12月30日" not in page.words


def test_a_draft_says_so_and_before_the_beginning_there_is_none(evening: Evening, browser: Browser) -> None:
    assert "草稿" in browser.get(f"/sessions/{evening.row.code}/minutes").words
    with reading() as db:
        planned = live.session(db, evening.plan(title="下一期问政")).code
    assert browser.get(f"/sessions/{planned}/minutes", evening.city.person(Role.HOST)).status == 404


def test_an_annex_has_an_end(evening: Evening, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutes, "LONGEST_ANNEX", 2)
    for number in range(5):
        evening.approved(text=f"第{number}盏路灯何时修好？")
    evening.close()
    page = browser.get(f"/sessions/{evening.row.code}/minutes")
    assert "另有 3 条，见公开列表" in page.words
    assert len(re.findall("盏路灯何时修好", page.words)) == 2


@pytest.mark.parametrize(("lang", "name"), [("zh-CN", "北京时间"), ("en", "Beijing time")])
def test_they_say_whose_time_it_is_in_words(evening: Evening, browser: Browser, lang: str, name: str) -> None:
    evening.close()
    page = browser.get(f"/sessions/{evening.row.code}/minutes", lang=lang)
    assert f"({name})" in page.words
    assert "Asia/Shanghai" not in page.words
