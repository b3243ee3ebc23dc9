"""The first sheet of an XLSX workbook, read as text with the standard library alone.

Such a file is a ZIP of XML: a few kilobytes can stand for gigabytes. Of it only four parts are read, as a stream, each
up to a limit of what comes out and not of what the archive says of itself; a document type, with which entities could
be declared, is refused at once.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Final
from xml.parsers import expat

from .tables import MOST_CHARACTERS, MOST_ROWS, Table, UnreadableTable
from .written_dates import EPOCH, EPOCH_1904

MOST_BYTES_OF_A_PART: Final = 200 * 1024 * 1024
#: A workbook has some dozens of parts; each takes at least 46 bytes in the list of contents.
MOST_BYTES_OF_CONTENTS: Final = 256 * 1024
MOST_COLUMNS: Final = 200
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
    """Cells as they are kept, so that a date is a number of days. Raises UnreadableTable."""
    if data.startswith(_XLS):
        raise UnreadableTable("old_workbook")
    try:
        _check_contents(data)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            book = _Book()
            _parse(archive, "xl/workbook.xml", book.start)
            path = _path(archive, book.sheet)
            words = _Words()
            if "xl/sharedStrings.xml" in archive.namelist():
                _parse(archive, "xl/sharedStrings.xml", words.start, words.end, words.text)
            sheet = _Sheet(words.found)
            _parse(archive, path, sheet.start, sheet.end, sheet.text)
    except UnreadableTable:
        raise
    except _BROKEN:
        raise UnreadableTable("workbook") from None
    return Table(sheet.rows, book.epoch)


def _check_contents(data: bytes) -> None:
    """zipfile reads the list of contents whole before anybody may count its entries."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or struct.unpack_from("<I", data, at + 12)[0] > MOST_BYTES_OF_CONTENTS:
        raise UnreadableTable("workbook")


def _path(archive: zipfile.ZipFile, relation: str) -> str:
    found: dict[str, str] = {}

    def start(name: str, has: dict[str, str]) -> None:
        if name == "Relationship":
            found[has.get("Id", "")] = has.get("Target", "")

    _parse(archive, "xl/_rels/workbook.xml.rels", start)
    target = found[relation]
    return target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


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
    """Which sheet is the first that is shown (the name of its relation), and from which day on days are counted."""

    sheet: str = ""
    epoch: date = EPOCH

    def start(self, name: str, has: dict[str, str]) -> None:
        if name == "sheet" and not self.sheet and has.get("state", "visible") == "visible":
            self.sheet = next(value for key, value in has.items() if key.rpartition(":")[2] == "id" and ":" in key)
        elif name == "workbookPr" and has.get("date1904") in ("1", "true"):
            self.epoch = EPOCH_1904


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
    """The rows that have contents, with their numbers."""

    words: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _column: int = -1
    _kind: str = ""
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
            self._parts.clear()

    def text(self, said: str) -> None:
        if self._in_value:
            self._parts.append(said)

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "rPh":
            self._in_sound = False
        elif name == "c" and self._parts and self._column < MOST_COLUMNS:
            self._cells[self._column] = self._value("".join(self._parts))
        elif name == "row" and any(self._cells.values()):
            cells = [self._cells.get(at, "") for at in range(max(self._cells) + 1)]
            self._size += sum(map(len, cells))
            if len(self.rows) > MOST_ROWS or self._size > MOST_CHARACTERS:
                raise UnreadableTable("rows", most=MOST_ROWS)
            self.rows.append((self._number, cells))

    def _value(self, kept: str) -> str:
        if self._kind == "s":
            return self.words[int(kept)]
        if self._kind == "n" and not kept.isdigit():  # 1.88007E5 is kept for 188007
            number = float(kept)
            return str(int(number)) if number.is_integer() else repr(number)
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
