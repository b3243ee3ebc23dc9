"""What the screen shows of those who speak: their figures out of the tables the plan was made from, and how they moved.

The tables are frozen, so what follows from a plan is reckoned once in each process, as of the moment of the plan.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import or_, select

from ...core.db import Db
from ...results.models import PublishedTable
from ...results.rules.periods import Period
from ...results.rules.scores import half_up
from ..models import Exam, ExamPlan
from ..rules import marks
from . import lookup, sources

Json = dict[str, Any]

#: A line of so many periods, and so many indicators by weight, can be read from ten metres.
PERIODS: Final = 12
MOST_INDICATORS: Final = 8
#: So many units of one meeting, at most, and what was reckoned of so many plans is kept.
_MOST_UNITS: Final = 120
_MOST_KEPT: Final = 8

#: Of each period, oldest first, the score as shown and its place by unit.
Trends = Sequence[tuple[str, Mapping[int, tuple[str, int]]]]

_kept: OrderedDict[tuple[int, str, tuple[int, ...]], Json] = OrderedDict()


def figures(db: Db, exam: Exam) -> Json:
    """`{digest, period, baseline_at, stretch_at, groups, units}`; places are thousandths of a line, as `rules.marks`
    has them. Raises NotPlannedYet."""
    plan = lookup.plan(db, exam)
    lines = lookup.slots(db, exam.id)
    wanted = dict.fromkeys(number for slot, item in lines for number in (slot.unit_id, item.unit_id) if number)
    key = (plan.id, plan.digest, tuple(sorted(wanted)[:_MOST_UNITS]))
    if key not in _kept:
        _kept[key] = _reckoned(db, exam, plan, key[2])
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def _reckoned(db: Db, exam: Exam, plan: ExamPlan, unit_ids: Sequence[int]) -> Json:
    groups: list[Json] = []
    units: list[Json] = []
    for table in sources.tables_of(db, plan):
        rows = {row["unit"]["id"]: row for row in table.contents["rows"]}
        here = [rows[number] for number in unit_ids if number in rows]
        if not here:
            continue
        shown = _heaviest(table.contents["indicators"])
        trends = _trends(db, table, plan)
        units += [_unit(row, len(groups), table.contents["indicators"], shown, trends) for row in here]
        groups.append(_group(table.contents, shown))
    return {
        "digest": plan.digest, "period": exam.period, "baseline_at": marks.BASELINE_AT, "stretch_at": marks.STRETCH_AT,
        "groups": groups, "units": units,
    }  # fmt: skip


def _heaviest(indicators: Sequence[Json]) -> list[int]:
    """Those with the most weight, in their order."""
    by_weight = sorted(range(len(indicators)), key=lambda at: (-Fraction(indicators[at]["weight"]), at))
    return sorted(by_weight[:MOST_INDICATORS])


def _group(contents: Json, shown: Sequence[int]) -> Json:
    told = ("code", "name", "name_en", "measure", "better")
    return {
        "name": contents["group"]["name"], "name_en": contents["group"]["name_en"], "of": len(contents["rows"]),
        "more": len(contents["indicators"]) - len(shown),
        "indicators": [
            {name: contents["indicators"][at][name] for name in told}
            | {"peers": marks.peers(_attainments(row["figures"][at] for row in contents["rows"]))}
            for at in shown
        ],
    }  # fmt: skip


def _attainments(told: Any) -> list[Fraction]:
    return [Fraction(one["attainment_exact"]) for one in told if one["attainment_exact"] is not None]


def _unit(row: Json, group: int, indicators: Sequence[Json], shown: Sequence[int], trends: Trends) -> Json:
    return {
        "unit": row["unit"]["id"], "group": group, "rank": row["rank"], "score": row["score"], "band": row["band"],
        "figures": [_figure(row["figures"][at], indicators[at]["decimals"]) for at in shown],
        "trend": [
            {"period": period, "score": scores.get(row["unit"]["id"], (None, None))[0],
             "at": scores.get(row["unit"]["id"], (None, None))[1]}
            for period, scores in trends
        ],
    }  # fmt: skip


def _figure(told: Json, decimals: int) -> Json:
    """The amounts as their indicator shows them; null is missing."""
    reached = told["attainment_exact"]
    return {
        **{name: _amount(told[name], decimals) for name in ("actual", "baseline", "stretch")},
        "attainment": told["attainment"], "at": None if reached is None else marks.place(Fraction(reached)),
    }  # fmt: skip


def _amount(exact: str | None, decimals: int) -> str | None:
    return None if exact is None else f"{half_up(Fraction(exact), decimals):,f}"


def _trends(db: Db, table: PublishedTable, plan: ExamPlan) -> Trends:
    """The scores of the last twelve periods, by the tables that stood when the plan was made."""
    period = Period.parse(table.period)
    names = [str(period)]
    while len(names) < PERIODS:
        period = period.before
        names.append(str(period))
    stood = select(PublishedTable).where(
        PublishedTable.theme == table.theme, PublishedTable.group_id == table.group_id,
        PublishedTable.period.in_(names[1:]), PublishedTable.at <= plan.at,
        or_(PublishedTable.superseded_at.is_(None), PublishedTable.superseded_at > plan.at),
    )  # fmt: skip
    found = {one.period: _scores(one.contents) for one in db.scalars(stood)} | {table.period: _scores(table.contents)}
    return [(name, found.get(name, {})) for name in reversed(names)]


def _scores(contents: Json) -> dict[int, tuple[str, int]]:
    return {
        row["unit"]["id"]: (row["score"], marks.place(Fraction(row["score_exact"])))
        for row in contents["rows"]
        if row["score_exact"] is not None
    }
