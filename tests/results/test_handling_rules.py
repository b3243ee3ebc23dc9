"""What the platform measures itself, case by case: what counts in a period, and what does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from inquiry.pledges.models import PledgeState
from inquiry.responses.models import ResponseKind
from inquiry.results.rules import handling, handling_table
from inquiry.results.rules.handling import Answer, Counted, PledgeFacts, Version, Window
from inquiry.results.rules.handling_indicators import INDICATORS, Shape
from inquiry.results.rules.periods import Period

OPEN, CLAIMED, RETURNED, KEPT = (
    PledgeState.OPEN, PledgeState.CLAIMED_DONE, PledgeState.RETURNED, PledgeState.KEPT,
)  # fmt: skip
OCTOBER = Window.of(Period.parse("2026-10"), date(2026, 11, 5))


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def pledge(state: PledgeState, due: date | None, claimed: date | None = None, kept: date | None = None,
           first: date | None = None) -> PledgeFacts:  # fmt: skip
    return PledgeFacts(1, 7, state, first or due, due, claimed, kept)


@pytest.mark.parametrize(
    ("period", "today", "first", "last", "over"),
    [
        ("2026-10", on(11, 5), on(10, 1), on(10, 31), on(10, 31)),
        ("2026-10", on(10, 20), on(10, 1), on(10, 31), on(10, 19)),  # today is not over
        ("2026-10", on(10, 1), on(10, 1), on(10, 31), on(9, 30)),  # none of its days is
        ("2026-W40", on(11, 5), on(9, 28), on(10, 4), on(10, 4)),  # Monday to Sunday
        ("2026-W53", date(2027, 2, 1), on(12, 28), date(2027, 1, 3), date(2027, 1, 3)),  # into the next year
        ("2026-Q3", on(11, 5), on(7, 1), on(9, 30), on(9, 30)),
        ("2026", on(11, 5), on(1, 1), on(12, 31), on(11, 4)),
    ],
)
def test_a_window_ends_with_its_period_or_yesterday(
    period: str, today: date, first: date, last: date, over: date
) -> None:
    assert Window.of(Period.parse(period), today) == Window(first, last, over)


@pytest.mark.parametrize(
    ("one", "completed", "on_time", "kept", "overdue"),
    [
        (pledge(OPEN, on(10, 31)), False, False, False, True),
        (pledge(OPEN, on(11, 1)), None, None, False, False),
        (pledge(OPEN, on(9, 30)), None, None, False, True),  # overdue since before: due in another period
        (pledge(OPEN, None), None, None, False, False),  # no date, no rate
        (pledge(KEPT, on(10, 10), on(10, 10), on(10, 12)), True, True, True, False),  # the day itself is in time
        (pledge(KEPT, on(10, 10), on(10, 11), on(10, 12)), True, False, True, False),
        (pledge(KEPT, on(10, 10), on(10, 9), on(11, 4)), True, True, False, False),  # a slow check makes nobody late
        (pledge(KEPT, on(10, 10), on(10, 20), on(11, 4)), True, False, False, True),  # late, and not found kept then
        (pledge(KEPT, on(10, 10), on(11, 2), on(11, 4)), False, False, False, True),  # done in another period
        (pledge(CLAIMED, on(10, 10), on(10, 10)), None, None, False, False),  # waits for its check
        (pledge(CLAIMED, on(10, 10), on(10, 11)), None, False, False, True),  # whatever the check finds, it is late
        (pledge(CLAIMED, on(10, 10), on(11, 2)), False, False, False, True),
        (pledge(RETURNED, on(10, 10), on(10, 9)), False, False, False, True),  # what was returned was not done
        (pledge(KEPT, on(11, 20), on(10, 5), on(10, 6)), None, None, True, False),  # kept before it was due
        (pledge(KEPT, on(10, 20), on(10, 19), on(10, 20), first=on(10, 10)), True, False, True, False),  # extended
        (pledge(OPEN, on(11, 20), first=on(10, 10)), None, False, False, False),
        (pledge(KEPT, on(10, 20), on(10, 19), on(10, 20), first=on(9, 10)), True, None, True, False),
    ],
)
def test_what_a_month_counts_of_a_pledge(
    one: PledgeFacts, completed: bool | None, on_time: bool | None, kept: bool, overdue: bool
) -> None:
    assert handling.completed(one, OCTOBER) is completed
    assert handling.on_time(one, OCTOBER) is on_time
    assert handling.kept(one, OCTOBER) is kept
    assert handling.overdue(one, OCTOBER) is overdue


def test_a_period_that_lasts_counts_what_is_over() -> None:
    running = Window.of(Period.parse("2026-10"), on(10, 20))
    assert handling.overdue(pledge(OPEN, on(10, 19)), running)
    assert not handling.overdue(pledge(OPEN, on(10, 20)), running)  # it still has today
    assert handling.completed(pledge(OPEN, on(10, 20)), running) is None
    assert handling.kept(pledge(KEPT, on(10, 25), on(10, 20), on(10, 20)), running)  # what happened today has happened


# --- answers ----------------------------------------------------------------------------------------------------------

SAID, AVOIDED, SILENT, VAGUE, FIRM = (
    ResponseKind.ACKNOWLEDGEMENT, ResponseKind.DEFLECTION, ResponseKind.NO_ANSWER, ResponseKind.GENERIC_COMMITMENT,
    ResponseKind.SPECIFIC_COMMITMENT,
)  # fmt: skip


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 4, tzinfo=UTC)


def given(*kinds: ResponseKind, units: Sequence[int] = (), days: Sequence[int] = ()) -> list[Answer]:
    return [
        Answer(number, 1, units[number - 1] if units else 7, kind, at(days[number - 1] if days else number))
        for number, kind in enumerate(kinds, 1)
    ]


def test_a_correction_answers_nothing_anew() -> None:
    versions = [
        Version(1, 1, 7, AVOIDED, at(1), None), Version(2, 1, 8, SAID, at(2), None), Version(3, 1, 7, SAID, at(3), 1),
        Version(4, 1, 9, FIRM, at(4), 3),
    ]  # fmt: skip
    assert handling.answers(versions) == [Answer(1, 1, 9, FIRM, at(1)), Answer(2, 1, 8, SAID, at(2))]


@pytest.mark.parametrize(
    ("answers", "reopened", "evading"),
    [
        (given(AVOIDED), None, [1]),
        (given(SILENT, AVOIDED), None, [1]),  # one unit evades a question once
        (given(AVOIDED, AVOIDED, units=(7, 8)), None, [1, 2]),
        (given(AVOIDED, SAID), None, []),  # somebody answered
        (given(SAID), None, []),
        (given(), None, []),
        (given(AVOIDED, FIRM, days=(1, 9)), at(5), [1]),  # evaded before it was reopened, answered afterwards
        (given(FIRM, AVOIDED, days=(1, 9)), at(5), [2]),
        (given(AVOIDED, AVOIDED, days=(1, 9)), at(5), [1, 2]),
    ],
)
def test_who_evaded_a_question(answers: list[Answer], reopened: datetime | None, evading: list[int]) -> None:
    assert [one.id for one in handling.evasions(answers, reopened)] == evading


@pytest.mark.parametrize(
    ("answers", "first"),
    [(given(SAID, AVOIDED, VAGUE, FIRM), 3), (given(FIRM), 1), (given(SAID, SILENT), None), (given(), None)],
)
def test_the_first_reply_in_substance(answers: list[Answer], first: int | None) -> None:
    found = handling.first_in_substance(answers)
    assert (found.id if found else None) == first


def test_a_judgement_is_of_the_answer_before_it() -> None:
    answers = given(SAID, FIRM, units=(7, 8), days=(1, 9))
    assert [getattr(handling.answered_before(answers, at(day)), "unit_id", None) for day in (1, 8, 9)] == [7, 7, 8]
    assert handling.answered_before([], at(9)) is None


def test_a_question_came_to_the_unit_when_it_was_last_handed_over() -> None:
    handed = [at(1), at(4), at(12)]
    assert [handling.came_before(handed, at(day)) for day in (3, 9)] == [at(1), at(4)]
    assert handling.came_before(handed, datetime(2026, 9, 30, tzinfo=UTC)) is None


# --- the table --------------------------------------------------------------------------------------------------------

UNITS = [{"id": number, "name": name} for number, name in enumerate(("甲区", "乙区", "丙区", "丁区"), 1)]


def ratings(satisfied: int, of: int) -> Counted:
    return Counted(range(satisfied), range(satisfied, of))


SOURCES = handling_table.Sources(
    period=Period.parse("2026-10"), window=OCTOBER, group={"id": 1}, units=UNITS,
    found={
        "satisfaction": {1: ratings(60, 100), 2: ratings(29, 29), 3: ratings(30, 30)},
        "completion": {1: Counted([1, 2], [3]), 2: Counted([4, 5, 6], [7])},
        "reply_days": {1: Counted([1, 2, 3], days=[1, 2, 7])},
        "kept": {2: Counted([4, 5, 6])},
    },
)  # fmt: skip


def figure(table: dict[str, Any], unit: str, code: str) -> dict[str, Any]:
    (row,) = (row for row in table["rows"] if row["unit"]["name"] == unit)
    return dict(next(one for one in row["figures"] if one["indicator"] == code))


def test_rates_come_with_their_number_and_interval() -> None:
    found = figure(handling_table.table(SOURCES), "甲区", "satisfaction")
    assert [found[name] for name in ("shown", "hits", "of", "low", "high")] == ["60.00", 60, 100, "50.20", "69.06"]


def test_satisfaction_ranks_by_the_bayesian_average_and_few_ratings_do_not() -> None:
    """The mean of the group is 119 of 159: (30·119/159 + 60) / 130 is 63.43 %, and of 30 of 30 it is 87.42 %."""
    table = handling_table.table(SOURCES)
    assert table["group_mean"] == "119/159"
    assert [(row["unit"]["name"], row["rank"], row["score"]) for row in table["rows"]] == [
        ("丙区", 1, "87.42"), ("甲区", 2, "63.43"), ("乙区", None, None), ("丁区", None, None),
    ]  # fmt: skip


def test_without_ratings_the_completion_rate_lists_and_what_is_not_there_is_not_nought() -> None:
    table = handling_table.table(replace(SOURCES, found={"completion": SOURCES.found["completion"]}))
    assert table["group_mean"] is None
    assert [row["unit"]["name"] for row in table["rows"]] == ["乙区", "甲区", "丙区", "丁区"]
    assert [figure(table, name, "completion")["rank"] for name in ("乙区", "甲区", "丙区")] == [1, 2, None]
    nothing = figure(table, "丙区", "completion")
    assert [nothing[name] for name in ("actual", "shown", "of", "low")] == [None, None, 0, None]
    assert table["rows"][2]["missing"] == ["completion", "on_time", "satisfaction", "reply_days"]
    assert figure(table, "丙区", "kept")["actual"] == "0"  # of things that are counted, none is a figure


def test_days_are_a_mean_of_whole_days() -> None:
    found = figure(handling_table.table(SOURCES), "甲区", "reply_days")
    assert (found["actual"], found["shown"], found["of"], found["days"]) == ("10/3", "3.33", 3, [1, 2, 7])


def test_movement_is_against_the_table_before() -> None:
    before = handling_table.table(
        replace(
            SOURCES, found={"satisfaction": {1: ratings(40, 40), 3: ratings(10, 40)}, "completion": {1: ratings(1, 1)}}
        )
    )
    rows = {row["unit"]["name"]: row for row in handling_table.table(replace(SOURCES, before=before))["rows"]}
    assert [(rows[name]["previous_rank"], rows[name]["places"]) for name in ("甲区", "丙区", "乙区")] == [
        (1, -1), (2, 1), (None, None),
    ]  # fmt: skip
    assert rows["丙区"]["points"] == "46.35"  # from 41.07
    completion = figure({"rows": list(rows.values())}, "甲区", "completion")
    assert [completion[name] for name in ("previous_rank", "previous_score", "places", "points")] == [
        1, "100.00", -1, "-33.33",
    ]  # fmt: skip


def test_each_figure_has_as_many_ids_as_it_says() -> None:
    for row in handling_table.table(SOURCES)["rows"]:
        for one, found in zip(INDICATORS, row["figures"], strict=True):
            if one.shape is Shape.RATE:
                assert (len(found["yes"]), len(found["yes"]) + len(found["no"])) == (found["hits"], found["of"])
            else:
                assert len(found["yes"]) == (int(found["actual"]) if one.shape is Shape.COUNT else found["of"])


def test_every_definition_is_said_in_both_languages() -> None:
    told = (Path(__file__).parents[2] / "docs" / "night-exam.md").read_text()
    for one in INDICATORS:
        assert f"{one.name} `{one.code}`" in told
        assert f"{one.name_en} `{one.code}`" in told
        assert len(one.definition) > 10
        assert len(one.definition_en) > 30
        assert one.name
        assert one.name_en
