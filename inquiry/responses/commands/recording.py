"""Writing down what was answered, on air and in writing. Nothing is edited: a correction is a new response."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...accounts import queries as accounts
from ...accounts.models import User
from ...core.db import Base
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NothingChanged
from ...live.models import Item, SessionState, Slot
from ...permissions import Actor, Scope, require
from ...questions.commands import air
from ...questions.commands.locking import lock_question
from ...questions.models import Question, QuestionState
from ...questions.refusals import NoSession
from .. import events, refusals, rules
from ..models import Medium, Response, ResponseKind
from ..queries import lookup

_on_recorded: list[Callable[[UnitOfWork, Response, Response | None], Iterable[Base]]] = []


def on_recorded(tell: Callable[[UnitOfWork, Response, Response | None], Iterable[Base]]) -> None:
    """Let a package above know, within the same unit of work, of a new response and of the version that it corrects, if
    any; what it changes itself it returns, and the entry is about that too."""
    _on_recorded.append(tell)


def record_response(
    uow: UnitOfWork,
    actor: Actor,
    question_id: int,
    *,
    unit_id: int,
    kind: ResponseKind,
    text: str,
    speaker: str = "",
    speaker_title: str = "",
    started_ms: int | None = None,
    ended_ms: int | None = None,
) -> Response:
    """Write down an answer given on air, or that none was given. Speaker and times that are left out are those of the
    slot, or of the item; where nobody answered, the unit itself is named.

    Raises NoSession, EveningOver, NotAired, SpeakerNeeded, WordsNeeded, EndsBeforeItStarts, NotFound.
    """
    require(actor, "responses.record_response")
    session, question = lock_question(uow, question_id)
    if session is None:
        raise NoSession(question=question.id)
    if session.state is not SessionState.LIVE or session.went_live_at is None:
        raise refusals.EveningOver()
    if question.state not in rules.ANSWERABLE_ON_AIR:
        raise refusals.NotAired(state=question.state.value)
    unit = accounts.unit(uow.db, unit_id)
    no_answer = kind is ResponseKind.NO_ANSWER
    heard = _heard(uow, session.went_live_at, question.id, unit_id)
    response = Response(
        question_id=question.id, session_id=session.id, unit_id=unit_id, medium=Medium.ON_AIR, kind=kind, text=text,
        speaker=speaker or heard.speaker or (unit.name[:40] if no_answer else ""),
        speaker_title=speaker_title or ("" if speaker else heard.speaker_title),
        started_ms=heard.started_ms if started_ms is None else started_ms,
        ended_ms=heard.ended_ms if ended_ms is None else ended_ms,
        vague=lookup.vague_in(uow.db, text), recorded_at=uow.now, recorded_by_id=actor.user_id,
    )  # fmt: skip
    _add(uow, actor, events.NOT_ANSWERED if no_answer else events.RECORDED, question, response)
    return response


@dataclass(frozen=True)
class _Heard:
    """What the rundown knows about an answer: who had the slot, and from when to when, on the session's clock."""

    speaker: str = ""
    speaker_title: str = ""
    started_ms: int | None = None
    ended_ms: int | None = None


def _heard(uow: UnitOfWork, went_live_at: datetime, question_id: int, unit_id: int) -> _Heard:
    """From the unit's last slot while the question was on air or, without one, from the question's item."""
    item = uow.db.scalar(
        select(Item)
        .where(Item.question_id == question_id, Item.started_at.is_not(None))
        .order_by(Item.started_at.desc(), Item.id.desc())
        .limit(1)
    )
    if item is None or item.started_at is None:
        return _Heard()
    slot = uow.db.scalar(
        select(Slot).where(Slot.item_id == item.id, Slot.unit_id == unit_id).order_by(Slot.id.desc()).limit(1)
    )
    source: Item | Slot = slot or item
    return _Heard(
        slot.speaker if slot else "",
        slot.speaker_title if slot else "",
        rules.on_session_clock(source.started_at or item.started_at, went_live_at),
        rules.on_session_clock(source.ended_at or uow.now, went_live_at),
    )


def answer_in_writing(
    uow: UnitOfWork,
    actor: Actor,
    question_id: int,
    *,
    kind: ResponseKind,
    text: str,
    speaker: str = "",
    speaker_title: str = "",
) -> Response:
    """The unit a question was handed to answers it; whoever is signed in signs it unless somebody else is named.

    What a specific commitment promises is for `pledges.writing` to write down, which calls this.

    Raises NotHanded, NotFound.
    """
    _session, question = lock_question(uow, question_id)
    require(actor, "responses.answer_in_writing", Scope(unit_id=question.unit_id))
    if question.state is not QuestionState.HANDED or question.unit_id is None:
        raise refusals.NotHanded(state=question.state.value)
    signed_in = uow.db.get_one(User, actor.user_id)
    response = Response(
        question_id=question.id, session_id=question.session_id, unit_id=question.unit_id, medium=Medium.WRITTEN,
        kind=kind, text=text, speaker=speaker or signed_in.name,
        speaker_title=speaker_title if speaker else signed_in.title,
        started_ms=None, ended_ms=None, vague=lookup.vague_in(uow.db, text), recorded_at=uow.now,
        recorded_by_id=actor.user_id,
    )  # fmt: skip
    _add(uow, actor, events.WRITTEN, question, response)
    return response


def correct_response(uow: UnitOfWork, actor: Actor, response_id: int, **changes: Any) -> Response:
    """Say better what was said: a new response that supersedes the old one; both stay, and both are public.

    `changes` are columns of the response (`unit_id`, `speaker`, `speaker_title`, `kind`, `text`, `started_ms`,
    `ended_ms`); what is left out or None stays as it was. Raises AlreadyCorrected, NothingChanged, EndsBeforeItStarts,
    NotFound.
    """
    require(actor, "responses.correct_response")
    _session, question = lock_question(uow, lookup.response(uow.db, response_id).question_id)
    old = uow.lock(Response, response_id)
    newer = lookup.superseded_by(uow.db, [old.id])
    if newer:
        raise refusals.AlreadyCorrected(superseded_by=newer[old.id])
    columns = {name: getattr(old, name) for name in _CORRECTABLE}
    corrected = columns | {name: value for name, value in changes.items() if value is not None}
    if corrected == columns:
        raise NothingChanged()
    if corrected["unit_id"] != old.unit_id:
        accounts.unit(uow.db, corrected["unit_id"])
    response = Response(
        **corrected, question_id=old.question_id, session_id=old.session_id, medium=old.medium,
        vague=lookup.vague_in(uow.db, corrected["text"]), recorded_at=uow.now, recorded_by_id=actor.user_id,
        supersedes_id=old.id,
    )  # fmt: skip
    _add(uow, actor, events.CORRECTED, question, response, old)
    return response


_CORRECTABLE = ("unit_id", "speaker", "speaker_title", "kind", "text", "started_ms", "ended_ms")


def _add(
    uow: UnitOfWork, actor: Actor, kind: Any, question: Question, response: Response, old: Response | None = None
) -> None:
    if not response.speaker:
        raise refusals.SpeakerNeeded()
    if not response.text and response.kind is not ResponseKind.NO_ANSWER:
        raise refusals.WordsNeeded()
    rules.check_span(response.started_ms, response.ended_ms)
    uow.add(response)
    supersedes = {"supersedes": old.id} if old else {}
    follow = [row for tell in _on_recorded for row in tell(uow, response, old)]
    uow.record(
        question.stream, kind, actor, [response, *([old] if old else []), question, *follow],
        response=response.id, question=question.id, number=question.number, unit=response.unit_id,
        speaker=response.speaker, response_kind=response.kind.value, **supersedes,
    )  # fmt: skip
    _mark_answered(uow, actor, question, corrected=old is not None)


def _mark_answered(uow: UnitOfWork, actor: Actor, question: Question, *, corrected: bool) -> None:
    """Let the question be answered or evaded. A correction answers nothing: it can only change which of the two."""
    versions = lookup.of_question(uow.db, question.id)
    evaded = rules.evades(rules.standing_kinds(versions, question.reopened_at))
    if corrected and (question.state not in rules.ANSWERABLE_ON_AIR or question.evaded in (None, evaded)):
        return
    air.mark_answered(uow, actor, question, evaded)
