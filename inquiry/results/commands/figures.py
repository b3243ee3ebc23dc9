"""Targets and actuals: what is there already is left alone, what differs supersedes and is traced: a few one by one,
many by their number and the digest of what was corrected to what."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from ...accounts.models import Unit
from ...core import clock
from ...core.db import Db, insert_all, take_turn
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.kinds import Kind
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Actual, Indicator, IndicatorVersion, Target
from ..rules.periods import Period, PeriodKind
from ..rules.scores import targets_cross
from .keeping import supersede

#: Whoever writes figures has it.
TURN: Final = "results.figures"
_OF_ACTUAL: Final = ("value", "evidence", "link", "picture")
#: So many figures are compared and written at a time, however many there are.
BATCH: Final = 500
#: So many corrections of one file are told one by one.
MOST_TOLD: Final = 100


@dataclass(frozen=True)
class NewTarget:
    indicator_id: int
    unit_id: int
    period: str
    baseline: Decimal
    stretch: Decimal


@dataclass(frozen=True)
class NewActual:
    indicator_id: int
    unit_id: int
    period: str
    value: Decimal
    evidence: str = ""
    link: str = ""
    picture: str = ""


@dataclass
class Counts:
    """How many figures were new, how many took the place of another, how many were there already."""

    added: int = 0
    corrected: int = 0
    same: int = 0

    @property
    def all(self) -> int:
        return self.added + self.corrected + self.same

    def count(self, before: Sequence[Any], after: Sequence[Any]) -> bool:
        """Whether a figure is to be written; before it there may be none."""
        differs = list(before) != list(after)
        self.same += not differs
        self.added += differs and not before
        self.corrected += differs and bool(before)
        return differs


def check_target(of: IndicatorVersion, period: Period, baseline: Decimal, stretch: Decimal) -> None:
    """Raises WrongPeriod, TargetsCross."""
    if period.kind not in (of.period, PeriodKind.YEAR):
        raise refusals.WrongPeriod(period=of.period.value)
    if targets_cross(baseline, stretch, of.better):
        raise refusals.TargetsCross()


def check_actual(of: IndicatorVersion, period: Period, today: date) -> None:
    """Raises WrongPeriod, PeriodNotBegun."""
    if period.kind is not of.period:
        raise refusals.WrongPeriod(period=of.period.value)
    if period.first_day > today:
        raise refusals.PeriodNotBegun()


def set_targets(
    uow: UnitOfWork, actor: Actor, wanted: Iterable[NewTarget], tell: Callable[[int], None] = lambda _done: None
) -> Counts:
    """Of figures that were checked, one for each indicator, unit and period; `tell` is told how many are done."""
    require(actor, "results.set_target")
    return _put(uow, actor, Target, wanted, _TARGETS, tell)


def record_actuals(
    uow: UnitOfWork, actor: Actor, wanted: Iterable[NewActual], tell: Callable[[int], None] = lambda _done: None
) -> Counts:
    """The same of actuals."""
    require(actor, "results.record_actual")
    return _put(uow, actor, Actual, wanted, _ACTUALS, tell)


def set_target(uow: UnitOfWork, actor: Actor, wanted: NewTarget) -> Counts:
    """Raises WrongPeriod, TargetsCross, NotFound."""
    require(actor, "results.set_target")
    version = queries.version_of(uow.db, wanted.indicator_id)
    check_target(version, Period.parse(wanted.period), wanted.baseline, wanted.stretch)
    uow.lock(Unit, wanted.unit_id)
    return set_targets(uow, actor, [wanted])


def record_actual(uow: UnitOfWork, actor: Actor, wanted: NewActual) -> Counts:
    """Raises WrongPeriod, PeriodNotBegun, NotFound."""
    require(actor, "results.record_actual")
    version = queries.version_of(uow.db, wanted.indicator_id)
    check_actual(version, Period.parse(wanted.period), clock.city_day(uow.now))
    uow.lock(Unit, wanted.unit_id)
    return record_actuals(uow, actor, [wanted])


def compare(db: Db, wanted: Iterable[NewTarget | NewActual], tell: Callable[[int], None]) -> Counts:
    """What putting these would come to."""
    counts = Counts()
    for batch in _batches(wanted):
        for _one, _row_id, before, after in _beside(db, batch):
            counts.count(before, after)
        tell(counts.all)
    return counts


@dataclass(frozen=True)
class _Kinds:
    """What is told of figures: how many came, one that was corrected, many that were."""

    added: Kind
    corrected: Kind
    corrected_together: Kind


_TARGETS: Final = _Kinds(events.TARGETS_SET, events.TARGET_CHANGED, events.TARGETS_CHANGED)
_ACTUALS: Final = _Kinds(events.ACTUALS_RECORDED, events.ACTUAL_CORRECTED, events.ACTUALS_CORRECTED)


def _put(
    uow: UnitOfWork, actor: Actor, model: type[Target | Actual], wanted: Iterable[NewTarget | NewActual], kinds: _Kinds,
    tell: Callable[[int], None],
) -> Counts:  # fmt: skip
    take_turn(uow.db, TURN)
    counts, fresh, corrections = Counts(), Counter[int](), _Corrections()
    indicators: dict[int, Indicator] = {}
    for batch in _batches(wanted):
        indicators |= queries.indicators(uow.db, {one.indicator_id for one in batch} - indicators.keys())
        new, stale = [], []
        for one, row_id, before, after in _beside(uow.db, batch):
            if not counts.count(before, after):
                continue
            new.append(vars(one) | {"at": uow.now, "user_id": actor.user_id})
            fresh[one.indicator_id] += 1
            if row_id is not None:
                stale.append(row_id)
                corrections.note(one, before, after)
        supersede(uow, model, stale)
        insert_all(uow.db, model, new)
        tell(counts.all)
    corrections.record(uow, actor, kinds, indicators)
    for indicator_id, count in sorted(fresh.items()):
        indicator = indicators[indicator_id]
        uow.record(CITY, kinds.added, actor, [indicator], code=indicator.code, count=count)
    return counts


def _batches(wanted: Iterable[NewTarget | NewActual]) -> Iterator[list[NewTarget | NewActual]]:
    each = iter(wanted)
    while batch := list(islice(each, BATCH)):
        yield batch


def _beside(
    db: Db, batch: Sequence[NewTarget | NewActual]
) -> Iterator[tuple[NewTarget | NewActual, int | None, list[Any], list[Any]]]:
    """Each figure with the row that stands in its place (None where none does), its values, and those it is to have."""
    model, values = (Target, ("baseline", "stretch")) if isinstance(batch[0], NewTarget) else (Actual, _OF_ACTUAL)
    present = queries.standing_at(db, model, [(one.indicator_id, one.unit_id, one.period) for one in batch], values)
    for one in batch:
        row_id, *before = present.get((one.indicator_id, one.unit_id, one.period), (None,))
        after = [getattr(one, name) for name in values]
        is_said_again = before[:2] == after[:2] and not any(after[2:])  # a file knows of no links and pictures
        yield one, row_id, before, before if is_said_again else after


@dataclass
class _Corrections:
    """Who was corrected from what to what: the first few by themselves, of all their number and digest by indicator, so
    that a file of hundreds of thousands takes no more room than one of a hundred. The figures alone: evidence is words,
    and an entry can never be taken back."""

    first: list[tuple[NewTarget | NewActual, str, str]] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    digests: defaultdict[int, Any] = field(default_factory=lambda: defaultdict(hashlib.sha256))

    def note(self, one: NewTarget | NewActual, before: Sequence[Any], after: Sequence[Any]) -> None:
        was, now = (
            " / ".join(f"{value:f}" for value in each if isinstance(value, Decimal)) for each in (before, after)
        )
        self.counts[one.indicator_id] += 1
        self.digests[one.indicator_id].update(f"{one.unit_id},{one.period},{was},{now}\n".encode())
        if len(self.first) <= MOST_TOLD:
            self.first.append((one, was, now))

    def record(self, uow: UnitOfWork, actor: Actor, kinds: _Kinds, indicators: Mapping[int, Indicator]) -> None:
        if len(self.first) > MOST_TOLD:
            for indicator_id, count in sorted(self.counts.items()):
                uow.record(
                    CITY, kinds.corrected_together, actor, [indicators[indicator_id]],
                    code=indicators[indicator_id].code, count=count, digest=self.digests[indicator_id].hexdigest(),
                )  # fmt: skip
            return
        for one, was, now in self.first:
            indicator = indicators[one.indicator_id]
            uow.record(
                CITY, kinds.corrected, actor, [indicator, uow.db.get_one(Unit, one.unit_id)], code=indicator.code,
                period=one.period, before=was, after=now,
            )  # fmt: skip
