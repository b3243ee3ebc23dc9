"""Votes that no audience gave: shown, set aside in public, brought back; and nothing else is touched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden
from inquiry.trace import story
from inquiry.verdicts import refusals
from inquiry.verdicts.commands import opening, setting_aside
from inquiry.verdicts.models import Pattern
from inquiry.verdicts.queries import lookup, suspects
from inquiry.verdicts.rules.patterns import Finding
from inquiry.verdicts.rules.voting import Count
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying
from tests.verdicts.conftest import EIGHT, Clock, Hall, do


def dry_run(hall: Hall, verdict: int) -> list[Finding]:
    with reading() as db:
        return suspects.findings(db, lookup.verdict(db, verdict))


@pytest.fixture
def attacked(hall: Hall, clock: Clock) -> int:
    """A closed verdict: twelve people of six networks, and 37 devices of one network that press as one."""
    people = [
        replace(one, network=f"203.0.113.{number % 6}")
        for number, one in enumerate(hall.phones(12, born=EIGHT - timedelta(hours=1)))
    ]
    swarm = hall.phones(37, "198.51.100.9", EIGHT - timedelta(hours=2))
    verdict = hall.open(60)
    clock.forward(seconds=3)
    hall.judge(verdict, False, *people[:8])
    hall.judge(verdict, True, *people[8:])
    clock.forward(seconds=1)
    hall.judge(verdict, True, *swarm)
    return hall.close(verdict)


def test_a_burst_is_found_set_aside_and_brought_back(hall: Hall, attacked: int) -> None:
    with nothing_changes():
        burst = next(one for one in dry_run(hall, attacked) if one.pattern is Pattern.BURST)
    assert (len(burst.votes), burst.satisfied) == (37, 37)
    with replaying(hall.session) as kinds:
        aside = do(
            setting_aside.set_aside, hall.producer, attacked, Pattern.BURST, burst.found, 37, "同一网络一秒内三十七票"
        )
    row = hall.row(attacked)
    assert (row.viewers_satisfied, row.viewers_not_satisfied, row.set_aside) == (4, 8, 37)
    assert all(one.pattern is not Pattern.BURST for one in dry_run(hall, attacked))
    with replaying(hall.session) as back:
        do(setting_aside.bring_back, hall.producer, aside.id)
    assert (hall.row(attacked).viewers_satisfied, hall.row(attacked).set_aside) == (41, 0)
    with nothing_changes(), pytest.raises(refusals.BroughtBack):
        do(setting_aside.bring_back, hall.producer, aside.id)
    assert kinds + back == ["verdicts.burst_set_aside", "verdicts.brought_back"]
    with reading() as db:
        told = [one.says for one in story.tell(db, [f"question:{hall.question}"])]
    assert any("37" in one and "同一网络一秒内三十七票" in one for one in told), "publicly said, with the reason"


def test_a_vote_is_set_aside_once_also_where_two_patterns_find_it(hall: Hall, attacked: int) -> None:
    found = dry_run(hall, attacked)
    assert {one.pattern for one in found} == {Pattern.BURST, Pattern.BORN_TOGETHER}
    for one in found[:1]:
        do(setting_aside.set_aside, hall.producer, attacked, one.pattern, one.found, len(one.votes))
    assert dry_run(hall, attacked) == []
    assert hall.row(attacked).set_aside == 37


def test_after_a_refusal_nothing_has_changed(hall: Hall, attacked: int) -> None:
    burst = next(one for one in dry_run(hall, attacked) if one.pattern is Pattern.BURST)
    for seen, found in ((36, burst.found), (37, "another network")):
        with nothing_changes(), pytest.raises(refusals.NotFoundAgain):
            do(setting_aside.set_aside, hall.producer, attacked, Pattern.BURST, found, seen)
    with nothing_changes(), pytest.raises(Forbidden):
        do(setting_aside.set_aside, hall.host, attacked, Pattern.BURST, burst.found, 37)
    still_open = hall.open()
    with nothing_changes(), pytest.raises(refusals.VerdictStillOpen):
        do(setting_aside.set_aside, hall.producer, still_open, Pattern.BURST, "", 1)


def test_a_result_on_air_changes_with_what_is_set_aside(hall: Hall, attacked: int) -> None:
    do(opening.show_on_screen, hall.host, attacked)
    burst = next(one for one in dry_run(hall, attacked) if one.pattern is Pattern.BURST)
    with replaying(hall.session):
        do(setting_aside.set_aside, hall.producer, attacked, Pattern.BURST, burst.found, 37)
    assert hall.counts(attacked).viewers == Count(4, 8)


def test_nobody_is_named_by_the_mark_of_a_network(hall: Hall, attacked: int) -> None:
    marks = {one.network for finding in dry_run(hall, attacked) for one in finding.votes}
    assert len(marks) == 1
    assert "198.51.100.9" not in marks.pop()
    another = hall.open(60)
    swarm = hall.phones(25, "198.51.100.9")
    hall.judge(another, True, *swarm)
    hall.close(another)
    first, second = (dry_run(hall, one)[0].votes[0].network for one in (attacked, another))
    assert first != second, "and it cannot be followed from one verdict to the next"


def test_the_doors(hall: Hall, attacked: int, say: Say) -> None:
    told = say(hall.producer, "verdicts.find_patterns", verdict=attacked)["findings"]
    burst = next(one for one in told if one["pattern"] == "burst")
    seen = {name: burst[name] for name in ("pattern", "found", "votes")}
    aside = say(hall.producer, "verdicts.set_aside", verdict=attacked, **seen)
    assert aside["still_aside"] == 37
    back = say(hall.producer, "verdicts.bring_back", set_aside=aside["set_aside"])
    assert (back["brought_back"], back["still_aside"]) == (True, 0)
