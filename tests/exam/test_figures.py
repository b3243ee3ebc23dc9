"""What the screen shows of those who speak: figures and marks out of the frozen tables, and what they promised."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.core.kept import Kept
from inquiry.exam import refusals
from inquiry.exam.commands import changing
from inquiry.exam.queries import figures, lookup, promises
from inquiry.exam.rules import marks
from inquiry.permissions import Role
from inquiry.pledges.commands.recording import record_from
from inquiry.pledges.origins import Origin
from inquiry.results.commands.figures import NewActual, record_actual
from inquiry.results.commands.publishing import publish_table
from inquiry.results.rules.periods import Period
from inquiry.results.rules.scores import Better, attainment
from tests.exam.conftest import Clock, Night, do
from tests.support.application import Say

HALF = (marks.BASELINE_AT + marks.STRETCH_AT) // 2


@pytest.mark.parametrize(
    ("what", "better", "baseline", "stretch", "actual", "at"),
    [
        ("at the baseline", Better.MORE, 1000, 1200, 1000, marks.BASELINE_AT),
        ("at the stretch target", Better.MORE, 1000, 1200, 1200, marks.STRETCH_AT),
        ("half of the way", Better.MORE, 1000, 1200, 1100, HALF),
        ("half of the way, less is better", Better.LESS, 80, 60, 70, HALF),
        ("half of the way, a loss that becomes smaller", Better.MORE, -50, -20, -35, HALF),
        ("half of the way from zero", Better.MORE, 0, 10, 5, HALF),
        ("half of the way to zero, less is better", Better.LESS, 10, 0, 5, HALF),
        ("70 of 100", Better.MORE, 1000, 1200, 700, 225),
        ("worse where less is better: 75 of 100", Better.LESS, 80, 60, 100, 262),
        ("below zero from a baseline of zero: 60 of 100", Better.MORE, 0, 10, -4, 150),
        ("far below: at the beginning", Better.MORE, 1000, 1200, 0, 0),
        ("far beyond: at the end", Better.LESS, 80, 60, -500, 1000),
        ("halfway between the stretch target and the end", Better.MORE, 1000, 1200, 1300, 925),
    ],
)  # fmt: skip
def test_where_a_mark_stands(what: str, better: Better, baseline: int, stretch: int, actual: int, at: int) -> None:
    assert marks.place(attainment(actual, baseline, stretch, better)) == at, what


def test_marks_never_change_places_and_never_leave_the_line() -> None:
    places = [marks.place(Fraction(each, 7)) for each in range(7 * 131)]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 1000)


def test_faint_marks_are_bounded_however_many_peers() -> None:
    assert marks.peers([Fraction(100), Fraction(100), Fraction(120)]) == [marks.BASELINE_AT, marks.STRETCH_AT]
    assert len(marks.peers(Fraction(each, 100) for each in range(13_000))) <= 201


def test_the_heaviest_indicators_are_shown_in_their_order() -> None:
    weights = ["1", "3", "2", "1", "5", "1", "4", "1", "1", "2.5"]
    assert figures._heaviest([{"weight": one} for one in weights]) == [0, 1, 2, 3, 4, 5, 6, 9]
    assert figures._heaviest([{}] * 9) == list(range(8))


def told(night: Night) -> dict[str, Any]:
    with reading() as db:
        return figures.figures(db, lookup.exam(db, night.session))


def of(answer: dict[str, Any], night: Night, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer["units"] if one["unit"] == night.units[name])
    return found


def test_the_figures_of_those_who_speak(planned: Night) -> None:
    answer = told(planned)
    assert {one["unit"] for one in answer["units"]} == {slot.unit_id for slot, _item in planned.slots()}
    [group] = answer["groups"]
    assert (group["name"], group["name_en"], group["of"], group["more"]) == ("各区", "Districts", 7, 0)
    [indicator] = group["indicators"]
    # 100 → 450, each point up to 120 is 20: 112.4, 118, 112, 101; 71 → 232.5, 65 → 187.5; without the seventh
    assert indicator["peers"] == [185, 230, 470, 690, 695, 810]
    first = of(answer, planned, "甲区")
    assert first["figures"] == [
        {"actual": "112.4", "baseline": "100.0", "stretch": "120.0", "attainment": "112.40", "at": 698}
    ]
    assert (first["rank"], first["score"], first["band"]) == (2, "112.40", "leading")
    assert [one["period"] for one in first["trend"]][::11] == ["2025-12", "2026-11"]
    assert [one["score"] for one in first["trend"]] == [None] * 10 + ["104.00", "112.40"]
    assert [one["at"] for one in first["trend"]][-2:] == [530, 698]
    missing = of(answer, planned, "庚区")
    assert (missing["figures"][0]["actual"], missing["figures"][0]["at"], missing["rank"]) == (None, None, None)


def test_they_stay_as_they_were_when_the_plan_was_made(
    planned: Night, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(planned)
    monkeypatch.setattr(figures, "_kept", Kept(1))
    clock.forward(minutes=1)
    staff = planned.city.person(Role.STAFF)
    for period, value in (("2026-10", "50"), ("2026-11", "60")):
        do(record_actual, staff, NewActual(1, planned.units["甲区"], period, Decimal(value), ""))
        do(publish_table, staff, "经济", Period.parse(period), planned.group, "更正")
    assert told(planned) == before


def test_who_speaks_by_hand_has_figures_too(planned: Night) -> None:
    before = told(planned)
    assert planned.units["己区"] not in {one["unit"] for one in before["units"]}
    slot, _item = planned.slot("庚区")
    do(changing.change_slot, planned.host, slot.id, changing.Wish(unit_id=planned.units["己区"]), "庚区未到会")
    assert of(told(planned), planned, "己区")["score"] == "101.00"


def test_everybody_may_read_them_and_only_of_a_plan(planned: Night, say: Say) -> None:
    phone = planned.city.phone()
    assert say(phone, "exam.figures", session=planned.session)["units"]
    with pytest.raises(refusals.NotPlannedYet), reading() as db:
        figures.figures(db, lookup.exam(db, planned.create()))


def test_what_a_unit_promised_before_overdue_first(planned: Night, say: Say) -> None:
    unit, today = planned.units["甲区"], date(2026, 12, 1)
    staff = planned.city.person(Role.STAFF)
    spoken = [
        ("修桥", None),
        ("修路", today + timedelta(days=200)),
        ("清淤", today),
        ("植树", today + timedelta(days=3)),
    ]
    for words, due_on in spoken:
        promised = {"spoken": f"{words}。", "lead_unit_id": unit, "action": words, "object": "一处", "officer": "甲",
                    "due_on": due_on}  # fmt: skip
        do(record_from, staff, Origin.of_task_list(), **promised)
    with reading() as db:
        found = promises.last_pledges(db, {planned.session}, unit, today + timedelta(days=1))
    assert [(one["action"], one["timing"]) for one in found["pledges"]] == [
        ("清淤", "overdue"), ("植树", "due_soon"), ("修路", "in_time"), ("修桥", "undated"),
    ]  # fmt: skip
    assert (found["open"], found["overdue"]) == (4, 1)
    answer = say(planned.city.phone(), "exam.last_pledges", session=planned.session, unit=unit)
    assert [one["action"] for one in answer["pledges"]][:1] == ["清淤"]
