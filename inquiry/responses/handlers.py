"""What comes in about responses: parse, call, answer."""

from typing import Any

from ..core.db import Db
from ..dispatch import reach
from ..dispatch.registry import command
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import Actor, Scope
from ..questions.models import Question
from . import rules, schemas
from .commands import closing, judging, recording, vague_words
from .models import Response

Ack = dict[str, Any]


def _place(db: Db, number: int) -> Scope | None:
    response = db.get(Response, number)
    return Scope(session_id=response.session_id, unit_id=response.unit_id) if response else None


reach.belongs("response", _place)


def _recorded(response: Response) -> Ack:
    """What the clerk's and the host's desks are prompted with."""
    dateless = rules.dateless(response.kind, response.text, response.vague)
    return {"response": response.id, "vague": response.vague, "dateless": dateless}


@command("responses.record_response", schemas.RecordResponse)
def record_response(uow: UnitOfWork, actor: Actor, message: schemas.RecordResponse) -> Ack:
    response = recording.record_response(
        uow, actor, message.question, unit_id=message.unit, kind=message.kind, text=message.text,
        speaker=message.speaker, speaker_title=message.speaker_title, started_ms=message.started_ms,
        ended_ms=message.ended_ms,
    )  # fmt: skip
    return _recorded(response)


@command("responses.correct_response", schemas.CorrectResponse)
def correct_response(uow: UnitOfWork, actor: Actor, message: schemas.CorrectResponse) -> Ack:
    changes = message.model_dump(exclude={"response", "unit"})
    return _recorded(recording.correct_response(uow, actor, message.response, unit_id=message.unit, **changes))


def _standing(question: Question) -> Ack:
    due_on = question.reply_due_on
    return {
        "question": question.id, "number": question.number, "state": question.state.value,
        "reply_due_on": due_on.isoformat() if due_on else None,
    }  # fmt: skip


@command("responses.judge_answer", schemas.JudgeAnswer, limit="10/minute;60/hour")
def judge_answer(uow: UnitOfWork, actor: Actor, message: schemas.JudgeAnswer) -> Ack:
    answered = judging.judge_answer(
        uow, actor, message.satisfied, question_id=message.question, receipt=message.receipt
    )
    return _standing(answered) | {"satisfied": message.satisfied}


@command("responses.reopen_question", schemas.ReopenQuestion, limit="10/minute;60/hour")
def reopen_question(uow: UnitOfWork, actor: Actor, message: schemas.ReopenQuestion) -> Ack:
    return _standing(
        judging.reopen_question(uow, actor, message.reason, question_id=message.question, receipt=message.receipt)
    )


@command("responses.close_session", schemas.CloseSession)
def close_session(uow: UnitOfWork, actor: Actor, message: schemas.CloseSession) -> Ack:
    closed = closing.close_session(uow, actor, message.session, message.seen, message.wishes)
    return _over(closed)


@command("responses.call_off_session", schemas.CallOffSession)
def call_off_session(uow: UnitOfWork, actor: Actor, message: schemas.CallOffSession) -> Ack:
    closed = closing.call_off_session(uow, actor, message.session, message.reason, message.wishes)
    return _over(closed)


def _over(closed: closing.Closed) -> Ack:
    return {
        "session": closed.session.id, "floor_rev": closed.session.floor_rev, "handed": closed.handed,
        "deferred": closed.deferred, "waiting_deferred": closed.waiting_deferred, "waiting": closed.waiting,
    }  # fmt: skip


@command("responses.add_vague_word", schemas.OfVagueWord)
def add_vague_word(uow: UnitOfWork, actor: Actor, message: schemas.OfVagueWord) -> Ack:
    return {"words": vague_words.add_vague_word(uow, actor, message.word)}


@command("responses.remove_vague_word", schemas.OfVagueWord)
def remove_vague_word(uow: UnitOfWork, actor: Actor, message: schemas.OfVagueWord) -> Ack:
    return {"words": vague_words.remove_vague_word(uow, actor, message.word)}
