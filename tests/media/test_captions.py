"""Captions: written along, corrected afterwards, in each tick the last lines and in the recording all of them."""

import pytest

from inquiry.core.clock import milliseconds, now
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NothingChanged
from inquiry.live.models import Session
from inquiry.media import captions, events, legs, refusals
from inquiry.media.commands import captions as writing
from inquiry.media.models import PictureSource, Programme
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.realtime import ticks
from inquiry.realtime.streams import public_stream
from inquiry.realtime.views import View
from tests.live.conftest import Clock, clock, do
from tests.responses.conftest import Evening, evening
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser", "clock", "evening"]


@pytest.fixture
def clerk(evening: Evening) -> Actor:
    return evening.city.person(Role.CLERK)


def told(evening: Evening) -> list[str]:
    with reading() as db:
        body = ticks.compose(db, evening.session, set(), View.PUBLIC)
    return [one["text"] for one in body.get("captions", [])]


def test_a_tick_carries_the_last_lines_and_a_correction_stands_for_its_line(
    evening: Evening, clerk: Actor, clock: Clock
) -> None:
    assert told(evening) == []
    written = []
    for number in range(5):
        clock.forward(seconds=3)
        written.append(do(writing.write, clerk, evening.session, f"第{number}句"))
    assert told(evening) == ["第2句", "第3句", "第4句"]
    with replaying(evening.session) as kinds:
        do(writing.correct, clerk, written[3].id, "第三句，改过")
    assert kinds == ["media.caption_corrected"]
    assert told(evening) == ["第2句", "第三句，改过", "第4句"]
    with nothing_changes(), pytest.raises(refusals.CaptionSuperseded):
        do(writing.correct, clerk, written[3].id, "又一次")
    with nothing_changes(), pytest.raises(NothingChanged):
        do(writing.correct, clerk, written[4].id, "第4句")
    with reading() as db:
        line = legs.Timeline(((milliseconds(written[0].begins_at), 60_000),))
        cues = captions.on_timeline(captions.standing(db, evening.session), line)
    assert [(start, words) for start, _end, words in cues][:2] == [(0, "第0句"), (3_000, "第1句")]


def test_an_output_is_told_captions_and_no_other_count(evening: Evening, clerk: Actor) -> None:
    do(writing.write, clerk, evening.session, "湖滨路的灯")
    with reading() as db:
        body = ticks.compose(db, evening.session, set(), View.OUTPUT)
    assert [one["text"] for one in body.pop("captions")] == ["湖滨路的灯"]
    assert body.keys() == {"view", "session", "now", "viewers", "streams"}


def test_what_was_said_is_found_where_nothing_could_be_recorded(
    evening: Evening, clerk: Actor, browser: Browser
) -> None:
    """There is no sentence to play: the result leads to the minutes."""
    do(writing.write, clerk, evening.session, "湖滨路的灯都亮")
    minutes, found = f'href="/sessions/{evening.row.code}/minutes"><span class="said-words">', "/questions?q=湖滨路"
    assert minutes not in browser.get(found, clerk).text, "it is not over"
    evening.close()
    told = browser.get(found)
    assert minutes in told.text
    assert "湖滨路的灯都亮" in told.words
    with unit_of_work() as uow:
        uow.lock(Session, evening.session).closed_to_public = True
    assert minutes not in browser.get(found).text
    assert minutes in browser.get(found, evening.official).text, "as a recording of it would be"
    with unit_of_work() as uow:
        uow.lock(Session, evening.session).closed_to_public = False
    producer = evening.city.person(Role.PRODUCER)
    with unit_of_work() as uow:
        uow.add(Programme(id=evening.session, source=PictureSource.ENCODER, media_id="0" * 24))
    assert minutes not in browser.get(found, producer).text, "its recording may be made, and have to be cut first"
    with unit_of_work() as uow:
        programme = uow.lock(Programme, evening.session)
        programme.source = PictureSource.NONE
    assert minutes in browser.get(found).text, "nothing was filmed"
    with unit_of_work() as uow:
        uow.record(public_stream(evening.session), events.PICTURE_ON, SYSTEM, [uow.lock(Programme, evening.session)])
    assert minutes not in browser.get(found, producer).text, "it was filmed, before another way was chosen"


def test_what_is_no_caption_is_refused(evening: Evening, clerk: Actor) -> None:
    at = milliseconds(now())
    for begins, ends in ((at, at), (at - 30_000, at), (at - 600_000, at - 599_000), (at, at + 60_000)):
        with nothing_changes(), pytest.raises(refusals.NoTimeForCaption):
            do(writing.write, clerk, evening.session, "一句", begins=begins, ends=ends)
    with nothing_changes(), pytest.raises(Forbidden):
        do(writing.write, evening.city.person(Role.OFFICIAL), evening.session, "一句")
    evening.close()
    with nothing_changes(), pytest.raises(refusals.NotLiveForCaptions):
        do(writing.write, clerk, evening.session, "一句")


def test_the_stenographers_desk_is_typed_at(evening: Evening, clerk: Actor, browser: Browser) -> None:
    page = f"/sessions/{evening.row.code}/captions"
    assert browser.get(page).status in (303, 401, 403, 302)
    shown = browser.get(page, clerk)
    assert "autofocus" in shown.text
    sent = browser.post("/do/media.caption", clerk, session=evening.session, text="湖滨路的灯", next=page)
    assert sent.status == 303
    assert "湖滨路的灯" in browser.get(page, clerk).words
    for number in range(captions.PAGE):
        do(writing.write, clerk, evening.session, f"第{number}句")
    evening.close()
    shown = browser.get(f"{page}?page=2", clerk)
    assert "湖滨路的灯" in shown.words, "the oldest line can be corrected, too, after the end"
    assert "/do/media.caption" not in shown.forms()
    assert "/do/media.correct_caption" in shown.forms()
    assert page in browser.get(f"/sessions/{evening.row.code}", clerk).text
