"""What a table of results costs in a large city: read from a database with years of figures, and reckoned.

    python -m bench.ranking --units 5000 --months 60

The application runs in this process, on the database of its environment, which is filled first: one peer group, twenty
indicators, half of which add up over the year, a figure of each for every unit and month, yearly targets. Printed is
JSON: seconds for the tables of January, June and December, for which the sums since January and the lines of what was
published before are longer and longer, and for the plan of a night exam out of January's.
"""

import argparse
import json
import os
import time
from datetime import date

import click
from flask import Flask
from sqlalchemy import insert, text

from inquiry import create_app
from inquiry.accounts.models import GroupMembership, PeerGroup, Unit, UnitKind
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.exam.policy_file import policy_of
from inquiry.exam.queries.sources import sources
from inquiry.exam.rules.plan import plan
from inquiry.permissions import SYSTEM
from inquiry.results import queries
from inquiry.results.commands.publishing import freeze_table
from inquiry.results.models import Indicator, IndicatorVersion
from inquiry.results.rules.periods import Period, PeriodKind
from inquiry.results.rules.scores import Better

THEME = "经济"
INDICATORS = 20
LAST_YEAR = 2025

_PICK = {"group": "各街道", "base_s": 120, "per_point_s": 2, "shortest_s": 60, "longest_s": 600}
#: An evening of ten hours: as many speak as a policy may name.
POLICY = {
    "minutes": 600, "segments": [
        {"name": pick, "pick": pick, "count": 60, **_PICK} for pick in ("top", "duel", "bottom", "most_improved")
    ],
}  # fmt: skip

#: One row for each `number` below a bound, indicator and unit, month after month as figures come in.
_EACH = """
WITH RECURSIVE numbers(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM numbers WHERE number + 1 < :most),
written AS (
    SELECT indicators.id AS indicator_id, units.id AS unit_id, number,
        1000 + (units.id * 7919 + indicators.id * 104729 + number * 31) % 4000 AS cents
    FROM numbers CROSS JOIN indicators CROSS JOIN units
)
"""
_CENTS = "(cents / 100) || '.' || ((cents / 10) % 10) || (cents % 10)"
_MONTH = "(:first + number / 12) || '-' || ((number % 12 + 1) / 10) || ((number % 12 + 1) % 10)"
_ACTUALS = f"""
INSERT INTO actuals (indicator_id, unit_id, period, value, evidence, at) {_EACH}
SELECT indicator_id, unit_id, {_MONTH}, {_CENTS}, '', :at FROM written
"""  # noqa: S608 - nothing of it comes from outside
_TARGETS = f"""
INSERT INTO targets (indicator_id, unit_id, period, baseline, stretch, at) {_EACH}
SELECT indicator_id, unit_id, '' || (:first + number),
    CASE indicator_id % 2 WHEN 1 THEN 250 ELSE 30 END || '.' || (unit_id % 10),
    CASE indicator_id % 2 WHEN 1 THEN 400 ELSE 20 END || '.' || (unit_id % 10), :at
FROM written
"""  # noqa: S608 - nothing of it comes from outside


def fill(units: int, months: int) -> int:
    """The id of the group."""
    with unit_of_work() as uow:
        group = PeerGroup(name="各街道")
        uow.add(group)
        uow.db.execute(
            insert(Unit),
            [{"name": f"第{one}街道", "kind": UnitKind.STREET, "position": one} for one in range(units)],
        )
        uow.db.flush()
        ids = uow.db.scalars(text("SELECT id FROM units WHERE kind = 'street'")).all()
        since = date(2000, 1, 1)
        uow.db.execute(
            insert(GroupMembership), [{"unit_id": one, "group_id": group.id, "from_day": since} for one in ids]
        )
        uow.db.execute(insert(Indicator), [{"code": f"I{one:02}"} for one in range(INDICATORS)])
        for number, indicator_id in enumerate(uow.db.scalars(text("SELECT id FROM indicators ORDER BY id"))):
            uow.db.add(_version(indicator_id, number, group.id, uow.now))
        uow.db.flush()
        years = -(-months // 12)
        known = {"first": LAST_YEAR - years + 1, "at": uow.now}
        uow.db.execute(text(_ACTUALS), known | {"most": months})
        uow.db.execute(text(_TARGETS), known | {"most": years})
        return group.id


def _version(indicator_id: int, number: int, group_id: int, now: object) -> IndicatorVersion:
    adds_up = number % 2 == 0
    return IndicatorVersion(
        indicator_id=indicator_id, number=1, name=f"指标{number}", name_en="", theme=THEME, measure="亿元",
        better=Better.MORE if adds_up else Better.LESS, accumulates=adds_up, period=PeriodKind.MONTH, decimals=2,
        weight=1 + number % 3, groups=[group_id], source="", definition="", at=now,
    )  # fmt: skip


def measure(app: Flask, group_id: int, period: str) -> dict[str, float]:
    """Seconds for a table of the month, and of how many figures it was made."""
    with app.app_context(), reading() as db:
        began, cpu = time.monotonic(), time.process_time()
        contents = queries.table_now(db, THEME, Period.parse(period), group_id)
        spent = {"s": time.monotonic() - began, "cpu_s": time.process_time() - cpu}
    figures = sum(one["ids"].count(" ") + 1 for one in contents["made_from"]["actuals"])
    return spent | {"units": len(contents["rows"]), "figures": figures}


def publish(app: Flask, group_id: int, period: str) -> None:
    with app.app_context(), unit_of_work() as uow:
        freeze_table(uow, SYSTEM, THEME, Period.parse(period), group_id, "")


def planned(app: Flask, period: str) -> dict[str, float]:
    """Seconds for a plan out of a published table, from reading it to the last slot."""
    with app.app_context(), reading() as db:
        began, cpu = time.monotonic(), time.process_time()
        made = plan(sources(db, policy_of(POLICY), THEME, Period.parse(period), date(LAST_YEAR, 2, 5)))
        spent = {"s": time.monotonic() - began, "cpu_s": time.process_time() - cpu}
    return spent | {"slots": len(made["slots"])}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a table costs.")
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--months", type=int, default=60)
    asked = parser.parse_args()
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    app = create_app()
    with app.app_context():
        group_id = fill(asked.units, asked.months)
    measure(app, group_id, f"{LAST_YEAR}-01")  # modules are loaded once, and the database's pages
    told = {}
    for month in range(1, 13):
        name = f"{LAST_YEAR}-{month:02}"
        if month in (1, 6, 12):
            told[f"{month:02}"] = measure(app, group_id, name)
        publish(app, group_id, name)
    click.echo(json.dumps(told | {"plan": planned(app, f"{LAST_YEAR}-01")}))


if __name__ == "__main__":
    main()
