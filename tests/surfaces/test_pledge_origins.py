"""A pledge that no question led to: recorded, kept and shown like any other, in the stream of its unit."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.pledges.commands import checking, extensions, progress, recording
from inquiry.pledges.models import Pledge, PledgeState
from inquiry.pledges.origins import Origin
from inquiry.pledges.queries import lists
from inquiry.pledges.queries.lists import Filters
from inquiry.realtime import streams
from inquiry.realtime.views import View
from inquiry.surfaces.around import days
from inquiry.trace import queries as trace
from inquiry.trace.models import Entry
from tests.pledges.conftest import WHOLE
from tests.support.replay import replaying
from tests.surfaces.conftest import Browser, Clock, Promise, do

TASK: dict[str, Any] = {
    "spoken": "12月18日前清完清河桥下的垃圾。", "action": "清理", "object": "清河桥下垃圾", "officer": "林知远",
    "due_on": date(2026, 12, 18),
}  # fmt: skip
TITLE = "清理（清河桥下垃圾）"


@pytest.fixture
def task(promise: Promise) -> Promise:
    """Beside the pledge of the evening, one of a task list, which is from now on the one that is pressed."""
    promise.id = record(promise, Origin.of_task_list()).id
    return promise


def record(promise: Promise, origin: Origin) -> Pledge:
    with unit_of_work() as uow:
        unit = promise.city.city_management.id
        return recording.record_from(uow, promise.staff, origin, **TASK | {"lead_unit_id": unit})


def of_the_evening(promise: Promise) -> list[Any]:
    """Where the streams of its session stand, and the pledges that its readers hold."""
    with reading() as db:
        found = [streams.snapshot(db, promise.session, view) for view in (View.PUBLIC, View.STAFF)]
    return [(one["streams"], one["state"]["pledge"]) for one in found]


def entries(promise: Promise) -> list[Entry]:
    with reading() as db:
        stream = f"unit:{promise.city.city_management.id}:public"
        return list(db.scalars(select(Entry).where(Entry.stream == stream).order_by(Entry.seq)))


def test_its_whole_life_stands_in_the_stream_of_its_unit(promise: Promise, clock: Clock) -> None:
    evening = of_the_evening(promise)
    promise.id = record(promise, Origin.of_task_list()).id
    promise.press(recording.confirm_pledge, promise.official)
    do(progress.report_progress, promise.official, promise.id, "已清完一半")
    promise.extend(date(2026, 12, 22))
    promise.extend(date(2026, 12, 24))
    promise.press(extensions.sign_extension, promise.leader)
    promise.give_back()
    promise.claimed_again(clock).press(checking.accept_pledge, promise.staff, "逐盏看过，都亮")
    assert of_the_evening(promise) == evening  # whoever follows it is told nothing
    assert promise.row.state is PledgeState.KEPT
    told = entries(promise)
    assert [one.kind.removeprefix("pledges.") for one in told] == [
        "recorded", "confirmed", "progress_reported", "extended", "extension_asked", "extension_signed",
        "evidence_added", "claimed_done", "returned", "evidence_added", "claimed_done", "kept",
    ]  # fmt: skip
    assert all(one.about == [f"pledge:{promise.id}"] for one in told)
    assert told[0].payload["origin"] == "task_list"
    with reading() as db:
        assert trace.breaks(db) == []


def test_no_snapshot_of_a_session_holds_it(task: Promise) -> None:
    with reading() as db:
        for view in (View.PUBLIC, View.STAFF):
            held = streams.snapshot(db, task.session, view)["state"]["pledge"]
            assert held
            assert str(task.id) not in held
        assert TITLE not in str(lists.board(db, Filters(session_id=task.session), days(task.row.recorded_at)))


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "来自任务清单"), ("en", "From a task list")])
def test_every_page_bears_it(task: Promise, browser: Browser, lang: str, words: str) -> None:
    page = browser.get(f"/pledges/{task.id}", task.official, lang=lang)
    assert words in page.words
    assert f"unit:{task.city.city_management.id}:public" in page.words
    assert "/do/pledges.claim_done" not in page.forms()  # it lacks its evidence, as any other
    assert "/do/pledges.confirm_pledge" in page.forms()
    assert words in browser.get("/pledges", lang=lang).words
    unit = task.city.city_management.id
    assert "清河桥下垃圾" in browser.get(f"/pledges?unit={unit}&q=清河桥", lang=lang).words
    assert "清河桥下垃圾" in browser.get("/unit", task.official, lang=lang).words
    for path in ("/", f"/sessions/{task.evening.row.code}", "/sessions"):
        assert browser.get(path, lang=lang).status == 200


def test_it_is_found_by_unit_and_not_by_session(task: Promise, browser: Browser) -> None:
    code, unit = task.evening.row.code, task.city.city_management.id
    assert TITLE in browser.get(f"/pledges?unit={unit}").words
    assert TITLE not in browser.get(f"/pledges?session={code}").words
    assert TITLE not in browser.get(f"/sessions/{code}").words
    assert TITLE not in browser.get(f"/sessions/{code}/minutes").words


def test_the_boards_bear_it_at_every_stage(task: Promise, browser: Browser, clock: Clock) -> None:
    task.claim()
    assert TITLE in browser.get("/board", task.staff).words
    assert "/do/pledges.accept_pledge" in browser.get("/board", task.staff).forms()
    task.press(checking.accept_pledge, task.staff, "逐盏看过，都亮")
    assert TITLE not in browser.get("/board", task.staff).words
    task.id = record(task, Origin.of_inspection()).id
    task.press(recording.dispute_pledge, task.official, "只包括河道两侧")
    assert "只包括河道两侧" in browser.get(f"/pledges/{task.id}").words
    clock.forward(days=40)
    assert TITLE in browser.get("/board", task.leader).words
    assert TITLE in browser.get("/pledges?state=overdue").words


def test_the_desk_of_its_unit_names_its_origin(task: Promise, browser: Browser) -> None:
    code = task.evening.row.code
    page = browser.get(f"/desk/{code}/official", task.official)
    assert page.status == 200
    assert "\\u6765\\u81ea\\u4efb\\u52a1\\u6e05\\u5355" in page.text or "来自任务清单" in page.text


def test_a_correction_keeps_its_origin_and_goes_to_the_stream_of_the_unit_that_leads_now(task: Promise) -> None:
    old = task.id
    corrected = task.press(recording.correct_pledge, task.clerk, lead_unit_id=task.city.water.id)
    assert (corrected.origin, corrected.session_id) == (task.row.origin, None)
    with reading() as db:
        (entry,) = db.scalars(select(Entry).where(Entry.stream == f"unit:{task.city.water.id}:public"))
        assert entry.about == [f"pledge:{corrected.id}", f"pledge:{old}"]
        assert trace.breaks(db) == []


def test_that_of_an_exam_is_in_its_session_without_a_question(promise: Promise, browser: Browser) -> None:
    with replaying(promise.session) as kinds:
        exam = record(promise, Origin.of_exam_slot(promise.session))
    assert kinds == ["pledges.recorded"]
    assert str(exam.stream) == f"session:{promise.session}:public"
    code = promise.evening.row.code
    assert "来自夜考会" in browser.get(f"/pledges/{exam.id}").words
    assert TITLE in browser.get(f"/pledges?session={code}").words
    assert TITLE in browser.get(f"/sessions/{code}").words


def test_the_rest_is_as_it_was(promise: Promise) -> None:
    assert str(promise.row.stream) == f"session:{promise.session}:public"
    assert promise.row.spoken == WHOLE["spoken"]
