"""What comes in about results. Figures come as text: a number of JSON is a float on its way."""

from decimal import Decimal
from typing import Annotated, Any

from flask_babel import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..accounts.schemas import Words
from ..core.fields import Whole
from ..core.sheets import REASONS, Unusable, number
from ..dispatch.registry import Id, Message
from ..pledges.schemas import Link
from .files import CODE, MOST_DECIMALS, MOST_OF_EVIDENCE
from .rules.handling_indicators import theme_called
from .rules.periods import Period, PeriodKind
from .rules.scores import Better


def _exact(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise PydanticCustomError("exact", _('a number as text was expected, like "1234.5"'))
    try:
        return number({"value": value.strip()}, "value")
    except Unusable as bad:
        raise PydanticCustomError("exact", "{why}", {"why": str(REASONS[bad.reason])}) from None


def _period(value: Any) -> str:
    try:
        return str(Period.parse(value))
    except (TypeError, ValueError):
        raise PydanticCustomError("period", _("it is no period like 2026, 2026-Q3, 2026-10 or 2026-W40")) from None


def _no_week(kind: PeriodKind) -> PeriodKind:
    if kind is PeriodKind.WEEK:
        raise PydanticCustomError("period", _("an indicator is measured by month, quarter or year"))
    return kind


Figure = Annotated[Decimal, BeforeValidator(_exact)]
PeriodName = Annotated[str, BeforeValidator(_period)]
Text200 = Annotated[Words, Field(max_length=200)]


class DefineIndicator(Message):
    """With `is_new`, one of this code that is there already is not changed, but refused."""

    code: Annotated[str, Field(pattern=f"^{CODE}$")]
    name: Annotated[Words, Field(min_length=1, max_length=80)]
    name_en: Annotated[Words, Field(max_length=120)] = ""
    theme: Annotated[Words, Field(min_length=1, max_length=80)]
    measure: Annotated[Words, Field(min_length=1, max_length=20)]
    better: Better
    accumulates: bool
    period: Annotated[PeriodKind, AfterValidator(_no_week)]
    decimals: Annotated[Whole, Field(ge=0, le=MOST_DECIMALS)]
    weight: Annotated[Figure, Field(gt=0)]
    groups: Annotated[list[Id], Field(min_length=1, max_length=200)]
    source: Text200 = ""
    definition: Annotated[Words, Field(max_length=2000)] = ""
    theme_en: Annotated[Words, Field(max_length=80)] = ""
    measure_en: Annotated[Words, Field(max_length=40)] = ""
    is_new: bool = False


class SetPlan(Message):
    indicator: Id
    year: Annotated[Whole, Field(ge=2000, le=2099)]
    shares: Annotated[list[Figure], Field(min_length=12, max_length=12)]


class SetTarget(Message):
    indicator: Id
    unit: Id
    period: PeriodName
    baseline: Figure
    stretch: Figure


class RecordActual(Message):
    indicator: Id
    unit: Id
    period: PeriodName
    value: Figure
    evidence: Annotated[Words, Field(max_length=MOST_OF_EVIDENCE)] = ""
    link: Link = ""


class PublishTable(Message):
    theme: Annotated[Words, Field(min_length=1, max_length=80), AfterValidator(theme_called)]
    period: PeriodName
    group: Id
    why: Text200 = ""


class PublishTheme(Message):
    theme: Annotated[Words, Field(min_length=1, max_length=80)]
    period: PeriodName
    why: Text200 = ""
