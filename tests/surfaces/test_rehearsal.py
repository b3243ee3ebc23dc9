"""A rehearsal: the whole show, of which nobody else sees anything and nothing is left, in any table."""

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from inquiry.core import clock as instants
from inquiry.core.db import engine, reading
from inquiry.core.extensions import socketio
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import NotFound, StaysInRehearsal
from inquiry.graphics import queries as graphics
from inquiry.graphics.commands import air, cards, outputs
from inquiry.graphics.models import Layer
from inquiry.live import queries, refusals, watch
from inquiry.live.commands import clearing, preparation, rehearsing, rundown, timers
from inquiry.live.models import Counts, Item, ItemKind, SessionState
from inquiry.permissions import VISITOR, Role
from inquiry.pledges import pictures
from inquiry.questions.models import Question
from inquiry.realtime import fanout
from inquiry.realtime.streams import tick_room
from inquiry.realtime.views import View
from inquiry.settings import settings
from inquiry.trace import queries as trace
from tests.live.conftest import Clock, clock
from tests.responses.conftest import EIGHT
from tests.support.application import City, Say, fingerprint
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, browser, do
from tests.surfaces.doors import MAY_GO_ON, PICTURE, Doors
from tests.surfaces.meetings import WORDS, Meeting

__all__ = ["Clock", "browser", "clock"]


class Rehearsed(Meeting):
    """A session with a rundown by cases, a question in it, a timer, cards and an output; and its rehearsal."""

    def __init__(self, city: City, clock: Clock) -> None:
        super().__init__(city, closed=False)
        self.real, self.asked = self.session, self.before
        case = do(rundown.add_item, self.host, self.real, kind=ItemKind.CASE, title="城市照明", planned_ms=0)
        do(
            rundown.add_item, self.host, self.real, kind=ItemKind.QUESTION, title="提问", planned_ms=300_000,
            question_id=self.before, case_id=case.id,
        )  # fmt: skip
        do(
            timers.add_timer,
            self.host,
            self.real,
            name="休息",
            name_en="",
            counts=Counts.DOWN,
            seconds=300,
            public=True,
        )
        do(cards.prepare_card, self.host, self.real, Layer.QUESTION_CARD, question_id=self.before)
        do(cards.prepare_card, self.host, self.real, Layer.LOWER_THIRD, content={"name": "林知远"})
        self.output, self.token = do(outputs.make_output, self.host, self.real, "主输出", [])
        clock.forward(minutes=1)

    def rehearse(self) -> "Rehearsed":
        self.session = do(rehearsing.rehearse_session, self.host, self.real).id
        with reading() as db:
            copy = db.query(Question).filter_by(session_id=self.session).one()
            self.before = copy.id
        return self

    def clear_away(self) -> None:
        do(clearing.clear_rehearsal, self.host, self.session)


@pytest.fixture
def rehearsed(city: City, clock: Clock, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Rehearsed:
    here = replace(app.config["INQUIRY"], public_url="https://inquiry.example")  # or there would be no sitemap
    monkeypatch.setitem(app.config, "INQUIRY", here)
    return Rehearsed(city, clock)


def rows(session_id: int) -> dict[str, object]:
    with reading() as db:
        return {
            "lines": [
                (one.kind, one.title, one.planned_ms, one.state, bool(one.case_id), bool(one.question_id))
                for one in queries.rundown(db, session_id)
            ],
            "units": [one.id for one in queries.units(db, session_id)],
            "cards": graphics.count_cards(db, session_id),
            "questions": [
                (one.number, one.text, one.state) for one in db.query(Question).filter_by(session_id=session_id)
            ],
        }


def test_it_begins_with_the_whole_show(rehearsed: Rehearsed) -> None:
    planned = rows(rehearsed.real)
    rehearsed.rehearse()
    assert rows(rehearsed.session) == planned
    row = rehearsed.row
    assert row.title == "【彩排】城市照明"
    assert row.rehearsal_of_id == rehearsed.real
    assert row.state is SessionState.PLANNED
    with reading() as db:
        assert [one.session_id for one in graphics.outputs(db, rehearsed.session)] == [rehearsed.session]
        assert graphics.identify(db, rehearsed.token, "192.0.2.1").grant.session_id == rehearsed.session
        copy = db.get_one(Question, rehearsed.before)
        assert (copy.device_id, copy.root_id) == (None, copy.id)


def test_nothing_is_left_of_it_in_any_table(rehearsed: Rehearsed, clock: Clock, say: Say) -> None:
    """Begun, held, answered, promised, proven, judged, on air, closed, answered in writing: and then cleared away."""
    before = fingerprint()
    rehearsed.rehearse()
    left = rehearsed.begin().approved(text="会上才问的另一个问题", phone=rehearsed.guest)
    rehearsed.happen()
    answered = say(rehearsed.host, "live.add_item", session=rehearsed.session, kind="clip", title="短片",
                   planned_seconds=60, client_id="a key of the rehearsal")  # fmt: skip
    assert answered["ok"]
    with reading() as db:
        card = graphics.filled(db, queries.session(db, rehearsed.session))
    assert card is not None
    do(air.panic, rehearsed.host, rehearsed.session)
    do(outputs.make_output, rehearsed.host, rehearsed.session, "只为彩排", [Layer.LOGO])
    clock.forward(minutes=1)
    rehearsed.close()
    rehearsed.write(left)
    assert pictures.path_of(PICTURE, settings().data_dir).exists()
    rehearsed.clear_away()
    assert fingerprint() == before
    assert not pictures.path_of(PICTURE, settings().data_dir).exists()
    with reading() as db, pytest.raises(NotFound):
        queries.session(db, rehearsed.session)


def test_nobody_else_is_told_a_byte_of_it(rehearsed: Rehearsed, browser: Browser, say: Say) -> None:
    """By any door, also not by one that somebody guesses: while it is on air, and when it is over."""
    code, real, stranger = rehearsed.row.code, rehearsed.real, VISITOR
    doors = Doors(browser, say, code=code, session=real, other=rehearsed.other)
    before = doors.pages(stranger) | doors.queries(stranger)
    guessed = Doors(browser, say, code=rehearsed.rehearse().row.code, session=rehearsed.session, other=real)
    rehearsed.begin().happen()
    for end in (lambda: None, rehearsed.close):
        end()
        after = doors.pages(stranger) | doors.queries(stranger)
        assert {door for door in after if after[door] != before[door] and door not in MAY_GO_ON} == set()
        for one in (stranger, rehearsed.phone):
            told = guessed.pages(one) | guessed.queries(one)
            told = {door: page for door, page in told.items() if "similar" not in door}  # says again what was typed
            assert not [(door, word) for door, page in told.items() for word in (*WORDS, "彩排") if word in page]


#: What a person who is signed in sees of the whole city: no list and no sum of it holds anything of a rehearsal.
LISTS = (
    "/", "/sessions", "/questions", "/questions?sort=supported", "/pledges", "/board", "/unit", "/silence",
    "/results/units/5", "/results/draft?theme=%E5%B9%B3%E5%8F%B0%E5%8A%9E%E7%90%86&period=2026-12", "/trace/heads.txt",
)  # fmt: skip


@pytest.mark.parametrize("role", [Role.STAFF, Role.LEADER, Role.OFFICIAL, Role.HOST])
def test_it_is_in_no_list_and_no_sum_also_of_those_who_take_part(
    rehearsed: Rehearsed, browser: Browser, role: Role
) -> None:
    who = rehearsed.official if role is Role.OFFICIAL else rehearsed.city.person(role)
    before = {path: browser.get(path, who).text for path in LISTS}
    rehearsed.rehearse().begin().approved(text="会上没有轮到的问题", phone=rehearsed.guest)
    rehearsed.happen()
    rehearsed.close()
    after = {path: browser.get(path, who).text for path in LISTS}
    assert {path for path in LISTS if after[path] != before[path]} == set()


def test_whoever_takes_part_sees_on_every_page_that_it_is_a_rehearsal(rehearsed: Rehearsed, browser: Browser) -> None:
    rehearsed.rehearse().begin().happen()
    code = rehearsed.row.code
    desks = {"host": rehearsed.host, "moderate": rehearsed.moderator, "clerk": rehearsed.clerk,
             "official": rehearsed.official, "director": rehearsed.host}  # fmt: skip
    host = replace(rehearsed.host, device_id=rehearsed.phone.device_id)
    pages = dict.fromkeys(
        (f"/screen/{code}", f"/s/{code}", f"/backstage/{code}", f"/stage/{code}", f"/prompter/{code}",
         f"/sessions/{code}", f"/sessions/{code}/edit", f"/sessions/{code}/minutes", f"/sessions/{code}/ledger",
         f"/sessions/{code}/cards", f"/sessions/{code}/outputs", f"/questions/{rehearsed.before}", "/pledges/1"),
        host,
    )  # fmt: skip
    for path, who in ({f"/desk/{code}/{name}": one for name, one in desks.items()} | pages).items():
        page = browser.get(path, who)
        assert page.status == 200, path
        assert "rehearsal-mark" in page.text, path
    assert "rehearsal-mark" in browser.get(f"/join/{code}", rehearsed.host).text
    assert "rehearsal-mark" in browser.get(f"/output/{rehearsed.token}").text


def test_its_setup_asks_for_no_day(rehearsed: Rehearsed, browser: Browser, clock: Clock) -> None:
    """It may begin at any time; the session itself, days before its own, may not."""
    rehearsed.rehearse()
    clock.forward(days=-3)
    asks = {
        number: "planned_for" in browser.get(f"/sessions/{code}/edit", rehearsed.host).text
        for number, code in ((rehearsed.real, code_of(rehearsed.real)), (rehearsed.session, rehearsed.row.code))
    }
    assert asks == {rehearsed.real: True, rehearsed.session: False}


def code_of(session_id: int) -> str:
    with reading() as db:
        return queries.session(db, session_id).code


def test_the_real_evening_begins_clean(rehearsed: Rehearsed) -> None:
    """Whoever goes live in the middle of a rehearsal ends it by that."""
    planned = rows(rehearsed.real)
    rehearsed.rehearse().begin().happen()
    do(preparation.go_live, rehearsed.host, rehearsed.real, EIGHT.date())
    assert rows(rehearsed.real) == planned
    with reading() as db:
        assert queries.rehearsal(db, rehearsed.real) is None
        assert [one.session_id for one in graphics.outputs(db, rehearsed.real)] == [rehearsed.real]
        assert trace.breaks(db) == []


def test_nothing_in_it_reaches_outside(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse().begin()
    asked = rehearsed.approved(text="想改到别处的问题", phone=rehearsed.guest)
    with nothing_changes(), pytest.raises(StaysInRehearsal):
        rehearsed.close(defer_rest_to=rehearsed.other)
    assert rehearsed.question(asked).session_id == rehearsed.session


def test_one_at_a_time_and_of_what_was_never_live(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse()
    with nothing_changes(), pytest.raises(refusals.AlreadyRehearsed):
        do(rehearsing.rehearse_session, rehearsed.host, rehearsed.real)
    with nothing_changes(), pytest.raises(refusals.IsRehearsal):
        do(rehearsing.rehearse_session, rehearsed.host, rehearsed.session)
    with nothing_changes(), pytest.raises(refusals.NoRehearsal):
        do(clearing.clear_rehearsal, rehearsed.host, rehearsed.real)
    rehearsed.clear_away()
    rehearsed.rehearse().clear_away()
    do(preparation.go_live, rehearsed.host, rehearsed.real, EIGHT.date())
    with nothing_changes(), pytest.raises(refusals.AlreadyLive):
        do(rehearsing.rehearse_session, rehearsed.host, rehearsed.real)


def test_the_database_lets_no_other_entry_go(rehearsed: Rehearsed) -> None:
    """By its own rule, whoever asks: not one of a real session, and no real one becomes a rehearsal afterwards."""
    rehearsed.rehearse()
    for statement in (
        "DELETE FROM trace_mentions", "DELETE FROM trace_entries",
        "UPDATE streams SET temporary = NOT temporary", "UPDATE trace_entries SET kind = 'x'",
    ):  # fmt: skip
        with nothing_changes(), engine().connect() as connection, pytest.raises(DatabaseError):
            connection.execute(text(statement))


def test_what_happens_in_it_is_checked_like_anything_else(rehearsed: Rehearsed) -> None:
    rehearsed.rehearse().begin().happen()
    with reading() as db:
        assert f"session:{rehearsed.session}:public" not in {one.name for one in trace.heads(db)}
        assert trace.position(db, f"session:{rehearsed.session}:public")[0] > 10


def test_two_commands_that_share_a_transaction_are_two(rehearsed: Rehearsed) -> None:
    """Questions to a rehearsal and to another session may be taken in one transaction: neither reaches the other."""
    rehearsed.rehearse()
    with unit_of_work() as uow:
        for number in (rehearsed.session, rehearsed.other):
            added = uow.attempt(
                lambda number=number: rundown.add_item(
                    uow, rehearsed.host, number, kind=ItemKind.CLIP, title="短片", planned_ms=60_000
                )
            )
            assert isinstance(added, Item)


def test_a_title_that_is_long_is_cut_to_fit(rehearsed: Rehearsed) -> None:
    do(preparation.change_session, rehearsed.host, rehearsed.real, title="长" * 120, title_en="L" * 160)
    rehearsed.rehearse()
    assert rehearsed.row.title == "【彩排】" + "长" * 116
    assert rehearsed.row.title_en == "Rehearsal: " + "L" * 149


def test_whoever_still_follows_it_is_cut_off_and_nobody_else(rehearsed: Rehearsed) -> None:
    """In every process, whichever of them cleared it away."""
    rehearsed.rehearse()
    sids = {number: socketio.server.manager.connect(uuid4().hex, "/") for number in (rehearsed.session, rehearsed.real)}
    rooms = {number: str(tick_room(number, View.INTERNAL)) for number in sids}
    for number, sid in sids.items():
        fanout.enter(sid, rooms[number])
    watch.cut_gone()
    assert [fanout.count(room) for room in rooms.values()] == [1, 1]
    rehearsed.clear_away()
    watch.cut_gone()
    assert [fanout.count(room) for room in rooms.values()] == [0, 1]
    socketio.server.manager.disconnect(sids[rehearsed.real], "/")


def test_one_that_was_forgotten_is_cleared_away_in_the_end(rehearsed: Rehearsed, clock: Clock) -> None:
    before = fingerprint()
    rehearsed.rehearse().begin()
    clock.forward(days=3)
    assert watch.clear_forgotten(instants.now()) == 0
    clock.forward(minutes=1)
    assert watch.clear_forgotten(instants.now()) == 1
    assert fingerprint() == before
