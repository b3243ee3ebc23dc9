"""The rundown: what happens in order. Numbers run from 1 without gaps, and what lies in a case stands right behind it;
every change holds the session's row."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypedDict, Unpack

from sqlalchemy import select

from ...accounts import queries as accounts
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Stale
from ...permissions import Actor, require
from ...realtime.streams import public_stream, staff_stream
from ...realtime.views import View
from .. import events, nesting, queries, refusals, rules, timetable
from ..models import NOTED, AtZero, Item, ItemColour, ItemKind, ItemState, Session, StepKind
from ..rows import item_rows
from . import steps
from .preparation import not_closed

#: Planned for a question that nobody had planned, and the length to which its words are cut on a rundown.
QUESTION_MS = 5 * 60 * 1000
TITLE_LENGTH = 200
#: Lines of a rundown that can be planned; what goes on air may always be added.
MOST_ITEMS: Final = 500
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
    colour: ItemColour
    cue: str
    follows: bool
    note_host: str
    note_producer: str
    note_moderator: str
    note_clerk: str
    note_floor: str


def add_item(
    uow: UnitOfWork,
    actor: Actor,
    session_id: int,
    *,
    question_id: int | None = None,
    position: int | None = None,
    before_id: int | None = None,
    case_id: int | None = None,
    **line: Unpack[Line],
) -> Item:
    """Put an item, of which a kind and a title are given, before another, at `position`, at the end of a case, or last.
    `speaker` is who of its unit is to speak, `at_zero` what happens when that time is up, and with how much left
    it is warned of (None: as usual).

    Raises SessionClosed, RundownFull, NotFound for a unit, neighbour or case, Stale, CaseInCase, IsACase, CueTaken,
    QuestionsItem.
    """
    require(actor, "live.add_item")
    session = not_closed(uow, session_id)
    items = queries.rundown(uow.db, session.id)
    if len(items) >= MOST_ITEMS:
        raise refusals.RundownFull(most=MOST_ITEMS)
    item = blank(session, actor, question_id)
    write_line(item, line)
    check_line(item, items)
    if position is not None and before_id is None and case_id is None:
        before_id = next((one.id for one in _from(items, position)), None)
    before, case = place(items, item, before_id, case_id)
    with steps.remembered(uow, actor, session, StepKind.ADDED, items):
        return insert_item(uow, actor, session, item, before, case)


def blank(session: Session, actor: Actor, question_id: int | None = None) -> Item:
    """A line to come that says nothing yet."""
    return Item(
        session_id=session.id, planned_ms=0, title_en="", question_id=question_id, state=ItemState.PLANNED,
        placed_by_id=actor.user_id, at_zero=AtZero.COUNT_OVER, grace_ms=0, speaker="", speaker_title="", cue="",
        colour=ItemColour.NONE, follows=False, by_plan=False, rev=0, **{f"note_{role}": "" for role in NOTED},
    )  # fmt: skip


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
    behind = items[_behind(items) :]
    before = behind[0] if behind else None
    case_id = block.case_id if block else None
    if before is not None and before.case_id == case_id:
        return insert_item(uow, actor, session, item, before)
    case = next((one for one in items if one.id == case_id), None)  # the block is the last of its case
    return insert_item(uow, actor, session, item, before if case is None else None, case)


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
    steps.forget_questions(uow, question_ids)
    for item in found:
        item.title, item.title_en = WITHDRAWN
    return found


def _say_instead(item: Item, words: str) -> None:
    """A translation of the former words goes with them."""
    item.title, item.title_en = cut(words), ""


def cut(words: str) -> str:
    """What of a question's words is the title of its item."""
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"


def _behind(items: Sequence[Item]) -> int:
    """Where in the order what comes next is put: behind what is on air, or behind what was on air last."""
    seen = [one for one in items if one.started_at is not None]
    latest = max(seen, key=lambda one: (one.state is ItemState.ON_AIR, one.ended_at, one.id), default=None)
    return latest.position if latest else 0


def insert_item(
    uow: UnitOfWork, actor: Actor, session: Session, item: Item, before: Item | None = None, case: Item | None = None
) -> Item:
    """Put a new item before another, and so in its case; at the end of a case; or last. The caller holds the session's
    row, and has asked who may."""
    if item.unit_id is not None:
        accounts.unit(uow.db, item.unit_id)
    _lay(item, before, case)
    items = list(queries.rundown(uow.db, session.id))
    order = nesting.moved(items, [item], before, case)
    pushed = [one for one in steps.renumber(order) if one is not item]
    uow.add(item)
    uow.record(
        public_stream(session.id), events.ITEM_ADDED, actor, [item, *pushed], item=item.id, position=item.position
    )
    return item


def put_back(uow: UnitOfWork, actor: Actor, session: Session, item: Item, position: int) -> Item:
    """The same at a number, for an item that had it before it was taken out; one past the end is the last."""
    return insert_item(uow, actor, session, item, next(_from(queries.rundown(uow.db, session.id), position), None))


def _from(items: Sequence[Item], position: int) -> Iterator[Item]:
    """The lines from a number on, the first of which is 1."""
    return iter(items[max(position, 1) - 1 :])


def _lay(item: Item, before: Item | None, case: Item | None) -> None:
    item.case_id = before.case_id if before is not None else case.id if case is not None else None


def place(
    items: Sequence[Item], item: Item, before_id: int | None, case_id: int | None
) -> tuple[Item | None, Item | None]:
    """The neighbour and the case that a press names. Raises NotFound where one is gone, Stale where the neighbour lies
    in another case now, CaseInCase."""
    known = {one.id: one for one in items}
    before, case = known.get(before_id or 0), known.get(case_id or 0)
    if (before_id and before is None) or (case_id and (case is None or case.kind is not ItemKind.CASE)):
        raise NotFound(what="item", id=case_id if before_id is None else before_id)
    if before is not None and case is not None and before.case_id != case.id:
        raise Stale(now=None)
    if item.kind is ItemKind.CASE and (case is not None or (before is not None and before.case_id is not None)):
        raise refusals.CaseInCase()
    return before, case


def write_line(item: Item, changes: Line) -> set[str]:
    """Write what was given; returns the columns that have another value now. Another end than grace has none."""
    wanted: dict[str, Any] = dict(changes)
    seconds = wanted.pop("grace_seconds", (item.grace_ms or 0) // 1000)
    wanted["grace_ms"] = rules.grace_ms(wanted.get("at_zero", item.at_zero), seconds)
    changed = {name for name, value in wanted.items() if getattr(item, name) != value}
    for name in changed:
        setattr(item, name, wanted[name])
    return changed


def check_line(item: Item, items: Sequence[Item]) -> None:
    """Whether a line can stand so beside the others. Raises IsACase, QuestionsItem, CueTaken."""
    if item.kind is ItemKind.CASE and (item.planned_ms or item.speaker or item.question_id or item.follows):
        raise refusals.IsACase()
    if item.follows and item.question_id is not None:
        raise refusals.QuestionsItem(question=item.question_id)
    if item.cue and any(one.cue == item.cue for one in items if one is not item):
        raise refusals.CueTaken(cue=item.cue)


def change_item(uow: UnitOfWork, actor: Actor, item_id: int, seen: int | None = None, **changes: Unpack[Line]) -> Item:
    """Change what was planned for an item, as whoever saw its `seen`. Raises Stale (`now` is its row as it is),
    NotPlanned, PlannedByResults, SessionClosed, QuestionsWords, QuestionsItem, CaseStays, IsACase, CueTaken, NotFound
    for a unit."""
    require(actor, "live.change_item")
    session, item = _planned_item(uow, item_id, seen)
    if (unit_id := changes.get("unit_id")) is not None:
        accounts.unit(uow.db, unit_id)
    kind, items = item.kind, queries.rundown(uow.db, session.id)
    with steps.remembered(uow, actor, session, StepKind.CHANGED, items):
        changed = write_line(item, changes)
        if item.question_id is not None and changed & {"kind", "title", "title_en"}:
            raise refusals.QuestionsWords(question=item.question_id)
        if "kind" in changed and ItemKind.CASE in (kind, item.kind):
            raise refusals.CaseStays()
        check_line(item, items)
        if changed:
            note_change(uow, actor, item, changed)
    return item


def note_change(uow: UnitOfWork, actor: Actor, item: Item, changed: Collection[str]) -> None:
    """Count and tell a change of a line; what only the crew is shown is told to the crew alone."""
    item.rev += 1
    if steps.OF_CREW.issuperset(changed):
        uow.record(staff_stream(item.session_id), events.ITEMS_NOTED, actor, [item], lines=1)
    else:
        uow.record(public_stream(item.session_id), events.ITEM_CHANGED, actor, [item], item=item.id)


def arm_item(uow: UnitOfWork, actor: Actor, item_id: int, *, follows: bool) -> Item:
    """Let an item follow by itself when the one before ends by time, or not. What is so already stays so.

    Raises NotPlanned, PlannedByResults, SessionClosed, QuestionsItem, IsACase.
    """
    require(actor, "live.arm_item")
    session, item = _planned_item(uow, item_id)
    with steps.remembered(uow, actor, session, StepKind.ARMED, queries.rundown(uow.db, session.id)):
        changed = write_line(item, {"follows": follows})
        check_line(item, ())
        if changed:
            note_change(uow, actor, item, changed)
    return item


def renumber_cues(uow: UnitOfWork, actor: Actor, session_id: int) -> list[Item]:
    """Give every line that is to come a cue number anew, 1, 2, 2.1, by its place; what was on air, or results have
    planned, keeps its own. Returns those that changed. Raises SessionClosed."""
    require(actor, "live.renumber_cues")
    session = not_closed(uow, session_id)
    items = queries.rundown(uow.db, session.id)
    mine = [one for one in items if rules.is_movable(one)]
    numbers = rules.cues(nesting.families(items), {one.id for one in mine})
    changed = [one for one in mine if one.cue != numbers[one.id]]
    with steps.remembered(uow, actor, session, StepKind.RENUMBERED, items):
        for one in changed:
            one.cue = numbers[one.id]
            one.rev += 1
        steps.tell(uow, actor, session, changed, [], [], {"cue"})
    return changed


def move_item(
    uow: UnitOfWork, actor: Actor, item_id: int, before_id: int | None = None, case_id: int | None = None
) -> Item:
    """Put an item before another, at the end of a case, or last; a case takes along what lies in it.

    Raises NotPlanned, PlannedByResults, SessionClosed, NotFound, Stale, CaseInCase.
    """
    require(actor, "live.move_item")
    session, item = _planned_item(uow, item_id)
    items = queries.rundown(uow.db, session.id)
    before, case = place(items, item, before_id, case_id)
    family = next(each for each in nesting.families(items) if item in each) if item.kind is ItemKind.CASE else [item]
    for one in family:
        _check_movable(one)
    if before in family:
        return item
    with steps.remembered(uow, actor, session, StepKind.MOVED, items) as touched:
        touched.add(item.id)
        _shift(uow, actor, items, family, before, case)
    return item


def _shift(
    uow: UnitOfWork, actor: Actor, items: Sequence[Item], family: Sequence[Item], before: Item | None, case: Item | None
) -> None:
    item, was, lay_in = family[0], family[0].position, family[0].case_id
    _lay(item, before, case)
    shifted = steps.renumber(nesting.moved(items, family, before, case))
    if item.position != was or item.case_id != lay_in:
        item.placed_by_id = actor.user_id
        others = [one for one in dict.fromkeys([*family, *shifted]) if one is not item]
        uow.record(
            public_stream(item.session_id), events.ITEM_MOVED, actor, [item, *others],
            item=item.id, before=was, position=item.position,
        )  # fmt: skip


def shift(uow: UnitOfWork, actor: Actor, item: Item, position: int) -> None:
    """Give an item another number, for whoever holds the session's row and has asked who may; one past the end is the
    last."""
    items = queries.rundown(uow.db, item.session_id)
    before = next(_from([one for one in items if one is not item], position), None)
    _shift(uow, actor, items, [item], before, None)


def remove_item(uow: UnitOfWork, actor: Actor, item_id: int, seen: int | None = None) -> None:
    """Take an item that was never on air out of the rundown; what lay in a case stays, in none. Raises Stale,
    NotPlanned, PlannedByResults, SessionClosed."""
    require(actor, "live.remove_item")
    session, item = _planned_item(uow, item_id, seen)
    with steps.remembered(uow, actor, session, StepKind.REMOVED, queries.rundown(uow.db, session.id)):
        take_out(uow, actor, item)


def take_out(uow: UnitOfWork, actor: Actor, item: Item) -> None:
    """The same for whoever holds the session's row and has asked who may."""
    rest = [one for one in queries.rundown(uow.db, item.session_id) if one is not item]
    freed = [one for one in rest if one.case_id == item.id]
    for one in freed:
        one.case_id = None
    shifted = steps.renumber(rest)
    uow.db.delete(item)
    uow.record(
        public_stream(item.session_id), events.ITEM_REMOVED, actor, list(dict.fromkeys([item, *freed, *shifted])),
        item=item.id, position=item.position,
    )  # fmt: skip


def _planned_item(uow: UnitOfWork, item_id: int, seen: int | None = None) -> tuple[Session, Item]:
    """The item, locked after its session as everywhere, so that nobody waits in a circle."""
    session = not_closed(uow, queries.item(uow.db, item_id).session_id)
    item = uow.lock(Item, item_id)
    _check_movable(item)
    if seen is not None and seen != item.rev:
        raise Stale(now=item_rows(uow.db, [item.id], View.STAFF)[item.id])
    return session, item


def _check_movable(item: Item) -> None:
    if item.state is not ItemState.PLANNED:
        raise refusals.NotPlanned(state=item.state.value)
    if item.by_plan:
        raise refusals.PlannedByResults()
