"""What is known of a stage: who has a right to it, who is there, and how it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from ..accounts import queries as accounts
from ..accounts.models import Unit, User
from ..core.clock import milliseconds
from ..core.db import Db
from ..exam.models import Exam
from ..exam.queries import lookup as exams
from ..exam.queries import meeting
from ..live import queries as live
from ..live.models import Item, ItemState, Session, SessionState, SessionUnit, Slot
from ..live.rows import slot_row
from ..permissions import Actor, Role
from . import refusals, rights, stage_tokens
from .models import CameraView, Part, PictureSource, PictureState, Place, Programme, Publisher, Stage
from .rights import Evening, Right

Facts = dict[str, Any]


def is_open(db: Db, session: Session) -> bool:
    """Whether a session has a stage at this moment: its picture is to come from there."""
    programme = db.get(Programme, session.id)
    return programme is not None and programme.source is PictureSource.STAGE and session.state != SessionState.CLOSED


def evenings(db: Db, sessions: Collection[Session]) -> dict[int, Evening]:
    """What the rule has to know, by session; at most six statements, however many there are."""
    ids = [one.id for one in sessions]
    slots = {one.session_id: one for one in db.scalars(_of(Slot, ids).where(Slot.ended_at.is_(None)))}
    items: dict[int, list[Item]] = {number: [] for number in ids}
    for item in db.scalars(
        _of(Item, ids).where(Item.state != ItemState.DONE, Item.speaker != "").order_by(Item.position, Item.id)
    ):
        items[item.session_id].append(item)
    counted = (
        select(Slot.item_id, func.count())
        .where(Slot.session_id.in_(ids), Slot.ended_at.is_not(None))
        .group_by(Slot.item_id)
    )
    ended = dict(db.execute(counted).all())
    on_air = [one.floor_item_id for one in sessions if one.floor_item_id is not None]
    rivals = exams.rivals(db, on_air) if on_air else {}
    aired = select(Item.session_id, func.max(Item.position)).where(Item.session_id.in_(ids))
    floors = dict(db.execute(aired.where(Item.started_at.is_not(None)).group_by(Item.session_id)).all())
    floors |= dict(db.execute(select(Item.session_id, Item.position).where(Item.id.in_(on_air))).all())
    return {
        one.id: Evening(one, slots.get(one.id), items[one.id], ended, rivals, floors.get(one.id, 0)) for one in sessions
    }


def _of(model: Any, ids: Collection[int]) -> Any:
    return select(model).where(model.session_id.in_(ids))


def right_of(db: Db, actor: Actor, session: Session, now: datetime) -> Right | None:
    """That of whoever asks."""
    if not is_open(db, session):
        return None
    return rights.right(actor.role, actor.unit_ids, evenings(db, [session])[session.id], now)


def still_right(db: Db, publisher: Publisher, user: User, evening: Evening, now: datetime) -> Right | None:
    """The right by which somebody was let in, if it lasts: in this office, of this unit."""
    unit_id = publisher.unit_id
    units = (unit_id,) if unit_id is not None and accounts.is_within(db, unit_id, user.unit_id) else ()
    found = rights.right(user.role, units, evening, now) if user.disabled_at is None else None
    return found if found is not None and found.what == (publisher.part, publisher.item_id, publisher.turn) else None


@dataclass(frozen=True)
class Admitted:
    """Whose right lasts, and to what."""

    publisher: Publisher
    right: Right


def admitted(db: Db, now: datetime) -> tuple[list[Admitted], list[Publisher]]:
    """Of all stages: whose right lasts at this instant, and whose has ended and was not taken away yet."""
    rows = all_publishers(db)
    found = evenings(db, list({session.id: session for _, _, session, _ in rows}.values()))
    signed_in = accounts.signed_in(db, {user.id for _, user, _, _ in rows})
    lasting, over = [], []
    for publisher, user, session, programme in rows:
        may = programme.source is PictureSource.STAGE and user.id in signed_in
        right = still_right(db, publisher, user, found[session.id], now) if may else None
        if right is None:
            over.append(publisher)
        else:
            lasting.append(Admitted(publisher, right))
    return lasting, over


def publishers(db: Db, session_id: int) -> Sequence[Row[Publisher, User]]:
    """Those whose right has not been taken away, with who they are."""
    return db.execute(
        select(Publisher, User)
        .join(User, User.id == Publisher.user_id)
        .where(Publisher.session_id == session_id, Publisher.withdrawn_at.is_(None))
        .order_by(Publisher.id)
    ).all()


def was_muted(db: Db, session_id: int, user_id: int, right: Right, camera: CameraView) -> bool:
    """Whether somebody was muted when they left: coming back to the same right takes nothing away. Of another camera
    nothing is asked: the one for sign language has no sound to be muted."""
    newest = select(Publisher.muted).where(Publisher.session_id == session_id, Publisher.user_id == user_id)
    newest = newest.where(
        Publisher.camera == camera, Publisher.part == right.part, Publisher.item_id.is_not_distinct_from(right.item_id),
        Publisher.turn == right.turn,
    )  # fmt: skip
    return bool(db.scalar(newest.order_by(Publisher.id.desc()).limit(1)))


def all_publishers(db: Db) -> Sequence[Row[Publisher, User, Session, Programme]]:
    """The same of every session: one statement, five times a second."""
    return db.execute(
        select(Publisher, User, Session, Programme)
        .join(User, User.id == Publisher.user_id)
        .join(Session, Session.id == Publisher.session_id)
        .join(Programme, Programme.id == Publisher.session_id)
        .where(Publisher.withdrawn_at.is_(None))
        .order_by(Publisher.id)
    ).all()


def stages(db: Db) -> Sequence[Row[Programme, Session, Stage | None]]:
    """The sessions whose picture is to come from a stage, and those of which it did."""
    return db.execute(
        select(Programme, Session, Stage)
        .join(Session, Session.id == Programme.id)
        .outerjoin(Stage, Stage.id == Programme.id)
        .where(Programme.source == PictureSource.STAGE, Session.state != SessionState.CLOSED)
    ).all()


@dataclass(frozen=True)
class Asked:
    """Who looks at a stage, and with which secret what they are told is made. Janus and coturn go by the clock of the
    machine, which somebody may set: `on_machine` is what it says."""

    actor: Actor
    secret: str
    now: datetime
    on_machine: datetime
    turn: Sequence[str] = ()
    turn_secret: str = ""


def seen(db: Db, asked: Asked, session: Session) -> Facts:
    """A stage as somebody sees it who may be on it, or runs it. Only whoever has a right at this moment is told tokens
    and rooms."""
    stage = db.get(Stage, session.id)
    evening = evenings(db, [session])[session.id] if is_open(db, session) else None
    found = rights.right(asked.actor.role, asked.actor.unit_ids, evening, asked.now) if evening else None
    there = publishers(db, session.id)
    units = live.units_named(db, {one.unit_id for one, _user in there if one.unit_id is not None})
    own = [one for one, _user in there if found is not None and _is_own(one, asked.actor, found)]
    runs = asked.actor.role in (Role.HOST, Role.PRODUCER, Role.ADMINISTRATOR)
    right = found and {
        "part": found.part.value, "place": found.place.value, "item": found.item_id, "beside": found.beside,
    }  # fmt: skip
    return {
        "open": evening is not None,
        "state": (stage.state if stage else PictureState.OFF).value,
        "closed": session.state is SessionState.CLOSED,
        "right": right,
        "slot": slot_row(evening.slot) if evening and found and evening.slot else None,
        "now": milliseconds(asked.now),
        "token": stage_tokens.api_token(asked.secret, asked.on_machine) if own else "",
        "relays": stage_tokens.relay(asked.turn_secret, asked.turn, own[0].user_id, asked.on_machine) if own else [],
        "own": [_own(one, asked.secret) for one in own],
        "others": [
            _named(one, user, units) | {"room": one.room, "pin": stage_tokens.pin(asked.secret, one.room)}
            for one, user in there
            if own and one not in own and one.place is Place.STAGE and one.joined
        ],
        "publishers": [_named(one, user, units) | _stands(one) for one, user in there] if runs else [],
        "conference": _conference(db, asked.actor, session, stage, runs=runs),
    }


def conference(db: Db, actor: Actor, session: Session) -> str:
    """Where somebody joins the city's own conference system, wherever the picture comes from; '' for nowhere."""
    part = rights.PARTS.get(actor.role)
    return _conference(db, actor, session, db.get(Stage, session.id)).get(part, "") if part is not None else ""


def _conference(db: Db, actor: Actor, session: Session, stage: Stage | None, *, runs: bool = False) -> dict[str, str]:
    """The addresses, by part, that somebody is told while it lasts: whoever `runs` it all of them, everybody else that
    of their part, of the officials those whose units are in it."""
    told = stage.conference if stage is not None and session.state is not SessionState.CLOSED else {}
    if runs or not told:
        return told
    part = rights.PARTS.get(actor.role)
    if part not in told or (part is Part.SPEAKER and not _is_in_it(db, actor.unit_ids, session)):
        return {}
    return {part: told[part]}


def _is_in_it(db: Db, unit_ids: Collection[int], session: Session) -> bool:
    """Whether one of these units is questioned in a session, is to speak there, or is expected."""
    asked = select(SessionUnit.unit_id).where(SessionUnit.session_id == session.id)
    speaking = select(Item.unit_id).where(Item.session_id == session.id, Item.unit_id.is_not(None))
    if not {*db.scalars(asked), *db.scalars(speaking)}.isdisjoint(unit_ids):
        return True
    exam = db.get(Exam, session.id)
    return exam is not None and any(meeting.is_expected(db, exam, one) for one in unit_ids)


def _is_own(publisher: Publisher, actor: Actor, found: Right) -> bool:
    return publisher.user_id == actor.user_id and found.what == (publisher.part, publisher.item_id, publisher.turn)


def _own(one: Publisher, secret: str) -> Facts:
    return {
        "id": one.id, "camera": one.camera.value, "room": one.room, "pin": stage_tokens.pin(secret, one.room),
        "token": stage_tokens.publish_token(secret, one.room), **_stands(one),
    }  # fmt: skip


def _named(one: Publisher, user: User, units: dict[int, Unit]) -> Facts:
    unit = units.get(one.unit_id or 0)
    return {
        "id": one.id, "part": one.part.value, "camera": one.camera.value, "name": user.name, "muted": one.muted,
        "unit": unit.name if unit else "", "unit_en": unit.name_en if unit else "",
    }  # fmt: skip


def _stands(one: Publisher) -> Facts:
    return {
        "place": one.place.value, "joined": one.joined, "muted": one.muted, "ready": one.ready,
        "hand": milliseconds(one.hand_raised_at) if one.hand_raised_at else None,
    }  # fmt: skip


def own(db: Db, publisher_id: int) -> Publisher:
    """Raises NoRightToPublish for one whose right has ended."""
    found = db.get(Publisher, publisher_id)
    if found is None or found.withdrawn_at is not None:
        raise refusals.NoRightToPublish()
    return found
