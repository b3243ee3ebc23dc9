"""Dates as people and spreadsheets write them down."""

from datetime import datetime

import pytest

from inquiry.core.written_dates import EPOCH_1904, Order, UnreadableDate, read_date

READ = [
    ("2026-11-03 16:05:09", "2026-11-03T16:05:09"),
    ("2026-11-03 16:05:09.123", "2026-11-03T16:05:09"),
    ("2026-11-03T16:05", "2026-11-03T16:05:00"),
    ("2026-11-03T16:05:00Z", "2026-11-03T16:05:00+00:00"),
    ("2026-11-03 16:05:00+08:00", "2026-11-03T16:05:00+08:00"),
    ("2026-11-03 16:05 -0330", "2026-11-03T16:05:00-03:30"),
    ("2026-11-03", "2026-11-03T00:00:00"),
    ("2026/11/3 7:05", "2026-11-03T07:05:00"),
    ("2026.11.3", "2026-11-03T00:00:00"),
    ("2026年11月3日 16:05", "2026-11-03T16:05:00"),
    ("2026年11月3日16时5分9秒", "2026-11-03T16:05:09"),
    ("2026年11月3日 16点", "2026-11-03T16:00:00"),
    ("2026 年 11 月 3 日", "2026-11-03T00:00:00"),
    ("2026年11月3日 星期二 下午 4:05", "2026-11-03T16:05:00"),
    ("2026年11月3日(周二) 上午12:05", "2026-11-03T00:05:00"),
    ("２０２６－１１－０３　１６：０５", "2026-11-03T16:05:00"),
    ("２０２６年１１月３日", "2026-11-03T00:00:00"),
    ("20261103", "2026-11-03T00:00:00"),
    ("20261103160509", "2026-11-03T16:05:09"),
    ("06/20/2016 10:04:21 PM", "2016-06-20T22:04:21"),
    ("06/20/2016 12:04:21 am", "2016-06-20T00:04:21"),
    ("20/06/2016", "2016-06-20T00:00:00"),
    ("20.06.2016 16:05", "2016-06-20T16:05:00"),
    ("6/6/2016", "2016-06-06T00:00:00"),
    ("42541.919687500", "2016-06-20T22:04:21"),
    ("46329", "2026-11-03T00:00:00"),
    ("46329.0", "2026-11-03T00:00:00"),
]


@pytest.mark.parametrize(("written", "meant"), READ)
def test_dates_are_read_as_they_are_written(written: str, meant: str) -> None:
    assert read_date(written) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no_time"), ("昨天", "no_time"), ("2026-13-01", "no_time"), ("2026-02-30", "no_time"),
        ("2026-11-03 25:00", "no_time"), ("2026-11-03 16:60", "no_time"), ("2026-11-03 16", "no_time"),
        ("2026-11-03 16:0509", "no_time"),
        ("11/3/26", "no_time"), ("2026-11-03 16:05 AM", "no_time"), ("2026-11-03 上午16:05", "no_time"),
        ("31/31/2026", "no_time"), ("2026-11-03 16:05+99:99", "no_time"), ("2026-11-031", "no_time"),
        ("2026-11-03" + " " * 80, "no_time"), ("#N/A", "no_time"), ("1763000000", "no_time"), ("³", "no_time"),
        ("0001-01-01", "time_out_of_range"), ("9999-12-31T23:59:59Z", "time_out_of_range"),
        ("1999/12/31", "time_out_of_range"), ("2100.1.1", "time_out_of_range"), ("20000", "time_out_of_range"),
        ("99999", "time_out_of_range"), ("00010101", "time_out_of_range"), ("12/31/9999", "time_out_of_range"),
        ("3/4/2026", "day_or_month"), ("03-04-2026 10:00", "day_or_month"), ("12.11.2026", "day_or_month"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        read_date(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("order", "written", "meant"),
    [
        (Order.MONTH_FIRST, "3/4/2026", "2026-03-04"), (Order.DAY_FIRST, "3/4/2026", "2026-04-03"),
        (Order.MONTH_FIRST, "2026/3/4", "2026-03-04"), (Order.DAY_FIRST, "2026/3/4", "2026-03-04"),
    ],
)  # fmt: skip
def test_the_order_decides_where_the_year_comes_last(order: Order, written: str, meant: str) -> None:
    assert read_date(written, order) == datetime.fromisoformat(meant)


def test_an_order_that_cannot_be_is_not_turned_round() -> None:
    with pytest.raises(UnreadableDate):
        read_date("20/06/2016", Order.MONTH_FIRST)


def test_days_count_from_where_the_workbook_says() -> None:
    assert read_date("44867", None, EPOCH_1904) == datetime.fromisoformat("2026-11-03")
