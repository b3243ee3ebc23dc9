"""A table of results as CSV: for a spreadsheet, or for whoever recomputes it."""

import csv
import io
from typing import Any

HEADER = ("rank", "unit", "score", "band", "previous_rank", "previous_score", "missing")


def as_csv(contents: dict[str, Any]) -> str:
    """One line for each unit as it is listed, then one column for each indicator's attainment, by its code."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([*HEADER, *(one["code"] for one in contents["indicators"])])
    for row in contents["rows"]:
        rows.writerow([
            row["rank"], _inert(row["unit"]["name"]), row["score"], row["band"],
            row["previous_rank"], row["previous_score"], "; ".join(row["missing"]),
            *(each["attainment"] for each in row["figures"]),
        ])  # fmt: skip
    return written.getvalue()


def _inert(words: str) -> str:
    """As words: a spreadsheet takes a cell that begins so for a formula, and carries it out."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words
