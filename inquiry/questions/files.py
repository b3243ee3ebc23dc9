"""What a file of citizens' messages says: its columns, and of each row the message in it, or why it cannot be used.

Looking through a file and taking it over ask the same questions here. The author column is not read: who wrote is
nobody's business but the source's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..core import text
from ..core.sheets import UnreadableFile, read_first, shown, shown_columns
from ..core.tables import is_garbled
from ..core.written_dates import EPOCH, Order, UnreadableDate, read_date
from . import rules
from .commands.asking import Imported, word

MOST_BACKGROUND: Final = 20_000
#: Before a text is cleaned, which takes time: what cleaning leaves out may be in it besides.
_MOST_RAW: Final = 4 * MOST_BACKGROUND
_LONGEST_ID: Final = 80

#: Our name of a column, and what it is called in files; anything else is not read.
COLUMNS: Final = {
    "id": ("id", "编号", "留言编号"),
    "title": ("title", "标题", "主题", "留言主题"),
    "submitted_at": ("submitted_at", "时间", "提交时间", "留言时间"),
    "body": ("body", "正文", "内容", "留言详情"),
    "unit": ("unit", "单位", "承办单位"),
}
OPTIONAL: Final = {"unit"}

#: Why a row cannot be used.
REASONS: Final[dict[str, LazyString]] = {
    "no_id": _l("it has no id, or one of more than 80 characters"),
    "id_twice": _l("its id stands further up in the same file"),
    "no_text": _l("it has neither a title nor a short body that could stand for one"),
    "title_too_long": _l("its title has more than 500 characters"),
    "body_too_long": _l("its body has more than 20,000 characters"),
    "unfit_text": _l("it contains characters that must not be shown to others"),
    "garbled": _l("its text is garbled: it was once read in the wrong encoding"),
    "no_time": _l("its time is not a date and time like 2026-12-01 20:00:00"),
    "time_out_of_range": _l("its time does not lie in the years 2000 to 2099"),
    "unknown_unit": _l("there is no unit of this name"),
    "unit_alike": _l("there is no unit of this name; is %(hint)s meant?"),
    "too_many_cells": _l("it has more cells than the header: perhaps a comma or a quotation mark too many"),
}

Row = dict[str, str]


@dataclass(frozen=True)
class Given:
    """What the file does not say by itself: the day on which messages without a time were sent, and what comes first in
    03/04/2026.
    """

    asked_on: date | None = None
    order: Order | None = None


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: the line on which it begins, its id as far as it has one, the reason's code, the value
    that is at fault (its beginning), and what may be meant instead.
    """

    line: int
    id: str
    reason: str
    value: str = ""
    hint: str = ""

    @property
    def sentence(self) -> str:
        return str(REASONS[self.reason]) % {"hint": self.hint}


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """The rows of a file with the lines they begin on, under our names of the columns; `"+"` holds what is beyond the
    header. `epoch` is the day from which its numbers of days count.
    """

    rows: Sequence[tuple[int, Row]]
    given: Given
    epoch: date = EPOCH


def read(data: bytes, given: Given = Given()) -> File:
    """Read a table: CSV in UTF-8, UTF-16 or GB 18030, or XLSX. Raises UnreadableFile."""
    table = read_first(data)
    _line, header = table.rows[0]
    names = _names(header, given)
    rows = [(line, _row(cells, names, len(header))) for line, cells in table.rows[1:]]
    if not rows:
        raise UnreadableFile(why="empty")
    if given.order is None:
        _refuse_unclear_order(rows, table.epoch)
    return File(rows, given, table.epoch)


def _names(header: list[str], given: Given) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    folded = [text.searchable(name) for name in header]
    found = {ours: folded.index(name) for ours, names in COLUMNS.items() for name in names if name in folded}
    missing = [ours for ours in COLUMNS if ours not in found and ours not in OPTIONAL]
    if missing == ["submitted_at"]:
        if given.asked_on is None:
            raise UnreadableFile(why="no_dates", columns=missing)
    elif [one for one in missing if one != "submitted_at" or given.asked_on is None]:
        raise UnreadableFile(why="columns", columns=missing, found=shown_columns(header))
    return found


def _row(cells: list[str], names: Mapping[str, int], width: int) -> Row:
    row = {name: cells[at] for name, at in names.items() if at < len(cells)}
    beyond = "".join(cells[width:])
    return row | {"+": beyond} if beyond else row


def _refuse_unclear_order(rows: Sequence[tuple[int, Row]], epoch: date) -> None:
    for line, row in rows:
        written = row.get("submitted_at", "")
        try:
            read_date(written, None, epoch)
        except UnreadableDate as unreadable:
            if unreadable.reason == "day_or_month":
                raise UnreadableFile(why="order", line=line, value=shown(written)) from None


# --- looking through ------------------------------------------------------------------------------------------------


class _Unusable(Exception):
    """`reason` is one of REASONS, `value` what is at fault."""

    def __init__(self, reason: str, value: str = "", hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value, self.hint = reason, value, hint


class Inspector:
    """Turns rows into messages to import, or says why not; remembers the ids it has seen."""

    def __init__(self, units: Mapping[str, int], zone: ZoneInfo, given: Given = Given(), epoch: date = EPOCH) -> None:
        self._units = units
        self._alike = {text.look_alike(name): name for name in units}
        self._zone = zone
        self._given = given
        self._epoch = epoch
        self._seen: set[str] = set()

    def inspect_all(self, rows: Sequence[tuple[int, Row]]) -> list[tuple[int, Imported | BadRow]]:
        """Each with its line. CPU-heavy: call it through `extensions.offload`."""
        return list(self._inspected(rows))

    def _inspected(self, rows: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Imported | BadRow]]:
        for line, row in rows:
            try:
                yield line, self._imported(row)
            except _Unusable as unusable:
                beginning = row.get("id", "")[:_LONGEST_ID]
                yield line, BadRow(line, beginning, unusable.reason, shown(unusable.value), unusable.hint)

    def _imported(self, row: Row) -> Imported:
        if row.get("+"):
            raise _Unusable("too_many_cells", row["+"])
        external_id = self._id(row.get("id", ""))
        title, body = _words(row.get("title", ""), row.get("body", ""))
        asked_at = self._instant(row.get("submitted_at", ""))
        return Imported(external_id, word(title), body, asked_at, self._unit(row.get("unit", "")))

    def _id(self, external_id: str) -> str:
        if not external_id or len(external_id) > _LONGEST_ID or not external_id.isprintable():
            raise _Unusable("no_id", external_id)
        if external_id in self._seen:
            raise _Unusable("id_twice", external_id)
        self._seen.add(external_id)
        return external_id

    def _instant(self, written: str) -> datetime:
        if not written and self._given.asked_on is not None:
            day = self._given.asked_on
            return datetime(day.year, day.month, day.day, tzinfo=self._zone)
        try:
            found = read_date(written, self._given.order, self._epoch)
        except UnreadableDate as unreadable:
            raise _Unusable(unreadable.reason, written) from None
        return found if found.tzinfo else found.replace(tzinfo=self._zone)

    def _unit(self, name: str) -> int | None:
        if not name:
            return None
        if name not in self._units:
            hint = self._alike.get(text.look_alike(name[:200]), "")
            raise _Unusable("unit_alike" if hint else "unknown_unit", name, hint)
        return self._units[name]


def _words(title: str, body: str) -> tuple[str, str]:
    """What goes on screen and what stands behind it. A title of less than two characters says nothing: a body that is
    short enough then speaks for itself.
    """
    title, body = _clean(title, "title_too_long"), _clean(body, "body_too_long")
    if len(body) > MOST_BACKGROUND:
        raise _Unusable("body_too_long", body)
    fault = rules.wording_fault(title)
    if fault == "long":
        raise _Unusable("title_too_long", title)
    if fault is None:
        return title, body
    if rules.wording_fault(body):
        raise _Unusable("no_text", title)
    return body, ""


def _clean(said: str, too_long: str) -> str:
    if len(said) > _MOST_RAW:
        raise _Unusable(too_long, said)
    if is_garbled(said):
        raise _Unusable("garbled", said)
    try:
        return text.clean(said)
    except text.UnfitText:
        raise _Unusable("unfit_text", said) from None
