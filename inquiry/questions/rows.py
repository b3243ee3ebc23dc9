"""The collections `question` and `totals`, what ticks carry, and the shapes in which questions are told."""

from typing import Any

from sqlalchemy import Select, select

from ..core import clock
from ..core.clock import milliseconds
from ..core.db import Db
from ..live import queries as live
from ..live.models import Session
from ..realtime import ticks, views
from ..realtime.views import Row, View, Window
from . import desk_lists, rules
from .models import Question
from .queries import lookup, tallies
from .queries.lists import Asked, Counted

EXCERPT = 200


def question_rows(db: Db, ids: list[int], view: View) -> dict[int, Row | None]:
    """Collection `question`. The public view holds what was brought on air, the crew's everything."""
    rows: dict[int, Row | None] = dict.fromkeys(ids)
    for start in range(0, len(ids), tallies.AT_ONCE):
        some = select(Question).where(Question.id.in_(ids[start : start + tallies.AT_ONCE]))
        if not view.is_crew:
            some = some.where(Question.state.in_(rules.BROUGHT_ON_AIR))
        found = db.scalars(some).all()
        votes = tallies.tallies(db, (one.id for one in found))
        for one in found:
            row = _public(one, votes[one.id])
            rows[one.id] = row | _crew_only(one) if view.is_crew else row | _closed(one)
    return rows


def staff_row(db: Db, question_id: int) -> Row:
    """The row of one question as the crew sees it: what a Stale press is told."""
    row = question_rows(db, [question_id], View.STAFF)[question_id]
    assert row is not None
    return row


def handed_row(question: Question) -> Row:
    """What a Stale press of a unit is told, which is no part of the crew."""
    return {
        "id": question.id, "number": question.number, "unit": question.unit_id, "state": question.state.value,
        "reply_due_on": question.reply_due_on.isoformat() if question.reply_due_on else None, "rev": question.rev,
    }  # fmt: skip


def _public(question: Question, votes: int) -> Row:
    return {
        "id": question.id, "number": question.number, "text": question.text,
        "background": bool(question.background), "asker": question.asker, "unit": question.unit_id,
        "state": question.state.value, "votes": votes, "asked_at": milliseconds(question.asked_at),
        "approved_at": milliseconds(question.approved_at) if question.approved_at else None,
        "on_air_at": milliseconds(question.on_air_at) if question.on_air_at else None,
        "off_air_at": milliseconds(question.off_air_at) if question.off_air_at else None,
        "rewording_of": question.rewording_of_id,
    }  # fmt: skip


def _closed(question: Question) -> Row:
    """What a public row tells in place of words that nobody may read."""
    if rules.is_public(question.state, question.approved_at):
        return {}
    return {"text": "", "asker": "", "background": False}


def _crew_only(question: Question) -> Row:
    """Who holds it is no part of it: no entry tells of that, ticks do."""
    return {
        "rev": question.rev, "withdrawn": question.withdrawn_at is not None,
        "background_excerpt": question.background[:EXCERPT],
        "refusal_reason": question.refusal_reason.value if question.refusal_reason else None,
        "refusal_note": question.refusal_note, "root": question.root_id,
        "deferred_to": question.deferred_to_id,
        "reply_due_on": question.reply_due_on.isoformat() if question.reply_due_on else None,
        "evaded": question.evaded,
    }  # fmt: skip


def totals_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `totals`: one row for each session."""
    there = live.existing_ids(db, ids)
    return {session_id: totals_row(db, session_id) if session_id in there else None for session_id in ids}


def totals_row(db: Db, session_id: int) -> Row:
    found = tallies.totals(db, session_id)
    return {
        "received": found.received, "waiting": found.waiting, "approved": found.approved, "merged": found.merged,
        "refused": found.refused,
    }  # fmt: skip


# --- ticks ----------------------------------------------------------------------------------------------------------


def tick_tallies(db: Db, _session_id: int, touched: set[int], _view: View) -> dict[str, Any]:
    """The new counts of the public questions that were supported since the last tick."""
    if not touched:
        return {"tallies": {}}
    still_public = db.scalars(
        select(Question.id).where(Question.id.in_(touched), Question.state.in_(rules.APPROVED_AND_AFTER))
    )
    return {"tallies": {str(one): votes for one, votes in tallies.tallies(db, still_public).items()}}


def tick_totals(db: Db, session_id: int, _touched: set[int], _view: View) -> dict[str, Any]:
    return {"totals": totals_row(db, session_id)}


def tick_lanes(db: Db, session_id: int, _touched: set[int], view: View) -> dict[str, Any]:
    """What the crew's headings count and `totals` does not, whatever a desk has loaded."""
    return {"lanes": desk_lists.lanes(db, session_id)} if view.is_crew else {}


def tick_holds(db: Db, session_id: int, _touched: set[int], view: View) -> dict[str, Any]:
    """Which questions the moderators are looking at, all of them in every tick of the crew."""
    if not view.is_crew:
        return {}
    held = lookup.holds(db, session_id, clock.now())
    return {
        "holds": {
            str(one): {"id": user_id, "name": name, "until": milliseconds(until)}
            for one, (user_id, name, until) in held.items()
        }
    }


# --- answers --------------------------------------------------------------------------------------------------------


def listed(one: Counted) -> Row:
    """An open question as the phone lists it."""
    question = one.question
    return {
        "id": question.id, "number": question.number, "text": question.text, "asker": question.asker,
        "unit": question.unit_id, "state": question.state.value, "votes": one.votes, "supported": one.supported,
        "asked_at": milliseconds(question.asked_at),
        "approved_at": milliseconds(question.approved_at) if question.approved_at else None,
        "rewording_of": question.rewording_of_id,
    }  # fmt: skip


def asked(one: Asked) -> Row:
    """A question as its asker follows it. `fate` is the question that stands for it now, null when it is itself."""
    question, fate = one.question, one.fate
    return {
        "id": question.id, "number": question.number, "session": question.session_id, "receipt": question.receipt,
        "text": question.text, "unit": question.unit_id, "state": question.state.value,
        "asked_at": milliseconds(question.asked_at),
        "refusal_reason": question.refusal_reason.value if question.refusal_reason else None,
        "refusal_note": question.refusal_note,
        "merged_into": question.root_id if question.root_id != question.id else None,
        "votes": one.votes, "reply_due_on": fate.reply_due_on.isoformat() if fate.reply_due_on else None,
        "fate": None if fate is question else _fate(fate),
    }  # fmt: skip


def _fate(fate: Question) -> Row:
    """Another person's question is told in public words only: nothing while it is not public itself."""
    public = rules.is_public(fate.state, fate.approved_at)
    return {
        "id": fate.id, "number": fate.number, "session": fate.session_id,
        "text": fate.text if public else "", "unit": fate.unit_id, "state": fate.state.value,
        "refusal_reason": fate.refusal_reason.value if fate.refusal_reason else None,
    }  # fmt: skip


def _of_session(_db: Db, session_id: int, view: View) -> Select[int]:
    ids = select(Question.id).where(Question.session_id == session_id)
    return ids.where(Question.state.in_(rules.BROUGHT_ON_AIR)) if not view.is_crew else ids


#: Beside these a reader holds what the rundown names: everything that was on air this evening.
CREW_WINDOWS = (
    Window("waiting", "number", 60, {"state": ("waiting",)}),
    Window("approved", "number", 40, {"state": tuple(sorted(rules.APPROVED_AND_AFTER))}, down=True),
    Window("refused", "number", 15, {"state": ("refused",)}, down=True),
    Window("merged", "number", 15, {"state": ("merged",)}, down=True),
)
PUBLIC_WINDOWS = (Window("brought", "number", 40, down=True),)


def register() -> None:
    views.collection(
        "question", question_rows, _of_session, names={"unit": "unit"}, session=Question.session_id,
        windows=lambda view: CREW_WINDOWS if view.is_crew else PUBLIC_WINDOWS,
        columns={"number": Question.number, "state": Question.state},
    )  # fmt: skip
    views.collection("totals", totals_rows, lambda _db, session_id, _view: [session_id], alike=True, session=Session.id)
    ticks.part(tick_tallies, told=ticks.alike)
    ticks.part(tick_totals, told=ticks.alike)
    ticks.part(tick_lanes)
    ticks.part(tick_holds)
