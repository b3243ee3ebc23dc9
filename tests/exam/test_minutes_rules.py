"""What was planned against what came of it: every column adds up, to the second."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.exam.rules.following import following, named, retitled, same_evening
from inquiry.exam.rules.minutes import Balance, Frame, Share, Time, Turn, balance, time
from inquiry.results.rules.periods import Period, PeriodKind


@pytest.mark.parametrize(
    ("computed", "changed", "turns", "becomes"),
    [
        # as planned
        (210, 210, [Turn(210_000, 190_999)], Time(210, 210, 190)),
        # 20 s over, of 35 s that somebody asked and 5 s that the host paused
        (210, 210, [Turn(210_000, 230_400, 35_000, 5_000)], Time(210, 210, 230, 20, 35, 5)),
        # shortened before, a minute given on air, 4 s over that
        (210, 120, [Turn(180_000, 184_000)], Time(210, 120, 184, 4, extended=60)),
        # left out
        (210, 0, [], Time(210, 0)),
        # not reached
        (210, 210, [], Time(210, 210)),
        # twice, the first time over: what was left the second time does not pay for it
        (210, 210, [Turn(210_000, 220_000), Turn(60_000, 30_000)], Time(210, 210, 250, 10, extended=60)),
        # a moment beyond the last second is not over
        (210, 210, [Turn(210_000, 210_600)], Time(210, 210, 210)),
    ],
)  # fmt: skip
def test_of_one_line(computed: int, changed: int, turns: list[Turn], becomes: Time) -> None:
    assert time(computed, changed, turns) == becomes


def test_forty_minutes_in_three_columns() -> None:
    frame = Frame(90, 150, 120, 180, 2400, opening_ms=85_700, closing_ms=140_000, silent_ms=25_000, lasted_ms=2_388_900)
    planned = [
        time(900, 900, [Turn(900_000, 910_000, 35_000)]), time(560, 500, [Turn(500_000, 480_000)]), time(400, 0, []),
    ]  # fmt: skip
    found = balance(frame, planned, [time(0, 0, [Turn(60_000, 45_000)])])
    assert found == Balance(
        opening=Share(90, 90, 85), speaking=Share(1860, 1400, 1435), interruptions=Share(180, 180, 35),
        silent=Share(0, 0, 25), closing=Share(150, 150, 140), reserve=Share(120, 580, 668),
        total=Share(2400, 2400, 2388),
    )  # fmt: skip
    assert found.interruptions_left == 145


def test_more_was_given_than_there_is() -> None:
    found = balance(Frame(0, 0, 0, 0, 600), [time(600, 660, [])])
    assert (found.reserve.computed, found.reserve.changed) == (0, -60)


turns = st.builds(Turn, st.integers(5_000, 900_000), *[st.integers(0, 900_000)] * 3)
times = st.builds(time, st.integers(0, 900), st.integers(0, 900), st.lists(turns, max_size=3))
frames = st.builds(Frame, *[st.integers(0, 600)] * 4, st.integers(60, 43_200), *[st.integers(0, 900_000)] * 4)


@given(frames, st.lists(times, max_size=20), st.lists(times, max_size=3))
def test_every_column_is_the_sum_of_what_is_shown(frame: Frame, planned: list[Time], unplanned: list[Time]) -> None:
    found = balance(frame, planned, unplanned)
    shares = (found.opening, found.speaking, found.interruptions, found.silent, found.closing, found.reserve)
    for column in ("computed", "changed", "actual"):
        assert sum(getattr(one, column) for one in shares) == getattr(found.total, column)
    assert found.speaking.actual == sum(one.used for one in [*planned, *unplanned])


@pytest.mark.parametrize(
    ("period", "after", "called"),
    [("2026-10", "2026-11", "2026年11月"), ("2026-12", "2027-01", "2027年1月"), ("2026-Q4", "2027-Q1", "2027年第1季度"),
     ("2026", "2027", "2027年"), ("2026-W53", "2027-W01", "2027年第1周")],
)  # fmt: skip
def test_the_period_after(period: str, after: str, called: str) -> None:
    found = following(Period.parse(period))
    assert (str(found), named(found), str(found.before)) == (after, called, period)


@pytest.mark.parametrize(
    ("evening", "kind", "after"),
    [
        ("2026-11-05T20:00", PeriodKind.MONTH, "2026-12-03T20:00"),  # the first Thursday
        ("2026-12-24T20:30", PeriodKind.MONTH, "2027-01-28T20:30"),  # the fourth
        ("2026-10-31T20:00", PeriodKind.MONTH, "2026-11-28T20:00"),  # a fifth Saturday: November has four
        ("2026-11-05T20:00", PeriodKind.QUARTER, "2027-02-04T20:00"),
        ("2026-11-05T20:00", PeriodKind.YEAR, "2027-11-04T20:00"),
        ("2026-12-31T20:00", PeriodKind.WEEK, "2027-01-07T20:00"),
    ],
)
def test_the_same_evening_a_period_later(evening: str, kind: PeriodKind, after: str) -> None:
    found = same_evening(datetime.fromisoformat(evening), kind)
    assert found == datetime.fromisoformat(after)
    assert found.weekday() == datetime.fromisoformat(evening).weekday()


def test_a_title_names_the_next_period() -> None:
    assert retitled("2026年10月经济夜考会", "2026年10月", "2026年11月", 120) == "2026年11月经济夜考会"
    assert retitled("夜考会", "2026年10月", "2026年11月", 120) == "夜考会 2026年11月"
    assert len(retitled("长" * 120, "2026年10月", "2026年11月", 120)) == 120
    assert retitled("", "2026-10", "2026-11", 160) == ""
