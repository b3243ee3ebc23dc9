"""A session that holds more than anybody can load: rows put into the tables at once, as no evening has written them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from inquiry.accounts.models import Unit, UnitKind
from inquiry.core.db import insert_all
from inquiry.core.text import searchable
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.models import Item, ItemKind, ItemState, Session
from inquiry.pledges.models import Pledge, PledgeOrigin, Specificity
from inquiry.questions.models import Question, QuestionState, RefusalReason
from inquiry.responses.models import Medium, Response, ResponseKind

S = QuestionState
BEGAN = datetime(2026, 12, 1, 12, tzinfo=UTC)
#: Of each hundred questions: most wait, and every list has more than its window.
OF_A_HUNDRED = [S.WAITING] * 70 + [S.APPROVED] * 12 + [S.REFUSED] * 8 + [S.MERGED] * 8 + [S.HANDED] * 2
WORDS = (
    "湖滨路与沙洲大道交叉口的路灯已经坏了三个多月，晚上孩子放学回家要摸黑走一公里，打过两次热线都说已经转给责任单位，"
    "请问到底由哪一家负责，什么时候能够修好？"
)
BACKGROUND = "我家住在柳浪街道，今年九月起多次向社区反映，也在网上留过言。" * 5


def fill(session_id: int, questions: int, *, units: int = 0, aired: int = 0, spoken: int = 0) -> None:
    """Put units into the city and questions into a session, `aired` of them on the rundown `spoken` answers each."""
    with unit_of_work() as uow:
        db = uow.db
        insert_all(db, Unit, [_unit(number) for number in range(units)])
        first = max(db.query(Question.id).order_by(Question.id.desc()).limit(1).scalar() or 0, 0) + 1
        of_city = [one for (one,) in db.query(Unit.id).order_by(Unit.id)]
        insert_all(db, Question, [_question(session_id, first, at, of_city, aired) for at in range(questions)])
        session = db.get_one(Session, session_id)
        session.question_count = questions
        insert_all(db, Item, [_item(session_id, at, first + at) for at in range(aired)])
        answers = [(first + at, of_city[at % len(of_city)]) for at in range(aired) for _again in range(spoken)]
        insert_all(db, Response, [_response(session_id, *answer) for answer in answers])
        made = db.query(Response.id, Response.question_id, Response.unit_id).filter_by(session_id=session_id)
        insert_all(db, Pledge, [_pledge(session_id, *response) for response in made])


def _unit(number: int) -> dict[str, Any]:
    return {
        "name": f"考核单位第{number:04}号办公室", "name_en": f"Office No. {number:04} of the assessed units",
        "kind": UnitKind.DEPARTMENT, "parent_id": None, "head": "单位负责人", "position": number,
    }  # fmt: skip


def _question(session_id: int, first: int, at: int, units: list[int], aired: int) -> dict[str, Any]:
    state = S.ANSWERED if at < aired else OF_A_HUNDRED[at % 100]
    words = f"{WORDS}（第{at + 1}号）"
    asked = BEGAN + timedelta(seconds=at)
    return {
        "id": first + at, "session_id": session_id, "number": at + 1, "receipt": f"{session_id:04}-{first + at:08}",
        "text": words,
        "background": BACKGROUND if at % 3 == 0 else "", "search_text": searchable(words), "asker": "一位市民",
        "unit_id": units[at * 7 % len(units)], "state": state, "rev": 0, "asked_at": asked, "root_id": first + at,
        "approved_at": None if state in (S.WAITING, S.REFUSED) else asked, "refusal_note": "",
        "refusal_reason": RefusalReason.OFF_TOPIC if state is S.REFUSED else None, "reopen_reason": "",
        "on_air_at": asked if at < aired else None, "off_air_at": asked if at < aired else None,
    }  # fmt: skip


def _item(session_id: int, at: int, question_id: int) -> dict[str, Any]:
    return {
        "session_id": session_id, "position": at, "kind": ItemKind.QUESTION, "title": WORDS[:40], "title_en": "",
        "planned_ms": 120_000, "question_id": question_id, "state": ItemState.DONE,
    }  # fmt: skip


def _response(session_id: int, question_id: int, unit_id: int) -> dict[str, Any]:
    return {
        "question_id": question_id, "session_id": session_id, "unit_id": unit_id, "speaker": "某局长",
        "speaker_title": "局长", "medium": Medium.ON_AIR, "kind": ResponseKind.GENERIC_COMMITMENT, "text": WORDS,
        "vague": ["尽快"], "recorded_at": BEGAN,
    }  # fmt: skip


def _pledge(session_id: int, response_id: int, question_id: int, unit_id: int) -> dict[str, Any]:
    return {
        "origin": PledgeOrigin.RESPONSE, "session_id": session_id, "question_id": question_id,
        "response_id": response_id, "spoken": WORDS,
        "specificity": Specificity.GENERIC, "vague": ["尽快"], "action": "修好路灯",
        "object": "湖滨路", "officer": "某局长", "lead_unit_id": unit_id, "search_text": WORDS,
        "confirmation_due_at": BEGAN, "dispute": "", "recorded_at": BEGAN, "check_note": "",
    }  # fmt: skip
