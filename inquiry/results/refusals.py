"""What results refuse."""

from flask_babel import lazy_gettext as _l

from ..core.labels import label
from ..errors import Refusal


class CodeTaken(Refusal):
    code = "CODE_TAKEN"
    field = "code"
    sentence = _l("There is an indicator %(code)s already: change it on its own page.")


class NotADocument(Refusal):
    """What a file is called does not matter; what is in it does."""

    code = "NOT_A_DOCUMENT"
    status = 415
    field = "picture"
    sentence = _l("This PDF is not whole: its end is missing.")


class DocumentTooLarge(Refusal):
    """`data.most_megabytes` is the limit."""

    code = "DOCUMENT_TOO_LARGE"
    status = 413
    field = "picture"
    sentence = _l("The PDF is larger than %(most_megabytes)s MB.")


class TargetsCross(Refusal):
    code = "TARGETS_CROSS"
    status = 400
    field = "stretch"
    sentence = _l("The stretch target must lie beyond the baseline target, on the side that is better.")


class WrongPeriod(Refusal):
    """`data.period` is the kind of period that the indicator has."""

    code = "WRONG_PERIOD"
    status = 400
    field = "period"
    sentence = _l("This indicator is measured by %(period)s: please write 2026, 2026-Q3 or 2026-10 accordingly.")

    @property
    def words(self) -> dict[str, str]:
        return {"period": label(self.data["period"], "period")}

    @property
    def message(self) -> str:
        return str(self.sentence) % self.words


class PeriodNotBegun(Refusal):
    code = "PERIOD_NOT_BEGUN"
    status = 400
    field = "period"
    sentence = _l("This period has not begun: nothing can have been reached in it.")


class PeriodFixed(Refusal):
    code = "PERIOD_FIXED"
    field = "period"
    sentence = _l("The period of an indicator stays: what is measured otherwise is another indicator.")


class ThemeTaken(Refusal):
    code = "THEME_TAKEN"
    status = 400
    field = "theme"
    sentence = _l("This theme holds what the platform measures itself. Please choose another name.")


class NoPlan(Refusal):
    """`data.fault` is `twelve`, `negative`, `january` or `sum`."""

    code = "NO_PLAN"
    status = 400
    field = "shares"
    sentence = _l("A plan is twelve shares in percent, none negative, the first above 0, that sum to 100.")


class NothingMeasured(Refusal):
    code = "NOTHING_MEASURED"
    sentence = _l("In %(period)s no indicator of this theme is measured for a unit of this group.")


class ReasonNeeded(Refusal):
    code = "REASON_NEEDED"
    field = "why"
    sentence = _l("This table is published with other figures. Please say why it is published again.")


class ChangedMeanwhile(Refusal):
    code = "CHANGED_MEANWHILE"
    sentence = _l("Units, groups or indicators were changed while the file was looked through. Please import it again.")
