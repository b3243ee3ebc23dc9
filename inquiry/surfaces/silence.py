"""Heads who have not had the floor for long (一把手长时间发不了言): for leaders and the staff."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..accounts.models import UnitKind
from ..core import clock
from ..core.books import inert
from ..core.db import Db, reading
from ..exam.queries import lookup
from ..exam.queries.silence import Head, heads
from ..exam.refusals import NoPolicy
from ..exam.rules.policy import Policy
from ..exam.rules.silence import Silence, Unheard
from ..live.models import Session
from ..permissions import require
from ..questions.filters import positive
from ..web import downloads
from ..web.http import actor

bp = Blueprint("silence", __name__)

PAGE_SIZE: Final = 60
#: The levels to choose from, in this order.
LEVELS: Final = (UnitKind.DISTRICT, UnitKind.DEPARTMENT, UnitKind.STREET)
HEADER: Final = ("unit", "level", "head", "title", "in_office_since", "meetings", "last_spoke", "silent_for",
                 "too_long", "why_not")  # fmt: skip


@bp.get("/silence")
def page() -> str:
    """Every head in office whose unit was in a meeting, the longest silent first. Raises SignedOut, Forbidden."""
    require(actor(), "exam.see_silence")
    with reading() as db:
        found, level = _of_level(heads(db, clock.city_day(clock.now())))
        after = _silent_after(db)
        pages = max(1, -(-len(found) // PAGE_SIZE))
        number = min(positive(request.args.get("page")) or 1, pages)
        shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return render_template(
            "silence.html", shown=shown, total=len(found), page={"number": number, "pages": pages}, level=level,
            levels=LEVELS, after=after, too_long=sum(one.silence.silent >= after for one in found),
            never=sum(one.silence.last is None and one.silence.meetings > 0 for one in found),
            codes=_codes(db, shown), whys=whys,
        )  # fmt: skip


@bp.get("/silence.csv")
def as_csv() -> Response:
    """All of them, of every level or of one; `why_not` is the newest first. Raises SignedOut, Forbidden."""
    require(actor(), "exam.see_silence")
    with reading() as db:
        found, _level = _of_level(heads(db, clock.city_day(clock.now())))
        return downloads.table(_written(found, _silent_after(db)), "silence.csv")


def _written(found: Sequence[Head], after: int) -> str:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEADER)
    for one in found:
        said = one.silence
        rows.writerow([
            inert(one.unit.name), one.unit.kind.value, inert(one.headship.name), inert(one.headship.title),
            one.headship.from_day or "", said.meetings, said.last.day if said.last else "", said.silent,
            "yes" if said.silent >= after else "no", "; ".join(f"{meeting.day} {why}" for meeting, why in said.why),
        ])  # fmt: skip
    return written.getvalue()


def whys(silence: Silence) -> Sequence[tuple[Unheard, int]]:
    """The reasons of a silence, each with how many meetings it was, the most frequent first."""
    return Counter(why for _meeting, why in silence.why).most_common()


def _of_level(found: Sequence[Head]) -> tuple[Sequence[Head], str]:
    """Those of the level that the address names; all of them where it names none that there is."""
    level = request.args.get("level", "")
    if level not in LEVELS:
        return found, ""
    return [one for one in found if one.unit.kind == level], level


def _silent_after(db: Db) -> int:
    """How many meetings are too long, by the newest policy."""
    try:
        newest = lookup.newest_policy(db)
    except NoPolicy:
        return Policy.silent_after
    return int(newest.contents["silent_after"])


def _codes(db: Db, shown: Sequence[Head]) -> Mapping[int, str]:
    """The codes of the meetings that are named, by their ids: two years of them at most."""
    ids = {meeting.session_id for one in shown for meeting, _why in one.silence.why}
    ids |= {one.silence.last.session_id for one in shown if one.silence.last}
    found = db.execute(select(Session.id, Session.code).where(Session.id.in_(ids))).all()
    return dict(found)
