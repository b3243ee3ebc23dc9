"""The pages of verdicts, by forms alone: the panel's two, the sheets of cards, the votes that the crew looks after; and
what everybody reads of a result, and when."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from inquiry.core import extensions
from inquiry.core.db import reading
from inquiry.permissions import VISITOR, Role
from inquiry.verdicts import pins
from inquiry.verdicts.commands import opening, setting_aside
from inquiry.verdicts.models import Pattern
from inquiry.verdicts.queries import lookup, suspects
from inquiry.verdicts.rules.voting import Count
from tests.support.statements import plans, statements
from tests.surfaces.conftest import Browser, browser
from tests.verdicts.conftest import Clock, Hall, do

__all__ = ["browser"]

JUDGED = "对回答的评议"


def carried(browser: Browser, path: str) -> dict[str, str]:
    """The hidden fields of the form of two buttons on a page."""
    page = browser.get(path)
    assert "/do/verdicts.judge_by_card" in page.forms()
    return {name: page.field(name) for name in ("client_id", "back", "next", "verdict", "typed")}


def test_a_card_judges_by_a_plain_form_and_is_told_so(hall: Hall, browser: Browser) -> None:
    card = hall.cards(1)[0].replace(" ", "-")
    path = f"/v/{hall.evening.row.code}/{card}"
    assert "现在没有评议" in browser.get(path).words
    verdict = hall.open()
    sent = browser.post("/do/verdicts.judge_by_card", **carried(browser, path), satisfied="true")
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}#said")
    page = browser.get(path)
    assert "1 号卡已计入" in page.words
    assert "/do/verdicts.judge_by_card" not in page.forms()
    assert hall.counts(verdict).panel == Count(1, 0)


def test_the_tablet_takes_one_card_after_the_other_and_tells_nobody_what_was_said(hall: Hall, browser: Browser) -> None:
    one, another = hall.cards(2)
    here = f"/panel/{hall.evening.row.code}"
    verdict = hall.open()
    page = browser.post(here, card=one)
    assert "/do/verdicts.judge_by_card" in page.forms()
    fields = {name: page.field(name) for name in ("client_id", "back", "next", "verdict", "typed")}
    assert browser.post("/do/verdicts.judge_by_card", **fields, satisfied="false").headers["Location"] == f"{here}#said"
    start = browser.get(here)
    assert "1 号卡已计入" in start.words
    assert "不满意" not in start.words
    assert "1 号卡已计入这次评议" in browser.post(here, card=one).words
    assert browser.post(here, card=f"http://x/v/abc/{another.replace(' ', '-')}").status == 200
    wrong = browser.post(here, card="2 33333333")
    assert (wrong.status, "没有这个编号和密码" in wrong.words) == (403, True)
    assert hall.counts(verdict).panel == Count(0, 1)


def test_the_sheet_of_cards_is_for_whoever_prepares_the_session(hall: Hall, browser: Browser) -> None:
    hall.cards(12)
    path = f"/sessions/{hall.evening.row.code}/cards"
    page = browser.get(path, hall.host)
    code = hall.evening.row.code
    assert page.text.count("data:image/svg+xml") == 12
    assert all(f"{pin[:4]} {pin[4:]}" in page.text for number in range(1, 13) for pin in [pins.pin(code, number)])
    for other in (VISITOR, hall.clerk, hall.city.person(Role.MODERATOR)):
        refused = browser.get(path, other)
        assert refused.status in (302, 403)
        assert pins.pin(code, 1)[:4] not in refused.text
    assert f"/sessions/{code}/cards" in browser.get(f"/sessions/{code}/edit", hall.host).text


def test_the_pictures_of_the_cards_are_made_beside_the_loop(hall: Hall, browser: Browser, app: Flask) -> None:
    hall.cards(3)
    beside: list[str] = []

    def offload(work: Callable[..., Any], *args: Any) -> Any:
        beside.append(args[0])
        return work(*args)

    app.extensions["inquiry.offload"] = offload
    page = browser.get(f"/sessions/{hall.evening.row.code}/cards", hall.host)
    assert page.text.count("data:image/svg+xml") == 3
    assert len([one for one in beside if "/v/" in one]) == 3


@pytest.fixture
def swarmed(hall: Hall, clock: Clock) -> int:
    """A closed verdict with three honest votes and a burst of 25."""
    verdict = hall.open()
    clock.forward(seconds=3)
    hall.judge(verdict, False, *hall.phones(3, "203.0.113.4"))
    hall.judge(verdict, True, *hall.phones(25, "198.51.100.9"))
    return hall.close(verdict)


def test_the_crew_sets_aside_and_brings_back_by_forms(hall: Hall, browser: Browser, swarmed: int) -> None:
    path = f"/sessions/{hall.evening.row.code}/verdicts"
    page = browser.get(path, hall.producer)
    assert "同一网络集中投票 25 票" in page.words
    assert browser.get(path, hall.host).status == 403
    fields = {name: page.field(name) for name in ("verdict", "pattern", "found", "votes")}
    assert fields["pattern"] in ("born_together", "burst")
    browser.post("/do/verdicts.set_aside", hall.producer, **fields, note="同一秒涌入")
    page = browser.get(path, hall.producer)
    assert "25 票存疑，不予计入" in page.words
    assert "同一秒涌入" in page.words
    browser.post("/do/verdicts.bring_back", hall.producer, set_aside=page.field("set_aside"))
    assert "25 票存疑" not in browser.get(path, hall.producer).words.split("已列为存疑")[0]


def test_while_a_citys_votes_are_looked_at_others_go_first(
    hall: Hall, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = hall.open()
    clock.forward(seconds=5)
    for network in range(60):
        hall.judge(verdict, True, *hall.phones(50, f"198.51.100.{network}"))
    hall.close(verdict)
    turns: list[float] = []
    path = f"/sessions/{hall.evening.row.code}/verdicts"
    monkeypatch.setattr(extensions.socketio, "sleep", turns.append)
    with statements() as asked:
        page = browser.get(path, hall.producer)
    assert len(turns) >= 3000 // 500 + 3000 // 2000
    assert len([one for one in asked if "FROM verdict_votes" in one]) == 1, "as one moment"
    assert page.text.count('action="/do/verdicts.set_aside"') == suspects.MOST_FINDINGS, "the others come after these"
    assert "只列出票数最多的 50 组" in page.words
    plan = plans(lambda db: suspects.findings(db, hall.row(verdict)))
    assert "TEMP B-TREE" not in plan, "in the order of an index: the first come before all are read"


def test_a_result_is_read_when_it_was_taken_on_air_or_the_session_is_over(
    hall: Hall, browser: Browser, swarmed: int
) -> None:
    code, unit = hall.evening.row.code, hall.city.city_management.id
    pages = (f"/questions/{hall.question}", f"/sessions/{code}/minutes", f"/results/units/{unit}")
    assert not any("28 票中 25 票满意" in browser.get(path).words for path in pages)
    do(opening.take, hall.host, swarmed)
    for path in pages:
        words = browser.get(path).words
        assert "89.3% 满意 28 票中 25 票满意" in words, path
        assert re.search(r"95% 区间 72\.8–96\.3%", words), path
        assert "现场评议团 无人评议" in words, "the two stand beside each other, also where one is empty"
    do(setting_aside.set_aside, hall.producer, swarmed, Pattern.BURST, found(hall, swarmed), 25, "")
    for path in pages:
        assert "25 票存疑，不予计入：同一网络两秒内多票，且几乎完全一致。" in browser.get(path).words, path
        assert "0.0% 满意 3 票中 0 票满意" in browser.get(path).words, path


def found(hall: Hall, verdict: int) -> str:
    with reading() as db:
        findings = suspects.findings(db, lookup.verdict(db, verdict))
    return next(one.found for one in findings if one.pattern is Pattern.BURST)


def test_what_was_never_taken_on_air_is_public_when_the_session_is_over(
    hall: Hall, browser: Browser, swarmed: int
) -> None:
    path = f"/questions/{hall.question}"
    assert JUDGED not in browser.get(path).words.split("留痕")[0]
    hall.evening.clear()
    hall.evening.close()
    assert "28 票中 25 票满意" in browser.get(path).words


def test_the_phone_judges_by_a_plain_form(hall: Hall, browser: Browser) -> None:
    phone = hall.city.phone()
    path = f"/s/{hall.evening.row.code}"
    assert "/do/verdicts.judge" not in browser.get(path, phone).forms()
    verdict = hall.open()
    page = browser.get(path, phone)
    assert "/do/verdicts.judge" in page.forms()
    browser.post("/do/verdicts.judge", phone, verdict=verdict, satisfied="false", next=path, back=path, done="已计入。")
    said = re.findall(r'name="satisfied" value="(\w+)" aria-pressed="true"', browser.get(path, phone).text)
    assert (said, hall.counts(verdict).viewers) == (["false"], Count(0, 1))
