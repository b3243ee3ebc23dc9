"""A slot policy while it is edited: its text, the figures it is tried on, and where it is at fault."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ..accounts import queries as accounts
from ..accounts.models import User
from ..core import clock
from ..core.bounds import LONGEST_TEXT
from ..core.db import Db, existing
from ..errors import BadInput, Refusal
from ..results import queries as results
from ..results.rules.periods import Period, PeriodKind
from . import refusals
from .models import SlotPolicy
from .queries import lookup

Json = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A policy that was kept, with its number (the oldest is 1) and the role of whoever kept it."""

    number: int
    policy: SlotPolicy
    role: str


def versions(db: Db) -> list[Version]:
    """The newest first; ids are given in order, and none is ever taken back."""
    kept = lookup.policies(db)
    first = db.scalars(select(SlotPolicy.id).order_by(SlotPolicy.id)).all()
    number = {policy_id: place for place, policy_id in enumerate(first, 1)}
    roles = roles_of(db, [one.user_id for one in kept])
    return [Version(number[one.id], one, roles[one.user_id]) for one in kept]


def version(db: Db, policy_id: int) -> Version:
    """Raises NotFound."""
    found = existing(db, SlotPolicy, policy_id)
    number = len(db.scalars(select(SlotPolicy.id).where(SlotPolicy.id <= found.id)).all())
    return Version(number, found, roles_of(db, [found.user_id])[found.user_id])


def roles_of(db: Db, user_ids: list[int | None]) -> dict[int | None, str]:
    """The roles of persons, as the trace names them; of nobody it is the system."""
    ids = {one for one in user_ids if one is not None}
    found = db.execute(select(User.id, User.role).where(User.id.in_(ids))).all() if ids else []
    return {None: "system"} | {user_id: role.value for user_id, role in found}


def text_of(contents: Json) -> str:
    """As people edit it."""
    return json.dumps(contents, ensure_ascii=False, indent=2)


def to_send(text: str) -> str:
    """The text, without its indentation where it is too long for a message: no string of JSON goes over a line."""
    return text if len(text) <= LONGEST_TEXT else "".join(line.strip() for line in text.splitlines())


def first_policy(db: Db) -> Json:
    """What stands in the editor before any policy was kept."""
    group = next((one.name for one in accounts.peer_groups(db)), "")
    segment = {"base_s": "180", "per_point_s": "2", "shortest_s": 120, "longest_s": 480, "at_zero": "count_over",
               "grace_s": 0, "group": group, "units": []}  # fmt: skip
    return {
        "minutes": 40, "opening_s": 120, "closing_s": 120, "reserve_s": 180, "interruptions_s": 180, "silent_after": 3,
        "segments": [
            {"name": "经验交流", "name_en": "How it was done", "pick": "top", "count": 2, **segment},
            {"name": "情况说明", "name_en": "To explain", "pick": "bottom", "count": 2, **segment},
        ],
    }  # fmt: skip


def figures_to_try(db: Db, contents: Json | None = None) -> dict[str, str]:
    """The theme and month of which tables were published last: of those with all the groups of a policy, if there are
    any. Last month where nothing was published."""
    groups: dict[tuple[str, str], set[str]] = {}
    for table, group in results.standing_tables(db):
        if Period.parse(table.period).kind is PeriodKind.MONTH:
            groups.setdefault((table.theme, table.period), set()).update((group.name, group.name_en))
    wanted = {one["group"] for one in (contents or {"segments": []})["segments"] if one["group"]}
    whole = [of for of, names in groups.items() if wanted <= names]
    theme, period = next(iter([*whole, *groups]), (next(iter(results.themes(db)), ""), str(last_month())))
    return {"theme": theme, "period": period}


def last_month() -> Period:
    today = clock.city_day(clock.now())
    return Period(PeriodKind.MONTH, today.year, today.month).before


def faults(policy: str, refusal: Refusal) -> list[tuple[str, str]]:
    """`[(where, why)]`: where is a field of the policy as JSON has it (`segments.0.base_s`, empty for the whole), or
    `theme` or `period` that it was tried on."""
    if isinstance(refusal, refusals.BadPolicy):
        return [(where, why) for where, why in refusal.data["faults"]]
    if isinstance(refusal, BadInput):
        return [("" if where == "policy" else where, why) for where, why in refusal.data["fields"].items()]
    if isinstance(refusal, refusals.UnknownName):
        return [(where, refusal.message) for where in _places_of(json.loads(policy), refusal.data)]
    where = {refusals.DoesNotFit: "minutes", refusals.NoTable: "period"}.get(type(refusal), "")
    return [(where, refusal.message)]


def _places_of(told: Json, unknown: Json) -> list[str]:
    """The segments in which a name stands that nobody knows."""
    field = "group" if unknown["what"] == "group" else "units"
    return [
        f"segments.{place}.{field}"
        for place, one in enumerate(told["segments"])
        if unknown["name"] in ([one.get("group")] if field == "group" else one.get("units", []))
    ]
