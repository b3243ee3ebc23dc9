"""Tables as other systems write them: text with separators, in one of several encodings.

Whoever sends one may be wrong about what it is. What cannot be read is refused with the reason and the place; nothing
is left out or guessed. Workbooks are read in `workbook`.
"""

import codecs
import csv
import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Final

from . import text
from .written_dates import EPOCH

MOST_ROWS: Final = 100_000
#: Where they are read one by one and need no room.
MOST_ROWS_IN_TURN: Final = 500_000
#: Of all cells together: what a workbook repeats from its list of words takes no room there, but time here.
MOST_CHARACTERS: Final = 60_000_000


class UnreadableTable(ValueError):
    """`why` is `no_table` (`what` it is), `encoding` (`guess`: what it seems to be, or ''), `csv` (`line`), `workbook`,
    `old_workbook`, `rows` or `empty`.
    """

    def __init__(self, why: str, **data: Any) -> None:
        super().__init__(why)
        self.why = why
        self.data = data


Line = tuple[int, list[str]]


class InTurn:
    """Rows that are read from their file one by one, anew whenever somebody goes through them."""

    def __init__(self, read: Callable[[], Iterator[Line]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Line]:
        return self._read()


@dataclass(frozen=True)
class Table:
    """`rows` are `(line, cells)`, the first being the header; a line is counted as an editor or spreadsheet does."""

    rows: list[Line]
    epoch: date = EPOCH


@dataclass(frozen=True)
class TableInTurn:
    """The same, its rows not at hand. Of a workbook's sheet, also its name and, once its rows were gone through, the
    areas whose cells were merged into one."""

    rows: InTurn
    epoch: date = EPOCH
    name: str = ""
    merged: list[str] = field(default_factory=list)

    def kept(self) -> Table:
        """With all rows at hand. Raises UnreadableTable."""
        return Table(list(self.rows), self.epoch)


def separated(file: BinaryIO, most_rows: int) -> TableInTurn:
    """Text separated by commas, semicolons or tabs, in UTF-8, UTF-16 or GB 18030. Rows without contents are left out.

    Raises UnreadableTable, also while its rows are gone through.
    """
    encoding = _encoding(file)
    return TableInTurn(InTurn(lambda: _rows(file, encoding, most_rows)))


def _rows(file: BinaryIO, encoding: str, most_rows: int) -> Iterator[Line]:
    header_line = next(_pieces(file, encoding), "").lstrip().partition("\n")[0]
    separator = max(",\t;", key=header_line.count)
    file.seek(0)
    content = io.TextIOWrapper(file, encoding, newline="")
    # Strict: an open quotation mark would otherwise swallow what follows, to the end of the file.
    reader = csv.reader(content, delimiter=separator, strict=True)
    line, count = 1, 0
    try:
        for values in reader:
            cells = [value.strip() for value in values]
            if any(cells):
                count += 1
                if count > most_rows + 1:
                    raise UnreadableTable("rows", most=most_rows)
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableTable("csv", line=line) from None
    finally:
        content.detach()  # it would close the file


# --- encodings ------------------------------------------------------------------------------------------------------

_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: What Chinese offices' files come in besides, where reading them as GB 18030 gives signs that nobody writes.
_OTHERS: Final = {"Big5": "big5hkscs", "Shift_JIS": "cp932", "EUC-KR": "cp949"}
#: What is sent by mistake, by how it begins.
_NO_TABLES: Final = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF"}
#: The share of everyday characters from which on a text is believed to be read as it was written.
_BELIEVED: Final = 0.8


_PIECE: Final = 64 * 1024


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    beginning = file.read(1000)
    for mark, what in _NO_TABLES.items():
        if beginning.startswith(mark):
            raise UnreadableTable("no_table", what=what)
    for encoding in _encodings(beginning):
        with suppress(UnicodeDecodeError):
            for _piece in _pieces(file, encoding):
                pass
            return encoding
    if _everyday_share_as(file, "gb18030") >= _BELIEVED:
        return "gb18030"
    raise UnreadableTable("encoding", guess=_guess(file))


def _pieces(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The file's text, a piece at a time. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while piece := file.read(_PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", True)


def _everyday_share_as(file: BinaryIO, encoding: str) -> float:
    """Read in this encoding; 0 where it cannot be."""
    counted: Counter[str] = Counter()
    try:
        for piece in _pieces(file, encoding):
            counted.update(piece)
    except UnicodeDecodeError:
        return 0
    return _everyday_share(counted)


def _encodings(data: bytes) -> list[str]:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return [encoding]
    # UTF-16 without its mark: of a Latin letter or a comma one byte is nought, and nothing else has so many.
    even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    if max(even, odd) > 4 * min(even, odd) + 2:
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8"]


def _everyday_share(counted: Counter[str]) -> float:
    """How much of what is not Latin is punctuation, kana, or a character of the first level of GB 2312 (which has 3,755
    of them, in the order of their sounds; Traditional ones count as their Simplified forms)."""
    strange = everyday = 0
    for char, number in counted.items():
        if char < "\x80":
            continue
        if "\u3000" <= char <= "\u30ff" or "\uff00" <= char <= "\uffef" or "\u2010" <= char <= "\u2027":
            everyday += number
            continue
        simplified = char.translate(text.SIMPLIFIED).encode("gb2312", "ignore")
        if len(simplified) == 2 and 0xB0 <= simplified[0] <= 0xD7:
            everyday += number
        else:
            strange += number
    return everyday / (everyday + strange) if everyday + strange else 1.0


def _guess(file: BinaryIO) -> str:
    shares = {name: _everyday_share_as(file, encoding) for name, encoding in _OTHERS.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _BELIEVED - 0.2 else ""


def is_garbled(said: str) -> bool:
    """Whether a text was once read in the wrong encoding and kept like that: 浣犲ソ, ä½ å¥½, 锟斤拷, ���."""
    if said.isascii():
        return False
    if "锟斤拷" in said or said.count("\ufffd") * 10 > len(said):
        return True
    said = said[:2000]
    return any(_was_utf8(raw) for raw in (said.encode("gb18030", "ignore"), _as_western(said)))


def _as_western(said: str) -> bytes:
    """What bytes this was if somebody read them as Windows' Western European."""
    chunks = (char.encode("cp1252", "ignore") or char.encode("latin-1", "ignore") for char in said)
    return b"".join(itertools.chain(chunks))


def _was_utf8(raw: bytes) -> bool:
    """Whether most of the bytes that are not ASCII make up East Asian characters in UTF-8."""
    foreign = sum(byte >= 0x80 for byte in raw)
    characters = sum("\u2e80" <= char <= "\uffef" for char in raw.decode("utf-8", "ignore"))
    return foreign >= 6 and characters * 3 >= foreign * 0.7
