"""The sheets of an XLSX workbook, read as text with the standard library alone.

Such a file is a ZIP of XML: a few kilobytes can stand for gigabytes. Of it only few parts are read, as a stream, each
up to a limit of what comes out and not of what the archive says of itself; a document type, with which entities could
be declared, is refused at once. openpyxl, which writes ours, reads the list of words whole however much comes out.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import SEEK_END
from typing import BinaryIO, Final
from xml.parsers import expat

from .tables import MOST_CHARACTERS, InTurn, Line, TableInTurn, UnreadableTable
from .written_dates import EPOCH, EPOCH_1904

MOST_BYTES_OF_A_PART: Final = 200 * 1024 * 1024
#: A workbook has some dozens of parts; each takes at least 46 bytes in the list of contents.
MOST_BYTES_OF_CONTENTS: Final = 256 * 1024
#: Of the archive's last record with its comment.
_MOST_BYTES_OF_AN_END: Final = 22 + 65535
MOST_COLUMNS: Final = 200
#: Six times what a spreadsheet lets anybody write into a cell.
MOST_OF_A_CELL: Final = 200_000
MOST_SHEETS: Final = 12
MOST_MERGED: Final = 10_000
#: What a formula says whose value was never reckoned.
NO_VALUE: Final = "="
#: Those that every spreadsheet has, with a day in them, in Chinese ones too.
_FORMATS_OF_DAYS: Final = [str(one) for one in (*range(14, 18), 22, *range(27, 32), 36, *range(50, 59))]
_CHUNK: Final = 64 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}")
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, struct.error,
    OSError, EOFError, LookupError, ValueError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip

_XLSX: Final = b"PK\x03\x04"
_XLS: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_Start = Callable[[str, dict[str, str]], None]


def is_workbook(data: bytes) -> bool:
    """By how it begins."""
    return data.startswith((_XLSX, _XLS))


def tables_of(file: BinaryIO, most_rows: int) -> Iterator[TableInTurn]:
    """Every sheet that is shown, its rows read as they are gone through. Cells as they are kept; but a percentage has
    its sign, and what is shown as a day is 2026-10-01. Raises UnreadableTable, then too.
    """
    file.seek(0)
    if file.read(len(_XLS)) == _XLS:
        raise UnreadableTable("old_workbook")
    try:
        _check_contents(file)
        archive = zipfile.ZipFile(file)
        book, words, styles = _Book(), _Words(), _Styles()
        _parse(archive, "xl/workbook.xml", book.start)
        relations = _relations(archive)
        if "xl/sharedStrings.xml" in archive.namelist():
            _parse(archive, "xl/sharedStrings.xml", words.start, words.end, words.text)
        if "xl/styles.xml" in archive.namelist():
            _parse(archive, "xl/styles.xml", styles.start, styles.end)
        for name, relation in book.checked():
            merged: list[str] = []
            part = _Part(archive, relations[relation], words.found, styles, book.epoch, merged, most_rows)
            yield TableInTurn(InTurn(part.rows), book.epoch, name, merged)
    except UnreadableTable:
        raise
    except _BROKEN:
        raise UnreadableTable("workbook") from None


@dataclass(frozen=True)
class _Part:
    """Where a sheet lies, and what its cells refer to."""

    archive: zipfile.ZipFile
    name: str
    words: list[str]
    styles: "_Styles"
    epoch: date
    merged: list[str]
    most_rows: int

    def rows(self) -> Iterator[Line]:
        self.merged.clear()
        sheet = _Sheet(self.words, self.styles, self.epoch, self.merged, self.most_rows)
        try:
            for _step in _steps(self.archive, self.name, sheet.start, sheet.end, sheet.text):
                yield from sheet.rows
                sheet.rows.clear()
        except UnreadableTable:
            raise
        except _BROKEN:
            raise UnreadableTable("workbook") from None


def _check_contents(file: BinaryIO) -> None:
    """zipfile reads the list of contents whole before anybody may count its entries."""
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _MOST_BYTES_OF_AN_END))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or struct.unpack_from("<I", end, at + 12)[0] > MOST_BYTES_OF_CONTENTS:
        raise UnreadableTable("workbook")


def _relations(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where each part lies that the book refers to."""
    found: dict[str, str] = {}

    def start(name: str, has: dict[str, str]) -> None:
        if name == "Relationship":
            target = has.get("Target", "")
            inside = target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[has.get("Id", "")] = inside

    _parse(archive, "xl/_rels/workbook.xml.rels", start)
    return found


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: _Start,
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    for _step in _steps(archive, part, start, end, characters):
        pass


def _steps(
    archive: zipfile.ZipFile,
    part: str,
    start: _Start,
    end: Callable[[str], None] | None,
    characters: Callable[[str], None] | None,
) -> Iterator[None]:
    """Parse a part; after each piece others may see what was found. Names come without their namespaces. Raises
    UnreadableTable, and whatever broken archives and XML lead to."""

    def refuse(*_args: object) -> None:
        raise UnreadableTable("workbook")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, has: start(name.rpartition(":")[2], has)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = characters
    read = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            read += len(chunk)
            if read > MOST_BYTES_OF_A_PART:
                raise UnreadableTable("workbook")
            parser.Parse(chunk, False)
            yield
    parser.Parse(b"", True)
    yield


@dataclass
class _Book:
    """The sheets that are shown (name, name of the relation), and from which day on days are counted."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    epoch: date = EPOCH

    def start(self, name: str, has: dict[str, str]) -> None:
        if name == "sheet" and has.get("state", "visible") == "visible":
            relation = next(value for key, value in has.items() if key.rpartition(":")[2] == "id" and ":" in key)
            self.sheets.append((has.get("name", ""), relation))
        elif name == "workbookPr" and has.get("date1904") in ("1", "true"):
            self.epoch = EPOCH_1904

    def checked(self) -> list[tuple[str, str]]:
        if not 0 < len(self.sheets) <= MOST_SHEETS:
            raise UnreadableTable("workbook")
        return self.sheets


@dataclass
class _Styles:
    """Which styles of cells show a number as a percentage: 0.12 is shown, and was typed, as 12%. And which as a day."""

    percents: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    _of_percents: set[str] = field(default_factory=lambda: {"9", "10"})
    _of_days: set[str] = field(default_factory=lambda: set(_FORMATS_OF_DAYS))
    _in_cells: bool = False
    _number: int = 0

    def start(self, name: str, has: dict[str, str]) -> None:
        self._in_cells |= name == "cellXfs"
        if name == "numFmt":
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", has.get("formatCode", "")).lower()
            if "%" in code:
                self._of_percents.add(has.get("numFmtId", ""))
            elif "y" in code or "d" in code:
                self._of_days.add(has.get("numFmtId", ""))
        elif name == "xf" and self._in_cells:
            if has.get("numFmtId") in self._of_percents:
                self.percents.add(self._number)
            elif has.get("numFmtId") in self._of_days:
                self.days.add(self._number)
            self._number += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


@dataclass
class _Words:
    """The list of words that cells point into; how they are pronounced (`rPh`) is left out."""

    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _in_text: bool = False
    _in_sound: bool = False
    _size: int = 0

    def start(self, name: str, _has: dict[str, str]) -> None:
        self._in_sound |= name == "rPh"
        self._in_text = name == "t" and not self._in_sound

    def text(self, said: str) -> None:
        if self._in_text:
            self._parts.append(said)
            self._size += len(said)
            if self._size > MOST_CHARACTERS:
                raise UnreadableTable("workbook")

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._in_sound = False
        elif name == "si":
            self.found.append("".join(self._parts).strip())
            self._parts.clear()


@dataclass
class _Sheet:
    """The rows that have contents, with their numbers; the areas whose cells were merged into one, like A1:C2."""

    words: list[str]
    styles: _Styles
    epoch: date
    merged: list[str]
    most_rows: int
    rows: list[Line] = field(default_factory=list)
    _count: int = 0
    _number: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _column: int = -1
    _kind: str = ""
    _style: int = 0
    _is_formula: bool = False
    _parts: list[str] = field(default_factory=list)
    _in_value: bool = False
    _in_sound: bool = False
    _size: int = 0
    _length: int = 0

    def start(self, name: str, has: dict[str, str]) -> None:
        self._in_sound |= name == "rPh"
        self._in_value = name in ("v", "t") and not self._in_sound
        if name == "row":
            self._number = int(has["r"]) if "r" in has else self._number + 1
            self._cells, self._column = {}, -1
        elif name == "c":
            self._column = _column(has["r"]) if "r" in has else self._column + 1
            self._kind = has.get("t", "n")
            self._style = int(has.get("s", 0))
            self._is_formula = False
            self._length = 0
            self._parts.clear()
        elif name == "f":
            self._is_formula = True
        elif name == "mergeCell":
            self.merged.append(has["ref"])
            if len(self.merged) > MOST_MERGED:
                raise UnreadableTable("workbook")

    def text(self, said: str) -> None:
        if self._in_value:
            self._parts.append(said)
            self._length += len(said)
            if self._length > MOST_OF_A_CELL:
                raise UnreadableTable("workbook")

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "rPh":
            self._in_sound = False
        elif name == "c" and (self._parts or self._is_formula) and self._column < MOST_COLUMNS:
            self._cells[self._column] = self._value("".join(self._parts)) if self._parts else NO_VALUE
        elif name == "row" and any(self._cells.values()):
            cells = [self._cells.get(at, "") for at in range(max(self._cells) + 1)]
            self._size += sum(map(len, cells))
            self._count += 1
            if self._count > self.most_rows + 1 or self._size > MOST_CHARACTERS:
                raise UnreadableTable("rows", most=self.most_rows)
            self.rows.append((self._number, cells))

    def _value(self, kept: str) -> str:
        if self._kind == "s":
            return self.words[int(kept)]
        if self._kind == "n" and self._style in self.styles.days and float(kept) >= 1:  # below is a time of day alone
            day = datetime.combine(self.epoch, time()) + timedelta(seconds=round(float(kept) * 86400))
            return f"{day:%Y-%m-%d}" if day.time() == time() else f"{day:%Y-%m-%d %H:%M:%S}"
        is_percent = self._style in self.styles.percents
        if self._kind == "n" and (is_percent or not kept.isdigit()):  # 1.88007E5 is kept for 188007
            number = Decimal(f"{float(kept):.15g}")  # as many digits as a spreadsheet shows: 0.1 is kept with 17
            return f"{(number * 100).normalize():f}%" if is_percent else f"{number:f}"
        if self._kind == "b":  # 1 and 0 would pass for numbers
            return "TRUE" if kept.strip() == "1" else "FALSE"
        return kept.strip()


def _column(reference: str) -> int:
    """A is 0. Raises ValueError."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    found = 0
    for letter in match[1]:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1
