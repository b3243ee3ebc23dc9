"""The board of pledges, the page of one, the staff's board and a unit's inbox: what stands there, and who may press."""

from datetime import date, timedelta
from typing import Any

import pytest

from inquiry.core import clock as time
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Refusal
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.pledges import rules
from inquiry.pledges.commands import progress, recording
from inquiry.pledges.models import Pledge, PledgeState
from inquiry.pledges.possible import possible
from inquiry.pledges.queries import lists
from inquiry.pledges.queries.lists import Filters, Standing
from inquiry.responses.commands import recording as response_recording
from inquiry.surfaces import around
from inquiry.surfaces.pledge import pledge_told
from tests.support.replay import nothing_changes
from tests.support.statements import statements
from tests.surfaces.conftest import DUE, Browser, Clock, Evening, Promise, do

TITLE = "修复（湖滨路路灯）"


# --- the board ------------------------------------------------------------------------------------------------------


def test_an_empty_board_says_so(evening: Evening, browser: Browser) -> None:
    assert "还没有承诺" in browser.get("/pledges").words
    assert "还没有承诺" in browser.get("/").words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("?q=路灯", True), ("?q=井盖", False), ("?state=in_progress", True), ("?state=overdue", False),
        ("?state=nonsense&unit=x&page=999", True),
    ],
)  # fmt: skip
def test_the_board_is_narrowed_by_its_address(promise: Promise, browser: Browser, query: str, found: bool) -> None:
    page = browser.get(f"/pledges{query}")
    assert page.status == 200
    assert (TITLE in page.words) is found


def test_the_board_by_unit_and_session(promise: Promise, browser: Browser) -> None:
    own, other = promise.city.city_management.id, promise.city.water.id
    assert TITLE in browser.get(f"/pledges?unit={own}&session={promise.evening.row.code}").words
    assert TITLE not in browser.get(f"/pledges?unit={other}").words


def test_a_corrected_pledge_is_listed_once(promise: Promise, browser: Browser) -> None:
    promise.press(recording.correct_pledge, promise.clerk, officer="季安阑")
    assert "共 1 项承诺" in browser.get("/pledges").words
    assert "查看现行版本" in browser.get(f"/pledges/{promise.id}").words


def test_the_table_says_of_every_pledge_what_the_rule_says_of_one(promise: Promise, clock: Clock) -> None:
    """One query sorts a whole table; `rules.timing` decides about one pledge. They may not differ."""
    with reading() as db:
        days = around.days(time.now())
    due_days = [days.today + timedelta(days=one) for one in (-2, -1, 0, 1)] + [days.soon_until, None]
    due_days.append(days.soon_until + timedelta(days=1))
    with unit_of_work() as uow:
        for state in (PledgeState.OPEN, PledgeState.RETURNED, PledgeState.CLAIMED_DONE, PledgeState.KEPT):
            for due_on in due_days:
                for claimed_on in (days.today, days.today - timedelta(days=2)):
                    uow.db.add(_copy(promise.row, state=state, due_on=due_on, claimed_on=claimed_on))
    with reading() as db:
        for one in db.query(Pledge):
            timing = rules.timing(one.state, one.due_on, one.claimed_on, days.today, days.soon_until)
            listed = db.query(lists.standing(days)).where(Pledge.id == one.id).scalar()
            assert Standing(listed) is _standing(one.state, timing), (one.state, one.due_on, one.claimed_on)
        counts = lists.counts(db, Filters(), days)
        assert sum(counts.values()) == lists.board(db, Filters(), days).total
        for one, number in counts.items():
            assert lists.board(db, Filters(standing=one), days).total == number
        by_unit = lists.by_unit(db, days)
        assert sum(row.under_way + row.kept for row in by_unit) == sum(counts.values())
        assert sum(row.overdue for row in by_unit) == counts[Standing.OVERDUE]


def _copy(pledge: Pledge, **changes: Any) -> Pledge:
    columns = {column.name: getattr(pledge, column.name) for column in Pledge.__table__.columns if column.name != "id"}
    return Pledge(**columns | changes)


def _standing(state: PledgeState, timing: rules.Timing) -> Standing:
    if state is PledgeState.KEPT:
        return Standing.KEPT
    if timing is rules.Timing.OVERDUE:
        return Standing.OVERDUE
    if state is PledgeState.CLAIMED_DONE:
        return Standing.CLAIMED_DONE
    return Standing.DUE_SOON if timing is rules.Timing.DUE_SOON else Standing.IN_PROGRESS


# --- one pledge -----------------------------------------------------------------------------------------------------


def test_a_pledge_with_everything_that_came_of_it(promise: Promise, browser: Browser, clock: Clock) -> None:
    promise.press(recording.dispute_pledge, promise.official, "说的是更换坏灯。")
    promise.extend(date(2026, 12, 30))
    promise.give_back()
    with unit_of_work() as uow:
        progress.report_progress(uow, promise.official, promise.id, "已更换十一盏")
        progress.add_evidence(uow, promise.official, promise.id, link="https://example.org/lamps", text="验收照片")
    page = browser.get(f"/pledges/{promise.id}", lang="en")
    for words in (
        "我承诺，12月18日前修好湖滨路全部路灯。",  # as it was spoken
        "修复", "湖滨路路灯", "林知远",  # and its elements beside
        "说的是更换坏灯。",  # the unit's own words
        "18 Dec 2026", "30 Dec 2026", "灯具到货晚了",  # both dates, and why
        "已更换十一盏", "更换灯具的验收单", "验收照片", "https://example.org/lamps",
        "现场仍有三盏不亮",  # what the check found
        "湖滨路的路灯何时修好？", "12月20日前修好湖滨路的路灯。",  # where it comes from
    ):  # fmt: skip
        assert words in page.words, words
    assert 'data-state="returned"' in page.text
    assert "/do/" not in page.text  # nothing to press for a visitor
    assert browser.get("/pledges/999").status == 404


def test_a_missed_date_is_overdue_by_itself(promise: Promise, browser: Browser, clock: Clock) -> None:
    assert 'data-state="overdue"' not in browser.get(f"/pledges/{promise.id}").text
    clock.forward(days=18)
    for path in ("/pledges", f"/pledges/{promise.id}", f"/questions/{promise.question}", "/"):
        assert 'data-state="overdue"' in browser.get(path).text, path


def test_silence_of_24_hours_shows_before_anybody_wrote_it_down(
    promise: Promise, browser: Browser, clock: Clock
) -> None:
    assert "可在 2026年12月2日 20:00 前确认或提出异议" in browser.get(f"/pledges/{promise.id}").words
    clock.forward(hours=25)
    assert "以现场原话为准" in browser.get(f"/pledges/{promise.id}").words


def test_the_trace_of_the_question_holds_the_life_of_its_pledge(promise: Promise, browser: Browser) -> None:
    promise.keep()
    page = browser.get(f"/questions/{promise.question}", lang="en")
    for step in ("The pledge was recorded", "Evidence was added", "this is being checked", "the pledge was kept"):
        assert step in page.words


def test_a_pledge_recorded_before_the_answer_was_corrected_stays_with_the_answer(
    promise: Promise, browser: Browser
) -> None:
    do(response_recording.correct_response, promise.clerk, promise.response, text="12月18日前修好。")
    assert TITLE in browser.get(f"/questions/{promise.question}").words


# --- who may press what ---------------------------------------------------------------------------------------------


def _people(promise: Promise) -> dict[str, Actor]:
    return {
        "visitor": VISITOR, "phone": promise.city.phone(), "official": promise.official,
        "other official": promise.city.official_of(promise.city.water), "staff": promise.staff,
        "leader": promise.leader, "clerk": promise.clerk, "host": promise.city.person(Role.HOST),
        "administrator": promise.city.person(Role.ADMINISTRATOR),
    }  # fmt: skip


_FIELDS: dict[str, dict[str, Any]] = {
    "correct_pledge": {"spoken": "更正后的话", "lead_unit": 5, "officer": "季安阑"},
    "dispute_pledge": {"words": "不是这个意思"},
    "report_progress": {"text": "已更换十一盏"},
    "add_evidence": {"kind": "text", "text": "验收单"},
    "accept_pledge": {"note": "逐盏看过，都亮"},
    "return_pledge": {"note": "现场不亮"},
    "refuse_extension": {"note": "备件市内有货"},
    "ask_extension": {"due_on": "2026-12-30", "reason": "灯具到货晚了"},
}


@pytest.mark.parametrize("moment", ["recorded", "silent", "overdue", "claimed", "returned", "kept", "extended twice"])
def test_a_page_offers_exactly_what_would_be_done(promise: Promise, clock: Clock, moment: str) -> None:
    """Every person, every command: offered if and only if the command would not refuse it."""
    _bring_to(promise, clock, moment)
    with reading() as db:
        told = pledge_told(db, promise.id)
    now = time.now()
    for name, actor in _people(promise).items():
        offered = possible(actor, told.pledge, told.extensions, told.claimant_unit_id, now, around.days(now).today)
        for command in _COMMANDS:
            code = _dry_run(actor, command, told.pledge)
            assert (command in offered) is (code in ("done", "NO_EVIDENCE")), (moment, name, command, code)


_COMMANDS = (
    "confirm_pledge", "dispute_pledge", "let_spoken_version_stand", "report_progress", "add_evidence", "claim_done",
    "accept_pledge", "return_pledge", "ask_extension", "sign_extension", "refuse_extension", "correct_pledge",
)  # fmt: skip


def _bring_to(promise: Promise, clock: Clock, moment: str) -> None:
    if moment in ("silent", "overdue"):
        clock.forward(days=2 if moment == "silent" else 20)
    if moment == "claimed":
        promise.claim()
    if moment == "returned":
        promise.give_back()
    if moment == "kept":
        promise.keep()
    if moment == "extended twice":
        promise.extend(date(2026, 12, 30))
        promise.extend(date(2027, 1, 15))


class _Enough(Exception):
    pass


def _dry_run(actor: Actor, command: str, pledge: Pledge) -> str:
    """The code of the refusal, or `done`; the transaction is given up before it commits."""
    endpoint = next(one for one in registry.every() if one.name == f"pledges.{command}")
    seen = {} if command in ("report_progress", "add_evidence") else {"seen": pledge.rev}
    message = registry.parse(endpoint.schema, {"pledge": pledge.id} | seen | _FIELDS.get(command, {}))
    try:
        with unit_of_work() as uow:
            endpoint.handle(uow, actor, message)
            _give_up()
    except _Enough:
        pass
    except Refusal as refusal:
        return refusal.code
    return "done"


def _give_up() -> None:
    raise _Enough


def test_the_official_works_through_plain_forms(promise: Promise, browser: Browser) -> None:
    here, official = f"/pledges/{promise.id}", promise.official
    page = browser.get(here, official)
    assert "申报完成前须先添加佐证" in page.words
    sent = {"pledge": promise.id, "client_id": page.field("client_id"), "next": here, "done": "好"}
    assert browser.post("/do/pledges.add_evidence", official, kind="text", text="验收单", **sent).status == 303
    browser.post("/do/pledges.add_evidence", official, kind="text", text="验收单", **sent)  # a double tap
    page = browser.get(here, official)
    assert page.words.count("验收单") == 1
    assert "/do/pledges.claim_done" in page.forms()
    browser.post("/do/pledges.claim_done", official, pledge=promise.id, seen=page.field("seen"), next=here)
    assert promise.row.state is PledgeState.CLAIMED_DONE


def test_a_press_on_what_has_changed_since_is_told_so(promise: Promise, browser: Browser) -> None:
    here = f"/pledges/{promise.id}"
    old = browser.get(here, promise.official).field("seen")
    promise.press(recording.confirm_pledge, promise.official)
    with nothing_changes():
        browser.post("/do/pledges.confirm_pledge", promise.official, pledge=promise.id, seen=old, next=here)
    assert "请查看最新情况后再操作" in browser.get(here, promise.official).words


# --- the staff's board ----------------------------------------------------------------------------------------------


def test_strangers_are_asked_to_sign_in(evening: Evening, browser: Browser) -> None:
    for path in ("/board", "/unit"):
        answer = browser.get(path)
        assert (answer.status, answer.headers["Location"]) == (302, f"/sign-in?next={path}")


def test_an_empty_board_is_good_news(evening: Evening, browser: Browser) -> None:
    assert "没有待办事项" in browser.get("/board", evening.city.person(Role.STAFF)).words


def test_the_board_shows_what_waits_for_somebody(promise: Promise, browser: Browser, clock: Clock) -> None:
    evening = promise.evening
    evening.approved(text="物业费为何上涨？")
    promise.press(recording.dispute_pledge, promise.official, "不是这个意思")
    promise.extend(date(2026, 12, 21))
    promise.extend(date(2027, 1, 15))
    evening.close()
    claimed = promise.record(spoken="一周内清理井盖。", due_on=date(2026, 12, 8))
    with unit_of_work() as uow:
        progress.add_evidence(uow, promise.official, claimed.id, text="清理台账")
    do(progress.claim_done, promise.official, claimed.id, claimed.rev)
    clock.forward(days=15)
    staff = browser.get("/board", promise.staff)
    for words in ("答复逾期", "物业费为何上涨？", "待签批延期", "待核查", "有异议", "即将到期"):
        assert words in staff.words, words
    assert {"/do/pledges.accept_pledge", "/do/pledges.return_pledge"} <= staff.forms()
    assert "/do/pledges.sign_extension" not in staff.forms()
    assert "/do/pledges.sign_extension" in browser.get("/board", promise.leader).forms()
    assert "/do/pledges.accept_pledge" not in browser.get("/board", promise.official).forms()


def test_a_check_is_made_with_the_evidence_in_sight(promise: Promise, browser: Browser) -> None:
    promise.claim()
    page = browser.get("/board", promise.staff)
    form = page.text.index('action="/do/pledges.accept_pledge"')
    assert page.text.index("更换灯具的验收单") < form
    assert '<input type="checkbox" required>' in page.text[form:]
    sent = {"pledge": promise.id, "seen": page.field("seen"), "next": "/board#to-check"}
    browser.post("/do/pledges.accept_pledge", promise.staff, **sent)
    assert promise.row.state is PledgeState.CLAIMED_DONE
    browser.post("/do/pledges.accept_pledge", promise.staff, **sent, note="十二月一日到现场逐盏看过")
    assert promise.row.state is PledgeState.KEPT
    assert "没有待办事项" in browser.get("/board", promise.staff).words


# --- a unit's inbox -------------------------------------------------------------------------------------------------


def test_a_unit_answers_what_was_handed_to_it(evening: Evening, browser: Browser) -> None:
    question = evening.handed(text="湖滨路的路灯何时修好？")
    page = browser.get("/unit", evening.official)
    assert "湖滨路的路灯何时修好？" in page.words
    browser.post(
        "/do/responses.answer_in_writing", evening.official, question=question, kind="specific_commitment",
        text="12月18日前修好。", speaker="", speaker_title="", client_id=page.field("client_id"), next="/unit",
        action="修复", object="湖滨路路灯", officer="林知远", due_on=DUE.isoformat(),
    )  # fmt: skip
    assert "修复（湖滨路路灯）" in browser.get("/pledges").words
    assert "没有待答复的问题" in browser.get("/unit", evening.official).words
    assert "12月18日前修好。" in browser.get(f"/questions/{question}").words


def test_an_inbox_holds_the_late_ones_first_and_nobody_elses(evening: Evening, browser: Browser, clock: Clock) -> None:
    evening.approved(text="湖滨路的路灯何时修好？")
    evening.approved(text="水压为何太低？", unit=evening.city.water.id)
    evening.close()
    clock.forward(days=15)
    page = browser.get("/unit", evening.official)
    assert 'data-state="overdue"' in page.text
    assert "水压为何太低？" not in page.words
    assert "水压为何太低？" in browser.get("/unit", evening.city.official_of(evening.city.water)).words


def test_an_overfull_inbox_has_pages(evening: Evening, browser: Browser) -> None:
    for number in range(22):
        evening.approved(text=f"第{number:02}盏路灯何时修好？")
    evening.close()
    first, second = browser.get("/unit", evening.official), browser.get("/unit?page=2", evening.official)
    assert (first.text.count('action="/do/responses.answer_in_writing"'), "page=2" in first.text) == (20, True)
    assert second.text.count('action="/do/responses.answer_in_writing"') == 2


def test_who_answers_for_no_unit_is_led_to_the_board(evening: Evening, browser: Browser) -> None:
    answer = browser.get("/unit", evening.city.person(Role.LEADER))
    assert (answer.status, answer.headers["Location"]) == (302, "/board")


def test_staff_records_a_pledge_out_of_a_written_answer(evening: Evening, browser: Browser) -> None:
    question, staff = evening.handed(text="湖滨路的路灯何时修好？"), evening.city.person(Role.STAFF)
    response = evening.write(question)
    assert "/do/pledges.record_pledge" in browser.get(f"/questions/{question}", staff).forms()
    assert "/do/pledges.record_pledge" not in browser.get(f"/questions/{question}", evening.official).forms()
    browser.post(
        "/do/pledges.record_pledge", staff, response=response.id, spoken="已更换灯具，12月底前验收。", action="验收",
        object="湖滨路路灯", officer="林知远", lead_unit=evening.city.city_management.id, due_on=DUE.isoformat(),
        next=f"/questions/{question}",
    )  # fmt: skip
    assert "验收（湖滨路路灯）" in browser.get(f"/questions/{question}").words


@pytest.mark.parametrize("path", ["/unit", "/board", "/pledges", "/"])
def test_a_page_asks_as_often_for_many_pledges_as_for_few(promise: Promise, browser: Browser, path: str) -> None:
    evening = promise.evening
    reader = (
        evening.city.official_of(evening.city.city_management) if path == "/unit" else evening.city.person(Role.STAFF)
    )

    def asked() -> int:
        with statements() as found:
            assert browser.get(path, reader).status == 200
        return len(found)

    promise.claim()
    few = asked()
    with unit_of_work() as uow:
        for _ in range(8):
            uow.db.add(_copy(promise.row, state=PledgeState.CLAIMED_DONE))
            uow.db.add(_copy(promise.row, state=PledgeState.OPEN))
    assert asked() == few
