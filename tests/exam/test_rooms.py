"""Who sits where in a night exam: the units' rooms, the leaders' page, the roll call, and what each is told."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from inquiry.accounts.models import GroupMembership, Unit, UnitKind
from inquiry.core.db import reading
from inquiry.core.kept import Kept
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.errors import BadInput, Forbidden
from inquiry.exam import refusals
from inquiry.exam.queries import lookup
from inquiry.exam.rows import exam_rows
from inquiry.live.queries import session as session_of
from inquiry.live.refusals import SessionClosed
from inquiry.media.commands.stage import set_conference
from inquiry.media.models import Part
from inquiry.permissions import VISITOR, Actor, Role
from inquiry.realtime.views import View
from inquiry.results import frozen
from inquiry.results import queries as results
from inquiry.results.models import PublishedTable
from tests.exam.conftest import Clock, Night, do
from tests.support.application import City
from tests.support.statements import statements

ROOMS = ("room", "lead", "roll-call")
SEATS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: ("lead", "roll-call"), Role.HOST: ("roll-call",), Role.PRODUCER: ("roll-call",),
    Role.MODERATOR: (), Role.CLERK: ("roll-call",), Role.STAFF: ("roll-call",), Role.LEADER: ("lead",),
}  # fmt: skip


def official(night: Night, *names: str) -> Actor:
    """Of the first of these districts, answering for all of them."""
    ids = [night.units[name] for name in names]
    return Actor(Role.OFFICIAL, user_id=night.leader.user_id, name="会场", unit_id=ids[0], unit_ids=frozenset(ids))


class Asked:
    """Messages and pages, as somebody."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch, night: Night) -> None:
        self._http, self._patch, self.night = app.test_client(), patch, night
        with reading() as db:
            self.code = session_of(db, night.session).code

    def say(self, actor: Actor, name: str, **fields: Any) -> dict[str, Any]:
        self._patch.setattr(registry, "identify", lambda _db: actor)
        return registry.carry_out(name, {"session": self.night.session, **fields})

    def say_alone(self, actor: Actor, name: str, **fields: Any) -> dict[str, Any]:
        """The same, about no session."""
        self._patch.setattr(registry, "identify", lambda _db: actor)
        return registry.carry_out(name, fields)

    def mark(self, actor: Actor, name: str, presence: str, reason: str = "") -> dict[str, Any]:
        return self.say(
            actor, "exam.mark_presence", unit=self.night.units[name], presence=presence, reason=reason
        )  # fmt: skip

    def open(self, actor: Actor, path: str, language: str = "zh-CN") -> Any:
        self._patch.setattr(registry, "identify", lambda _db: actor)
        return self._http.get(f"/sessions/{self.code}/{path}".rstrip("/"), headers={"Accept-Language": language})

    def facts(self, actor: Actor, path: str) -> dict[str, Any]:
        page = self.open(actor, path).get_data(as_text=True)
        written = re.search(r"data-desk='([^']*)'", page)
        assert written, page[:500]
        told: dict[str, Any] = json.loads(html.unescape(written[1]))
        return told


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch, planned: Night) -> Asked:
    return Asked(app, monkeypatch, planned)


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", SEATS)
def test_everybody_opens_the_own_pages_only(asked: Asked, city: City, role: Role) -> None:
    actor = city.person(role)
    unit = asked.night.units["甲区"]
    pages = {"lead": "lead", "roll-call": "roll-call"}
    found = {name: asked.open(actor, path).status_code for name, path in pages.items()}
    assert found == {name: 200 if name in SEATS[role] else 403 for name in pages}
    in_room = asked.open(actor, f"room/{unit}").status_code
    assert in_room == (200 if role is Role.ADMINISTRATOR else 403)


@pytest.mark.parametrize("name", ROOMS)
def test_a_stranger_is_asked_to_sign_in(asked: Asked, name: str) -> None:
    answer = asked.open(VISITOR, name)
    assert answer.headers["Location"].startswith("/sign-in?next=/sessions/")


def test_the_page_of_the_meeting_leads_to_them(asked: Asked, city: City) -> None:
    ways = {
        actor: re.findall(rf'href="/sessions/{asked.code}/(room|lead|roll-call)"', _page_of(asked, actor))
        for actor in (official(asked.night, "甲区"), asked.night.leader, asked.night.host, VISITOR)
    }
    assert list(ways.values()) == [["room"], ["lead"], ["roll-call"], []]


def _page_of(asked: Asked, actor: Actor) -> str:
    page: str = asked.open(actor, "").get_data(as_text=True)
    return page


def test_an_official_is_led_to_the_own_room_and_into_no_other(asked: Asked) -> None:
    own = official(asked.night, "甲区")
    unit, other = asked.night.units["甲区"], asked.night.units["乙区"]
    assert asked.open(own, "room").headers["Location"].endswith(f"/room/{unit}")
    assert asked.open(own, f"room/{unit}").status_code == 200
    assert asked.open(own, f"room/{other}").status_code == 403
    with pytest.raises(Forbidden):
        asked.say(own, "exam.room", unit=other)


def test_their_pages_lead_to_the_citys_own_conference(asked: Asked) -> None:
    """Whether or not the picture comes from anywhere."""
    for part in Part:
        do(set_conference, asked.night.host, asked.night.session, part, f"https://meet.example/{part.value}")
    sites = [(official(asked.night, "甲区"), f"room/{asked.night.units['甲区']}"), (asked.night.leader, "lead")]
    pages = [*sites, (asked.night.host, "roll-call")]
    links = [
        re.findall(r'href="https://meet.example/(\w+)"', asked.open(*page).get_data(as_text=True)) for page in pages
    ]
    assert links == [["speaker"], ["leader"], ["host"]]


def test_whoever_answers_for_several_units_chooses(asked: Asked, city: City) -> None:
    ids = frozenset([city.city.id, *asked.night.units.values()])
    above = Actor(Role.OFFICIAL, user_id=asked.night.leader.user_id, unit_id=city.city.id, unit_ids=ids)
    page = asked.open(above, "room").get_data(as_text=True)
    assert all(f"/room/{unit_id}" in page for unit_id in asked.night.units.values())
    assert asked.open(above, f"room/{asked.night.units['丁区']}").status_code == 200


def test_a_unit_that_is_not_expected_is_told_so(asked: Asked, city: City) -> None:
    outside = Actor(Role.OFFICIAL, user_id=asked.night.leader.user_id, unit_id=city.city.id,
                    unit_ids=frozenset([city.city.id]))  # fmt: skip
    assert asked.open(outside, "room").status_code == 409
    with pytest.raises(refusals.NotExpected):
        asked.say(outside, "exam.room", unit=city.city.id)


def test_the_pages_are_of_night_exams(asked: Asked, city: City) -> None:
    made = asked.say_alone(
        city.person(Role.HOST), "live.create_session", title="路灯", starts_at="2026-12-09T20:00", planned_minutes=60
    )
    asked.code = made["code"]
    assert asked.open(city.person(Role.HOST), "roll-call").status_code == 409
    assert asked.open(city.person(Role.LEADER), "lead").status_code == 409


# --- a room ---------------------------------------------------------------------------------------------------------


def test_a_room_is_told_its_place_and_figures_out_of_the_frozen_table(asked: Asked) -> None:
    unit = asked.night.units["甲区"]
    place = asked.say(official(asked.night, "甲区"), "exam.room", unit=unit)["place"]
    assert (place["rank"], place["of"], place["score"], place["band"], place["places"]) == (
        2, 7, "112.40", "leading", 1,
    )  # fmt: skip
    figure = place["figures"][0]
    assert (figure["code"], figure["actual"], figure["baseline"], figure["stretch"], figure["attainment"]) == (
        "PROJECTS", "112.4", "100.0", "120.0", "112.40",
    )  # fmt: skip
    with reading() as db:
        plan = lookup.plan(db, lookup.exam(db, asked.night.session))
        decided = [one["table"] for one in plan.sources["groups"].values()]
        assert db.get_one(PublishedTable, place["table"]).digest in decided


def test_a_table_is_read_once_however_many_rooms_ask(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_kept", Kept(1))
    whole: list[int] = []
    read = results.contents_of
    monkeypatch.setattr(results, "contents_of", lambda db, table: (whole.append(table.id), read(db, table))[1])
    places = [
        asked.say(official(asked.night, name), "exam.room", unit=asked.night.units[name])["place"]
        for name in ("甲区", "乙区", "庚区", "甲区")
    ]
    assert [one["rank"] for one in places] == [2, 1, None, 2]
    assert whole == [places[0]["table"]]


def test_a_room_reads_as_little_of_the_plan_as_it_needs(asked: Asked) -> None:
    own, unit = official(asked.night, "甲区"), asked.night.units["甲区"]
    asked.say(own, "exam.room", unit=unit)
    with statements() as asked_for:
        asked.say(own, "exam.room", unit=unit)
    long = [one for one in asked_for if "exam_plans.sources" in one or "published_tables.contents" in one]
    assert long == []


def test_whoever_reported_nothing_is_told_what_is_missing(asked: Asked) -> None:
    place = asked.say(official(asked.night, "庚区"), "exam.room", unit=asked.night.units["庚区"])["place"]
    assert (place["rank"], place["score"], place["missing"]) == (None, None, ["PROJECTS 2026-11"])
    assert place["figures"][0]["actual"] is None


def test_before_the_plan_there_is_no_place(app: Flask, monkeypatch: pytest.MonkeyPatch, night: Night) -> None:
    asked = Asked(app, monkeypatch, night)
    own = official(night, "甲区")
    assert asked.say(own, "exam.room", unit=night.units["甲区"])["place"] is None
    assert asked.facts(own, f"room/{night.units['甲区']}")["place"] is None


def test_the_page_of_a_room_is_told_what_its_query_tells(asked: Asked) -> None:
    own, unit = official(asked.night, "甲区"), asked.night.units["甲区"]
    facts, told = asked.facts(own, f"room/{unit}"), asked.say(own, "exam.room", unit=unit)
    assert {name: facts[name] for name in told} == told
    assert (facts["units"], facts["marks"]) == ([unit], True)


# --- attendance -----------------------------------------------------------------------------------------------------


def counts(asked: Asked) -> dict[str, int]:
    with reading() as db:
        row = exam_rows(db, [asked.night.session], View.PUBLIC)[asked.night.session]
    assert row is not None
    found: dict[str, int] = row["attendance"]["all"]
    return found


def said(asked: Asked, name: str) -> tuple[str, str, str]:
    told = asked.say(asked.night.host, "exam.roll_call")
    one = next(one for one in told["units"] if one["unit"] == asked.night.units[name])
    assert told["counts"]["all"] == counts(asked)
    return one["presence"], one["reason"], one["role"] or ""


def test_a_unit_says_that_it_is_there_and_leaves(asked: Asked) -> None:
    own = official(asked.night, "甲区")
    assert counts(asked) == {"expected": 7, "present": 0, "left": 0, "absent": 0}
    asked.mark(own, "甲区", "present")
    assert counts(asked) == {"expected": 7, "present": 1, "left": 0, "absent": 0}
    asked.mark(own, "甲区", "left")
    assert counts(asked) == {"expected": 7, "present": 0, "left": 1, "absent": 0}
    with pytest.raises(Forbidden):
        asked.mark(own, "乙区", "present")


def test_of_two_who_mark_the_last_one_counts_and_is_named(asked: Asked, city: City) -> None:
    asked.mark(city.person(Role.STAFF), "乙区", "absent", "因公外出")
    assert said(asked, "乙区") == ("absent", "因公外出", "staff")
    asked.mark(asked.night.host, "乙区", "present")
    assert said(asked, "乙区") == ("present", "", "host")


def test_what_was_said_can_be_taken_back(asked: Asked) -> None:
    own = official(asked.night, "丙区")
    asked.mark(own, "丙区", "present")
    assert asked.mark(own, "丙区", "expected")["presence"] == "expected"
    assert said(asked, "丙区") == ("expected", "", "")
    asked.mark(own, "丙区", "expected")
    assert counts(asked)["expected"] == 7


def test_who_is_absent_has_a_reason(asked: Asked) -> None:
    with pytest.raises(BadInput):
        asked.mark(asked.night.host, "丙区", "absent")
    assert said(asked, "丙区") == ("expected", "", "")


def test_a_long_roll_comes_in_pages_by_level(asked: Asked) -> None:
    _streets(asked.night, 1100)
    pages = [asked.say(asked.night.host, "exam.roll_call", page=page) for page in range(1, 4)]
    assert [len(one["units"]) for one in pages] == [500, 500, 107]
    assert {(one["pages"], one["total"]) for one in pages} == {(3, 1107)}
    kinds = [unit["kind"] for one in pages for unit in one["units"]]
    assert kinds == ["district"] * 7 + ["street"] * 1100
    assert pages[0]["counts"]["street"] == {"expected": 1100, "present": 0, "left": 0, "absent": 0}
    with statements() as asked_of_database:
        asked.say(asked.night.host, "exam.roll_call", page=2)
    assert len(asked_of_database) < 20


def _streets(night: Night, number: int) -> None:
    def found(uow: UnitOfWork) -> None:
        rows = [
            Unit(name=f"第{place}街道", kind=UnitKind.STREET, parent_id=night.units["甲区"], position=100 + place)
            for place in range(number)
        ]
        uow.add(*rows)
        uow.add(*(GroupMembership(unit_id=one.id, group_id=night.group, from_day=date(2026, 1, 1)) for one in rows))

    do(found)


def test_after_the_meeting_nothing_is_marked_any_more(asked: Asked, clock: Clock) -> None:
    night = asked.night
    asked.say(night.host, "live.go_live")
    asked.mark(night.host, "甲区", "present")
    asked.say(night.host, "responses.close_session", seen=night.row.floor_rev)
    with pytest.raises(SessionClosed):
        asked.mark(night.host, "甲区", "left")
    assert counts(asked)["present"] == 1


# --- leaders --------------------------------------------------------------------------------------------------------


def test_a_leader_interrupts_and_assigns_a_pledge(asked: Asked) -> None:
    night = asked.night
    asked.say(night.host, "live.go_live")
    slot = night.begin("乙区")
    asked.say(night.leader, "exam.interrupt", seen=night.row.floor_rev, words="为什么只完成七成？")
    assert night.open_slot().is_interruption
    asked.say(night.leader, "exam.end_interruption", seen=night.row.floor_rev)
    assert not night.open_slot().is_interruption
    told = asked.say(
        night.leader, "exam.record_pledge", spoken="两周内复工。", lead_unit=slot.unit_id, action="复工", object="东站",
        officer="乙区长", due_on="2026-12-20",
    )  # fmt: skip
    assert (told["specificity"], told["missing"]) == ("specific", [])


# --- what was promised before -----------------------------------------------------------------------------------------


def test_a_room_sees_what_it_promised_before_overdue_first(asked: Asked, clock: Clock) -> None:
    night = asked.night
    asked.say(night.host, "live.go_live")
    for spoken, due_on in (("不写期限。", ""), ("年底前。", "2026-12-30"), ("三天内。", "2026-12-04")):
        asked.say(night.leader, "exam.record_pledge", spoken=spoken, lead_unit=night.units["甲区"], due_on=due_on)
    asked.say(night.leader, "exam.record_pledge", spoken="别人的。", lead_unit=night.units["乙区"])
    with reading() as db:
        asked.code = session_of(db, night.create()).code
    clock.forward(days=6)
    earlier = asked.facts(official(night, "甲区"), f"room/{night.units['甲区']}")["earlier"]
    assert [one["spoken"] for one in earlier] == ["三天内。", "年底前。", "不写期限。"]
    assert earlier[0]["timing"] == "overdue"
