"""What can happen to results. A figure is public when the table that shows it is."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

INDICATOR_DEFINED = kind("results.indicator_defined", _l("Indicator %(code)s was defined, version %(version)s"))
TARGETS_SET = kind("results.targets_set", _l("Targets were set for indicator %(code)s: %(count)s"))
TARGET_CHANGED = kind(
    "results.target_changed",
    _l("Indicator %(code)s, %(period)s: the targets were changed from %(before)s to %(after)s"),
    public=False,
)
TARGETS_CHANGED = kind(
    "results.targets_changed", _l("Targets of indicator %(code)s were changed together: %(count)s"), public=False
)
ACTUALS_RECORDED = kind("results.actuals_recorded", _l("Figures were recorded for indicator %(code)s: %(count)s"))
ACTUAL_CORRECTED = kind(
    "results.actual_corrected",
    _l("Indicator %(code)s, %(period)s: %(before)s was corrected to %(after)s"),
    public=False,
)
ACTUALS_CORRECTED = kind(
    "results.actuals_corrected", _l("Figures of indicator %(code)s were corrected together: %(count)s"), public=False
)
PLAN_SET = kind("results.plan_set", _l("The plan of %(year)s was set for indicator %(code)s: %(shares)s"))
TABLE_PUBLISHED = kind("results.table_published", _l("The table %(theme)s, %(period)s was published"))
TABLE_SUPERSEDED = kind("results.table_superseded", _l("The table %(theme)s, %(period)s was published again: %(why)s"))
