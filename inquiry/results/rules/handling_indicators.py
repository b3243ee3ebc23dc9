"""The built-in theme: its name, and each of its indicators with the definition that stands beside its figures.

Both languages stand here and not in a catalog, because a published table keeps the words that held on its day.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .scores import Better

THEME: Final = "平台办理"
THEME_EN: Final = "Handling on the platform"
#: Counted up whenever a definition below says something else than before.
VERSION: Final = 1


def theme_called(name: str) -> str:
    """A theme by any of its names: the built-in one is known by its English name too."""
    return THEME if name.casefold() == THEME_EN.casefold() else name


class Shape(StrEnum):
    """A rate is a share in percent, days are a mean of whole days, a count is a number of things."""

    RATE = "rate"
    COUNT = "count"
    DAYS = "days"


class Thing(StrEnum):
    """What is counted, and what the ids behind a figure are of."""

    PLEDGE = "pledge"
    EXTENSION = "extension"
    RESPONSE = "response"
    ENTRY = "entry"


@dataclass(frozen=True)
class Indicator:
    code: str
    shape: Shape
    thing: Thing
    better: Better
    name: str
    name_en: str
    definition: str
    definition_en: str

    def told(self) -> dict[str, Any]:
        measure, measure_en, decimals = {
            Shape.RATE: ("%", "%", 2), Shape.COUNT: ("件", "cases", 0), Shape.DAYS: ("个工作日", "working days", 2),
        }[self.shape]  # fmt: skip
        return {
            "code": self.code, "shape": self.shape.value, "thing": self.thing.value, "better": self.better.value,
            "name": self.name, "name_en": self.name_en, "measure": measure,
            "measure_en": measure_en, "decimals": decimals,
            "version": VERSION, "definition": self.definition, "definition_en": self.definition_en,
        }  # fmt: skip


INDICATORS: Final = (
    Indicator(
        "completion", Shape.RATE, Thing.PLEDGE, Better.MORE, "办结率", "Completion rate",
        "分母：办理期限（延期后的）在本期内且已过的承诺。分子：其中截至本期末已申报办结、经核查兑现的。"
        "已申报、待核查的，核查前不计入分子和分母。",
        "Of the pledges whose date, extensions included, lies in the period and is over: the share that was claimed"
        " done by the end of the period and found kept. What is claimed and waits for its check is left out until"
        " then.",
    ),
    Indicator(
        "on_time", Shape.RATE, Thing.PLEDGE, Better.MORE, "按期办结率", "On-time rate",
        "分母：首次承诺的期限在本期内且已过的承诺。分子：其中不晚于首次承诺的期限申报办结、经核查兑现的；"
        "延期后办结的不算按期。已申报、待核查的，核查前不计入分子和分母。",
        "Of the pledges whose first date lies in the period and is over: the share that was claimed done by that first"
        " date and found kept; what was extended and done later was not on time. What is claimed by then and waits for"
        " its check is left out until then.",
    ),
    Indicator(
        "satisfaction", Shape.RATE, Thing.ENTRY, Better.MORE, "满意率", "Satisfaction rate",
        "分母：本期内提问人对答复作出的评价；每位提问人对每次答复只评价一次，重办后可再评。分子：其中满意的。"
        "计入评价前最后作答的单位。评价不因重办而消失。只计提问人的评价，不含其他评议。",
        "Of what those who asked said of an answer in the period, each of them once for each answer: the share that is"
        " satisfied. It counts for the unit that answered last before. What was said stays counted when the question is"
        " reopened. No other verdict is part of it.",
    ),
    Indicator(
        "kept", Shape.COUNT, Thing.PLEDGE, Better.MORE, "兑现承诺", "Pledges kept",
        "本期内经核查兑现的承诺，不论何时到期。",
        "Pledges that a check of the period found kept, whenever they were due.",
    ),
    Indicator(
        "overdue", Shape.COUNT, Thing.PLEDGE, Better.LESS, "逾期承诺", "Pledges overdue",
        "本期末（本期未结束的，截至昨日）期限已过而未办结的承诺，不论何时到期。按期申报、待核查的不算；"
        "逾期后才申报的，核查兑现以前仍算；被退回的算未办结。",
        "Pledges whose date has passed, whenever it was, and that were not done at the end of the period, or yesterday"
        " if it lasts. Claimed in time and waiting for its check is not overdue; claimed late is until a check finds it"
        " kept; what was returned is not done.",
    ),
    Indicator(
        "extended", Shape.COUNT, Thing.EXTENSION, Better.LESS, "延期", "Extensions",
        "本期内生效的延期，一项承诺延期两次计两次。未批准的不计。",
        "Extensions that came into force in the period; a pledge extended twice counts twice. What was refused counts"
        " nothing.",
    ),
    Indicator(
        "reopened", Shape.COUNT, Thing.ENTRY, Better.LESS, "重办", "Reopened",
        "本期内提问人申请重办的问题，加上核查未通过、退回的承诺；退回两次计两次。",
        "Questions that those who asked had reopened in the period, and pledges that a check returned; twice returned"
        " counts twice.",
    ),
    Indicator(
        "reply_days", Shape.DAYS, Thing.RESPONSE, Better.LESS, "首次实质回应用时",
        "Working days to the first substantive reply",
        "本期内首次得到实质回应的问题，从转到该单位之日（不计）到回应之日（计入）的工作日数的平均值。"
        "实质回应指作出承诺的回应（具体承诺或笼统承诺），表态、回避不算。只计书面转办的问题；台上当场回应的不计。",
        "The mean over the questions that had their first substantive reply in the period, of the working days from the"
        " day on which the question came to the unit, not counted, to that of the reply, counted. Substantive is what"
        " promises something, be it without a day; an acknowledgement or a deflection is not. Only questions handed"
        " over for an answer in writing: on air the reply is at once.",
    ),
    Indicator(
        "evaded", Shape.COUNT, Thing.RESPONSE, Better.LESS, "未正面回应的问题", "Questions evaded",
        "该单位在本期内首次作答，而全部回应都是回避或未作答的问题；有几个单位作答的，各计一次。"
        "重办前后分别计算。更正后的类别为准。",
        "Questions that the unit first answered in the period and to which every answer was a deflection or none; where"
        " several units answered, each counts one. Before and after a reopening are counted apart. What a correction"
        " says holds.",
    ),
)  # fmt: skip

BY_CODE: Final = {one.code: one for one in INDICATORS}
