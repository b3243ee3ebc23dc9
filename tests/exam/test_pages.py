"""Pages of a night exam besides the meeting: the slot policy, planning, and the plan that everybody reads."""

import hashlib
import html
import json
import re
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.exam.commands import changing
from inquiry.exam.queries import lookup
from inquiry.live import queries as live
from inquiry.live.commands import preparation
from inquiry.permissions import VISITOR, Actor, Role
from tests.exam.conftest import EIGHT, POLICY, Night, do
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, Seen, browser

__all__ = ["browser"]

FIGURES = {"theme": "经济", "period": "2026-11"}


def tried(browser: Browser, night: Night, policy: object, lang: str = "zh-CN", **figures: str) -> Seen:
    written = policy if isinstance(policy, str) else json.dumps(policy, ensure_ascii=False)
    return browser.post("/exam/policy", night.host, lang, policy=written, press="preview", **FIGURES | figures)


def kept(browser: Browser, night: Night, policy: object) -> Seen:
    return browser.post("/exam/policy", night.host, policy=json.dumps(policy), press="keep", **FIGURES)


def faults(seen: Seen) -> dict[str, str]:
    """What stands at which place of the policy."""
    found = re.findall(r'data-where="([^"]*)" data-why="([^"]*)"', seen.text)
    return {where: html.unescape(why) for where, why in found}


def segment(place: int, **other: Any) -> dict[str, Any]:
    """The policy with other fields in one of its segments."""
    segments = [one | other if at == place else one for at, one in enumerate(POLICY["segments"])]
    return POLICY | {"segments": segments}


def code_of(night: Night) -> str:
    with reading() as db:
        return live.session(db, night.session).code


# --- the slot policy --------------------------------------------------------------------------------------------------


def test_a_preview_tells_who_would_speak_and_adds_up(browser: Browser, night: Night) -> None:
    with nothing_changes():
        seen = tried(browser, night, POLICY, "en")
    assert seen.status == 200
    assert "62 % of the way to the stretch target, up one place, 0.40 points from 丙区" in seen.words
    seconds = [int(one) for one in re.findall(r"<small>(\d+) s</small>", seen.text)]
    assert (sum(seconds[:-1]), seconds[-1]) == (2400, 2400)
    assert seconds[:-1] == [120, 1800, 120, 180, 180]


@pytest.mark.parametrize(
    ("policy", "figures", "where", "why"),
    [
        ("{]", {}, "", "JSON"),
        (segment(1, shortest_s=93), {}, "segments.1.shortest_s", "整数倍"),
        (segment(2, base_s="many"), {}, "segments.2.base_s", ""),
        (segment(3, group="各趣"), {}, "segments.3.group", "各区"),
        (POLICY | {"minutes": 12}, {}, "minutes", "540"),
        (POLICY | {"minutes": 5}, {}, "minutes", "300"),
        (POLICY, {"period": "2025-11"}, "period", "2025-11"),
        (POLICY, {"period": "soon"}, "period", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_used_stands_where_it_is(
    browser: Browser, night: Night, policy: object, figures: dict[str, str], where: str, why: str
) -> None:
    with nothing_changes():
        seen = tried(browser, night, policy, **figures)
    assert seen.status >= 400
    assert why in faults(seen)[where], faults(seen)
    typed = policy if isinstance(policy, str) else json.dumps(policy, ensure_ascii=False)
    assert f"\n{html.escape(typed, quote=False)}".replace('"', "&#34;") in seen.text, "what was typed is kept"


def test_a_name_in_a_list_of_units_is_found_too(browser: Browser, night: Night) -> None:
    named = segment(4, pick="named", units=["庚区", "辛区"])
    assert list(faults(tried(browser, night, named))) == ["segments.4.units"]


def test_versions_are_kept_read_and_taken_up_again(browser: Browser, night: Night) -> None:
    other = POLICY | {"reserve_s": 240}
    answer = kept(browser, night, other)
    assert (answer.status, answer.headers["Location"]) == (303, "/exam/policy#said")
    page = browser.get("/exam/policy", night.host)
    assert "已存为第2版" in page.words
    assert "&#34;reserve_s&#34;: 240" in page.text
    with reading() as db:
        newest = lookup.newest_policy(db)
    assert newest.digest in page.text
    version = browser.get(f"/exam/policy/{newest.id}", night.host)
    assert newest.digest in version.text
    assert "主持人" in version.words
    older = browser.get(f"/exam/policy?from={night.policy}", night.host)
    assert "&#34;reserve_s&#34;: 180" in older.text
    kept(browser, night, POLICY)
    assert "已存为第3版" in browser.get("/exam/policy", night.host).words
    with nothing_changes():
        kept(browser, night, POLICY)


def test_a_long_policy_is_sent_without_its_indentation(browser: Browser, night: Night) -> None:
    long = POLICY | {"segments": POLICY["segments"] + [POLICY["segments"][4]] * 9}
    written = json.dumps(long, ensure_ascii=False, indent=8)
    assert len(written) > 5000
    assert tried(browser, night, written).status == 200


def test_whose_pages_they_are(browser: Browser, night: Night) -> None:
    pages = ("/exam/policy", f"/exam/policy/{night.policy}", "/exam/new")
    for role in (Role.HOST, Role.PRODUCER, Role.ADMINISTRATOR):
        assert {browser.get(page, night.city.person(role)).status for page in pages} == {200}
    for role in (Role.STAFF, Role.CLERK, Role.LEADER, Role.MODERATOR):
        assert {browser.get(page, night.city.person(role)).status for page in pages} == {403}
    assert {browser.get(page).status for page in pages} == {302}
    assert browser.get("/exam/policy/99", night.host).status == 404
    assert browser.get("/exam/policy?from=99", night.host).status == 404


# --- planning ---------------------------------------------------------------------------------------------------------


def test_a_night_exam_is_planned_by_a_form(browser: Browser, night: Night) -> None:
    page = browser.get("/exam/new", night.host)
    assert page.status == 200
    assert 'href="/exam/new"' in browser.get("/sessions", night.host).text
    assert 'href="/exam/new"' in browser.get("/sessions/new", night.host).text
    form = {"title": "十一月夜考会", "title_en": "", **FIGURES, "starts_at": "2026-12-03T20:00",
            "policy": str(night.policy), "closed_to_public": "true"}  # fmt: skip
    with nothing_changes():
        wrong = browser.post("/exam/new", night.host, **form | {"period": "soon"})
    assert wrong.status == 400
    assert 'value="十一月夜考会"' in wrong.text
    assert 'id="period-error"' in wrong.text
    made = browser.post("/exam/new", night.host, **form)
    assert made.status == 303
    code = re.fullmatch(r"/sessions/(\w+)/edit#plan", made.headers["Location"])[1]  # type: ignore[index]
    with reading() as db:
        session = live.session_by_code(db, code)
        exam = lookup.exam(db, session.id)
    assert (session.title, session.planned_minutes, session.closed_to_public) == ("十一月夜考会", 40, True)
    assert (exam.theme, exam.period, exam.policy_id) == ("经济", "2026-11", night.policy)


def test_slots_are_planned_and_changed_on_the_setup(browser: Browser, night: Night) -> None:
    here = f"/sessions/{code_of(night)}/edit"
    before = browser.get(here, night.host)
    assert "排定发言时将公布以下对比组的排名：各区" in before.words
    assert browser.post("/do/exam.plan_slots", night.host, session=night.session, next=here).status == 303
    planned = browser.get(here, night.host)
    assert "排定发言时将公布" not in planned.words
    assert planned.words.count("由成绩排定") >= 9, "the lines of the plan are locked for the ordinary editor"
    assert "live.change_item" not in " ".join(planned.forms())
    slot, item = night.slot("丁区")
    said = {"slot": slot.id, "next": here, "back": here}
    with nothing_changes():
        assert browser.post("/do/exam.change_slot", night.host, seconds="123", why="超时", **said).status == 400
        assert browser.post("/do/exam.change_slot", night.host, seconds="120", why="", **said).status == 400
    changed = browser.post(
        "/do/exam.change_slot", night.host, unit=night.units["己区"], speaker="", seconds="120", position="2",
        why="区长出差", **said,
    )  # fmt: skip
    assert changed.status == 303
    slot, item = night.slot("丁区")
    assert (item.unit_id, item.speaker, item.planned_ms, item.position) == (night.units["己区"], "己区长", 120_000, 2)
    page = browser.get(here, night.host)
    assert page.words.count("区长出差") == 3
    assert "重新排定后，3处人工调整将作废" in page.words
    browser.post("/do/exam.skip_slot", night.host, slot=night.slot("庚区")[0].id, why="无数据", next=here)
    browser.post("/do/exam.plan_slots", night.host, session=night.session, next=here)
    assert "区长出差" not in browser.get(here, night.host).words
    assert len(night.slots()) == 6


# --- the plan that everybody reads ------------------------------------------------------------------------------------


def plan_pages(night: Night) -> tuple[str, ...]:
    code = code_of(night)
    return f"/sessions/{code}/plan", f"/sessions/{code}/plan.json", f"/sessions/{code}/plan/sources.json"


def test_before_planning_the_page_says_so(browser: Browser, night: Night) -> None:
    page, as_json, sources = plan_pages(night)
    assert "尚未排定" in browser.get(page).words or "还没有" in browser.get(page).words
    assert {browser.get(one).status for one in (as_json, sources)} == {409}
    assert "发言尚未排定" in browser.get(f"/sessions/{code_of(night)}").words


def test_the_plan_stands_as_computed_beside_what_was_changed(browser: Browser, planned: Night) -> None:
    page, as_json, _sources = plan_pages(planned)
    slot, _item = planned.slot("丁区")
    do(changing.change_slot, planned.host, slot.id, changing.Wish(seconds=120, speaker="副区长"), "区长出差")
    do(changing.skip_slot, planned.host, planned.slot("庚区")[0].id, "已书面说明", absent=False)
    chinese, english = browser.get(page), browser.get(page, lang="en")
    assert "第6名" in chinese.words.replace(" ", "")
    assert "6th of 7, Districts, 65.00: below the baseline target for 2 months running" in english.words
    assert "As it stands now" in english.words
    for words in ("丁区长", "副区长", "区长出差", "已书面说明", "主持人", "7 分钟", "2 分钟"):
        assert words in chinese.words, words
    assert "7 min became 2 min" in english.words
    assert planned.city.person(Role.HOST).name not in chinese.words, "the role, as in the trace, and no person"
    told = json.loads(browser.get(as_json).text)
    assert [(one["unit"], one["seconds"]) for one in told["slots"]][3] == ("丁区", 420)
    assert f'href="{page}"' in browser.get(f"/sessions/{code_of(planned)}").text


def test_the_sources_are_what_was_digested_byte_for_byte(browser: Browser, planned: Night) -> None:
    page, as_json, sources = plan_pages(planned)
    digest = hashlib.sha256(browser.get(sources).text.encode()).hexdigest()
    assert digest == json.loads(browser.get(as_json).text)["digest"]
    seen = browser.get(page).text
    assert digest in seen
    assert f'href="{sources}"' in seen
    assert re.search(r'href="/results/\d+"', seen)


def test_a_meeting_that_is_not_public_keeps_its_plan_while_it_runs(browser: Browser, planned: Night) -> None:
    do(preparation.change_session, planned.host, planned.session, closed_to_public=True)
    do(preparation.go_live, planned.host, planned.session, EIGHT.date())

    def statuses(actor: Actor) -> set[int]:
        return {browser.get(one, actor).status for one in plan_pages(planned)}

    assert statuses(VISITOR) == {403}
    assert statuses(planned.leader) == statuses(planned.official_of("丁区")) == {200}


def test_no_other_session_has_a_plan(browser: Browser, night: Night) -> None:
    made = do(preparation.create_session, night.host, title="问政", starts_at=EIGHT, planned_minutes=60)
    assert browser.get(f"/sessions/{made.code}/plan").status == 409
    assert "/plan" not in browser.get(f"/sessions/{made.code}").text
    assert "exam.plan_slots" not in browser.get(f"/sessions/{made.code}/edit", night.host).text
