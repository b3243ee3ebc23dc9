"""How a day stands to its last day, in words of both languages."""

from datetime import date

import pytest
from flask_babel import force_locale

from inquiry.core import terms

FRIDAY = date(2026, 11, 27)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("due_on", "today", "working", "zh", "en"),
    [
        (FRIDAY, date(2026, 11, 18), False, "还剩 9 天", "9 days left"),
        (FRIDAY, date(2026, 11, 26), False, "还剩 1 天", "1 day left"),
        (FRIDAY, date(2026, 11, 18), True, "还剩 7 个工作日", "7 working days left"),
        (FRIDAY, FRIDAY, True, "今天到期", "due today"),
        (FRIDAY, date(2026, 12, 6), False, "逾期 9 天", "overdue 9 days"),
        (FRIDAY, date(2026, 12, 1), True, "逾期 2 个工作日", "overdue 2 working days"),
        (FRIDAY, date(2026, 11, 28), True, "逾期 1 天", "overdue 1 day"),  # a Saturday: over is over
    ],
)
def test_how_long_still_or_since_when(due_on: date, today: date, working: bool, zh: str, en: str) -> None:
    for locale, said in (("zh_Hans_CN", zh), ("en", en)):
        with force_locale(locale):
            assert terms.told(due_on, today, working=working) == said


@pytest.mark.usefixtures("app")
def test_what_came_late_and_what_was_moved() -> None:
    with force_locale("en"):
        assert terms.late(FRIDAY, date(2026, 12, 6)) == "9 days late"
        assert terms.late(FRIDAY, date(2026, 12, 1), working=True) == "2 working days late"
        assert terms.extended(date(2026, 12, 18), date(2027, 3, 12)) == "extended by 84 days"
    with force_locale("zh_Hans_CN"):
        assert terms.extended(date(2026, 12, 18), date(2027, 3, 12)) == "延期 84 天"
