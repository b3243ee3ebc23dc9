"""Taking over citizens' messages from a CSV file: read, look through row by row, carry over in batches.

A file is never taken half: every row that cannot be used is named with its line and the reason, the others are carried
over. Each batch is a transaction of its own, and what is here already is left alone, so that a broken import is simply
repeated. The author column is not read: who wrote is nobody's business but the source's.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ...accounts.models import Unit
from ...core import text
from ...core.db import Db, reading
from ...dispatch.unit_of_work import unit_of_work
from ...live import queries as live
from ...permissions import Actor, Role
from ...settings import settings
from .. import refusals, rules
from ..queries import lookup
from .asking import Imported, import_questions, word

BATCH = 200
MOST_BYTES = 20 * 1024 * 1024
MOST_BACKGROUND = 20_000

#: Our name of a column, and what it is called in files; anything else is not read.
COLUMNS = {
    "id": ("id", "编号", "留言编号"),
    "title": ("title", "标题", "主题", "留言主题"),
    "submitted_at": ("submitted_at", "时间", "提交时间", "留言时间"),
    "body": ("body", "正文", "内容", "留言详情"),
    "unit": ("unit", "单位", "承办单位"),
}
OPTIONAL = {"unit"}

#: Why a row cannot be used.
REASONS: dict[str, LazyString] = {
    "no_id": _l("it has no id, or one of more than 80 characters"),
    "id_twice": _l("its id stands further up in the same file"),
    "no_text": _l("it has neither a title nor a short body that could stand for one"),
    "title_too_long": _l("its title has more than 500 characters"),
    "body_too_long": _l("its body has more than 20,000 characters"),
    "unfit_text": _l("it contains characters that must not be shown to others"),
    "no_time": _l("its time is not a date and time like 2026-12-01 20:00:00"),
    "unknown_unit": _l("there is no unit of this name"),
}


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: the line on which it begins, its id as far as it has one, and the reason's code."""

    line: int
    id: str
    reason: str

    @property
    def sentence(self) -> str:
        return str(REASONS[self.reason])


@dataclass
class Progress:
    """How far an import is: `fresh` were (or would be) added, `known` were here before; `bad` are all so far.

    When `done` is `total`, this is the summary.
    """

    total: int
    done: int = 0
    fresh: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


Row = dict[str, str]


# --- reading --------------------------------------------------------------------------------------------------------


def read(data: bytes) -> list[tuple[int, Row]]:
    """The rows of a file with the lines they begin on, under our names of the columns. Raises UnreadableFile.

    UTF-8 with or without a byte order mark, or GB 18030; separated by commas, semicolons or tabs.
    """
    content = _decode(data)
    header_line = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(",\t;", key=header_line.count))
    try:
        names = _names(next(reader, []))
        rows = []
        line = reader.line_num + 1
        for values in reader:
            if any(value.strip() for value in values):
                rows.append((line, {name: values[at].strip() for name, at in names.items() if at < len(values)}))
            line = reader.line_num + 1
    except csv.Error:
        raise refusals.UnreadableFile(why="csv", columns=[]) from None
    if not rows:
        raise refusals.UnreadableFile(why="empty", columns=[])
    return rows


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise refusals.UnreadableFile(why="size", columns=[])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusals.UnreadableFile(why="encoding", columns=[])


def _names(header: list[str]) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    given = [name.strip().casefold() for name in header]
    found = {ours: given.index(name) for ours, names in COLUMNS.items() for name in names if name in given}
    missing = [ours for ours in COLUMNS if ours not in found and ours not in OPTIONAL]
    if missing:
        raise refusals.UnreadableFile(why="columns", columns=missing)
    return found


# --- looking through ------------------------------------------------------------------------------------------------


class _Unusable(Exception):
    """`reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Inspector:
    """Turns rows into messages to import, or says why not; remembers the ids it has seen."""

    def __init__(self, units: Mapping[str, int], zone: ZoneInfo) -> None:
        self._units = units
        self._zone = zone
        self._seen: set[str] = set()

    def inspect(self, line: int, row: Row) -> Imported | BadRow:
        try:
            return self._imported(row)
        except _Unusable as unusable:
            return BadRow(line, row.get("id", "")[:80], unusable.reason)

    def _imported(self, row: Row) -> Imported:
        external_id = self._id(row.get("id", ""))
        title, body = _words(row.get("title", ""), row.get("body", ""))
        return Imported(
            external_id, word(title), body, self._instant(row.get("submitted_at", "")), self._unit(row.get("unit", ""))
        )

    def _id(self, external_id: str) -> str:
        if not external_id or len(external_id) > 80 or not external_id.isprintable():
            raise _Unusable("no_id")
        if external_id in self._seen:
            raise _Unusable("id_twice")
        self._seen.add(external_id)
        return external_id

    def _instant(self, written: str) -> datetime:
        try:
            found = datetime.fromisoformat(written.replace("/", "-") if "/" in written else written)
        except ValueError:
            found = _as_spreadsheets_write(written)
        return found if found.tzinfo else found.replace(tzinfo=self._zone)

    def _unit(self, name: str) -> int | None:
        if not name:
            return None
        if name not in self._units:
            raise _Unusable("unknown_unit")
        return self._units[name]


def _as_spreadsheets_write(written: str) -> datetime:
    """2019/1/8 16:05:09, without noughts in front."""
    for form in ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d"):
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the caller knows the zone
        except ValueError:
            continue
    raise _Unusable("no_time")


def _words(title: str, body: str) -> tuple[str, str]:
    """What goes on screen and what stands behind it. A title of less than two characters says nothing: a body that is
    short enough then speaks for itself.
    """
    try:
        title, body = text.clean(title), text.clean(body)
    except text.UnfitText:
        raise _Unusable("unfit_text") from None
    if len(body) > MOST_BACKGROUND:
        raise _Unusable("body_too_long")
    fault = rules.wording_fault(title)
    if fault == "long":
        raise _Unusable("title_too_long")
    if fault is None:
        return title, body
    if rules.wording_fault(body):
        raise _Unusable("no_text")
    return body, ""


# --- carrying over --------------------------------------------------------------------------------------------------


def carry_over(actor: Actor, session_id: int, data: bytes, *, dry_run: bool) -> Iterator[Progress]:
    """Import a file, telling after each batch how far it is; the last one told is the summary. Importing the same file
    again adds nothing. Raises UnreadableFile, Forbidden, SessionClosed.

    Between two batches nothing is locked: whoever serves others meanwhile lets them go first there.
    """
    rows = read(data)
    with reading() as db:
        inspector = Inspector(_units(db), settings().zone)
    progress = Progress(len(rows))
    for start in range(0, len(rows), BATCH):
        looked_at = [inspector.inspect(line, row) for line, row in rows[start : start + BATCH]]
        good = [one for one in looked_at if isinstance(one, Imported)]
        fresh = _would_add(session_id, good) if dry_run else _add(actor, session_id, good)
        progress.done += len(looked_at)
        progress.fresh += fresh
        progress.known += len(good) - fresh
        progress.bad += [one for one in looked_at if isinstance(one, BadRow)]
        yield progress


def _units(db: Db) -> dict[str, int]:
    units = db.scalars(select(Unit)).all()
    return {unit.name_en: unit.id for unit in units if unit.name_en} | {unit.name: unit.id for unit in units}


def _would_add(session_id: int, rows: list[Imported]) -> int:
    with reading() as db:
        return len(rows) - len(lookup.known_external_ids(db, session_id, [row.external_id for row in rows]))


def _add(actor: Actor, session_id: int, rows: list[Imported]) -> int:
    with unit_of_work() as uow:
        return len(import_questions(uow, actor, session_id, rows))


def import_file(path: Path, code: str, dry_run: bool, echo: Callable[[str], None]) -> None:
    """From the command line: whoever may run it on the server acts as its administrator. Raises UnreadableFile,
    NotFound (no session with this code), SessionClosed.
    """
    with reading() as db:
        session = live.session_by_code(db, code)
    progress = None
    with force_locale("en"):
        for progress in carry_over(Actor(Role.ADMINISTRATOR), session.id, path.read_bytes(), dry_run=dry_run):
            echo(f"{progress.done} of {progress.total} rows")
        if progress is None:
            return
        for bad in progress.bad:
            echo(f"line {bad.line} (id {bad.id or 'none'}) cannot be used: {bad.sentence}")
        added = "would be added" if dry_run else "added"
        echo(
            f"{path.name} -> {session.title} ({session.code}): {progress.fresh} {added}, "
            f"{progress.known} here already, {len(progress.bad)} cannot be used"
        )
