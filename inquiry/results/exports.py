"""A table of results as a file: for a spreadsheet, or for whoever recomputes it."""

import csv
import io
from typing import Any

from flask_babel import force_locale

from ..core.books import inert
from ..core.extensions import let_others_go_first
from ..core.i18n import LANGUAGES
from ..core.turns import in_turn
from . import workbooks
from .rules.handling_indicators import Shape
from .rules.handling_table import KIND

HEADER = ("rank", "unit", "score", "band", "previous_rank", "previous_score", "missing")
_AT_ONCE = 50


def as_csv(contents: dict[str, Any]) -> str:
    """One line for each unit as it is listed, then one column for each indicator's attainment, by its code; in a table
    of the built-in theme, its figure with what belongs to it."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    columns = _handling if contents.get("kind") == KIND else _attainment
    rows.writerow([*HEADER, *(name for one in contents["indicators"] for name, _key in columns(one))])
    for row in in_turn(contents["rows"], let_others_go_first, _AT_ONCE):
        rows.writerow([
            row["rank"], inert(row["unit"]["name"]), row["score"], row["band"],
            row["previous_rank"], row["previous_score"], "; ".join(row["missing"]),
            *(
                each[key]
                for one, each in zip(contents["indicators"], row["figures"], strict=True)
                for _name, key in columns(one)
            ),
        ])  # fmt: skip
    return written.getvalue()


#: What stands beside a figure of the platform's own, by its shape: the end of the column's name, and where it is kept.
_BESIDE = {
    Shape.RATE: [("_n", "of"), ("_low", "low"), ("_high", "high")], Shape.DAYS: [("_n", "of")], Shape.COUNT: [],
}  # fmt: skip


def _attainment(indicator: dict[str, Any]) -> list[tuple[str, str]]:
    return [(indicator["code"], "attainment")]


def _handling(indicator: dict[str, Any]) -> list[tuple[str, str]]:
    code = indicator["code"]
    return [(code, "shown"), *((code + end, key) for end, key in _BESIDE[Shape(indicator["shape"])])]


def as_workbook(contents: dict[str, Any], digest: str, language: str) -> bytes:
    """With its headings in a language that pages have."""
    with force_locale(LANGUAGES[language]):
        return workbooks.of_table(contents, digest, language == "en")
