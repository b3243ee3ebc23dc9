"""Who has the right to send a picture to the stage at an instant: one rule for whoever lets in and for the worker."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ..live import rules as live_rules
from ..live.models import Item, ItemState, Session, SessionState, Slot
from ..permissions import Role
from .models import Part, Place

#: So many of those who speak next may be in the green room.
NEXT: Final = 3
#: Whose picture the programme shows, first come first: two stand side by side.
ORDER: Final = (Part.SPEAKER, Part.HOST, Part.LEADER)
SIDE_BY_SIDE: Final = 2

PARTS: Final = {Role.HOST: Part.HOST, Role.LEADER: Part.LEADER, Role.OFFICIAL: Part.SPEAKER}


@dataclass(frozen=True)
class Right:
    """`item_id` and `turn` say which slot a speaker's right is to; nobody else's has any. Who stands `beside` the other
    of a duel is seen, and not heard."""

    part: Part
    place: Place
    unit_id: int | None = None
    item_id: int | None = None
    turn: int = 0
    beside: bool = False

    @property
    def is_heard(self) -> bool:
        """Behind the stage nobody is."""
        return self.place is Place.STAGE and not self.beside

    @property
    def what(self) -> tuple[Part, int | None, int]:
        """Two with the same are one right, wherever it has led to by now."""
        return self.part, self.item_id, self.turn


@dataclass(frozen=True)
class Evening:
    """What the rule has to know of a session: the slot that has not ended, the items in their order, and how many slots
    of an item have ended, by item; `rivals` has of the item that is on air the other one of the duel, if it is one, and
    `floor` is the place in the rundown of that item or, while none is on air, of the last one that was."""

    session: Session
    slot: Slot | None
    items: Sequence[Item]
    ended: Mapping[int, int]
    rivals: Mapping[int, Item] = field(default_factory=dict)
    floor: int = 0


def right(role: Role, unit_ids: Collection[int], evening: Evening, now: datetime) -> Right | None:
    """That of a person who answers for these units; None where there is none."""
    part = PARTS.get(role)
    if part is None or evening.session.state is SessionState.CLOSED:
        return None
    if part is not Part.SPEAKER:
        is_live = evening.session.state is SessionState.LIVE
        return Right(part, Place.STAGE if is_live else Place.GREEN_ROOM)
    slot = evening.slot if evening.slot is not None and not live_rules.is_cut(evening.slot, now) else None
    if slot is not None:
        if slot.unit_id in unit_ids:
            return Right(part, Place.STAGE, slot.unit_id, slot.item_id, evening.ended.get(slot.item_id, 0))
        rival = evening.rivals.get(slot.item_id)
        if rival is not None and rival.unit_id in unit_ids:
            turn = max(0, evening.ended.get(rival.id, 0) - 1)  # whoever has just spoken stays where they are
            return Right(part, Place.STAGE, rival.unit_id, rival.id, turn, beside=True)
    elif (between := _between(evening, unit_ids)) is not None:
        return between
    for item in coming(evening):
        if item.unit_id in unit_ids:
            return Right(part, Place.GREEN_ROOM, item.unit_id, item.id)
    return None


def _between(evening: Evening, unit_ids: Collection[int]) -> Right | None:
    """Whoever has spoken first in a duel stays, unheard, until the other one begins, whichever item is on air."""
    on_air = next((one for one in evening.items if one.id == evening.session.floor_item_id), None)
    rival = evening.rivals.get(on_air.id) if on_air is not None else None
    if on_air is None or rival is None:
        return None
    ended = dict(evening.ended)
    if evening.slot is not None:  # it is cut, and nobody has written its end yet
        ended[evening.slot.item_id] = ended.get(evening.slot.item_id, 0) + 1
    for spoke, other in ((on_air, rival), (rival, on_air)):
        if spoke.unit_id in unit_ids and spoke.id in ended and other.id not in ended:
            return Right(Part.SPEAKER, Place.STAGE, spoke.unit_id, spoke.id, ended[spoke.id] - 1, beside=True)
    return None


def coming(evening: Evening) -> list[Item]:
    """The items in which somebody is to speak next, the one that is on air before its slot among them; those that were
    passed over come after all others."""
    spoken = set(evening.ended) | ({evening.slot.item_id} if evening.slot else set())
    to_come = [
        one for one in evening.items
        if one.state is not ItemState.DONE and one.speaker and one.unit_id is not None and one.id not in spoken
    ]  # fmt: skip
    return sorted(to_come, key=lambda one: one.position < evening.floor)[:NEXT]
