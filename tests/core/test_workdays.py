"""Working days as the State Council announced them, and what stands in for announcements still to come."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core import terms
from inquiry.core.workdays import KNOWN_YEARS, Noted, Why, add_workdays, explain, is_known, is_workday

LAST = KNOWN_YEARS[-1]


def day(text):
    return date.fromisoformat(text)


def days(text):
    return [day(each) for each in text.split()]


MADE_UP = days("""
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
""")
FREE_WEEKDAYS = days("""
2025-01-28 2025-02-04 2025-04-04 2025-05-01 2025-06-02 2025-10-01 2025-10-08
2026-01-02 2026-02-16 2026-02-23 2026-04-06 2026-05-05 2026-06-19 2026-09-25 2026-10-07
""")
ORDINARY = days("2026-02-13 2026-02-24 2026-10-08 2026-11-23 2025-10-09 2026-12-31")
WEEKENDS = days("2026-02-15 2026-02-22 2026-11-21 2026-11-22 2025-10-12 2026-10-11")


@pytest.mark.parametrize("each", MADE_UP, ids=str)
def test_a_made_up_weekend_is_worked(each):
    assert each.weekday() >= 5
    assert is_workday(each)


@pytest.mark.parametrize("each", FREE_WEEKDAYS, ids=str)
def test_a_holiday_on_a_weekday_is_free(each):
    assert each.weekday() < 5
    assert not is_workday(each)


@pytest.mark.parametrize("each", ORDINARY, ids=str)
def test_an_ordinary_weekday_is_worked(each):
    assert is_workday(each)


@pytest.mark.parametrize("each", WEEKENDS, ids=str)
def test_an_ordinary_weekend_is_free(each):
    assert not is_workday(each)


TERMS = [
    ("2026-11-23", 0, "2026-11-23"),
    ("2026-11-22", 0, "2026-11-22"),
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-22", 1, "2026-11-23"),
    ("2026-11-23", 10, "2026-12-07"),
    # Into Spring Festival 2026: Saturday the 14th is worked, then nine days are free.
    ("2026-02-12", 3, "2026-02-24"),
    # Saturday the 28th is worked too.
    ("2026-02-13", 10, "2026-03-05"),
    # National Day 2026: Sunday 20 September and Saturday 10 October are worked.
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-29", 10, "2026-10-19"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-10-10", 1, "2025-10-11"),
]


@pytest.mark.parametrize(("start", "n", "end"), TERMS)
def test_add_workdays(start, n, end):
    assert add_workdays(day(start), n) == day(end)


def test_a_term_is_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_workdays(day("2026-11-23"), -1)


def test_explain_names_what_was_skipped_and_what_was_made_up():
    festival = [Noted(date(2026, 2, n), Why.HOLIDAY, "Spring Festival", "春节") for n in range(15, 24)]
    assert explain(day("2026-02-12"), 3) == [
        Noted(day("2026-02-14"), Why.MADE_UP, "Spring Festival", "春节"),
        *festival,
    ]
    assert explain(day("2026-11-20"), 1) == [
        Noted(day("2026-11-21"), Why.WEEKEND),
        Noted(day("2026-11-22"), Why.WEEKEND),
    ]
    assert explain(day("2026-11-23"), 4) == []


def test_a_year_not_yet_announced_is_monday_to_friday_and_says_so():
    new_year = date(LAST + 1, 1, 1)
    assert is_known(new_year - timedelta(days=1))
    assert not is_known(new_year)
    first_monday = next(d for d in (new_year + timedelta(days=n) for n in range(8)) if d.weekday() == 0)
    assert [is_workday(first_monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2
    across = explain(date(LAST, 12, 28), 10)
    assert [noted for noted in across if noted.why is Why.PROVISIONAL] == [Noted(new_year, Why.PROVISIONAL)]
    later = explain(date(LAST + 3, 6, 1), 5)
    assert later[0] == Noted(date(LAST + 3, 6, 2), Why.PROVISIONAL)
    assert [noted.why for noted in later].count(Why.PROVISIONAL) == 1
    assert not any(noted.why is Why.PROVISIONAL for noted in explain(date(LAST, 11, 2), 10))


def test_years_before_the_first_known_one_do_not_raise():
    assert add_workdays(date(1999, 12, 31), 1) == date(2000, 1, 3)


DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(DAYS, st.integers(0, 60))
def test_a_term_holds_exactly_its_working_days(start, n):
    end = add_workdays(start, n)
    days = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert sum(map(is_workday, days)) == n
    assert n == 0 or is_workday(end)
    noted = {found.day: found.why for found in explain(start, n) if found.why is not Why.PROVISIONAL}
    for each in days:
        ordinary = is_workday(each) == (each.weekday() < 5)
        if is_workday(each):
            assert noted.get(each) is (None if ordinary else Why.MADE_UP)
        else:
            assert noted[each] in (Why.WEEKEND, Why.HOLIDAY)


@pytest.mark.parametrize(
    ("after", "until", "working", "number"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), False, 3),
        (date(2026, 11, 27), date(2026, 11, 30), True, 1),
        (date(2026, 11, 27), date(2026, 11, 29), True, 0),
        (date(2026, 11, 30), date(2026, 11, 27), False, 0),
        (date(2026, 11, 30), date(2026, 11, 27), True, 0),
        (date(2026, 9, 30), date(2026, 10, 12), True, 4),  # the holidays of October and the Saturday that makes up
    ],
)
def test_days_between_two(after: date, until: date, working: bool, number: int) -> None:
    assert terms.days(after, until, working=working) == number
    if working:
        assert number == 0 or add_workdays(after, number) <= until
