"""What was said in a verdict, counted: the panel and the viewers, each by themselves."""

from typing import Any

from sqlalchemy import func, select

from ...core.clock import milliseconds
from ...core.db import Db
from ..models import Card, Verdict, Vote
from ..rules.voting import Count, Counts


def counted(db: Db, verdict_id: int) -> Counts:
    """As they are at this moment. The votes are walked through in an index of their own (`counted_votes`)."""
    rows = db.execute(
        select(Vote.satisfied, Vote.set_aside_id, func.count(), func.count(Vote.card_id))
        .where(Vote.verdict_id == verdict_id)
        .group_by(Vote.satisfied, Vote.set_aside_id)
    )
    panel, viewers, aside = {True: 0, False: 0}, {True: 0, False: 0}, 0
    for satisfied, set_aside_id, votes, by_card in rows:
        if set_aside_id is None:
            panel[satisfied], viewers[satisfied] = by_card, votes - by_card
        else:
            aside += votes
    return Counts(Count(panel[True], panel[False]), Count(viewers[True], viewers[False]), aside)


def freeze(db: Db, verdict: Verdict) -> None:
    """Write into a verdict, whose row is locked, what counts in it now."""
    found = counted(db, verdict.id)
    verdict.panel_satisfied, verdict.panel_not_satisfied = found.panel.satisfied, found.panel.not_satisfied
    verdict.viewers_satisfied, verdict.viewers_not_satisfied = found.viewers.satisfied, found.viewers.not_satisfied
    verdict.set_aside = found.set_aside


def frozen(verdict: Verdict) -> Counts:
    """What counts in a closed verdict."""
    return Counts(
        Count(verdict.panel_satisfied, verdict.panel_not_satisfied),
        Count(verdict.viewers_satisfied, verdict.viewers_not_satisfied),
        verdict.set_aside,
    )


def cards_in_hand(db: Db, session_id: int) -> int:
    """How many cards may judge."""
    mine = (Card.session_id == session_id, Card.taken_out_at.is_(None))
    return db.scalar(select(func.count()).select_from(Card).where(*mine)) or 0


def on_air(verdict: Verdict) -> dict[str, Any]:
    """What a picture shows of a verdict when it is taken: `{open, ends_at, panel, viewers}`, each body as `Count.told`,
    or None while it is open."""
    counts = None if verdict.closed_at is None else frozen(verdict)
    return {
        "open": verdict.closed_at is None, "ends_at": milliseconds(verdict.ends_at),
        "panel": counts.panel.told if counts else None, "viewers": counts.viewers.told if counts else None,
    }  # fmt: skip
