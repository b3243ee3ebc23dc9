"""What people read for bands and kinds of periods."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .rules.periods import PeriodKind
from .rules.scores import Band

add(
    "band",
    {
        Band.LEADING: lazy_pgettext("band", "Leading"),
        Band.HOLDING: lazy_pgettext("band", "Holding"),
        Band.LAGGING: lazy_pgettext("band", "Lagging"),
    },
)
add(
    "period",
    {
        PeriodKind.WEEK: lazy_pgettext("period", "week"),
        PeriodKind.MONTH: lazy_pgettext("period", "month"),
        PeriodKind.QUARTER: lazy_pgettext("period", "quarter"),
        PeriodKind.YEAR: lazy_pgettext("period", "year"),
    },
)
#: Tables to fill in, by the names of their forms.
add(
    "results_form",
    {
        "units": lazy_pgettext("form", "Units"),
        "indicators": lazy_pgettext("form", "Indicators"),
        "targets": lazy_pgettext("form", "Targets"),
        "actuals": lazy_pgettext("form", "Actuals"),
    },
)
