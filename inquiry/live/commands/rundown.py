"""The rundown: what happens in order. Numbers run from 1 without gaps; every change holds the session's row."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import select

from ...accounts import queries as accounts
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events, queries, refusals, rules, timetable
from ..models import AtZero, Item, ItemKind, ItemState, Session
from .preparation import not_closed

#: Planned for a question that nobody had planned, and the length to which its words are cut on a rundown.
QUESTION_MS = 5 * 60 * 1000
TITLE_LENGTH = 200
#: What an item is called whose question's words were withdrawn, in both languages.
WITHDRAWN = ("（内容已撤回）", "(words withdrawn)")


class Line(TypedDict, total=False):
    """What can be changed about an item; what is left out stays."""

    kind: ItemKind
    title: str
    title_en: str
    planned_ms: int
    unit_id: int | None
    speaker: str
    speaker_title: str
    at_zero: AtZero
    grace_seconds: int
    warning_ms: int | None
    danger_ms: int | None


def add_item(
    uow: UnitOfWork,
    actor: Actor,
    session_id: int,
    *,
    kind: ItemKind,
    title: str,
    planned_ms: int,
    title_en: str = "",
    unit_id: int | None = None,
    question_id: int | None = None,
    position: int | None = None,
    speaker: str = "",
    speaker_title: str = "",
    at_zero: AtZero = AtZero.COUNT_OVER,
    grace_seconds: int = 0,
    warning_ms: int | None = None,
    danger_ms: int | None = None,
) -> Item:
    """Put an item at `position`, or last. `speaker` is who of its unit is to speak, `at_zero` what happens when that
    time is up, and with how much left it is warned of (None: as usual). Raises SessionClosed, NotFound for a unit."""
    require(actor, "live.add_item")
    session = not_closed(uow, session_id)
    item = Item(
        session_id=session.id, kind=kind, title=title, title_en=title_en, planned_ms=planned_ms,
        unit_id=unit_id, question_id=question_id, state=ItemState.PLANNED, speaker=speaker,
        speaker_title=speaker_title, at_zero=at_zero, grace_ms=rules.grace_ms(at_zero, grace_seconds),
        warning_ms=warning_ms, danger_ms=danger_ms,
    )  # fmt: skip
    return insert_item(uow, actor, session, item, position)


def insert_question_item(
    uow: UnitOfWork, actor: Actor, session_id: int, question_id: int, words: str, unit_id: int | None,
    stood_for: Collection[int] = (),
) -> Item:  # fmt: skip
    """The item of a question that is to go on air: the one planned for it, or a new one that comes next, nested in the
    block that is in hand.

    An item planned for a question that this one stands for now (`stood_for`) is as good. The right to do so is that of
    `questions.put_on_air`, which calls this. Raises SessionClosed.
    """
    session = not_closed(uow, session_id)
    items = queries.rundown(uow.db, session.id)
    planned = [one for one in items if one.state is ItemState.PLANNED]
    for wanted in ({question_id}, set(stood_for)):
        for item in planned:
            if item.question_id in wanted:
                show_question(item, question_id, words)
                return item
    block = timetable.current_block(items)
    item = Item(
        session_id=session.id, kind=ItemKind.QUESTION, title=cut(words), planned_ms=QUESTION_MS,
        unit_id=unit_id, question_id=question_id, state=ItemState.PLANNED, block_id=block.id if block else None,
    )  # fmt: skip
    return insert_item(uow, actor, session, item, _next_position(items))


def show_question(item: Item, question_id: int, words: str) -> None:
    """Let an item be that of the question that stands now for the one it was planned for, in its words."""
    if item.question_id != question_id:
        item.question_id = question_id
        _say_instead(item, words)


def reword_items(uow: UnitOfWork, words: Mapping[int, str]) -> list[Item]:
    """Give planned items the words that stand now, by the id of the question each was planned for; returns those that
    changed, for the entry of whoever changed the words. The caller holds the session's row.
    """
    found = uow.db.scalars(select(Item).where(Item.question_id.in_(words), Item.state == ItemState.PLANNED))
    changed = [item for item in found if item.title != cut(words[item.question_id or 0])]
    for item in changed:
        _say_instead(item, words[item.question_id or 0])
    return changed


def withdraw_titles(uow: UnitOfWork, question_ids: Collection[int]) -> list[Item]:
    """Take the words of questions out of the items that show or showed them; returns these, for the entry of whoever
    withdrew the words. The caller holds the session's row."""
    found = list(uow.db.scalars(select(Item).where(Item.question_id.in_(question_ids)).order_by(Item.id)))
    for item in found:
        item.title, item.title_en = WITHDRAWN
    return found


def _say_instead(item: Item, words: str) -> None:
    """A translation of the former words goes with them."""
    item.title, item.title_en = cut(words), ""


def cut(words: str) -> str:
    """What of a question's words is the title of its item."""
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"


def _next_position(items: Sequence[Item]) -> int:
    """Behind what is on air, or behind what was on air last."""
    seen = [one for one in items if one.started_at is not None]
    latest = max(seen, key=lambda one: (one.state is ItemState.ON_AIR, one.ended_at, one.id), default=None)
    return latest.position + 1 if latest else 1


def insert_item(uow: UnitOfWork, actor: Actor, session: Session, item: Item, position: int | None) -> Item:
    """Put a new item at `position`, or last; the caller holds the session's row, and has asked who may."""
    if item.unit_id is not None:
        accounts.unit(uow.db, item.unit_id)
    order = list(queries.rundown(uow.db, session.id))
    order.insert(_index(position, len(order) + 1), item)
    pushed = _renumber(order, item)
    uow.add(item)
    uow.record(
        public_stream(session.id), events.ITEM_ADDED, actor, [item, *pushed], item=item.id, position=item.position
    )
    return item


def _index(position: int | None, length: int) -> int:
    """Where a wished number (from 1) lies in a list that will have this length; far too much is the end."""
    return length - 1 if position is None else min(max(position, 1), length) - 1


def _renumber(order: list[Item], moved: Item) -> list[Item]:
    """Number the items from 1; returns the others whose number changed because one was moved."""
    changed = []
    for number, item in enumerate(order, start=1):
        if item.position != number:
            item.position = number
            changed.append(item)
    return [item for item in changed if item is not moved]


def change_item(uow: UnitOfWork, actor: Actor, item_id: int, **changes: Unpack[Line]) -> Item:
    """Change what was planned for an item. Raises NotPlanned, PlannedByResults, SessionClosed, QuestionsWords,
    NotFound for a unit."""
    require(actor, "live.change_item")
    item = _planned_item(uow, item_id)
    wanted = _with_grace(item, changes)
    changed = {name: value for name, value in wanted.items() if getattr(item, name) != value}
    if item.question_id is not None and changed.keys() & {"kind", "title", "title_en"}:
        raise refusals.QuestionsWords(question=item.question_id)
    if (unit_id := changes.get("unit_id")) is not None:
        accounts.unit(uow.db, unit_id)
    if changed:
        for name, value in changed.items():
            setattr(item, name, value)
        uow.record(public_stream(item.session_id), events.ITEM_CHANGED, actor, [item], item=item.id)
    return item


def _with_grace(item: Item, changes: Line) -> dict[str, Any]:
    """The columns to write: another end than grace has none."""
    wanted: dict[str, Any] = dict(changes)
    seconds = wanted.pop("grace_seconds", item.grace_ms // 1000)
    return wanted | {"grace_ms": rules.grace_ms(wanted.get("at_zero", item.at_zero), seconds)}


def move_item(uow: UnitOfWork, actor: Actor, item_id: int, position: int) -> Item:
    """Give an item another number; a number past the end is the last. Raises NotPlanned, PlannedByResults,
    SessionClosed."""
    require(actor, "live.move_item")
    item = _planned_item(uow, item_id)
    shift(uow, actor, item, position)
    return item


def shift(uow: UnitOfWork, actor: Actor, item: Item, position: int) -> None:
    """The same for whoever holds the session's row and has asked who may."""
    before = item.position
    order = [one for one in queries.rundown(uow.db, item.session_id) if one is not item]
    order.insert(_index(position, len(order) + 1), item)
    shifted = _renumber(order, item)
    if item.position != before:
        uow.record(
            public_stream(item.session_id), events.ITEM_MOVED, actor, [item, *shifted],
            item=item.id, before=before, position=item.position,
        )  # fmt: skip


def remove_item(uow: UnitOfWork, actor: Actor, item_id: int) -> None:
    """Take an item that was never on air out of the rundown. Raises NotPlanned, PlannedByResults, SessionClosed."""
    require(actor, "live.remove_item")
    take_out(uow, actor, _planned_item(uow, item_id))


def take_out(uow: UnitOfWork, actor: Actor, item: Item) -> None:
    """The same for whoever holds the session's row and has asked who may."""
    shifted = _renumber([one for one in queries.rundown(uow.db, item.session_id) if one is not item], item)
    uow.db.delete(item)
    uow.record(
        public_stream(item.session_id), events.ITEM_REMOVED, actor, [item, *shifted],
        item=item.id, position=item.position,
    )  # fmt: skip


def _planned_item(uow: UnitOfWork, item_id: int) -> Item:
    """The item, locked after its session as everywhere, so that nobody waits in a circle."""
    not_closed(uow, queries.item(uow.db, item_id).session_id)
    item = uow.lock(Item, item_id)
    if item.state is not ItemState.PLANNED:
        raise refusals.NotPlanned(state=item.state.value)
    if item.by_plan:
        raise refusals.PlannedByResults()
    return item
