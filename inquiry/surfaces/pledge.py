"""A pledge's own page: what was promised and what came of it; for those who have to do with it, what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from ..accounts.models import User
from ..core import clock
from ..core.db import Db, reading
from ..errors import NotFound
from ..live import readers
from ..live.models import Session
from ..media import sentences
from ..pledges.models import Evidence, Extension, Pledge, Progress
from ..pledges.possible import lacks_evidence, possible
from ..pledges.queries import lists, lookup
from ..questions.models import Question
from ..responses.queries import following
from ..responses.queries.following import Answer
from ..trace import story
from ..trace.story import Step
from ..web.http import actor
from .around import around, days

bp = Blueprint("pledge_page", __name__)


@dataclass(frozen=True)
class Followed:
    """Everything the page of a pledge shows. `notes` are its progress and its evidence, oldest first; `source` is the
    question and the answer it was made in, if it was made in one."""

    pledge: Pledge
    source: tuple[Question, Answer] | None
    session: Session | None
    notes: list[Progress | Evidence]
    extensions: Sequence[Extension]
    newer: Pledge | None
    older: Pledge | None
    claimant_unit_id: int | None
    steps: list[Step]

    @property
    def evidence(self) -> list[Evidence]:
        return [one for one in self.notes if isinstance(one, Evidence)]


def pledge_told(db: Db, pledge_id: int) -> Followed:
    """A pledge with all that came of it. Raises NotFound."""
    pledge = lookup.pledge(db, pledge_id)
    claimant = db.get(User, pledge.claimed_by_id or 0)
    older = _older(db, pledge)
    return Followed(
        pledge=pledge, source=_source(db, pledge), session=db.get(Session, pledge.session_id or 0),
        notes=lists.notes_of(db, [pledge.id])[pledge.id],
        extensions=lists.extensions_of(db, [pledge.id])[pledge.id],
        newer=db.scalar(select(Pledge).where(Pledge.supersedes_id == pledge.id)), older=older[0] if older else None,
        claimant_unit_id=claimant.unit_id if claimant else None,
        steps=story.tell(db, [f"pledge:{one.id}" for one in (pledge, *older)] + [f"response:{pledge.response_id}"]),
    )  # fmt: skip


def _source(db: Db, pledge: Pledge) -> tuple[Question, Answer] | None:
    if pledge.question_id is None:
        return None
    given = following.answers(db, pledge.question_id)
    answer = next(one for one in given if pledge.response_id in (one.response.id, *(old.id for old in one.before)))
    return db.get_one(Question, pledge.question_id), answer


def _older(db: Db, pledge: Pledge) -> list[Pledge]:
    """The versions this one corrected, newest first."""
    found = []
    while pledge.supersedes_id is not None:
        pledge = db.get_one(Pledge, pledge.supersedes_id)
        found.append(pledge)
    return found


@bp.get("/pledges/<int:pledge_id>")
def pledge(pledge_id: int) -> str:
    """What was promised and what came of it; for those who have to do with it, what they can do. Raises NotFound."""
    now = clock.now()
    with reading() as db:
        told = pledge_told(db, pledge_id)
        if told.pledge.session_id in readers.closed_to(db, actor()):
            raise NotFound(what="pledge", id=pledge_id)  # whoever guesses numbers must not count promises
        today = days(now).today
        can = possible(actor(), told.pledge, told.extensions, told.claimant_unit_id, now, today)
        return render_template(
            "pledges/pledge.html", told=told, session=told.session, can=can,
            clip=played.of_pledge(db, told.pledge) if (played := sentences.played(db, actor(), told.session)) else None,
            lacking=lacks_evidence(told.pledge, told.evidence), **around(db, now),
        )  # fmt: skip
