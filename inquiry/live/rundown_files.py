"""A rundown as a table: its columns, each line as it is written there, and what a row says.

What is written is read back as the same, whatever stands in it. A row says something of the columns alone that its file
names; a cell that says what stands there already is not looked at further.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..accounts.models import Unit
from ..accounts.unit_files import NO_UNIT
from ..core import books, text
from ..core.sheets import Form, Row, Unusable, choice, nearest, number, unknown, words
from ..dispatch.registry import LARGEST_ID
from . import refusals, rules
from .models import AtZero, Item, ItemColour, ItemKind

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("编号",),
    "level": ("层级",),
    "cue": ("提示号",),
    "kind": ("类型", "环节类型"),
    "title": ("标题", "环节"),
    "title_en": ("英文标题",),
    "seconds": ("秒数", "时长（秒）"),
    "unit": ("单位",),
    "question": ("提问",),
    "speaker": ("发言人",),
    "speaker_title": ("发言人职务", "职务"),
    "at_zero": ("到时",),
    "grace_seconds": ("宽限秒数",),
    "warning_seconds": ("预警（剩余秒数）", "预警"),
    "danger_seconds": ("最后几秒（剩余秒数）", "最后几秒"),
    "follows": ("自动接续",),
    "colour": ("颜色",),
    "note_host": ("主持人备注",),
    "note_producer": ("制片备注",),
    "note_moderator": ("审核员备注",),
    "note_clerk": ("记录员备注",),
    "note_floor": ("现场备注",),
}
FORM: Final = Form("rundown", ("议程", "rundown"), _COLUMNS, frozenset(_COLUMNS.keys() - {"title"}))


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


_Word = TypeVar("_Word", bound=StrEnum)
KINDS: Final[Mapping[ItemKind, Sequence[str]]] = {
    ItemKind.CASE: ("案例",), ItemKind.CLIP: ("短片",), ItemKind.QUESTION: ("提问",), ItemKind.SLOT: ("发言", "答复"),
    ItemKind.FOLLOW_UP: ("追问",), ItemKind.PLEDGE: ("承诺", "复述承诺"), ItemKind.VERDICT: ("评议",),
    ItemKind.BREAK: ("休息",), ItemKind.ADDRESS: ("主持词",), ItemKind.SILENT_HEADS: ("长期未发言负责人",),
}  # fmt: skip
ENDS: Final[Mapping[AtZero, Sequence[str]]] = {
    AtZero.COUNT_OVER: ("继续计时",), AtZero.GRACE: ("宽限后结束",), AtZero.END: ("到时结束",),
    AtZero.NEXT: ("结束并接下一项",),
}  # fmt: skip
COLOURS: Final[Mapping[ItemColour, Sequence[str]]] = {
    ItemColour.NONE: ("无",), ItemColour.BLUE: ("蓝",), ItemColour.GREEN: ("绿",), ItemColour.AMBER: ("琥珀",),
    ItemColour.GREY: ("灰",),
}  # fmt: skip
YES_NO: Final[Mapping[YesNo, Sequence[str]]] = {YesNo.YES: ("是",), YesNo.NO: ("否",)}

_LONGEST: Final = {
    "cue": 8, "title": 200, "title_en": 240, "speaker": 40, "speaker_title": 80, "note_host": 300, "note_producer": 300,
    "note_moderator": 300, "note_clerk": 300, "note_floor": 300,
}  # fmt: skip
#: A slot is given in whole seconds: a line is at least as long as one.
_SHORTEST_MS: Final = 1000
_LONGEST_MS: Final = 12 * 60 * 60 * 1000
_LONGEST_GRACE: Final = 600

REASONS: Final[dict[str, LazyString]] = NO_UNIT | {
    "no_level": _l("it is neither 0 (in no case) nor 1 (in the case above)"),
    "no_case": _l("no case stands above it"),
    "no_length": _l("an item lasts between one second and twelve hours"),
    "no_grace": _l("a grace has 0 to 600 whole seconds"),
    "no_warning": _l("a warning comes with 0 to 7200 whole seconds left"),
    "no_question": _l("a question is named by its number as a whole number"),
    "question_stays": _l("which question a line shows cannot be changed"),
    "stays": _l("this line has been on air, or results have planned it: it stays as it is, and where it is"),
    refusals.CaseStays.code: refusals.CaseStays.sentence,
    refusals.CaseInCase.code: refusals.CaseInCase.sentence,
    refusals.IsACase.code: refusals.IsACase.sentence,
    refusals.CueTaken.code: refusals.CueTaken.sentence,
    refusals.QuestionsWords.code: _l("this line shows a citizen's question: its words are changed by rewording that"),
    refusals.QuestionsItem.code: _l("a citizen's question is put on air by a person"),
}

Told = dict[str, str]


def told(items: Iterable[Item], units: Mapping[int, Unit], language: str) -> dict[int, Told]:
    """Each line as it is written, by its id, in the order of the rundown."""
    return {one.id: _told(one, units, language) for one in items}


def _told(item: Item, units: Mapping[int, Unit], language: str) -> Told:
    seconds = "" if item.kind is ItemKind.CASE else _number(item.planned_ms)
    said = {
        "id": str(item.id), "level": "0" if item.case_id is None else "1", "kind": _word(item.kind, KINDS, language),
        "seconds": seconds, "unit": units[item.unit_id].name if item.unit_id is not None else "",
        "question": "" if item.question_id is None else str(item.question_id),
        "at_zero": _word(item.at_zero, ENDS, language), "grace_seconds": _number(item.grace_ms),
        "warning_seconds": _left(item.warning_ms), "danger_seconds": _left(item.danger_ms),
        "follows": _word(YesNo.YES if item.follows else YesNo.NO, YES_NO, language),
        "colour": _word(item.colour, COLOURS, language),
    }  # fmt: skip
    return {column: said[column] if column in said else getattr(item, column) for column in FORM.columns}


def _word(value: _Word, called: Mapping[_Word, Sequence[str]], language: str) -> str:
    return value.value if language == "en" else called[value][0]


def _number(ms: int) -> str:
    return f"{(Decimal(ms) / 1000).normalize():f}"


def _left(ms: int | None) -> str:
    """With how much left a line is warned of; empty: as usual."""
    return "" if ms is None else _number(ms)


def _head(language: str) -> list[str]:
    return [column if language == "en" else called[0] for column, called in FORM.columns.items()]


def as_csv(lines: Iterable[Told], language: str) -> str:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(_head(language))
    rows.writerows([books.inert(value) for value in line.values()] for line in lines)
    return written.getvalue()


def as_workbook(lines: Iterable[Told], language: str) -> bytes:
    rows = [[books.Cell(books.inert(value)) for value in line.values()] for line in lines]
    return books.book([books.Sheet("rundown" if language == "en" else "议程", _head(language), rows, "F2")])


# --- what a row says --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A row: of which line (None: a new one), at which level (None: not said), and the columns that become another."""

    line: int
    item: Item | None
    level: int | None
    changes: dict[str, Any]

    @property
    def kind(self) -> ItemKind:
        kind: ItemKind = self.changes["kind"] if self.item is None else self.item.kind
        return kind


class Reader:
    """Reads rows against a rundown as it stands: which line each is of, by its id, or by its cue where it has no id
    that is known here."""

    def __init__(self, items: Sequence[Item], lines: Sequence[dict[int, Told]], units: Sequence[Unit]) -> None:
        self._items = {str(one.id): one for one in items}
        self._by_cue = {one.cue: one for one in items if one.cue}
        self._lines = lines
        self._units = {name: unit.id for unit in units for name in (unit.name_en, unit.name) if name}
        self._seen: dict[int, int] = {}
        self._cues: dict[str, int] = {}
        self._is_case_above = False

    def wanted(self, line: int, said: Row, columns: Iterable[str]) -> Wanted:
        """Raises Unusable."""
        row = {name: books.meant(value) for name, value in said.items()}
        named = set(columns)
        item = self._item(line, row)
        told = [each[item.id] for each in self._lines] if item is not None else []
        changes: dict[str, Any] = {}
        for column in FORM.columns:
            if column in named and column not in ("id", "level") and not _stands(column, row, told):
                if column == "seconds" and told and not row.get("seconds"):
                    raise Unusable("seconds", "missing")
                changes |= self._read(column, row)
        if item is None:
            self._check_new(row, changes)
        else:
            changes = {name: value for name, value in changes.items() if getattr(item, name) != value}
            self._check_known(item, row, changes)
        self._check_line(item, row, changes)
        self._take_cue(line, row, changes.get("cue", item.cue if item is not None else ""))
        found = Wanted(line, item, self._level(row) if "level" in named else None, changes)
        self._check_level(found, row)
        return found

    def _item(self, line: int, row: Row) -> Item | None:
        item = self._items.get(row.get("id", "")) or self._by_cue.get(row.get("cue", ""))
        if item is not None and self._seen.setdefault(item.id, line) != line:
            raise Unusable("id" if row.get("id") else "cue", "twice", item.title, first=self._seen[item.id])
        return item

    def _read(self, column: str, row: Row) -> dict[str, Any]:
        if column in _LONGEST:
            return {column: words(row, column, _LONGEST[column], optional=column != "title")}
        if column == "unit":
            return {"unit_id": self._unit(words(row, "unit", 120, optional=True))}
        return {
            "kind": _kind, "seconds": _seconds, "question": _question, "at_zero": _at_zero,
            "grace_seconds": _grace, "warning_seconds": _warning, "danger_seconds": _danger, "follows": _follows,
            "colour": _colour,
        }[column](row)  # fmt: skip

    def _unit(self, name: str) -> int | None:
        if name and name not in self._units:
            folded = {text.look_alike(one): one for one in self._units}
            raise unknown("unit", "unit", name, folded.get(text.look_alike(name)) or nearest(name, self._units))
        return self._units[name] if name else None

    def _check_new(self, row: Row, changes: dict[str, Any]) -> None:
        if "kind" not in changes:
            raise Unusable("kind", "missing")
        if changes["kind"] is not ItemKind.CASE and "planned_ms" not in changes:
            raise Unusable("seconds", "missing")

    def _check_known(self, item: Item, row: Row, changes: dict[str, Any]) -> None:
        if changes and not rules.is_movable(item):
            raise Unusable("id", "stays", row.get("title", ""))
        if "question_id" in changes:
            raise Unusable("question", "question_stays", row.get("question", ""))
        if item.question_id is not None and (column := next(iter(changes.keys() & {"kind", "title", "title_en"}), "")):
            raise Unusable(column, refusals.QuestionsWords.code, row.get(column, ""))
        if "kind" in changes and ItemKind.CASE in (item.kind, changes["kind"]):
            raise Unusable("kind", refusals.CaseStays.code, row["kind"])

    def _check_line(self, item: Item | None, row: Row, changes: dict[str, Any]) -> None:
        def will(name: str) -> Any:
            return changes.get(name, getattr(item, name) if item is not None else None)

        if will("kind") is ItemKind.CASE:
            for column, name in [("seconds", "planned_ms"), ("speaker", "speaker"), ("follows", "follows")]:
                if will(name):
                    raise Unusable(column, refusals.IsACase.code, row.get(column, ""))
        elif not _SHORTEST_MS <= (will("planned_ms") or 0) <= _LONGEST_MS and "planned_ms" in changes:
            raise Unusable("seconds", "no_length", row["seconds"])
        if will("follows") and will("question_id"):
            raise Unusable("follows", refusals.QuestionsItem.code, row.get("follows", ""))
        if "at_zero" in changes or "grace_ms" in changes:  # only one end has any
            end = will("at_zero") or AtZero.COUNT_OVER
            changes["grace_ms"] = rules.grace_ms(end, (will("grace_ms") or 0) // 1000)

    def _take_cue(self, line: int, row: Row, cue: str) -> None:
        if cue and self._cues.setdefault(cue, line) != line:
            raise Unusable("cue", "twice", cue, first=self._cues[cue])

    def _level(self, row: Row) -> int:
        said = row.get("level", "") or "0"
        if said not in ("0", "1"):
            raise Unusable("level", "no_level", said)
        return int(said)

    def _check_level(self, found: Wanted, row: Row) -> None:
        if found.level == 1 and found.kind is ItemKind.CASE:
            raise Unusable("level", refusals.CaseInCase.code, row["level"])
        if found.level == 1 and not self._is_case_above:
            raise Unusable("level", "no_case", row["level"])
        if found.kind is ItemKind.CASE:
            self._is_case_above = True
        elif found.level == 0:
            self._is_case_above = False


def _stands(column: str, row: Row, told: Sequence[Told]) -> bool:
    """Whether a cell says what stands there already, in one of the languages."""
    return any(row.get(column, "") == each[column] for each in told)


def _kind(row: Row) -> dict[str, Any]:
    return {"kind": choice(row, "kind", KINDS)}


def _seconds(row: Row) -> dict[str, Any]:
    if not row.get("seconds"):
        return {}
    ms = number(row, "seconds") * 1000
    if ms != int(ms) or not (ms == 0 or _SHORTEST_MS <= ms <= _LONGEST_MS):  # 0 is as good as nothing for a case
        raise Unusable("seconds", "no_length", row["seconds"])
    return {"planned_ms": int(ms)}


def _question(row: Row) -> dict[str, Any]:
    said = row.get("question", "")
    if said and not (said.isascii() and said.isdigit() and len(said) <= 10 and 0 < int(said) <= LARGEST_ID):
        raise Unusable("question", "no_question", said)
    return {"question_id": int(said) if said else None}


def _at_zero(row: Row) -> dict[str, Any]:
    return {"at_zero": choice(row, "at_zero", ENDS) if row.get("at_zero") else AtZero.COUNT_OVER}


def _grace(row: Row) -> dict[str, Any]:
    seconds = number(row, "grace_seconds") if row.get("grace_seconds") else Decimal(0)
    if seconds != int(seconds) or not 0 <= seconds <= _LONGEST_GRACE:
        raise Unusable("grace_seconds", "no_grace", row["grace_seconds"])
    return {"grace_ms": int(seconds) * 1000}


def _warning(row: Row) -> dict[str, Any]:
    return {"warning_ms": _warned(row, "warning_seconds")}


def _danger(row: Row) -> dict[str, Any]:
    return {"danger_ms": _warned(row, "danger_seconds")}


def _warned(row: Row, column: str) -> int | None:
    if not row.get(column):
        return None
    seconds = number(row, column)
    if seconds != int(seconds) or not 0 <= seconds <= rules.MOST_MS // 1000:
        raise Unusable(column, "no_warning", row[column])
    return int(seconds) * 1000


def _follows(row: Row) -> dict[str, Any]:
    return {"follows": bool(row.get("follows")) and choice(row, "follows", YES_NO) is YesNo.YES}


def _colour(row: Row) -> dict[str, Any]:
    return {"colour": choice(row, "colour", COLOURS) if row.get("colour") else ItemColour.NONE}


def differing(was: Told, now: Told) -> dict[str, tuple[str, str]]:
    """The columns of a line that differ, as they were and as they are."""
    return {column: (was[column], now[column]) for column in now if was[column] != now[column]}
