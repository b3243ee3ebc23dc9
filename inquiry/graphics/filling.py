"""How layers fill themselves: from the floor (who speaks, what is asked, what was just promised), or from the question
or pledge that a card names. Read here and nowhere else, so that whatever goes on air is what the record says."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import force_locale
from sqlalchemy import select

from ..accounts.models import Unit
from ..core import clock, codes
from ..core.db import Db
from ..core.i18n import LANGUAGES
from ..core.labels import label
from ..live import queries as live
from ..live import readers
from ..live.models import Item, ItemState, Session, Slot
from ..pledges import rules as pledge_rules
from ..pledges.models import Pledge, PledgeState
from ..pledges.queries import lists
from ..questions import rules as question_rules
from ..questions.models import Question
from ..questions.queries.tallies import tallies
from ..verdicts.models import Verdict
from ..verdicts.queries import counts
from ..verdicts.queries import lookup as verdicts
from . import refusals
from .contents import Content
from .models import Layer

MOST_NEXT = 4
MOST_CHARACTERS = 300
MOST_EARLIER = 40
#: What goes on changing while nobody presses: it is read again at the take, and nobody has to have seen it.
_COUNTED = ("support",)


@dataclass(frozen=True)
class Filled:
    """What a layer would show, and the question or pledge whose words these are."""

    content: Content
    question_id: int | None = None
    pledge_id: int | None = None
    #: Of the result of a verdict, which is public from the moment in which it is taken.
    verdict_id: int | None = None

    @property
    def digest(self) -> str:
        """By which a press says what it has seen."""
        seen = {name: value for name, value in self.content.items() if name not in _COUNTED}
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


def of_question(db: Db, session: Session, question_id: int) -> Filled:
    """A citizen's question of this session in its approved words. Raises NotApproved."""
    question = db.get(Question, question_id)
    if question is None or question.session_id != session.id or not is_approved(db, question):
        raise refusals.NotApproved(question=question_id)
    return Filled(
        {
            "number": question.number, "text": _cut(question.text), "asker": question.asker,
            "support": tallies(db, [question.id])[question.id], **_unit(db, question.unit_id),
        },
        question_id=question.id,
    )  # fmt: skip


def of_pledge(db: Db, session: Session, layer: Layer, pledge_id: int) -> Filled:
    """A pledge as it is recorded, as a new one or as an earlier one with what became of it; of one that was corrected,
    the newest version. Raises NotApproved, also for one of another meeting that is not public now."""
    pledge = db.get(Pledge, newest_version(db, pledge_id))
    if pledge is None or not is_approved(db, pledge, session.id):
        raise refusals.NotApproved(pledge=pledge_id)
    promised_on = clock.city_day(pledge.recorded_at)
    said = {
        "number": codes.public_number("P", promised_on.year, pledge.id),
        "text": _cut(_promised(pledge)), "due_on": _day(pledge.due_on), **_unit(db, pledge.lead_unit_id),
    }  # fmt: skip
    if layer is Layer.PLEDGE_CARD:
        return Filled(said | {"officer": pledge.officer}, pledge_id=pledge.id)
    return Filled(said | {"promised_on": _day(promised_on)} | _became(pledge), pledge_id=pledge.id)


def named(db: Db, session: Session, layer: Layer, found: Filled) -> Filled:
    """The same from the record as it stands, where it names a question or a pledge. Raises NotApproved."""
    if found.question_id is not None:
        return of_question(db, session, found.question_id)
    if found.pledge_id is not None:
        return of_pledge(db, session, layer, found.pledge_id)
    return found


def newest_version(db: Db, pledge_id: int) -> int:
    """The pledge that stands now in the place of this one: itself, or what corrected it."""
    while (newer := db.scalar(select(Pledge.id).where(Pledge.supersedes_id == pledge_id))) is not None:
        pledge_id = newer
    return pledge_id


def of_verdict(verdict: Verdict) -> Filled:
    """That it is open, or how it ended. `verdict` in the content is for whoever reads it again; nothing shows it."""
    content = counts.on_air(verdict) | {"verdict": verdict.id}
    return Filled(content, verdict_id=verdict.id if verdict.closed_at is not None else None)


def is_approved(db: Db, row: Question | Pledge, session_id: int | None = None) -> bool:
    """Whether the words of a question or a pledge may stand on air in this session."""
    if isinstance(row, Question):
        return question_rules.is_public(row.state, row.approved_at)
    is_elsewhere = row.session_id is not None and row.session_id != session_id
    is_hidden = is_elsewhere and row.session_id in readers.not_public(db)
    return row.withdrawn_at is None and row.state is not PledgeState.SUPERSEDED and not is_hidden


def _promised(pledge: Pledge) -> str:
    gap = " " if pledge.action.isascii() else ""
    return f"{pledge.action}{gap}{pledge.object}".strip() or pledge.spoken


def _became(pledge: Pledge) -> Content:
    """How a pledge stands today; `kept` is None while its day has not come."""
    today = clock.city_day(clock.now())
    timing = pledge_rules.timing(pledge.state, pledge.due_on, pledge.claimed_on, today, today)
    is_overdue = timing is pledge_rules.Timing.OVERDUE
    chinese, english = _in_both(timing if is_overdue else pledge.state)
    kept = True if pledge.state is PledgeState.KEPT else False if is_overdue else None
    return {"state": chinese, "state_en": english, "kept": kept}


def _in_both(state: StrEnum) -> tuple[str, str]:
    said = []
    for locale in LANGUAGES.values():
        with force_locale(locale):
            said.append(label(state))
    return said[0], said[1]


# --- from the floor -------------------------------------------------------------------------------------------------


def _logo(_db: Db, session: Session) -> Filled | None:
    return Filled({"title": session.title, "title_en": session.title_en})


def _speaker_queue(db: Db, session: Session) -> Filled | None:
    """Who speaks, and who is planned to speak next."""
    now = _speaks(db, session)
    planned = [
        one for one in live.rundown(db, session.id) if one.state is ItemState.PLANNED and one.speaker
    ][:MOST_NEXT]  # fmt: skip
    if now is None and not planned:
        return None
    following = [_speaker(db, one, one.planned_ms) for one in planned]
    return Filled({"now": _speaker(db, now, _length(now)) if now else None, "next": following})


def _lower_third(db: Db, session: Session) -> Filled | None:
    """Whoever speaks, or spoke last in what is on air, or is planned to."""
    who = _speaks(db, session)
    if who is None:
        return None
    return Filled({name: value for name, value in _speaker(db, who, 0).items() if name != "ms"})


def _question_card(db: Db, session: Session) -> Filled | None:
    item = live.on_floor(db, session)
    return of_question(db, session, item.question_id) if item is not None and item.question_id is not None else None


def _pledge_card(db: Db, session: Session) -> Filled | None:
    """What was promised last in this session."""
    newest = db.scalar(
        select(Pledge.id)
        .where(
            Pledge.session_id == session.id, Pledge.state != PledgeState.SUPERSEDED, Pledge.withdrawn_at.is_(None)
        )
        .order_by(Pledge.recorded_at.desc(), Pledge.id.desc())
        .limit(1)
    )  # fmt: skip
    return of_pledge(db, session, Layer.PLEDGE_CARD, newest) if newest is not None else None


def _earlier_pledge(db: Db, session: Session) -> Filled | None:
    """What the unit on the floor promised before: the one that is longest overdue, else the one it kept last, else the
    next that is due."""
    unit_id = _unit_on_floor(db, session)
    if unit_id is None:
        return None
    open_ones, kept = lists.of_units(db, [unit_id]), lists.kept_by(db, [unit_id], MOST_EARLIER)
    today = clock.city_day(clock.now())
    late = [one for one in open_ones if one.due_on is not None and one.due_on < today]
    for one in (*late, *kept, *open_ones):
        if one.session_id != session.id and is_approved(db, one, session.id):
            return of_pledge(db, session, Layer.EARLIER_PLEDGE, one.id)
    return None


def _verdict(db: Db, session: Session) -> Filled | None:
    """The newest: that it is open, and how it ended once it is closed."""
    newest = next((one for one in verdicts.of_session(db, session.id) if not one.called_off), None)
    return of_verdict(newest) if newest is not None else None


def _countdown(db: Db, session: Session) -> Filled | None:
    slot = live.open_slot(db, session.id)
    return Filled({"label": slot.speaker, "label_en": "", "timer": f"slot:{slot.id}"}) if slot else None


def _full_frame(_db: Db, session: Session) -> Filled | None:
    return Filled({
        "title": session.title, "title_en": session.title_en, "subtitle": session.theme,
        "subtitle_en": session.theme_en, "qr": f"/qr/{session.code}.svg",
    })  # fmt: skip


#: Who fills each layer; a layer without one shows prepared cards alone.
FILLERS: dict[Layer, Callable[[Db, Session], Filled | None]] = {
    Layer.LOGO: _logo,
    Layer.SPEAKER_QUEUE: _speaker_queue,
    Layer.LOWER_THIRD: _lower_third,
    Layer.QUESTION_CARD: _question_card,
    Layer.PLEDGE_CARD: _pledge_card,
    Layer.EARLIER_PLEDGE: _earlier_pledge,
    Layer.VERDICT: _verdict,
    Layer.COUNTDOWN: _countdown,
    Layer.FULL_FRAME: _full_frame,
}


def from_floor(db: Db, session: Session, layer: Layer) -> Filled | None:
    """What the floor has for a layer; None where it has nothing that may go on air."""
    fill = FILLERS.get(layer)
    try:
        return fill(db, session) if fill else None
    except refusals.NotApproved:
        return None


def _speaks(db: Db, session: Session) -> Slot | Item | None:
    item = live.on_floor(db, session)
    if item is None:
        return None
    return live.last_slot(db, session) or (item if item.speaker else None)


def _length(who: Slot | Item) -> int:
    return who.allotted_ms + who.extended_ms if isinstance(who, Slot) else who.planned_ms


def _unit_on_floor(db: Db, session: Session) -> int | None:
    who, item = _speaks(db, session), live.on_floor(db, session)
    return who.unit_id if who is not None else item.unit_id if item is not None else None


def _speaker(db: Db, who: Slot | Item, ms: int) -> Content:
    return {
        "name": who.speaker, "title": who.speaker_title, "title_en": "", **_unit(db, who.unit_id), "ms": ms,
    }  # fmt: skip


def _unit(db: Db, unit_id: int | None) -> Content:
    unit = db.get(Unit, unit_id) if unit_id is not None else None
    return {"unit": unit.name if unit else "", "unit_en": unit.name_en if unit else ""}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _cut(words: str) -> str:
    """As much as fits the card; the whole stands in the record."""
    line: Sequence[str] = " ".join(words.split())
    return f"{line[: MOST_CHARACTERS - 1]}…" if len(line) > MOST_CHARACTERS else str(line)
