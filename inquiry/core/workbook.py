"""The sheets of an XLSX workbook, read as text with the standard library alone.

Such a file is a ZIP of XML: a few kilobytes can stand for gigabytes. Of it only few parts are read, as a stream, each
up to a limit of what comes out and not of what the archive says of itself; a document type, with which entities could
be declared, is refused at once.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final
from xml.parsers import expat

from .tables import MOST_CHARACTERS, MOST_ROWS, Table, UnreadableTable
from .written_dates import EPOCH, EPOCH_1904

MOST_BYTES_OF_A_PART: Final = 200 * 1024 * 1024
#: A workbook has some dozens of parts; each takes at least 46 bytes in the list of contents.
MOST_BYTES_OF_CONTENTS: Final = 256 * 1024
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 12
MOST_MERGED: Final = 10_000
#: What a formula says whose value was never reckoned.
NO_VALUE: Final = "="
_CHUNK: Final = 64 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}")
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, struct.error,
    OSError, EOFError, LookupError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip

_XLSX: Final = b"PK\x03\x04"
_XLS: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_Start = Callable[[str, dict[str, str]], None]


def is_workbook(data: bytes) -> bool:
    return data.startswith((_XLSX, _XLS))


def read_workbook(data: bytes) -> Table:
    """The first sheet that is shown. Raises UnreadableTable."""
    return next(_tables(data))


def read_sheets(data: bytes) -> list[Table]:
    """Every sheet that is shown. Raises UnreadableTable."""
    return list(_tables(data))


def _tables(data: bytes) -> Iterator[Table]:
    """Cells as they are kept, so that a date is a number of days; but a percentage as it is shown, with its sign."""
    if data.startswith(_XLS):
        raise UnreadableTable("old_workbook")
    try:
        _check_contents(data)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            book, words, styles = _Book(), _Words(), _Styles()
            _parse(archive, "xl/workbook.xml", book.start)
            relations = _relations(archive)
            if "xl/sharedStrings.xml" in archive.namelist():
                _parse(archive, "xl/sharedStrings.xml", words.start, words.end, words.text)
            if "xl/styles.xml" in archive.namelist():
                _parse(archive, "xl/styles.xml", styles.start, styles.end)
            for name, relation in book.checked():
                sheet = _Sheet(words.found, styles.percents)
                _parse(archive, relations[relation], sheet.start, sheet.end, sheet.text)
                yield Table(sheet.rows, book.epoch, name, sheet.merged)
    except UnreadableTable:
        raise
    except _BROKEN:
        raise UnreadableTable("workbook") from None


def _check_contents(data: bytes) -> None:
    """zipfile reads the list of contents whole before anybody may count its entries."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or struct.unpack_from("<I", data, at + 12)[0] > MOST_BYTES_OF_CONTENTS:
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
    """Names come without their namespaces. Raises UnreadableTable, and whatever broken archives and XML lead to."""

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
    parser.Parse(b"", True)


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
    """Which styles of cells show a number as a percentage: 0.12 is shown, and was typed, as 12%."""

    percents: set[int] = field(default_factory=set)
    _formats: set[str] = field(default_factory=lambda: {"9", "10"})
    _in_cells: bool = False
    _number: int = 0

    def start(self, name: str, has: dict[str, str]) -> None:
        self._in_cells |= name == "cellXfs"
        if name == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", has.get("formatCode", "")):
            self._formats.add(has.get("numFmtId", ""))
        elif name == "xf" and self._in_cells:
            if has.get("numFmtId") in self._formats:
                self.percents.add(self._number)
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
    percents: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _column: int = -1
    _kind: str = ""
    _is_percent: bool = False
    _is_formula: bool = False
    _parts: list[str] = field(default_factory=list)
    _in_value: bool = False
    _in_sound: bool = False
    _size: int = 0

    def start(self, name: str, has: dict[str, str]) -> None:
        self._in_sound |= name == "rPh"
        self._in_value = name in ("v", "t") and not self._in_sound
        if name == "row":
            self._number = int(has["r"]) if "r" in has else self._number + 1
            self._cells, self._column = {}, -1
        elif name == "c":
            self._column = _column(has["r"]) if "r" in has else self._column + 1
            self._kind = has.get("t", "n")
            self._is_percent = int(has.get("s", 0)) in self.percents
            self._is_formula = False
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

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "rPh":
            self._in_sound = False
        elif name == "c" and (self._parts or self._is_formula) and self._column < MOST_COLUMNS:
            self._cells[self._column] = self._value("".join(self._parts)) if self._parts else NO_VALUE
        elif name == "row" and any(self._cells.values()):
            cells = [self._cells.get(at, "") for at in range(max(self._cells) + 1)]
            self._size += sum(map(len, cells))
            if len(self.rows) > MOST_ROWS or self._size > MOST_CHARACTERS:
                raise UnreadableTable("rows", most=MOST_ROWS)
            self.rows.append((self._number, cells))

    def _value(self, kept: str) -> str:
        if self._kind == "s":
            return self.words[int(kept)]
        if self._kind == "n" and (self._is_percent or not kept.isdigit()):  # 1.88007E5 is kept for 188007
            number = Decimal(f"{float(kept):.15g}")  # as many digits as a spreadsheet shows: 0.1 is kept with 17
            return f"{(number * 100).normalize():f}%" if self._is_percent else f"{number:f}"
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
