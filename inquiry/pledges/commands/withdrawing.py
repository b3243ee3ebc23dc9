"""Taking words out of the public's sight: proofs, reports, answers and pledges. What they said is gone, that it was
there and why it went stays.

An answer and what was promised in it often hold the same words: whatever repeats those that are withdrawn goes along.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from ...core.text import searchable
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...live.commands import screen
from ...live.models import ScreenShows, Session
from ...permissions import Actor, Scope, require
from ...questions.commands.locking import lock_question
from ...questions.models import Question
from ...responses import events as response_events
from ...responses.models import Response
from ...responses.queries import lookup as responses
from .. import events, pictures, refusals
from ..models import Evidence, Pledge, Progress
from ..queries import lookup
from ..rows import pledge_row

Recorded = Response | Pledge
Note = TypeVar("Note", Evidence, Progress)
Version = TypeVar("Version", bound=Response | Pledge)

#: What the columns that somebody typed into become. Unit, dates and how far it is stay.
EMPTIED: dict[type[Any], dict[str, Any]] = {
    Evidence: {"text": "", "link": "", "picture": "", "width": None, "height": None},
    Progress: {"text": ""},
    Response: {"text": "", "vague": []},
    Pledge: {
        "spoken": "", "action": "", "object": "", "officer": "", "dispute": "", "check_note": "", "vague": [],
        "search_text": "",
    },
}  # fmt: skip


def withdraw_evidence(uow: UnitOfWork, actor: Actor, evidence_id: int, reason: str, data_dir: Path) -> Evidence:
    """Empty a piece of evidence, and delete its picture once nobody else's evidence is the same one. The reason is
    public. It proves nothing any more: a claim needs another one. Raises WithdrawnAlready, NotFound.
    """
    evidence = uow.lock(Evidence, evidence_id)
    picture = evidence.picture
    _withdraw_note(uow, actor, "withdraw_evidence", evidence, reason)
    own = select(Evidence.id).where(Evidence.id == evidence.id)
    if picture and not lookup.held_elsewhere(uow.db, [picture], own):
        uow.after_commit(lambda: pictures.path_of(picture, data_dir).unlink(missing_ok=True))
    return evidence


def withdraw_progress(uow: UnitOfWork, actor: Actor, progress_id: int, reason: str) -> Progress:
    """Empty a report of progress; the reason is public. Raises WithdrawnAlready, NotFound."""
    return _withdraw_note(uow, actor, "withdraw_progress", uow.lock(Progress, progress_id), reason)


def _withdraw_note(uow: UnitOfWork, actor: Actor, command: str, note: Note, reason: str) -> Note:
    pledge: Pledge = uow.db.get_one(Pledge, note.pledge_id)
    require(actor, f"pledges.{command}", Scope(unit_id=pledge.lead_unit_id, session_id=pledge.session_id))
    if note.withdrawn_at is not None:
        raise refusals.WithdrawnAlready()
    words = {note.text}
    withdrawing.empty(uow, note, reason, **EMPTIED[type(note)])
    is_proof = isinstance(note, Evidence)
    kind = events.EVIDENCE_WITHDRAWN if is_proof else events.PROGRESS_WITHDRAWN
    # It moves on to the version that corrects its pledge: what was said of it names the older ones.
    about = [*_versions(uow, pledge), *_asked(uow, pledge)]
    named = {"evidence" if is_proof else "progress": note.id}
    withdrawing.record(uow, pledge.stream, kind, actor, about, words, reason, pledge=pledge.id, **named)
    return note


def withdraw_pledge(uow: UnitOfWork, actor: Actor, pledge_id: int, seen: int, reason: str) -> Pledge:
    """Empty what is written down of a pledge, in this version and those before it; the reason is public. It goes on
    being followed, and a correction may write down other words. Raises Stale, WithdrawnAlready, NotFound.
    """
    pledge = lookup.pledge(uow.db, pledge_id)
    if pledge.question_id is not None:
        lock_question(uow, pledge.question_id)
    elif pledge.session_id is not None:
        uow.lock(Session, pledge.session_id)
    pledge = uow.lock(Pledge, pledge_id)
    require(actor, "pledges.withdraw_words", Scope(unit_id=pledge.lead_unit_id, session_id=pledge.session_id))
    if pledge.rev != seen:
        raise Stale(now=pledge_row(pledge))
    _withdraw_said(uow, actor, pledge, reason)
    return pledge


def withdraw_response(uow: UnitOfWork, actor: Actor, response_id: int, reason: str) -> Response:
    """Empty an answer, in this version and those before it; the reason is public. It goes on counting as an answer,
    and a correction may write down other words. Raises WithdrawnAlready, NotFound.
    """
    lock_question(uow, responses.response(uow.db, response_id).question_id)
    response = uow.lock(Response, response_id)
    require(actor, "responses.withdraw_words", Scope(unit_id=response.unit_id, session_id=response.session_id))
    _withdraw_said(uow, actor, response, reason)
    return response


def _withdraw_said(uow: UnitOfWork, actor: Actor, chosen: Recorded, reason: str) -> None:
    if chosen.withdrawn_at is not None:
        raise refusals.WithdrawnAlready()
    versions = _versions(uow, chosen)
    said = [typed for one in versions if (typed := searchable(_said(one)))]
    repeating = [
        one for one in _of_same_question(uow, chosen) if one not in versions and _repeats(searchable(_said(one)), said)
    ]
    gone = [one for one in (*versions, *repeating) if one.withdrawn_at is None]
    words = {held for one in gone for held in _once_told(one)}
    for one in gone:
        if isinstance(one, Pledge):
            one.rev += 1
        withdrawing.empty(uow, one, reason, **EMPTIED[type(one)])
    _tell_answers(uow, actor, [one for one in gone if isinstance(one, Response)], words, reason)
    _tell_pledges(uow, actor, [one for one in gone if isinstance(one, Pledge)], words, reason)


def _said(one: Recorded) -> str:
    return one.spoken if isinstance(one, Pledge) else one.text


def _once_told(one: Recorded) -> tuple[str, ...]:
    """What versions before wrote of it into payloads."""
    return (one.spoken, one.dispute, one.check_note) if isinstance(one, Pledge) else (one.text,)


def _repeats(words: str, said: Iterable[str]) -> bool:
    return bool(words) and any(words in one or one in words for one in said)


def _versions(uow: UnitOfWork, row: Version) -> list[Version]:
    """It and what it corrected, newest first."""
    found = [row]
    while found[-1].supersedes_id is not None:
        found.append(uow.lock(type(row), found[-1].supersedes_id))
    return found


def _corrections(uow: UnitOfWork, row: Recorded) -> Iterator[Recorded]:
    """What corrected it, and what corrected that."""
    kind = type(row)
    while (newer := uow.db.scalar(select(kind.id).where(kind.supersedes_id == row.id))) is not None:
        row = uow.lock(kind, newer)
        yield row


def _of_same_question(uow: UnitOfWork, chosen: Recorded) -> list[Recorded]:
    """Every answer to its question, and every pledge made in one; of a pledge that no question led to, what corrected
    it. The caller holds the question."""
    if chosen.question_id is None:
        return list(_corrections(uow, chosen))
    given = select(Response.id).where(Response.question_id == chosen.question_id).order_by(Response.id)
    made = select(Pledge.id).where(Pledge.question_id == chosen.question_id).order_by(Pledge.id)
    return [
        *(uow.lock(Response, one) for one in uow.db.scalars(given).all()),
        *(uow.lock(Pledge, one) for one in uow.db.scalars(made).all()),
    ]


def _asked(uow: UnitOfWork, pledge: Pledge) -> Sequence[Question]:
    return [] if pledge.question_id is None else [uow.db.get_one(Question, pledge.question_id)]


def _tell_answers(uow: UnitOfWork, actor: Actor, gone: list[Response], words: set[str], reason: str) -> None:
    if not gone:
        return
    question = uow.db.get_one(Question, gone[0].question_id)
    withdrawing.record(
        uow, question.stream, response_events.WORDS_WITHDRAWN, actor, [*gone, question], words, reason,
        response=gone[0].id, question=question.id, number=question.number, speaker=gone[0].speaker,
    )  # fmt: skip


def _tell_pledges(uow: UnitOfWork, actor: Actor, gone: list[Pledge], words: set[str], reason: str) -> None:
    """On the stream of each, and no screen goes on showing one."""
    by_stream: dict[str, list[Pledge]] = {}
    for one in gone:
        by_stream.setdefault(str(one.stream), []).append(one)
    for some in by_stream.values():
        withdrawing.record(
            uow, some[0].stream, events.WORDS_WITHDRAWN, actor, [*some, *_asked(uow, some[0])], words, reason,
            pledge=some[0].id,
        )  # fmt: skip
    for one in gone:
        session = uow.db.get(Session, one.session_id or 0)
        if session is not None and session.screen_pledge_id == one.id:
            screen.switch(uow, actor, session, ScreenShows.PROGRAMME)
