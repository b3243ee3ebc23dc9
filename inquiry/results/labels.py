"""What people read for bands and kinds of periods."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ..core.labels import add
from .rules.periods import PeriodKind
from .rules.scores import Band, Better

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
add(
    "better",
    {Better.MORE: _l("more is better"), Better.LESS: _l("less is better")},
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
#: What was counted for a rate, by whether the rate rises by it.
add("counted_completion", {"yes": lazy_pgettext("counted", "done"), "no": lazy_pgettext("counted", "not done")})
add("counted_on_time", {"yes": lazy_pgettext("counted", "on time"), "no": lazy_pgettext("counted", "not on time")})
add(
    "counted_satisfaction",
    {"yes": lazy_pgettext("counted", "satisfied"), "no": lazy_pgettext("counted", "not satisfied")},
)
