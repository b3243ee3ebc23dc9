"""What a file of units says: its columns, and of each row the unit in it, or why it cannot be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..core import text
from ..core.sheets import Form, Row, Sheet, Unusable, choice, nearest, unknown, words
from .models import Unit, UnitKind

FORM: Final = Form(
    "units",
    ("单位", "单位名单"),
    {
        "name": ("名称", "单位", "单位名称"),
        "name_en": ("英文名", "英文名称"),
        "kind": ("类别", "单位类别", "类型"),
        "parent": ("上级", "上级单位"),
        "head": ("一把手", "主要负责人", "负责人"),
        "head_title": ("职务", "主要负责人职务", "一把手职务", "负责人职务"),
        "group": ("分组", "考核分组", "所属分组"),
    },
    frozenset({"name_en", "parent", "head", "head_title", "group"}),
)

KINDS: Final[Mapping[UnitKind, Sequence[str]]] = {
    UnitKind.CITY: ("市", "市本级"),
    UnitKind.DISTRICT: ("区", "县", "区县", "县区", "市辖区"),
    UnitKind.STREET: ("街道", "镇", "乡", "镇街", "街镇", "乡镇"),
    UnitKind.DEPARTMENT: ("部门", "市直部门", "委办局", "局"),
}

#: Of whatever names a unit.
NO_UNIT: Final[dict[str, LazyString]] = {
    "unknown_unit": _l("there is no unit of this name"),
    "unit_alike": _l("there is no unit of this name; is %(hint)s meant?"),
}
REASONS: Final[dict[str, LazyString]] = NO_UNIT | {
    "looks_like": _l("it looks like the name of another unit: %(hint)s"),
    "loop": _l("the unit would stand under itself"),
    "no_head": _l("a title stands here, but nobody who has it: please name the head too"),
    "looks_like_group": _l("it looks like the name of another peer group: %(hint)s"),
}


@dataclass(frozen=True)
class Wanted:
    """A unit as a row has it; what is empty stays as it is. Parent and group are named."""

    name: str
    name_en: str
    kind: UnitKind
    parent: str
    head: str
    title: str
    group: str


class Reader:
    """Makes units of the rows of a sheet, given those that are there already and the names of the peer groups."""

    def __init__(self, sheet: Sheet, units: Sequence[Unit], groups: Sequence[str]) -> None:
        names = {unit.id: unit.name for unit in units}
        self._parents = {unit.name: names.get(unit.parent_id or 0, "") for unit in units}
        self._parents |= {_line(row, "name"): _line(row, "parent") for _number, row in sheet.rows if row.get("parent")}
        self._known = dict.fromkeys(self._parents, "") | {_line(row, "name"): "" for _number, row in sheet.rows}
        self._alike = {text.look_alike(name): unit.name for unit in units for name in (unit.name_en, unit.name) if name}
        self._groups = {text.look_alike(name): name for name in groups}
        self._lines: dict[str, int] = {}

    def wanted(self, line: int, row: Row) -> Wanted:
        """Raises Unusable."""
        name = words(row, "name", 80)
        self._take(name, "name", name, line)
        name_en = words(row, "name_en", 120, optional=True)
        if name_en:
            self._take(name_en, "name_en", name, line)
        return Wanted(
            name, name_en, choice(row, "kind", KINDS), self._parent(name, words(row, "parent", 80, optional=True)),
            *_head(row), self._group(words(row, "group", 80, optional=True)),
        )  # fmt: skip

    def _take(self, called: str, column: str, name: str, line: int) -> None:
        """Two units must not be called what people take for the same."""
        folded = text.look_alike(called)
        if self._alike.setdefault(folded, name) != name:
            raise Unusable(column, "looks_like", called, hint=self._alike[folded])
        if column == "name" and self._lines.setdefault(name, line) != line:
            raise Unusable(column, "twice", called, first=self._lines[name])

    def _parent(self, name: str, parent: str) -> str:
        if parent and parent not in self._known:
            raise unknown("parent", "unit", parent, nearest(parent, self._known))
        above, seen = parent, {name}
        while above:
            if above in seen:
                raise Unusable("parent", "loop", parent)
            seen.add(above)
            above = self._parents.get(above, "")
        return parent

    def _group(self, name: str) -> str:
        if name and self._groups.setdefault(text.look_alike(name), name) != name:
            raise Unusable("group", "looks_like_group", name, hint=self._groups[text.look_alike(name)])
        return name


def _head(row: Row) -> tuple[str, str]:
    """Whoever heads the unit, and with which title."""
    head, title = words(row, "head", 40, optional=True), words(row, "head_title", 80, optional=True)
    if title and not head:
        raise Unusable("head_title", "no_head", title)
    return head, title


def _line(row: Row, column: str) -> str:
    return " ".join(row.get(column, "").split())
