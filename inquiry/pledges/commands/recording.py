"""Writing a pledge down while it is spoken, and settling whether those were the words."""

from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import update

from ...accounts import queries as accounts
from ...core.clock import city_day
from ...core.text import searchable
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NothingChanged
from ...live.models import Session
from ...permissions import Actor, require
from ...questions.commands.locking import lock_question
from ...responses.models import Medium, Response
from ...responses.queries import lookup as responses
from .. import events, refusals, rules
from ..models import Confirmation, Evidence, Extension, Pledge, Progress
from ..origins import Origin
from ..rows import elements
from ..rules import Transition
from .common import lock_as_seen, record


class PledgeWords(TypedDict, total=False):
    """What is written down of a pledge."""

    spoken: str
    action: str
    object: str
    officer: str
    lead_unit_id: int
    due_on: date | None


def record_pledge(
    uow: UnitOfWork,
    actor: Actor,
    response_id: int,
    *,
    spoken: str,
    lead_unit_id: int,
    action: str = "",
    object: str = "",  # noqa: A002 - the word of the field
    officer: str = "",
    due_on: date | None = None,
) -> Pledge:
    """Record a pledge out of a response: specific if nothing is missing, otherwise generic.

    The lead unit has 24 hours to confirm or dispute the words. Raises ResponseReplaced, DueBeforePromised, DueTooFar,
    NotFound.
    """
    require(actor, "pledges.record_pledge")
    lock_question(uow, responses.response(uow.db, response_id).question_id)
    response = uow.lock(Response, response_id)
    newer = responses.superseded_by(uow.db, [response.id])
    if newer:
        raise refusals.ResponseReplaced(superseded_by=newer[response.id])
    return record_from(
        uow, actor, Origin.of_response(response), spoken=spoken, lead_unit_id=lead_unit_id, action=action,
        object=object, officer=officer, due_on=due_on,
    )  # fmt: skip


def record_from(uow: UnitOfWork, actor: Actor, origin: Origin, **words: Unpack[PledgeWords]) -> Pledge:
    """Record a pledge of any origin, for a command that has asked who may and locked what it comes from.

    `spoken` and `lead_unit_id` are needed. Raises DueBeforePromised, DueTooFar, NotFound.
    """
    pledge = Pledge(
        origin=origin.kind, session_id=origin.session_id, question_id=origin.question_id,
        response_id=origin.response_id, first_due_on=words.get("due_on"), recorded_by_id=actor.user_id,
        **{"action": "", "object": "", "officer": ""} | words,
    )  # fmt: skip
    _write_down(uow, pledge)
    record(
        uow, actor, events.RECORDED, pledge, unit=pledge.lead_unit_id, **origin.named, **_date(pledge),
    )  # fmt: skip
    return pledge


def correct_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, **changes: Unpack[PledgeWords]) -> Pledge:
    """Write down better what was said: a new version that supersedes the old one; both stay.

    What was reported and proven so far, and extensions, belong to the new version; its words are for the unit to
    confirm anew. A due date that was extended moves by extensions only; words that were withdrawn are replaced by
    others. Raises Stale, WrongState, PledgeWordsWithdrawn, NothingChanged, DateExtended, DueBeforePromised, DueTooFar,
    NotFound.
    """
    old = lock_as_seen(uow, actor, "correct_pledge", pledge_id, Transition.CORRECT, seen)
    before = {name: getattr(old, name) for name in PledgeWords.__annotations__}
    after = before | changes
    if not after["spoken"]:
        raise refusals.PledgeWordsWithdrawn()
    if after == before:
        raise NothingChanged()
    moved = after["due_on"] != old.due_on
    if moved and old.due_on != old.first_due_on:
        raise refusals.DateExtended()
    pledge = Pledge(
        **after, first_due_on=after["due_on"] if moved else old.first_due_on, supersedes_id=old.id, state=old.state,
        recorded_by_id=actor.user_id,
        **{name: getattr(old, name) for name in _KEPT},
    )  # fmt: skip
    old.state = rules.after(Transition.CORRECT, old.state)
    old.rev += 1
    _write_down(uow, pledge, check_date=moved)
    for model in (Progress, Evidence, Extension):
        uow.db.execute(update(model).where(model.pledge_id == old.id).values(pledge_id=pledge.id))
    record(uow, actor, events.CORRECTED, pledge, old, supersedes=old.id, **_date(pledge))
    return pledge


#: What a correction does not touch.
_KEPT = (
    "origin", "session_id", "question_id", "response_id", "claimed_at", "claimed_on", "claimed_by_id",
    "checked_by_id", "check_note",
)  # fmt: skip


def _write_down(uow: UnitOfWork, pledge: Pledge, *, check_date: bool = True) -> None:
    """Fill in what follows from the words, and insert."""
    accounts.unit(uow.db, pledge.lead_unit_id)
    if check_date:
        rules.check_due_date(pledge.due_on, _promised_on(uow, pledge))
    pledge.specificity = rules.specificity(rules.missing(elements(pledge)))
    pledge.vague = responses.vague_in(uow.db, pledge.spoken)
    pledge.search_text = searchable(" ".join([pledge.spoken, pledge.action, pledge.object, pledge.officer]))
    pledge.recorded_at = uow.now
    pledge.confirmation_due_at = uow.now + rules.CONFIRM_WITHIN
    uow.add(pledge)


def _promised_on(uow: UnitOfWork, pledge: Pledge) -> date:
    """The city's day of the evening, or of the letter; a clerk may write it down later. Without either, the day on
    which it was first written down."""
    response = uow.db.get(Response, pledge.response_id) if pledge.response_id is not None else None
    if pledge.session_id is not None and (response is None or response.medium is Medium.ON_AIR):
        went_live_at = uow.db.get_one(Session, pledge.session_id).went_live_at
        if went_live_at is not None:
            return city_day(went_live_at)
    if response is not None:
        return city_day(response.recorded_at)
    first = pledge
    while first.supersedes_id is not None:
        first = uow.db.get_one(Pledge, first.supersedes_id)
    return city_day(uow.now if first is pledge else first.recorded_at)


def _date(pledge: Pledge) -> dict[str, Any]:
    return {"due_on": pledge.due_on.isoformat() if pledge.due_on else None}


# --- the unit's word -------------------------------------------------------------------------------------------------


def confirm_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int) -> Pledge:
    """The unit says that these were its words. Raises Stale, WrongState, AlreadyConfirmed."""
    pledge = lock_as_seen(uow, actor, "confirm_pledge", pledge_id, Transition.SETTLE_WORDS, seen)
    rules.check_confirming(pledge.confirmation)
    pledge.confirmation, pledge.confirmed_at = Confirmation.CONFIRMED, uow.now
    pledge.rev += 1
    record(uow, actor, events.CONFIRMED, pledge)
    return pledge


def dispute_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, words: str) -> Pledge:
    """The unit says what it meant; its words stand beside those that were recorded.

    Raises Stale, WrongState, AlreadyConfirmed, TooLateToDispute.
    """
    pledge = lock_as_seen(uow, actor, "dispute_pledge", pledge_id, Transition.SETTLE_WORDS, seen)
    rules.check_disputing(pledge.confirmation, pledge.confirmation_due_at, uow.now)
    pledge.confirmation, pledge.dispute = Confirmation.DISPUTED, words
    pledge.rev += 1
    record(uow, actor, events.DISPUTED, pledge)
    return pledge


def let_spoken_version_stand(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int) -> Pledge:
    """Write down that 24 hours of silence let the words stand as spoken. Raises Stale, WrongState, AlreadyConfirmed,
    TimeToAnswer.
    """
    pledge = lock_as_seen(uow, actor, "let_spoken_version_stand", pledge_id, Transition.SETTLE_WORDS, seen)
    rules.check_silence(pledge.confirmation, pledge.confirmation_due_at, uow.now)
    pledge.confirmation = Confirmation.STANDS_AS_SPOKEN
    pledge.rev += 1
    record(uow, actor, events.STANDS_AS_SPOKEN, pledge)
    return pledge
