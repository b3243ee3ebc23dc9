"""What a person reads for a value: said once, by the package that owns the value, for Python, pages and scripts.

Each package has a `labels.py` that adds its groups. Pages write `{{ value|label('role') }}`; a layout hands the groups
that its scripts need to `static/base/labels.js`.
"""

from collections.abc import Mapping
from enum import Enum

from flask_babel import LazyString

_groups: dict[str, dict[str, LazyString]] = {}


def add(group: str, words: Mapping[str, LazyString]) -> None:
    """Add words to a group, by value. Raises ValueError if one of the values has its word already."""
    known = _groups.setdefault(group, {})
    if twice := known.keys() & words.keys():
        raise ValueError(f"{group}: {sorted(twice)} said twice")
    known.update({str(value): word for value, word in words.items()})


def label(value: str | Enum, group: str = "state") -> str:
    """The word for a value (of an enum, or as it is stored) in the reader's language. KeyError if nobody says it."""
    return str(_groups[group][str(value.value if isinstance(value, Enum) else value)])


def labels(*groups: str) -> dict[str, dict[str, str]]:
    """Whole groups in the reader's language, for scripts; all of them if none is named."""
    return {group: {value: str(word) for value, word in _groups[group].items()} for group in groups or _groups}
