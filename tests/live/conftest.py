"""An evening to act in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries
from inquiry.live.commands import floor, preparation, rundown, slots
from inquiry.live.models import AtZero, Item, ItemKind, Session, Slot
from inquiry.permissions import Actor, Role
from tests.support.application import City
from tests.support.scenes import EIGHT, scene

__all__ = ["EIGHT", "Clock", "Evening", "clock", "do", "evening", "on_air"]


def do(command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
    """Carry out one command in a unit of work of its own."""
    with unit_of_work() as uow:
        return command(uow, *args, **fields)


class Evening:
    """A planned session of an hour with a clip, a slot and a break, each of ten minutes, and its host.

    `question`, `elsewhere` and `planned` are the items of a question, of another session and with a planned speaker,
    `timer` and `message` are a timer and what was said behind the scenes, where a test made some.
    """

    question = elsewhere = planned = timer = message = 0

    def __init__(self, city: City) -> None:
        self.city = city
        self.host: Actor = city.person(Role.HOST)
        self.session: int = do(
            preparation.create_session, self.host, title="垃圾分类回头看", title_en="Sorting waste, one year on",
            starts_at=EIGHT, planned_minutes=60, unit_ids=[city.city_management.id, city.water.id],
        ).id  # fmt: skip
        self.clip = self.add(ItemKind.CLIP, "暗访短片")
        self.slot = self.add(ItemKind.SLOT, "城管局发言")
        self.rest = self.add(ItemKind.BREAK, "休息")

    def add(self, kind: ItemKind, title: str, **fields: Any) -> int:
        item: Item = do(
            rundown.add_item, self.host, self.session, kind=kind, title=title, **{"planned_ms": 600_000} | fields
        )  # fmt: skip
        return item.id

    def plan_speaker(self, seconds: int = 60, at_zero: AtZero = AtZero.NEXT, **fields: Any) -> int:
        """An item in which somebody of the water office is to speak, behind all others."""
        planned = {"unit_id": self.city.water.id, "speaker": "周启明", "speaker_title": "局长", "at_zero": at_zero}
        return self.add(ItemKind.SLOT, "水务局发言", planned_ms=seconds * 1000, **planned | fields)

    def begin(self, item: int) -> Slot:
        """Take an item and start its planned speaker."""
        _change, slot = do(slots.take_and_start, self.host, self.session, item, self.rev)
        return slot  # type: ignore[no-any-return]

    def go_live(self) -> "Evening":
        do(preparation.go_live, self.host, self.session, EIGHT.date())  # on its day, whatever the clock says
        return self

    def take(self, item: int) -> "Evening":
        do(floor.take_item, self.host, self.session, item, self.rev)
        return self

    def start(self, seconds: int = 180, at_zero: AtZero = AtZero.COUNT_OVER, grace_seconds: int = 0) -> Slot:
        slot: Slot = self.press(
            slots.start_slot, unit_id=self.city.city_management.id, speaker="林知远", speaker_title="局长",
            seconds=seconds, at_zero=at_zero, grace_seconds=grace_seconds,
        )  # fmt: skip
        return slot

    def press(self, command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        """Press as somebody who has seen everything so far."""
        return do(command, self.host, self.session, self.rev, *args, **fields)

    @property
    def row(self) -> Session:
        with reading() as db:
            return queries.session(db, self.session)

    @property
    def rev(self) -> int:
        return self.row.floor_rev

    def item(self, item_id: int) -> Item:
        with reading() as db:
            return queries.item(db, item_id)

    def open_slot(self) -> Slot | None:
        with reading() as db:
            return queries.open_slot(db, self.session)

    @property
    def order(self) -> list[int]:
        """The ids of the items in their order, after a look at their numbers."""
        with reading() as db:
            items = queries.rundown(db, self.session)
        assert [one.position for one in items] == list(range(1, len(items) + 1))
        return [one.id for one in items]


class Clock:
    """The time of a test: it stands still until it is moved."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def forward(self, **by: float) -> datetime:
        self._traveller.shift(timedelta(**by))
        return datetime.now(UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Eight in the evening, standing still."""
    with time_machine.travel(EIGHT, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture
@scene
def evening(city: City, clock: Clock) -> Evening:
    """It is eight, and nobody has gone live."""
    return Evening(city)


@pytest.fixture
@scene
def on_air(evening: Evening) -> Evening:
    """Live, with the slot item on the floor."""
    return evening.go_live().take(evening.slot)
