"""What is behind a figure that the platform measured itself: the things that were counted when it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from ..core.db import Base, Db
from ..errors import NotFound
from ..pledges.models import Extension, Pledge
from ..questions.models import Question
from ..questions.queries.lists import Page
from ..responses.models import Response
from ..trace.models import Entry
from .rules.handling_indicators import Thing
from .rules.handling_table import KIND

PAGE_SIZE = 20


class Part(StrEnum):
    """Of a rate, those by which it rises or the others; of anything else there is but one part."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Figure:
    """One figure of a published table, with its unit and its indicator as they are told there."""

    unit: dict[str, Any]
    indicator: dict[str, Any]
    told: dict[str, Any]

    def parts(self) -> dict[Part | None, int]:
        """How many things there are to see, of each part; None are all of them."""
        yes, no = len(self.told["yes"]), len(self.told.get("no", ()))
        return {None: yes + no, Part.YES: yes, Part.NO: no} if "no" in self.told else {None: yes}


@dataclass(frozen=True)
class Counted:
    """One of the things that were counted. `rises` is whether it is one by which a rate rises, `days` how many it took;
    the pledge, the question or both that it is of."""

    rises: bool
    thing: Any
    pledge: Pledge | None
    question: Question | None
    days: int | None = None


def figure(contents: dict[str, Any], unit_id: int, code: str) -> Figure:
    """Raises NotFound, also for tables of other themes, whose figures were brought in."""
    if contents.get("kind") == KIND:
        for row in contents["rows"]:
            for indicator, told in zip(contents["indicators"], row["figures"], strict=True):
                if (row["unit"]["id"], indicator["code"]) == (unit_id, code):
                    return Figure(row["unit"], indicator, told)
    raise NotFound(what="figure")


def listed(db: Db, of: Figure, part: Part | None, wished: int) -> Page[Counted]:
    """One page of what was counted, oldest first."""
    ids = _ids(of.told, part)
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    number = min(max(wished, 1), pages)
    some = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(_things(db, of, some), number, pages, len(ids))


def _ids(told: dict[str, Any], part: Part | None) -> list[int]:
    return sorted(told[part.value] if part else [*told["yes"], *told.get("no", ())])


_MODELS: dict[Thing, type[Base]] = {
    Thing.PLEDGE: Pledge, Thing.EXTENSION: Extension, Thing.RESPONSE: Response, Thing.ENTRY: Entry,
}  # fmt: skip


def _things(db: Db, of: Figure, ids: Sequence[int]) -> list[Counted]:
    """In four statements at most. Nothing that was counted is ever deleted."""
    things = _by_id(db, _MODELS[Thing(of.indicator["thing"])], ids)
    pledges = _by_id(db, Pledge, [_named(one, "pledge") for one in things.values()])
    questions = _by_id(db, Question, [_named(one, "question") for one in things.values()])
    yes = set(of.told["yes"])
    days = dict(zip(of.told["yes"], of.told.get("days", ()), strict=False))
    return [
        Counted(
            number in yes, thing := things[number], pledges.get(_named(thing, "pledge")),
            questions.get(_named(thing, "question")), days.get(number),
        )
        for number in ids
    ]  # fmt: skip


def _by_id(db: Db, model: type[Any], ids: Sequence[int]) -> dict[int, Any]:
    wanted = {one for one in ids if one}
    return {one.id: one for one in db.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _named(thing: Any, what: str) -> int:
    """The id of the pledge or the question that a thing is of; 0 if it is of none."""
    if isinstance(thing, Entry):
        return int(thing.payload.get(what, 0))
    if isinstance(thing, Pledge):
        return thing.id if what == "pledge" else 0
    return getattr(thing, f"{what}_id", None) or 0
