"""What files of results say: their columns, and of each row the indicator, target or actual in it, or why not."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..accounts.unit_files import NO_UNIT
from ..core import text
from ..core.sheets import Form, Row, Unusable, choice, nearest, number, unknown, words
from . import refusals
from .commands.figures import NewActual, NewTarget, check_actual, check_target
from .commands.indicators import Definition
from .models import IndicatorVersion
from .rules.handling_indicators import THEME, theme_called
from .rules.periods import Period, PeriodKind
from .rules.scores import Better


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


_INDICATOR: Final = ("指标", "指标代码", "指标编码")
_UNIT: Final = ("单位", "单位名称")
_PERIOD: Final = ("周期", "期间", "考核周期", "时间")

INDICATORS: Final = Form(
    "indicators",
    ("指标", "指标体系", "考核指标"),
    {
        "code": ("代码", "编码", "指标代码", "指标编码"),
        "name": ("名称", "指标名称"),
        "name_en": ("英文名", "英文名称"),
        "theme": ("主题", "专题"),
        "measure": ("计量单位", "单位"),
        "better": ("方向", "优劣方向", "指标方向"),
        "accumulates": ("累计", "是否累计"),
        "period": _PERIOD,
        "decimals": ("小数位", "小数位数"),
        "weight": ("权重",),
        "groups": ("分组", "考核分组", "适用分组"),
        "source": ("来源", "数据来源"),
        "definition": ("定义", "指标定义", "口径", "指标口径"),
        "theme_en": ("主题英文名", "主题英文名称"),
        "measure_en": ("计量单位英文名", "计量单位英文名称", "单位英文名"),
    },
    frozenset({"name_en", "source", "definition", "theme_en", "measure_en"}),
)
TARGETS: Final = Form(
    "targets",
    ("目标", "目标值", "考核目标"),
    {
        "indicator": _INDICATOR, "unit": _UNIT, "period": _PERIOD,
        "baseline": ("预期目标", "预期目标值"), "stretch": ("拼搏目标", "拼搏目标值"),
    },
)  # fmt: skip
ACTUALS: Final = Form(
    "actuals",
    ("完成情况", "完成值", "实绩"),
    {
        "indicator": _INDICATOR, "unit": _UNIT, "period": _PERIOD,
        "value": ("完成值", "实际值", "数值"), "evidence": ("佐证", "依据", "佐证材料"),
    },
    frozenset({"evidence"}),
)  # fmt: skip
#: In the order in which they build on each other.
FORMS: Final = (INDICATORS, TARGETS, ACTUALS)

_BETTER: Final = {
    Better.MORE: ("越高越好", "越大越好", "高优", "正向"),
    Better.LESS: ("越低越好", "越小越好", "低优", "逆向", "负向"),
}
_YES_NO: Final = {YesNo.YES: ("是", "累计"), YesNo.NO: ("否", "不累计")}
_KINDS: Final = {
    PeriodKind.MONTH: ("月", "月度", "按月"),
    PeriodKind.QUARTER: ("季", "季度", "按季"),
    PeriodKind.YEAR: ("年", "年度", "按年"),
}
#: By the columns of an indicator that take one of a few values.
_CHOICES: Final[Mapping[str, Mapping[Any, tuple[str, ...]]]] = {
    "better": _BETTER, "accumulates": _YES_NO, "period": _KINDS
}  # fmt: skip
MOST_DECIMALS: Final = 6
MOST_OF_EVIDENCE: Final = 1000

REASONS: Final[dict[str, LazyString]] = NO_UNIT | {
    "unknown_indicator": _l("there is no indicator of this code"),
    "indicator_alike": _l("there is no indicator of this code; is %(hint)s meant?"),
    "unknown_group": _l("there is no peer group of this name"),
    "group_alike": _l("there is no peer group of this name; is %(hint)s meant?"),
    "no_code": _l("a code has 1 to 40 letters, digits, dots, hyphens and underscores"),
    "no_period": _l("it is no period like 2026, 2026-Q3 or 2026-10"),
    "no_decimals": _l("it is not a whole number from 0 to 6"),
    "no_weight": _l("a weight is above 0"),
    **{
        kind.code: kind.sentence
        for kind in (
            refusals.TargetsCross,
            refusals.WrongPeriod,
            refusals.PeriodNotBegun,
            refusals.PeriodFixed,
            refusals.ThemeTaken,
        )
        if isinstance(kind.sentence, LazyString)
    },
}

#: Of an indicator's code.
CODE: Final = r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]{0,39}"
_CHINESE = re.compile(r"(?P<year>\d{4})年(?:第?(?P<quarter>[1-4一二三四])季度?|(?P<month>\d{1,2})月份?)?", re.ASCII)
#: A workbook makes the first of the month of 2026-10, and some keep it as a number of days.
_FIRST = re.compile(r"\d{4}-\d\d-01", re.ASCII)
_DAYS = re.compile(r"\d{5}", re.ASCII)


def choices(column: str, english: bool) -> list[str]:
    """What a column of an indicator takes, in the reader's language; empty where it is free."""
    return [value.value if english else called[0] for value, called in _CHOICES.get(column, {}).items()]


@dataclass
class Reader:
    """Makes figures of rows. It knows what is there already: units and peer groups by each of their names, the present
    version of each indicator; and learns the indicators of the same file.
    """

    units: Mapping[str, int]
    groups: Mapping[str, int]
    versions: Mapping[str, IndicatorVersion]
    today: date
    #: What a code of this file's indicators will be, by their codes.
    coming: dict[str, IndicatorVersion] = field(default_factory=dict)
    _lines: dict[str, int] = field(default_factory=dict)

    # --- indicators

    def indicator(self, line: int, row: Row, named: Collection[str]) -> tuple[str, Definition]:
        """What no column of the file is `named` for stays as it is. Raises Unusable, as all that follow."""
        code = words(row, "code", 40)
        if not re.fullmatch(CODE, code):
            raise Unusable("code", "no_code", code)
        first = self._lines.setdefault(code, line)
        if first != line:
            raise Unusable("code", "twice", code, first=first)
        known = self.versions.get(code)
        if known is not None:
            row = {one: getattr(known, one) for one in INDICATORS.optional - set(named)} | row
        meant = Definition(
            name=words(row, "name", 80), name_en=words(row, "name_en", 120, optional=True),
            theme=words(row, "theme", 80), measure=words(row, "measure", 20), better=choice(row, "better", _BETTER),
            accumulates=choice(row, "accumulates", _YES_NO) is YesNo.YES, period=choice(row, "period", _KINDS),
            decimals=self._decimals(row), weight=self._weight(row), groups=self._groups(row),
            source=words(row, "source", 200, optional=True), definition=words(row, "definition", 2000, optional=True),
            theme_en=words(row, "theme_en", 80, optional=True),
            measure_en=words(row, "measure_en", 40, optional=True),
        )  # fmt: skip
        if theme_called(meant.theme) == THEME:
            raise Unusable("theme", refusals.ThemeTaken.code, meant.theme)
        if known is not None and known.period is not meant.period:
            raise Unusable("period", refusals.PeriodFixed.code, row["period"])
        self.coming[code] = IndicatorVersion(better=meant.better, period=meant.period)
        return code, meant

    def _decimals(self, row: Row) -> int:
        found = number(row, "decimals")
        if found not in range(MOST_DECIMALS + 1):
            raise Unusable("decimals", "no_decimals", row["decimals"])
        return int(found)

    def _weight(self, row: Row) -> Decimal:
        found = number(row, "weight")
        if found <= 0:
            raise Unusable("weight", "no_weight", row["weight"])
        return found

    def _groups(self, row: Row) -> list[int]:
        named = [" ".join(name.split()) for name in re.split("[;；]", words(row, "groups", 2000))]
        found = sorted({_known(name, self.groups, "groups", "group") for name in named if name})
        if not found:
            raise Unusable("groups", "missing")
        return found

    # --- targets and actuals

    def target(self, row: Row, epoch: date) -> tuple[str, NewTarget]:
        """With the indicator's code; the id is 0 while it is not there yet."""
        code, version, unit_id, period = self._place(row, epoch)
        baseline, stretch = number(row, "baseline"), number(row, "stretch")
        _checked(row, lambda: check_target(version, period, baseline, stretch))
        return code, NewTarget(version.indicator_id or 0, unit_id, str(period), baseline, stretch)

    def actual(self, row: Row, epoch: date) -> tuple[str, NewActual]:
        code, version, unit_id, period = self._place(row, epoch)
        value = number(row, "value")
        _checked(row, lambda: check_actual(version, period, self.today))
        evidence = words(row, "evidence", MOST_OF_EVIDENCE, optional=True)
        return code, NewActual(version.indicator_id or 0, unit_id, str(period), value, evidence)

    def _place(self, row: Row, epoch: date) -> tuple[str, IndicatorVersion, int, Period]:
        code = words(row, "indicator", 40)
        version = self.coming.get(code) or self.versions.get(code)
        if version is None:
            raise unknown("indicator", "indicator", code, nearest(code, {**self.versions, **self.coming}))
        unit_id = _known(words(row, "unit", 120), self.units, "unit", "unit")
        period = read_period(row, epoch)
        return code, version, unit_id, period


def _known(name: str, known: Mapping[str, int], column: str, what: str) -> int:
    if name not in known:
        folded = {text.look_alike(one): one for one in known}
        hint = folded.get(text.look_alike(name)) or nearest(name, known)
        raise unknown(column, what, name, hint)
    return known[name]


def _checked(row: Row, check: Callable[[], None]) -> None:
    try:
        check()
    except refusals.WrongPeriod as refusal:
        raise Unusable("period", refusal.code, row["period"], **refusal.words) from None
    except (refusals.TargetsCross, refusals.PeriodNotBegun) as refusal:
        raise Unusable(refusal.field, refusal.code, row[refusal.field]) from None


def read_period(row: Row, epoch: date) -> Period:
    """2026, 2026-Q3, 2026-10, in Chinese 2026年第三季度 or 2026年10月, and the first day of a month as workbooks
    keep it. Raises Unusable.
    """
    said = row.get("period", "")
    if not said:
        raise Unusable("period", "missing")
    try:
        found = Period.parse(_plain(said, epoch))
    except (ValueError, OverflowError):
        raise Unusable("period", "no_period", said) from None
    if found.kind is PeriodKind.WEEK:
        raise Unusable("period", "no_period", said)
    return found


def _plain(said: str, epoch: date) -> str:
    if match := _CHINESE.fullmatch(said):
        if quarter := match["quarter"]:
            return f"{match['year']}-Q{'一二三四'.find(quarter) + 1 or quarter}"
        return f"{match['year']}-{int(match['month']):02}" if match["month"] else match["year"]
    if _DAYS.fullmatch(said):
        said = (epoch + timedelta(days=int(said))).isoformat()
    return said.removesuffix("-01") if _FIRST.fullmatch(said) else said
