"""The pages of the desks: who may sit where, and what each is told besides the live state."""

import html
import json
import re
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.live import queries
from inquiry.live.commands import preparation, slots
from inquiry.permissions import VISITOR, Actor, Role
from tests.pledges.conftest import EIGHT, Clock, Evening, Promise, clock, do, evening, promise
from tests.support.application import City

__all__ = ["clock", "evening", "promise"]

DESKS = ("host", "moderate", "clerk", "official")
SEATS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: DESKS, Role.HOST: ("host",), Role.PRODUCER: ("host", "moderate"),
    Role.MODERATOR: ("moderate",), Role.CLERK: ("clerk",), Role.OFFICIAL: ("official",),
    Role.STAFF: (), Role.LEADER: (),
}  # fmt: skip


class Browser:
    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self._http, self._patch = app.test_client(), patch

    def open(self, path: str, actor: Actor, language: str = "zh-CN") -> Any:
        self._patch.setattr(registry, "identify", lambda _db: actor)
        return self._http.get(path, headers={"Accept-Language": language})

    def facts(self, path: str, actor: Actor, language: str = "zh-CN") -> dict[str, Any]:
        """What the page tells its script."""
        page = self.open(path, actor, language).get_data(as_text=True)
        written = re.search(r"data-desk='([^']*)'", page)
        assert written, page[:500]
        facts: dict[str, Any] = json.loads(html.unescape(written[1]))
        return facts


@pytest.fixture
def browser(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(app, monkeypatch)


@pytest.fixture
def code(evening: Evening) -> str:
    return evening.row.code


@pytest.mark.parametrize("role", SEATS)
def test_everybody_sits_at_the_own_desk_only(browser: Browser, city: City, code: str, role: Role) -> None:
    actor = city.person(role)
    statuses = {name: browser.open(f"/desk/{code}/{name}", actor).status_code for name in DESKS}
    assert statuses == {name: 200 if name in SEATS[role] else 403 for name in DESKS}


@pytest.mark.parametrize("role", SEATS)
def test_the_short_address_leads_to_the_first_of_the_own_desks(
    browser: Browser, city: City, code: str, role: Role
) -> None:
    answer = browser.open(f"/desk/{code.lower()}", city.person(role))
    if SEATS[role]:
        assert answer.headers["Location"] == f"/desk/{code}/{SEATS[role][0]}"
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("name", DESKS)
def test_a_stranger_is_asked_to_sign_in(browser: Browser, code: str, name: str) -> None:
    assert browser.open(f"/desk/{code}/{name}", VISITOR).headers["Location"].startswith("/sign-in?next=/desk/")


@pytest.mark.parametrize("name", DESKS)
def test_no_desk_without_a_session(browser: Browser, city: City, name: str) -> None:
    assert browser.open(f"/desk/ABCDEF/{name}", city.person(Role.ADMINISTRATOR)).status_code == 404


def test_the_host_is_told_who_may_speak_and_where_questions_can_go(
    browser: Browser, city: City, evening: Evening, code: str, clock: Clock
) -> None:
    next_week = evening.plan(city.water.id, title="城市排水")
    facts = browser.facts(f"/desk/{code}/host", city.person(Role.HOST))
    assert (facts["session"], facts["code"]) == (evening.session, code)
    assert [one["id"] for one in facts["sessions"]] == [next_week], "not to itself"
    assert facts["people"][str(city.city_management.id)][0]["name"]
    assert facts["reply_due_on"] == "2026-12-15", "ten working days from Tuesday, the first of December"


@pytest.mark.parametrize("name", ["host", "clerk"])
def test_they_are_told_how_speakers_were_last_announced(
    browser: Browser, city: City, evening: Evening, code: str, name: str
) -> None:
    """Also in the sessions after that one; a slot without a title says nothing of it."""
    evening.on_air()
    for speaker, title in (("林知远", "代局长"), ("林知远", "局长"), ("林知远", ""), ("外请专家", "")):
        do(
            slots.start_slot, evening.host, evening.session, evening.seen, unit_id=city.water.id, speaker=speaker,
            speaker_title=title, seconds=60,
        )  # fmt: skip
        do(slots.end_slot, evening.host, evening.session, evening.seen)
    with reading() as db:
        next_week = queries.session(db, evening.plan(city.water.id, title="城市排水")).code
    for at in (code, next_week):
        facts = browser.facts(f"/desk/{at}/{name}", city.person(Role(name)))
        assert facts["titles"] == {str(city.water.id): {"林知远": "局长"}}


def test_the_clerk_is_told_the_vague_words_and_the_days_out_of_the_ordinary(
    browser: Browser, city: City, code: str, clock: Clock
) -> None:
    facts = browser.facts(f"/desk/{code}/clerk", city.person(Role.CLERK))
    assert "尽快" in facts["vague"]
    calendar = facts["calendar"]
    assert calendar["today"] == EIGHT.date().isoformat()
    assert all(day > calendar["today"] for day in calendar["off"] + calendar["on"])
    assert calendar["known_to"].endswith("-12-31")


def test_an_official_is_told_what_the_own_units_promised_in_other_sessions(
    browser: Browser, city: City, promise: Promise, clock: Clock
) -> None:
    here = promise.evening.row.code
    mine, others = city.official_of(city.city_management), city.official_of(city.water)
    other_session = promise.evening.plan(city.city_management.id, title="下一场")
    do(preparation.go_live, promise.evening.host, other_session)
    assert browser.facts(f"/desk/{here}/official", mine)["earlier"] == [], "tonight's come with the live state"
    there = code_of(other_session)
    [told] = browser.facts(f"/desk/{there}/official", mine)["earlier"]
    assert (told["id"], told["timing"], told["session"]) == (promise.id, "in_time", "城市照明")
    do(preparation.change_session, promise.evening.host, promise.evening.session, title_en="City lights")
    [told] = browser.facts(f"/desk/{there}/official", mine, "en")["earlier"]
    assert told["session"] == "City lights"
    assert browser.facts(f"/desk/{there}/official", others)["earlier"] == []
    assert browser.facts(f"/desk/{there}/official", mine)["units"] == [city.city_management.id]


def code_of(session_id: int) -> str:
    with reading() as db:
        return queries.session(db, session_id).code
