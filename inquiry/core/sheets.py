"""Tables that a person fills in (CSV or XLSX), under our names of their columns, and what is said of a cell that cannot
be used.

Each package says which kinds of tables it takes; how they are read, bounded and refused is said here once.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from io import SEEK_END, BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..errors import Refusal
from . import text
from .tables import MOST_ROWS, MOST_ROWS_IN_TURN, Line, Table, TableInTurn, UnreadableTable, is_garbled, separated
from .workbook import MOST_COLUMNS, NO_VALUE, is_workbook, tables_of
from .written_dates import EPOCH
from .written_numbers import UnreadableNumber, read_number

MOST_BYTES: Final = 20 * 1024 * 1024
#: How much of a value is shown that cannot be used, and of a file's own columns.
_SHOWN: Final = 60
_COLUMNS_SHOWN: Final = 20
#: How many of the rows that cannot be used a refusal names.
_MOST_TOLD: Final = 100
#: A title and a note may stand above the header.
_HEADER_WITHIN: Final = 10
#: How alike a name must be that may be meant: one character of two, for Chinese names are short.
_ALIKE: Final = 0.5
#: Before a text is cleaned, which takes time.
_MOST_RAW: Final = 20_000

Row = dict[str, str]
Item = TypeVar("Item")
Choice = TypeVar("Choice", bound=StrEnum)


class UnreadableFile(Refusal):
    """`data.why` is a key of UNREADABLE. `data.columns` are the columns that are missing, `data.found` those that
    are there; `data.line` and `data.value` say where it is and what stands there; `data.guess` names an encoding.
    """

    code = "UNREADABLE_FILE"
    status = 400
    sentence = _l("This file cannot be read as a table: %(because)s")

    @property
    def message(self) -> str:
        words = {name: ", ".join(value) if isinstance(value, list) else value for name, value in self.data.items()}
        why = "encoding_guessed" if self.data.get("guess") else self.data["why"]
        return str(self.sentence) % {"because": str(UNREADABLE[why]) % words}


#: Why a file cannot be read as a table; the last two are said of citizens' messages alone.
UNREADABLE: Final = {
    "size": _l("it is larger than %(most)s MB."),
    "rows": _l("it has more than %(most)s rows, or too many words in them. Please divide it."),
    "no_table": _l("it is a %(what)s file. Please save the table as an Excel workbook (.xlsx) or as CSV."),
    "encoding": _l("its characters are in no known encoding. Please save it as UTF-8 or as an Excel workbook (.xlsx)."),
    "encoding_guessed": _l(
        "it seems to be written in %(guess)s. Please save it as UTF-8 or as an Excel workbook (.xlsx)."
    ),
    "csv": _l("in the row that begins on line %(line)s a quotation mark is not closed, or stands in the wrong place."),
    "workbook": _l("this Excel workbook is damaged or too large. Please save the sheet anew, or as CSV."),
    "old_workbook": _l("it is a workbook of the old kind (.xls). Please save it as .xlsx or as CSV."),
    "empty": _l("there are no rows in it."),
    "columns": _l("these columns are missing: %(columns)s. There are: %(found)s."),
    "merged": _l("the cells %(value)s are merged into one. Please divide them, and write into each what is meant."),
    "no_dates": _l("it has no column submitted_at. If the day of its messages is known, give it below."),
    "order": _l("on line %(line)s it says %(value)s: say below whether the month or the day comes first."),
}


def shown(value: str) -> str:
    """The beginning of a value as it can be shown to people."""
    start = "".join(char if char.isprintable() else "\ufffd" for char in value[:_SHOWN])
    return f"{start}…" if len(value) > _SHOWN else start


def shown_columns(header: Sequence[str]) -> list[str]:
    return [shown(name) for name in header[:_COLUMNS_SHOWN] if name]


def read_first(data: bytes) -> Table:
    """CSV in UTF-8, UTF-16 or GB 18030, or the first sheet of an XLSX workbook. Raises UnreadableFile."""
    with _refused():
        first = next(_tables(BytesIO(data), MOST_ROWS)).kept()
    if not first.rows:
        raise UnreadableFile(why="empty")
    return first


def contents(path: Path) -> bytes:
    """Of a file on the disk, which is measured before it is read. Raises UnreadableFile."""
    if path.stat().st_size > MOST_BYTES:
        raise _too_large()
    return path.read_bytes()


def _too_large() -> UnreadableFile:
    return UnreadableFile(why="size", most=MOST_BYTES // 1024 // 1024)


@contextmanager
def _refused() -> Iterator[None]:
    """What cannot be read as a table is refused."""
    try:
        yield
    except UnreadableTable as unreadable:
        raise UnreadableFile(why=unreadable.why, **unreadable.data) from None


def _tables(file: BinaryIO, most_rows: int) -> Iterator[TableInTurn]:
    """Raises UnreadableFile, UnreadableTable."""
    if file.seek(0, SEEK_END) > MOST_BYTES:
        raise _too_large()
    file.seek(0)
    if is_workbook(file.read(8)):
        yield from tables_of(file, most_rows)
    else:
        yield separated(file, most_rows)


# --- tables of a known kind -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A kind of table: our name, what a sheet of it is called, and our columns with what they are called in files."""

    name: str
    titles: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()

    def found(self, header: Sequence[str]) -> dict[str, int]:
        """Where each of our columns stands under a header; nobody's table has one behind so many others."""
        folded = [text.look_alike(name) for name in header[:MOST_COLUMNS]]
        return {
            ours: folded.index(name)
            for ours, names in self.columns.items()
            for name in map(text.look_alike, (ours, *names))
            if name in folded
        }

    def missing(self, header: Sequence[str]) -> list[str]:
        found = self.found(header)
        return [column for column in self.columns if column not in found and column not in self.optional]


@dataclass(frozen=True)
class Sheet:
    """The rows of one kind of table, each with its line; `name` is that of a workbook's sheet, empty in CSV; `columns`
    are those of ours that it names."""

    form: Form
    name: str
    rows: Iterable[tuple[int, Row]]
    epoch: date = EPOCH
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Rows:
    """Those under a sheet's header, from the file whenever somebody goes through them."""

    table: TableInTurn
    header_line: int
    found: Mapping[str, int]

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        with _refused():
            for line, cells in self.table.rows:
                if line > self.header_line and (row := _row(cells, self.found)):
                    yield line, row
            _refuse_merged(self.table, self.header_line)


def read(data: bytes, forms: Sequence[Form]) -> list[Sheet]:
    """The same of at most 100,000 rows, all of them at hand."""
    found = read_in_turn(BytesIO(data), forms, MOST_ROWS)
    return [replace(sheet, rows=list(sheet.rows)) for sheet in found]


def read_in_turn(file: BinaryIO, forms: Sequence[Form], most_rows: int = MOST_ROWS_IN_TURN) -> list[Sheet]:
    """Every sheet that is one of these kinds of tables; others (notes on how to fill it in) are passed over. Rows are
    read while somebody goes through them, so that however many need no room. Raises UnreadableFile, then too, and also
    where no sheet is of these kinds."""
    with _refused():
        tables = [(table, list(islice(table.rows, _HEADER_WITHIN))) for table in _tables(file, most_rows)]
    if not any(head for _table, head in tables):
        raise UnreadableFile(why="empty")
    found = (_sheet(table, head, forms, alone=len(tables) == 1) for table, head in tables)
    sheets = [sheet for sheet in found if sheet is not None]
    if not sheets:
        _refuse_columns(next(head for _table, head in tables if head), forms)
    if not any(next(iter(sheet.rows), None) for sheet in sheets):
        raise UnreadableFile(why="empty")
    return sheets


def _sheet(table: TableInTurn, head: Sequence[Line], forms: Sequence[Form], *, alone: bool) -> Sheet | None:
    for line, header in head:
        for form in forms:
            if not form.missing(header):
                found = form.found(header)
                return Sheet(form, table.name, _Rows(table, line, found), table.epoch, frozenset(found))
    meant = [form for form in forms if text.look_alike(table.name) in map(text.look_alike, (form.name, *form.titles))]
    if head and (meant or alone):
        _refuse_columns(head, meant or forms)
    return None


def _row(cells: Sequence[str], found: Mapping[str, int]) -> Row:
    return {name: cells[at] for name, at in found.items() if at < len(cells) and cells[at]}


def _refuse_columns(head: Sequence[Line], forms: Sequence[Form]) -> None:
    """Of the kind that the header comes closest to."""
    header = max((cells for _line, cells in head), key=lambda cells: _likeness(cells, forms))
    form = min(forms, key=lambda form: len(form.missing(header)))
    raise UnreadableFile(why="columns", columns=form.missing(header), found=shown_columns(header))


def _likeness(header: Sequence[str], forms: Sequence[Form]) -> int:
    return max(len(form.found(header)) for form in forms)


def _refuse_merged(table: TableInTurn, header_line: int) -> None:
    """Of merged cells only the first has a value: what the others stand for would be a guess."""
    for area in table.merged:
        last_line = int(re.sub(r"\D", "", area.rpartition(":")[2]) or 0)
        if last_line >= header_line:
            raise UnreadableFile(why="merged", value=f"{table.name} {shown(area)}".strip())


# --- cells ----------------------------------------------------------------------------------------------------------

#: Why a cell cannot be used, whatever table it stands in; each package has its own besides.
REASONS: Final[dict[str, LazyString]] = {
    "missing": _l("it is empty"),
    "too_long": _l("it has more than %(most)s characters"),
    "unfit_text": _l("it contains characters that must not be shown to others"),
    "garbled": _l("its text is garbled: it was once read in the wrong encoding"),
    "twice": _l("the same stands further up, on line %(first)s"),
    "no_choice": _l("it is none of these: %(choices)s"),
    "formula": _l("its formula has no value: open the file in a spreadsheet program, save it there and try again"),
    "percent_sign": _l("it has a percent sign: please write the number alone"),
    "separators": _l("its digits are divided by separators: please write it without, like 1234.5"),
    "full_width": _l("its digits are full-width: please write 0 to 9"),
    "no_number": _l("it is not a number"),
    "too_many_digits": _l("it has more digits than can be kept: 15 before the decimal point and 15 behind it"),
}


class Unusable(Exception):
    """A cell (`column` is our name of it) that cannot be used: a reason's code, what is at fault, and the words of the
    reason's sentence."""

    def __init__(self, column: str, reason: str, value: str = "", **words: Any) -> None:
        super().__init__(reason)
        self.column, self.reason, self.value, self.words = column, reason, value, words


@dataclass(frozen=True)
class BadCell:
    """Why a row cannot be used: its sheet and line, our name of the column, the reason, the beginning of the value."""

    sheet: str
    line: int
    column: str
    reason: str
    value: str
    says: LazyString
    words: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a line that names sheet, row, column and reason; in the reader's language as far as it is a sentence."""
        place = f"{self.sheet} line {self.line}".strip()
        return f"{place}, {self.column}: {self.sentence}" + (f" ({self.value})" if self.value else "")

    @property
    def sentence(self) -> str:
        return str(self.says) % self.words if self.words else str(self.says)


class UnusableRows(Refusal):
    """Nothing of a file is taken over before all of it can be. `bad` are the cells at fault, of very many the first;
    `data.rows` are the first of them as `{sheet, line, column, reason, value, sentence}`.
    """

    code = "UNUSABLE_ROWS"
    status = 400
    sentence = _l("Rows that cannot be used: %(number)s. Nothing was taken over.")

    def __init__(self, bad: list[BadCell], number: int | None = None) -> None:
        rows = [
            {name: getattr(one, name) for name in ("sheet", "line", "column", "reason", "value", "sentence")}
            for one in bad[:_MOST_TOLD]
        ]
        super().__init__(number=number or len(bad), rows=rows)
        self.bad = bad


def inspect(
    sheet: Sheet, use: Callable[[int, Row], Item], reasons: Mapping[str, LazyString]
) -> Iterator[Item | BadCell]:
    """Each row as `use(line, row)` makes it, or why it cannot be used."""
    known = REASONS | dict(reasons)
    for line, row in sheet.rows:
        try:
            yield use(line, row)
        except Unusable as bad:
            yield BadCell(
                sheet.name, line, bad.column, bad.reason, shown(bad.value), known[bad.reason],
                {name: shown(word) if isinstance(word, str) else word for name, word in bad.words.items()},
            )  # fmt: skip


def nearest(name: str, known: Iterable[str]) -> str:
    """Which of the known names may be meant; empty if none comes close."""
    return next(iter(difflib.get_close_matches(name[:_SHOWN], known, 1, _ALIKE)), "")


def unknown(column: str, what: str, name: str, hint: str) -> Unusable:
    """A name that nothing has; `what` is a kind of thing, of which the reasons say `unknown_…` and `…_alike`."""
    return Unusable(column, f"{what}_alike" if hint else f"unknown_{what}", name, hint=hint)


def words(row: Row, column: str, most: int, *, optional: bool = False) -> str:
    """A text on one line, fit to be shown. Raises Unusable."""
    said = row.get(column, "")
    if said == NO_VALUE:
        raise Unusable(column, "formula", said)
    if len(said) > _MOST_RAW:
        raise Unusable(column, "too_long", said, most=most)
    line, fault = _cleaned_once(said) if len(said) <= _SHOWN else _cleaned(said)
    if fault:
        raise Unusable(column, fault, said)
    if len(line) > most:
        raise Unusable(column, "too_long", said, most=most)
    if not line and not optional:
        raise Unusable(column, "missing")
    return line


def _cleaned(said: str) -> tuple[str, str]:
    """A text on one line, and why it cannot be used."""
    if is_garbled(said):
        return "", "garbled"
    try:
        return " ".join(text.clean(said).split()), ""
    except text.UnfitText:
        return "", "unfit_text"


#: Long files say the same names again and again.
_cleaned_once = lru_cache(4096)(_cleaned)


def choice(row: Row, column: str, called: Mapping[Choice, Iterable[str]]) -> Choice:
    """One of some values, by its own name or what it is called in files. Raises Unusable."""
    said = text.look_alike(row.get(column, "")[:_SHOWN])
    if not said:
        raise Unusable(column, "missing")
    for value, names in called.items():
        if said in map(text.look_alike, (value.value, *names)):
            return value
    raise Unusable(column, "no_choice", row[column], choices=", ".join(value.value for value in called))


def number(row: Row, column: str) -> Decimal:
    """Exactly as it is written. Raises Unusable."""
    said = row.get(column, "")
    if not said:
        raise Unusable(column, "missing")
    try:
        return read_number(said)
    except UnreadableNumber as unreadable:
        raise Unusable(column, unreadable.why, said) from None
