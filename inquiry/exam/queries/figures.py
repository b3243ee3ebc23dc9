"""What the screen shows of those who speak: their figures out of the tables the plan was made from, and how they moved.

The tables are frozen, so what follows from a plan is reckoned once in each process.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from ...core.db import Db
from ...core.kept import Kept
from ...results import queries as results
from ...results.rules.scores import half_up
from ..models import Exam, ExamPlan
from ..rules import marks
from . import lookup, sources

Json = dict[str, Any]

#: So many indicators, those with the most weight, can be read from ten metres.
MOST_INDICATORS: Final = 8
#: So many units of one meeting, at most, and what was reckoned of so many plans is kept.
_MOST_UNITS: Final = 120
_MOST_KEPT: Final = 8

_kept: Kept[tuple[str, tuple[int, ...]], Json] = Kept(_MOST_KEPT)


def figures(db: Db, exam: Exam) -> Json:
    """`{digest, period, baseline_at, stretch_at, groups, units}`; places are thousandths of a line, as `rules.marks`
    has them. Raises NotPlannedYet."""
    plan = lookup.plan_in_brief(db, exam)
    lines = lookup.slots(db, exam.id)
    wanted = dict.fromkeys(number for slot, item in lines for number in (slot.unit_id, item.unit_id) if number)
    ids = tuple(sorted(wanted)[:_MOST_UNITS])
    return _kept.of((plan.digest, ids), lambda: _reckoned(db, exam, plan, ids))


def _reckoned(db: Db, exam: Exam, plan: ExamPlan, unit_ids: Sequence[int]) -> Json:
    groups: list[Json] = []
    units: list[Json] = []
    for table in sources.tables_of(db, plan.id):
        contents = results.contents_of(db, table)
        rows = {row["unit"]["id"]: row for row in contents["rows"]}
        here = [rows[number] for number in unit_ids if number in rows]
        if not here:
            continue
        shown = _heaviest(contents["indicators"])
        units += [_unit(contents, row, len(groups), shown) for row in here]
        groups.append(_group(contents, shown))
    return {
        "digest": plan.digest, "period": exam.period, "baseline_at": marks.BASELINE_AT, "stretch_at": marks.STRETCH_AT,
        "groups": groups, "units": units,
    }  # fmt: skip


def _heaviest(indicators: Sequence[Json]) -> list[int]:
    """Those with the most weight, in their order; what the platform measures itself has none."""
    by_weight = sorted(range(len(indicators)), key=lambda at: (-Fraction(indicators[at].get("weight", 1)), at))
    return sorted(by_weight[:MOST_INDICATORS])


def _group(contents: Json, shown: Sequence[int]) -> Json:
    return {
        "name": contents["group"]["name"], "name_en": contents["group"]["name_en"], "of": len(contents["rows"]),
        "more": len(contents["indicators"]) - len(shown),
        "indicators": [
            about(contents["indicators"][at])
            | {"peers": marks.peers(_attainments(row["figures"][at] for row in contents["rows"]))}
            for at in shown
        ],
    }  # fmt: skip


def about(indicator: Json) -> Json:
    """What stands beside an indicator's figures; a table from before measures had English names has none."""
    named = {name: indicator[name] for name in ("code", "name", "name_en", "measure", "better")}
    return named | {"measure_en": indicator.get("measure_en", "")}


def _attainments(told: Any) -> list[Fraction]:
    return [Fraction(one["attainment_exact"]) for one in told if one["attainment_exact"] is not None]


def _unit(contents: Json, row: Json, group: int, shown: Sequence[int]) -> Json:
    decimals = [one["decimals"] for one in contents["indicators"]]
    return {
        "unit": row["unit"]["id"], "group": group, "rank": row["rank"], "score": row["score"], "band": row["band"],
        "figures": [_figure(row["figures"][at], decimals[at]) for at in shown], "trend": _trend(contents, row),
    }  # fmt: skip


def _trend(contents: Json, row: Json) -> list[Json]:
    """The scores of twelve periods, the oldest first, as the table keeps them."""
    periods = [*(one["period"] for one in contents["history"]), contents["period"]]
    return [
        {"period": period, "score": score, "at": None if score is None else marks.place(Fraction(score))}
        for period, score in zip(periods, [*row["trend"], row["score"]], strict=True)
    ]


def _figure(told: Json, decimals: int) -> Json:
    """The amounts as their indicator shows them; null is missing."""
    reached = told["attainment_exact"]
    return {
        **{name: amount(told[name], decimals) for name in ("actual", "baseline", "stretch")},
        "attainment": told["attainment"], "at": None if reached is None else marks.place(Fraction(reached)),
    }  # fmt: skip


def amount(exact: str | None, decimals: int) -> str | None:
    """As its indicator shows it."""
    return None if exact is None else f"{half_up(Fraction(exact), decimals):,f}"
