"""Finding verdicts, and what they are about."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from ...core.db import Base, Db, existing
from ...live.models import Item, Session, SessionState, Slot
from ...questions.models import Question
from ...responses.models import Medium, Response
from ..models import Card, Verdict, Vote


def verdict(db: Db, verdict_id: int) -> Verdict:
    """Raises NotFound."""
    return existing(db, Verdict, verdict_id)


def open_verdict(db: Db, session_id: int) -> Verdict | None:
    return db.scalar(select(Verdict).where(Verdict.session_id == session_id, Verdict.closed_at.is_(None)))


def every_open(db: Db) -> Sequence[tuple[Verdict, bool]]:
    """The open verdicts of all sessions, and whether their sessions are still live."""
    rows = db.execute(select(Verdict, Session.state).join(Session).where(Verdict.closed_at.is_(None)))
    return [(one, state is SessionState.LIVE) for one, state in rows]


def of_session(db: Db, session_id: int) -> Sequence[Verdict]:
    """The newest first."""
    return db.scalars(select(Verdict).where(Verdict.session_id == session_id).order_by(Verdict.id.desc())).all()


def question_numbers(db: Db, session_id: int) -> dict[int, int | None]:
    """The number of the question of each verdict of a session."""
    of = select(Verdict.id, Question.number).join(Question, Question.id == Verdict.question_id)
    rows = db.execute(of.where(Verdict.session_id == session_id))
    return {verdict_id: number for verdict_id, number in rows}  # noqa: C416 - rows are no pairs to mypy


def closed(db: Db, *which: ColumnElement[bool], most: int | None = None) -> Sequence[Verdict]:
    """Those of closed verdicts whose result is public: it was taken on air, or its session is over. Oldest first, or
    the newest `most`, newest first."""
    query = (
        select(Verdict)
        .join(Session)
        .where(
            Verdict.closed_at.is_not(None),
            Verdict.called_off.is_(False),
            Verdict.taken_at.is_not(None) | (Session.state == SessionState.CLOSED),
            *which,
        )
    )
    return db.scalars(
        query.order_by(Verdict.id) if most is None else query.order_by(Verdict.id.desc()).limit(most)
    ).all()


def last_slot(db: Db, question_id: int) -> Slot | None:
    """Of whoever speaks, or spoke last, while the question is or was on air."""
    spoke = select(Slot).join(Item, Item.id == Slot.item_id).where(Item.question_id == question_id)
    return db.scalars(spoke.order_by(Slot.id.desc()).limit(1)).first()


def spoken_answer(db: Db, question_id: int, slot: Slot | None) -> Response | None:
    """The last answer on air as its record stands: what was said in this slot, where there is one, and not what another
    unit said, or the same one, before it. A correction is as old as what it corrects."""
    newer = select(Response.supersedes_id).where(Response.supersedes_id.is_not(None))
    spoken = select(Response).where(
        Response.question_id == question_id, Response.medium == Medium.ON_AIR, Response.id.not_in(newer)
    )
    if slot is not None:
        spoken = spoken.where(Response.unit_id == slot.unit_id)
    found = db.scalars(spoken.order_by(Response.id.desc()).limit(1)).first()
    first = found
    while first is not None and first.supersedes_id is not None:
        first = db.get_one(Response, first.supersedes_id)
    is_older = slot is not None and first is not None and first.recorded_at < slot.started_at
    return None if is_older else found


def subjects(db: Db, of: Verdict) -> list[Base]:
    """What an entry about a verdict is about besides: its question and the answer."""
    found = [db.get(Question, of.question_id), db.get(Response, of.response_id or 0)]
    return [one for one in found if one is not None]


def cards(db: Db, session_id: int) -> Sequence[Card]:
    return db.scalars(select(Card).where(Card.session_id == session_id).order_by(Card.number)).all()


def word_of_card(db: Db, verdict_id: int, card_id: int) -> bool | None:
    """What a card has said in a verdict; None while it has not."""
    return db.scalar(select(Vote.satisfied).where(Vote.verdict_id == verdict_id, Vote.card_id == card_id))


def word_of_device(db: Db, verdict_id: int, device_id: int | None) -> bool | None:
    """The same of a device."""
    if device_id is None:
        return None
    return db.scalar(select(Vote.satisfied).where(Vote.verdict_id == verdict_id, Vote.device_id == device_id))
