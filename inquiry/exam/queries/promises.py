"""What a unit has promised before: held up to it when it begins to speak."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from ...core import terms, workdays
from ...core.db import Db
from ...pledges import rules
from ...pledges.models import Pledge
from ...pledges.queries import lists

#: So many are shown, and so many kept ones among them where little else is left.
MOST: Final = 5
_MOST_KEPT: Final = 2

_FIRST = {rules.Timing.OVERDUE: 0, rules.Timing.DUE_SOON: 1}


def last_pledges(db: Db, left_out: Collection[int], unit_id: int, today: date) -> dict[str, Any]:
    """`{pledges, open, overdue}`: what the unit promised in other sessions than these, overdue first, then the nearest
    dates, kept ones at the end; with how many are still to be kept in all."""
    soon_until = workdays.add_workdays(today, rules.DUE_SOON_WORKING_DAYS)

    def timing(one: Pledge) -> rules.Timing:
        return rules.timing(one.state, one.due_on, one.claimed_on, today, soon_until)

    to_keep = [one for one in lists.of_units(db, [unit_id]) if one.session_id not in left_out]
    to_keep.sort(key=lambda one: _FIRST.get(timing(one), 2))
    kept = [one for one in lists.kept_by(db, [unit_id], _MOST_KEPT) if one.session_id not in left_out]
    return {
        "pledges": [_told(one, timing(one), today) for one in [*to_keep, *kept][:MOST]],
        "open": len(to_keep), "overdue": sum(timing(one) is rules.Timing.OVERDUE for one in to_keep),
    }  # fmt: skip


def _told(one: Pledge, timing: rules.Timing, today: date) -> dict[str, Any]:
    return {
        "id": one.id, "action": one.action, "object": one.object, "spoken": one.spoken,
        "due_on": one.due_on.isoformat() if one.due_on else None, "state": one.state.value, "timing": timing.value,
        "told": terms.told(one.due_on, rules.counted_until(one.state, one.claimed_on, today)) if one.due_on else "",
    }  # fmt: skip
