"""Workbooks that a person works with: a header that stays in sight, columns as wide as what is in them, numbers that
are numbers, words that are words.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from .extensions import offload

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD, _ON_HEAD, _LINE = "0B5264", "FFFFFF", "D3DBDD"
_WIDEST: Final = 48
#: So many rows say how wide a column is.
_ROWS_MEASURED: Final = 100
_A4: Final = 9


@dataclass(frozen=True)
class Cell:
    """A value, the format of a number (`0.00`), and the colour of its ground (`DFF1E6`)."""

    value: str | int | Decimal | None
    form: str = "General"
    ground: str = ""


@dataclass(frozen=True)
class Rule:
    """What a column takes: one of `choices`, a `number`, or what is said beside the cell (`prompt`)."""

    choices: Sequence[str] = ()
    number: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Sheet:
    """`rows` without the header `head`: where there are many they are made as they are written, beside the loop, and
    know nothing of who asked. `frozen` is the first cell that moves. Of a sheet to fill in: `rules` and
    `as_words`, by the number of the column from 1; `widths` where there is nothing to measure."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]] = ()
    frozen: str = "A2"
    filtered: bool = False
    rules: dict[int, Rule] = field(default_factory=dict)
    as_words: Sequence[int] = ()
    widths: Sequence[int] = ()


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def inert(words: str) -> str:
    """As words, also in CSV: a spreadsheet takes a cell that begins so for a formula, and carries it out. `meant` reads
    it back, also what begins like that already."""
    return f"'{words}" if words.lstrip("'").startswith(_FORMULA) else words


def meant(words: str) -> str:
    """What was written as `inert`."""
    return words[1:] if words.startswith("'") and words.lstrip("'").startswith(_FORMULA) else words


def book(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX workbook, written beside the loop: a large one takes seconds."""
    written: bytes = offload(_written, sheets)
    return written


def _written(sheets: Sequence[Sheet]) -> bytes:
    from openpyxl import Workbook  # a fifth of a second, which a server need not wait for when it starts

    made = Workbook(write_only=not any(sheet.rules for sheet in sheets))
    for sheet in list(made.worksheets):
        made.remove(sheet)
    for one in sheets:
        _write(made.create_sheet(one.title), one)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _write(sheet: "Worksheet", one: Sheet) -> None:
    """Widths have to be known before anything is written."""
    from openpyxl.utils import get_column_letter as letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.freeze_panes = one.frozen
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", _A4, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    rows = iter(one.rows)
    first = list(islice(rows, _ROWS_MEASURED))
    for at, width in enumerate(one.widths or _widths(one.head, first), 1):
        sheet.column_dimensions[letter(at)].width = width
    for at in one.as_words:
        sheet.column_dimensions[letter(at)].number_format = "@"
    for at, rule in one.rules.items():
        _add_rule(sheet, letter(at), rule)
    style = _Style()
    sheet.append([style.head(sheet, said) for said in one.head])
    lines = 1
    for row in chain(first, rows):
        sheet.append([style.cell(sheet, cell) for cell in row])
        lines += 1
    if one.filtered:
        sheet.auto_filter.ref = f"A1:{letter(len(one.head))}{lines}"


def _widths(head: Sequence[str], first: Iterable[Sequence[Cell]]) -> list[int]:
    """A Chinese character takes two."""
    found = [0] * len(head)
    for row in (head, *([str(cell.value or "") for cell in row] for row in first)):
        for at, said in enumerate(row):
            found[at] = max(found[at], sum(2 if ord(char) > 0x2E7F else 1 for char in said))
    return [min(_WIDEST, max(8, width + 3)) for width in found]


class _Style:
    """The styles of a sheet, made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self._font, self._head = Font(bold=True, color=_ON_HEAD), PatternFill("solid", fgColor=_HEAD)
        self._top, self._wrapped = Alignment(vertical="top"), Alignment(wrap_text=True, vertical="top")
        self._border = Border(bottom=Side("thin", color=_LINE))
        self._fill, self._made = PatternFill, dict[tuple[str, str, bool], Any]()

    def head(self, sheet: "Worksheet", said: str) -> Any:
        cell = _words(sheet, said)
        cell.font, cell.fill, cell.alignment = self._font, self._head, self._wrapped
        return cell

    def cell(self, sheet: "Worksheet", one: Cell) -> Any:
        of_words = isinstance(one.value, str)
        cell = _words(sheet, str(one.value)) if of_words else _cell(sheet, one.value)
        look = (one.form, one.ground, of_words)
        if look in self._made:
            cell._style = self._made[look]  # what looks alike: to put it together anew takes most of the time
            return cell
        cell.alignment = self._wrapped if of_words else self._top
        cell.number_format = "General" if of_words else one.form
        if one.ground:
            cell.fill = self._fill("solid", fgColor=one.ground)
        cell.border = self._border
        self._made[look] = cell._style
        return cell


def _cell(sheet: "Worksheet", value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    return WriteOnlyCell(sheet, value=value)


def _words(sheet: "Worksheet", said: str) -> Any:
    """As words, whatever they begin with: nothing of ours is a formula."""
    cell = _cell(sheet, said)
    cell.data_type = "s"
    return cell


def _add_rule(sheet: "Worksheet", letter: str, rule: Rule) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if rule.choices:
        made = DataValidation("list", formula1=f'"{",".join(rule.choices)}"', allow_blank=True, showErrorMessage=True)
    elif rule.number:
        made = DataValidation(
            "decimal", operator="between", formula1="-1e15", formula2="1e15", allow_blank=True, showErrorMessage=True,
            error=rule.number,
        )  # fmt: skip
    else:
        made = DataValidation(
            "textLength", operator="between", formula1="4", formula2="12", allow_blank=True, showErrorMessage=True,
            error=rule.prompt, showInputMessage=True, prompt=rule.prompt,
        )  # fmt: skip
    made.add(f"{letter}2:{letter}20000")
    sheet.add_data_validation(made)
