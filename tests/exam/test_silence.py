"""A head who has not earned the floor is seen to be silent: since when, and why not."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from inquiry.accounts.commands.heads import appoint_head
from inquiry.core.db import reading
from inquiry.exam.commands import changing
from inquiry.exam.commands.changing import Wish
from inquiry.exam.queries import lookup
from inquiry.exam.queries import silence as silent_heads
from inquiry.exam.rules.silence import Meeting, Stood, Unheard, silence, unheard
from inquiry.live.commands import floor
from inquiry.results.rules.periods import Period
from inquiry.results.rules.scores import band
from tests.exam.conftest import EIGHT, ROOT, Clock, Night, do

DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("stood", "why"),
    [
        (Stood(band(Fraction(70))), Unheard.LAGGING),
        (Stood(band(Fraction(99))), Unheard.LAGGING),
        (Stood(band(Fraction(100))), Unheard.NEITHER),
        (Stood(band(Fraction(110))), Unheard.LEADING),
        (Stood(None), Unheard.INCOMPLETE),
        (Stood(band(Fraction(70)), was_planned=True), Unheard.CUT),
        (Stood(band(Fraction(70)), was_planned=True, was_absent=True), Unheard.ABSENT),
        (Stood(band(Fraction(70)), was_planned=True, spoke=("副区长",)), Unheard.DEPUTY),
    ],
)  # fmt: skip
def test_why_a_head_did_not_speak(stood: Stood, why: Unheard) -> None:
    assert unheard(stood) is why


def meeting(number: int, day: date, **units: Stood) -> Meeting:
    return Meeting(number, day, {int(name[1:]): stood for name, stood in units.items()})


def test_a_silence_is_counted_since_the_head_came_and_since_it_was_broken() -> None:
    held = [
        meeting(4, date(2026, 11, 1), u1=Stood(band(Fraction(105)))),
        meeting(3, date(2026, 10, 1), u1=Stood(band(Fraction(90)), was_planned=True, spoke=("副区长",))),
        meeting(2, date(2026, 9, 1), u1=Stood(band(Fraction(120)), was_planned=True, spoke=("区长", "副区长"))),
        meeting(1, date(2026, 8, 1), u2=Stood(band(Fraction(70)))),
        meeting(0, date(2026, 7, 1), u1=Stood(band(Fraction(70)))),
    ]
    found = silence(1, "区长", None, held)
    assert (found.meetings, found.silent, found.last) == (4, 2, held[2])
    assert [(one.session_id, why) for one, why in found.why] == [(4, Unheard.NEITHER), (3, Unheard.DEPUTY)]
    # a new head's silence begins with the first meeting in office
    fresh = silence(1, "新区长", date(2026, 10, 2), held)
    assert (fresh.meetings, fresh.silent, fresh.last) == (1, 1, None)
    assert silence(3, "谁", None, held).meetings == 0


def hold(night: Night, clock: Clock, *speak: str) -> None:
    """The meeting that is planned, with these districts' slots."""
    night.go_live()
    for name in speak:
        night.begin(name)
        clock.forward(seconds=60)
    do(floor.close, night.host, night.session)


def test_the_silent_are_found_out_of_what_was_held(night: Night, clock: Clock) -> None:
    night.plan()
    with reading() as db:
        # one meeting alone silences nobody for two
        assert lookup.exam(db, night.session).silent == []
    night.go_live()
    slot, _item = night.slot("戊区")
    do(changing.change_slot, night.host, slot.id, Wish(speaker="副区长", speaker_title=""), "区长出差")
    hold_again = ["乙区", "丙区", "甲区", "戊区"]
    for name in hold_again:
        night.begin(name)
        clock.forward(seconds=60)
    do(floor.close, night.host, night.session)
    do(appoint_head, ROOT, night.units["己区"], "己区新长", "区长", DAY)
    clock.forward(days=1)
    with reading() as db:
        found = {one.unit.name: one for one in silent_heads.heads(db, DAY + timedelta(days=1))}
    assert {name: one.silence.silent for name, one in found.items()} == {
        "甲区": 0, "乙区": 0, "丙区": 0, "丁区": 1, "戊区": 1, "己区": 1, "庚区": 1,
    }  # fmt: skip
    why = {name: one.silence.why[0][1] for name, one in found.items() if one.silence.why}
    assert why == {
        "丁区": Unheard.CUT, "戊区": Unheard.DEPUTY, "己区": Unheard.NEITHER, "庚区": Unheard.CUT,
    }  # fmt: skip
    # the next meeting, out of the same tables: whoever is planned will speak, 己区 stays silent for the second time
    night.session = night.create(starts_at=EIGHT + timedelta(days=1), period=Period.parse("2026-11"))
    night.plan()
    with reading() as db:
        silent = lookup.exam(db, night.session).silent
    assert [(one["unit"], one["head"], one["meetings"], one["last"]) for one in silent] == [
        ("己区", "己区新长", 2, None)
    ]
