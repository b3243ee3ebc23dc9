"""From every line of the minutes to its second of the recording, and the sentence of a pledge on its own page: on an
evening of questions, and on a night exam."""

import re

import pytest

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.exam.commands import meeting
from inquiry.live.commands import slots
from inquiry.media import marks
from inquiry.permissions import Actor, Role
from inquiry.pledges.commands import recording as pledging
from inquiry.pledges.commands import withdrawing
from inquiry.pledges.models import Pledge
from inquiry.responses.models import ResponseKind
from inquiry.verdicts.commands import opening
from tests.exam import test_minutes as exams
from tests.exam.conftest import EIGHT, Night, held, night
from tests.live.conftest import Clock, clock, do
from tests.pledges.conftest import WHOLE
from tests.responses.conftest import Evening, evening
from tests.support import recorded
from tests.surfaces.conftest import Browser, browser

DATABASES = ("sqlite",)

__all__ = ["browser", "clock", "evening", "held", "night"]


def seconds(page: str) -> list[int]:
    """Where in the recording the links of a page lead, from its top to its foot."""
    return [int(one) for one in re.findall(r'href="/sessions/[^"]+/recording\?t=([0-9]+)"', page)]


def corrected(who: Actor, pledge: Pledge) -> Pledge:
    """A day later somebody finds the name."""
    newer: Pledge = do(pledging.correct_pledge, who, pledge.id, pledge.rev, officer="李明")
    return newer


def test_every_line_of_an_evening_leads_to_its_second(evening: Evening, clock: Clock, browser: Browser) -> None:
    producer = evening.city.person(Role.PRODUCER)
    clock.forward(seconds=20)
    question = evening.on_air()
    clock.forward(seconds=40)
    fields = {"kind": ResponseKind.SPECIFIC_COMMITMENT, "started_ms": 30_000, "ended_ms": 60_000}
    response = evening.record(question, **fields)
    clock.forward(seconds=20)
    lead = evening.city.city_management.id
    pledge: Pledge = do(pledging.record_pledge, evening.clerk, response.id, lead_unit_id=lead, **WHOLE)
    clock.forward(seconds=10)
    verdict = do(opening.open_verdict, evening.host, question, 30)
    clock.forward(seconds=20)
    do(opening.close_verdict, evening.host, verdict.id)
    evening.clear()
    evening.close()
    clock.forward(days=1)
    corrected(evening.clerk, pledge)
    minutes = f"/sessions/{evening.row.code}/minutes"
    assert seconds(browser.get(minutes).text) == [], "there is no recording"
    recorded.publish(producer, evening.session)
    # its line of the rundown and itself, the answer, what was promised ten seconds before it was written down, the
    # verdict
    assert seconds(browser.get(minutes).text) == [20, 20, 30, 70, 90]


def test_every_line_of_a_night_exam_leads_to_its_second(held: Night, clock: Clock, browser: Browser) -> None:
    """乙 speaks from 100 s on, is asked at 170 s, and promises at 475 s; 丙 speaks from 479 s on, 丁 from 679 s on."""
    exams.evening(held, clock)
    clock.forward(days=1)
    corrected(held.city.person(Role.CLERK), exams.told(held).pledges[0])
    minutes = f"/sessions/{held.row.code}/minutes"
    assert seconds(browser.get(minutes).text) == [], "there is no recording"
    recorded.publish(held.city.person(Role.PRODUCER), held.session)
    assert seconds(browser.get(minutes).text) == [100, 479, 679, 170, 465]


@pytest.mark.parametrize("is_corrected", [False, True])
def test_the_page_of_what_was_promised_in_a_night_exam_plays_the_sentence(
    held: Night, clock: Clock, browser: Browser, is_corrected: bool
) -> None:
    exams.evening(held, clock)
    [pledge] = exams.told(held).pledges
    if is_corrected:
        clock.forward(days=1)
        pledge = corrected(held.city.person(Role.CLERK), pledge)
    page = f"/pledges/{pledge.id}"
    assert "<video" not in browser.get(page).text, "there is no recording"
    recorded.publish(held.city.person(Role.PRODUCER), held.session)
    told = browser.get(page).text
    assert re.findall(r'<video[^>]* src="([^"]+)"', told) == [
        f"/sessions/{held.row.code}/recording/sentence-420000-480000.mp4"
    ], "the minute up to five seconds after it was written down"
    assert seconds(told) == [420]
    do(withdrawing.withdraw_pledge, held.city.person(Role.STAFF), pledge.id, pledge.rev, "含住址")
    assert "<video" not in browser.get(page).text


def test_what_was_promised_in_a_night_exam_is_heard_from_where_its_speaker_began(held: Night, clock: Clock) -> None:
    held.begin("乙区")
    clock.forward(seconds=300)
    held.press(slots.end_slot)
    held.begin("丙区")
    clock.forward(seconds=20)
    said = {"spoken": "月底前建成。", "lead_unit_id": held.units["丙区"], "action": "建成", "object": "项目",
            "officer": "", "due_on": None}  # fmt: skip
    pledge = do(meeting.record_pledge, held.leader, held.session, said)
    began = milliseconds(held.row.went_live_at or EIGHT)
    with reading() as db:
        assert marks.sentence_of_pledge(db, pledge) == (began + 290_000, began + 325_000)
    # a leader has it from somebody who has spoken already: the whole minute, whoever speaks meanwhile
    other = do(meeting.record_pledge, held.leader, held.session, said | {"lead_unit_id": held.units["乙区"]})
    with reading() as db:
        assert marks.sentence_of_pledge(db, other) == (began + 265_000, began + 325_000)


@pytest.mark.parametrize(("later", "expected"), [(40, (45_000, 105_000)), (60, (5_000, 65_000))])
def test_what_is_written_down_long_after_an_answer_is_heard_at_its_end(
    evening: Evening, clock: Clock, later: int, expected: tuple[int, int]
) -> None:
    question = evening.on_air()
    clock.forward(seconds=60)
    response = evening.record(question, started_ms=10_000, ended_ms=60_000)
    clock.forward(seconds=later)
    lead = evening.city.city_management.id
    pledge: Pledge = do(pledging.record_pledge, evening.clerk, response.id, lead_unit_id=lead, **WHOLE)
    assert evening.row.went_live_at
    began = milliseconds(evening.row.went_live_at)
    with reading() as db:
        assert marks.sentence_of_pledge(db, pledge) == (began + expected[0], began + expected[1])
