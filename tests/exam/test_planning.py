"""From the tables to the rundown: what a plan is made from, what it makes, and what it refuses."""

import json

import pytest

from inquiry.core.db import reading
from inquiry.exam import refusals
from inquiry.exam.commands import planning
from inquiry.exam.commands.policies import set_policy
from inquiry.exam.policy_file import parse
from inquiry.exam.queries import lookup, sources
from inquiry.exam.rules.plan import plan
from inquiry.exam.told import plan_told
from inquiry.live import queries as live
from inquiry.live.models import ItemKind
from inquiry.results import queries as results
from inquiry.results.rules.digest import digest_of
from inquiry.results.rules.handling_indicators import THEME
from inquiry.results.rules.periods import Period
from tests.exam.conftest import POLICY, Night, do
from tests.support.replay import nothing_changes

NOVEMBER = Period.parse("2026-11")


def test_the_plan_becomes_the_rundown(night: Night) -> None:
    made = night.plan()
    # 1,800 s. Raw: 乙 180 + 2·18 = 216; the ring, nearest are 丙 and 甲 (0.4): 150 + 12 + 12.4 = 174.4 each; nobody
    # left has gained; the last 丁 180 + 3·30 = 270 (of 35 away 30 count), 戊 267; 庚 60. Sum 1,161.8, λ = 1.5493:
    # 334.65, 270.20 twice, 418.32, 413.67, 92.96. Cut down 1,785, and three pieces go to 4.65, 3.67, 3.32.
    assert [(one["unit"], one["pick"], one["seconds"]) for one in made.contents["slots"]] == [
        ("乙区", "top", 335), ("丙区", "duel", 270), ("甲区", "duel", 270), ("丁区", "bottom", 420),
        ("戊区", "bottom", 415), ("庚区", "unreported", 90),
    ]  # fmt: skip
    with reading() as db:
        rundown = live.rundown(db, night.session)
        assert [item.kind for item in rundown] == [
            ItemKind.ADDRESS, *[ItemKind.SLOT] * 6, ItemKind.SILENT_HEADS, ItemKind.ADDRESS,
        ]  # fmt: skip
        invited = [unit.name for unit in live.units(db, night.session)]
    assert invited == ["乙区", "丙区", "甲区", "丁区", "戊区", "庚区"]
    for told, (slot, item) in zip(made.contents["slots"], night.slots(), strict=True):
        assert (item.planned_ms, item.speaker, item.speaker_title) == (
            told["seconds"] * 1000,
            f"{told['unit']}长",
            "区长",
        )
        assert (item.at_zero.value, item.grace_ms, slot.reason) == (
            told["at_zero"],
            told["grace_s"] * 1000,
            told["reason"],
        )
    whole = sum(item.planned_ms for item in rundown) // 1000
    assert whole + made.contents["reserve_s"] + made.contents["interruptions_s"] == 2400


def test_the_tables_it_is_made_from_are_frozen(night: Night) -> None:
    with reading() as db:
        assert results.published(db, "经济", NOVEMBER, night.group) is None
    made = night.plan()
    with reading() as db:
        published = results.published(db, "经济", NOVEMBER, night.group)
        assert published is not None
        assert made.sources["groups"]["各区"]["table"] == published.digest
        assert [one.id for one in sources.tables_of(db, made.id)] == [published.id]


def test_planned_again_it_is_the_same_and_stands_once(planned: Night) -> None:
    with reading() as db:
        first = lookup.plan(db, lookup.exam(db, planned.session))
    before = {slot.id for slot, _item in planned.slots()}
    again = planned.plan()
    assert not before & {slot.id for slot, _item in planned.slots()}, "the trace names them"
    assert (again.digest, again.contents) == (first.digest, first.contents)
    assert len(planned.slots()) == 6
    with reading() as db:
        rundown = live.rundown(db, planned.session)
    assert len(rundown) == 9
    assert [item.position for item in rundown] == list(range(1, 10))


def test_whoever_has_the_sources_can_compute_the_plan(planned: Night) -> None:
    with reading() as db:
        exam = lookup.exam(db, planned.session)
        kept = lookup.plan(db, exam)
        found = sources.sources(db, lookup.policy(db, exam), "经济", NOVEMBER, lookup.day_of(planned.row))
    assert plan(found) == kept.contents
    assert digest_of(kept.sources) == kept.digest


def test_reasons_are_told_in_both_languages(planned: Night) -> None:
    with reading() as db:
        kept = lookup.plan(db, lookup.exam(db, planned.session))
    told = {one["unit"]: one["reason"] for one in plan_told(kept.contents, NOVEMBER, kept.digest)["slots"]}
    assert told["丁区"]["en"].startswith("6th of 7, Districts, 65.00: below the baseline target for 2 months running")
    assert told["丁区"]["en"].endswith("to explain")
    assert told["甲区"]["en"] == (
        "2nd of 7, Districts, 112.40: 62 % of the way to the stretch target, up one place, 0.40 points from 丙区. "
        "4 min 30 s to make the case"
    )
    assert all(reason["zh-CN"] != reason["en"] for reason in told.values())


def test_what_cannot_be_planned_is_refused(night: Night) -> None:
    tight = do(set_policy, night.host, parse(json.dumps(POLICY | {"minutes": 12})))[0].id
    session = night.create(policy_id=tight)
    with pytest.raises(refusals.DoesNotFit) as caught:
        do(planning.plan_slots, night.host, session)
    # 12 min are 720 s less 600: 120 for 120 + 2·120 + 2·120 + 60 = 660 at least
    assert caught.value.data == {"seconds": 540}
    for theme in ("经济学", THEME):
        with pytest.raises(refusals.UnknownName), nothing_changes():
            night.create(theme=theme)
    with pytest.raises(refusals.NoTable):
        do(planning.plan_slots, night.host, night.create(period=Period.parse("2025-11")))
