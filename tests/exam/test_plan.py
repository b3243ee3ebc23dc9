"""Who speaks, in which order, for how long and why: the plan as a pure function."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from inquiry.exam.rules.picks import Candidate, picked
from inquiry.exam.rules.plan import Sources, plan, sources_told, told
from inquiry.exam.rules.policy import Pick, Policy, Segment
from inquiry.live.models import AtZero
from inquiry.results.rules.digest import digest_of


def segment(pick: Pick, count: int = 1, **more: Any) -> Segment:
    values: dict[str, Any] = {
        "name": pick.value, "pick": pick, "group": "各区", "count": count, "base_s": Decimal(120),
        "per_point_s": Decimal(3), "shortest_s": 60, "longest_s": 300, "at_zero": AtZero.COUNT_OVER,
    }  # fmt: skip
    return Segment(**values | more)


def district(number: int, score: str | None, rank: int | None = None, **more: Any) -> Candidate:
    missing = () if score is not None else ("GDP 2026-10",)
    return Candidate(
        number, f"{number}区", f"District {number}", number, 6, rank, None if score is None else Fraction(score),
        missing=missing, **more,
    )  # fmt: skip


#: By units: 1 to 6. Two share the second place; the fourth was not reported.
SIX = [
    district(1, "112.4", 2, previous_rank=4, gain=Fraction("5.5")),
    district(2, "118", 1, previous_rank=1, gain=Fraction("-1")),
    district(3, "112.4", 2, previous_rank=2, gain=Fraction("5.5")),
    district(4, None),
    district(5, "71", 5, previous_rank=5, gain=Fraction(3), below=3),
    district(6, "98", 4, below=1),
]


def who(segments: Sequence[Segment], units: Sequence[Candidate] = SIX) -> list[list[int]]:
    return [[one.unit.unit_id for one in line] for line in picked(segments, {"各区": units})]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([segment(Pick.TOP, 2)], [[2], [1]]),  # equals: the units' order
        ([segment(Pick.TOP, 9)], [[2], [1], [3], [6], [5]]),
        ([segment(Pick.BOTTOM, 2)], [[5], [6]]),
        ([segment(Pick.BOTTOM, 4)], [[5], [6], [1], [3]]),
        ([segment(Pick.MOST_IMPROVED, 9)], [[1], [3], [5]]),  # no loss, and nobody without a table before
        ([segment(Pick.UNREPORTED, 2)], [[4]]),
        ([segment(Pick.TOP), segment(Pick.BOTTOM), segment(Pick.TOP, 2)], [[2], [5], [1], [3]]),
        ([segment(Pick.NAMED, units=("6区", "District 3"))], [[6], [3]]),
        ([segment(Pick.TOP, 3), segment(Pick.NAMED, units=("1区", "5区"))], [[2], [1], [3], [5]]),
        # 1 and 3 are nearest (0); then 2 is left with 6 and 5 for neighbours: 118-112.4 needs one of the engaged
        ([segment(Pick.DUEL, 3)], [[3, 1], [5, 6]]),
        ([segment(Pick.TOP, 2), segment(Pick.DUEL, 1)], [[2], [1], [6, 3]]),
    ],
)  # fmt: skip
def test_who_is_picked(segments: list[Segment], expected: list[list[int]]) -> None:
    assert who(segments) == expected


def test_two_pairs_equally_close_the_better_placed_first() -> None:
    units = [district(1, "101", 3), district(2, "110", 1), district(3, "109", 2), district(4, "100", 4)]
    assert who([segment(Pick.DUEL, 2)], units) == [[3, 2], [4, 1]]
    (first, second), _next = picked([segment(Pick.DUEL, 2)], {"各区": units})
    assert [(one.is_tied, one.is_challenger) for one in (first, second)] == [(True, True), (True, False)]


def test_the_plan_says_where_the_units_order_decided() -> None:
    lines = picked([segment(Pick.TOP, 2)], {"各区": SIX})
    assert [line[0].is_tied for line in lines] == [False, True]


POLICY = Policy(
    minutes=20, opening_s=60, closing_s=60, reserve_s=120, interruptions_s=60,
    segments=[segment(Pick.TOP, 2), segment(Pick.DUEL), segment(Pick.BOTTOM)],
)  # fmt: skip
CALLED = {"各区": {"name": "各区", "name_en": "Districts", "table": "d" * 64}}
SPEAKERS = {number: {"name": f"区长{number}", "title": "区长"} for number in range(1, 7)}
SOURCES = Sources(POLICY, {"各区": SIX}, CALLED, SPEAKERS)


def test_the_seconds_of_a_plan_add_up_to_the_minutes() -> None:
    """Available 900 s. Raw: 120 + 3·18 = 174; 120 + 3·12.4 = 157.2; duel of 3 and 6: (157.2 + 126) / 2 = 141.6 each;
    bottom: 5 is 29 away, 120 + 87 = 207. Sum 821.4, λ = 900/821.4: 190.65, 172.24, 155.15 twice, 226.81; cut down
    190 + 170 + 155 + 155 + 225 = 895, and the piece left goes to the remainder 2.24."""
    made = plan(SOURCES)
    assert [(one["unit_id"], one["seconds"]) for one in made["slots"]] == [
        (2, 190), (1, 175), (6, 155), (3, 155), (5, 225),
    ]  # fmt: skip
    assert made["reserve_s"] == 120
    parts = ("opening_s", "closing_s", "reserve_s", "interruptions_s")
    assert sum(made[part] for part in parts) + sum(one["seconds"] for one in made["slots"]) == made["total_s"] == 1200


def test_reasons_are_figures() -> None:
    reasons = {one["unit_id"]: one["reason"] for one in plan(SOURCES)["slots"]}
    first = reasons[1]
    assert (first["rank"], first["of"], first["score"], first["toward_stretch"]) == (2, 6, "112.40", "62")
    assert (first["places"], first["gain"], first["band"], first["tied"]) == (2, "5.50", "leading", True)
    assert (reasons[5]["below"], reasons[5]["toward_stretch"], reasons[5]["band"]) == (3, None, "lagging")
    assert reasons[6]["rival"] == {"unit_id": 3, "unit": "3区", "unit_en": "District 3", "rank": 2, "score": "112.40"}
    assert reasons[6]["difference"] == reasons[3]["difference"] == "14.40"


def test_the_same_sources_give_the_same_plan_and_others_another_digest() -> None:
    again = replace(SOURCES, speakers=dict(reversed(SPEAKERS.items())))
    assert plan(again) == plan(SOURCES)
    assert digest_of(sources_told(again)) == digest_of(sources_told(SOURCES))
    other = replace(SOURCES, policy=replace(POLICY, reserve_s=125))
    assert digest_of(sources_told(other)) != digest_of(sources_told(SOURCES))


def test_a_policy_keeps_its_decimals_as_they_were_written() -> None:
    written = told(replace(POLICY, segments=[segment(Pick.TOP, base_s=Decimal("90.50"), per_point_s=Decimal("0.1"))]))
    assert (written["segments"][0]["base_s"], written["segments"][0]["per_point_s"]) == ("90.5", "0.1")
