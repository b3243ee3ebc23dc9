"""The speaking times of a meeting as a file: a row for each line of the plan, and one for whoever spoke without one."""

import csv
import io
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import pgettext

from ..core import clock, i18n
from ..core.books import Cell, Sheet, book, inert
from ..core.labels import label
from ..live.models import Session
from ..settings import settings
from .queries.minutes import ExamMinutes, Line, Outcome

HEADER: Final = ("number", "segment", "unit", "speaker", "planned_s", "changed_s", "used_s", "over_s", "interrupted_s",
                 "started_at", "ended_at", "outcome", "why")  # fmt: skip
_OVER, _LEFT_OUT = "FCEFD2", "E9ECED"
_GONE: Final = (Outcome.SKIPPED, Outcome.DROPPED, Outcome.NOT_REACHED)


def why(line: Line) -> str:
    """The reasons of what was changed by hand, each once."""
    return "; ".join(dict.fromkeys(one.why for one in line.changes if one.why))


def as_csv(told: ExamMinutes) -> str:
    """The same in every language; seconds, and instants in UTC."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEADER)
    for line in (*told.lines, *told.unplanned):
        slot, time = line.slot, line.time
        rows.writerow([
            slot.number if slot else "", inert(slot.segment if slot else ""), inert(line.unit.name),
            inert(line.speaker), time.computed, time.changed, time.used, time.over, time.interrupted,
            *(clock.iso(at) if at else "" for at in (line.started_at, line.ended_at)), line.outcome.value,
            inert(why(line)),
        ])  # fmt: skip
    return written.getvalue()


def of_speaking(session: Session, told: ExamMinutes) -> bytes:
    """In the reader's language."""
    return book([_times(told), _balance(session, told)])


def _times(told: ExamMinutes) -> Sheet:
    head = [
        pgettext("question", "No."), _("Segment"), _("Unit"), _("Speaker"), _("Planned (s)"),
        _("After changes by hand (s)"), _("Used (s)"), _("Over (s)"), _("Interrupted (s)"),
        pgettext("time", "From"), pgettext("time", "Until"),
        _("Outcome"), _("Why changed"), _("Why this unit speaks"),
    ]  # fmt: skip
    rows = [_row(line) for line in (*told.lines, *told.unplanned)]
    speaking = told.balance.speaking
    every = [one.time for one in (*told.lines, *told.unplanned)]
    rows.append([
        Cell(None), Cell(_("Total")), Cell(None), Cell(None), Cell(speaking.computed, "0"), Cell(speaking.changed, "0"),
        Cell(speaking.actual, "0"), Cell(sum(one.over for one in every), "0"),
        Cell(told.balance.interruptions.actual, "0"),
    ])  # fmt: skip
    return Sheet(_("Speaking times"), head, rows, frozen="D2", filtered=False)


def _row(line: Line) -> list[Cell]:
    slot, time = line.slot, line.time
    ground = _LEFT_OUT if line.outcome in _GONE else ""
    speaker = " ".join(part for part in (line.speaker, line.title) if part)
    segment = i18n.preferred(slot.segment, slot.segment_en) if slot else _("not in the plan")
    words = [segment, i18n.preferred(line.unit.name, line.unit.name_en), speaker]
    numbers = (time.computed, time.changed, time.used)
    return [
        Cell(slot.number if slot else None, "0", ground), *(Cell(said, ground=ground) for said in words),
        *(Cell(number, "0", ground) for number in numbers),
        Cell(time.over, "0", _OVER if time.over else ground), Cell(time.interrupted, "0", ground),
        Cell(on_clock(line.started_at), ground=ground), Cell(on_clock(line.ended_at), ground=ground),
        Cell(label(line.outcome, "outcome"), ground=ground), Cell(why(line), ground=ground),
        Cell(line.reason, ground=ground),
    ]  # fmt: skip


def on_clock(at: datetime | None) -> str:
    """To the second, by the clocks of the city."""
    return f"{at.astimezone(settings().zone):%H:%M:%S}" if at else ""


def _balance(session: Session, told: ExamMinutes) -> Sheet:
    """Where the minutes went, and below it which meeting and plan this is."""
    head = ["", _("Planned (s)"), _("After changes by hand (s)"), _("Held (s)")]
    shares = told.balance
    lines = [
        (_("Opening"), shares.opening), (_("Speaking"), shares.speaking),
        (_("Questions from above"), shares.interruptions), (_("Heads who have long been silent"), shares.silent),
        (_("Closing"), shares.closing), (_("Reserve; changes of speaker"), shares.reserve), (_("Total"), shares.total),
    ]  # fmt: skip
    rows = [[Cell(name), Cell(one.computed, "0"), Cell(one.changed, "0"), Cell(one.actual, "0")] for name, one in lines]
    about = [
        (_("Session"), i18n.preferred(session.title, session.title_en)), (_("Session code"), session.code),
        (_("Period"), told.exam.period), (_("Digest of the plan"), told.plan.digest),
    ]  # fmt: skip
    rows += [[], *([Cell(name), Cell(said)] for name, said in about)]
    return Sheet(_("Where the minutes went"), head, rows, frozen="B2")
