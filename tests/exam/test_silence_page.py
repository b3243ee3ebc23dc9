"""The page of silent heads: who sees it, in which order, what it says, and that it stays light."""

import csv
import io
import re
from datetime import date

import pytest

from inquiry.accounts.commands.heads import appoint_head
from inquiry.core import clock as instants
from inquiry.live.commands import floor
from inquiry.permissions import VISITOR, Role
from tests.exam.conftest import ROOT, Clock, Night, do
from tests.support.statements import statements
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]


def hold(night: Night, clock: Clock, *speak: str) -> None:
    night.go_live()
    for name in speak:
        night.begin(name)
        clock.forward(seconds=60)
    do(floor.close, night.host, night.session)


@pytest.mark.usefixtures("clock")
def test_leaders_staff_and_administrators_see_it(night: Night, browser: Browser) -> None:
    roles = (Role.ADMINISTRATOR, Role.HOST, Role.PRODUCER, Role.MODERATOR, Role.CLERK, Role.STAFF, Role.LEADER)
    seen = {role for role in roles if browser.get("/silence", night.city.person(role)).status == 200}
    assert seen == {Role.ADMINISTRATOR, Role.STAFF, Role.LEADER}
    assert browser.get("/silence", night.official_of("甲区")).status == 403
    assert browser.get("/silence.csv", night.official_of("甲区")).status == 403
    assert browser.get("/silence", VISITOR).status in (302, 401)


def test_nothing_was_held_yet(night: Night, browser: Browser) -> None:
    assert "暂无记录" in browser.get("/silence", night.leader).words


def test_the_longest_silent_first_with_their_reasons(night: Night, clock: Clock, browser: Browser) -> None:
    hold(night, clock, "乙区", "丙区", "甲区")
    clock.forward(days=1)
    night.session = night.create(starts_at=instants.now())
    hold(night, clock, "乙区")
    clock.forward(days=1)
    do(appoint_head, ROOT, night.units["庚区"], "庚区新长", "区长", date(2026, 12, 3))
    page = browser.get("/silence", night.leader)
    rows = [re.sub(r"<[^>]*>", " ", row) for row in page.text.split("<tbody>")[1].split("<tr")[1:]]
    found = [re.sub(r"\s+", " ", row.split(">", 1)[1]) for row in rows]
    assert [row.split()[0] for row in found] == ["丁区", "戊区", "己区", "甲区", "丙区", "乙区", "庚区"]
    assert "2 场，过久" in found[0]
    assert "从未" in found[0]
    assert "不领先也不落后 ×2" in found[2]
    # the policy says two: one meeting is not too long
    assert "1 场" in found[3]
    assert "过久" not in found[3]
    assert f"/sessions/{night.row.code}/minutes" in page.text
    assert "最近一场已发言" in found[5]
    assert "尚无会议" in found[6]
    assert "2 meetings, too long" in browser.get("/silence", night.leader, lang="en").words
    # by level
    assert "丁区" in browser.get("/silence?level=district", night.leader).words
    assert "暂无记录" in browser.get("/silence?level=street", night.leader).words
    assert browser.get("/silence?level=nonsense&page=zzz", night.leader).status == 200
    lines = list(csv.DictReader(io.StringIO(browser.get("/silence.csv", night.leader).text.removeprefix("\ufeff"))))
    assert [(one["unit"], one["silent_for"], one["too_long"]) for one in lines][:4] == [
        ("丁区", "2", "yes"), ("戊区", "2", "yes"), ("己区", "2", "yes"), ("甲区", "1", "no"),
    ]  # fmt: skip
    assert lines[2]["why_not"] == "2026-12-02 neither; 2026-12-01 neither"


def test_the_way_there(night: Night, browser: Browser) -> None:
    for role, leads in ((Role.LEADER, True), (Role.STAFF, True), (Role.CLERK, False)):
        page = browser.get("/board", night.city.person(role))
        assert ('href="/silence"' in page.text) is leads, role


def test_how_many_questions_it_asks_does_not_depend_on_the_heads(night: Night, clock: Clock, browser: Browser) -> None:
    hold(night, clock, "乙区")
    browser.get("/silence", night.leader)
    with statements() as said:
        browser.get("/silence", night.leader)
    assert len(said) <= 12
