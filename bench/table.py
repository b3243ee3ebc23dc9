"""Medians and ranges, as a table that can be read in a terminal and pasted into a page."""

from collections.abc import Mapping, Sequence
from statistics import median
from unicodedata import east_asian_width

from bench.figures import Figures

Rounds = Sequence[Figures]


def shown(value: float) -> str:
    """As many digits as say something."""
    if value == 0:
        return "0"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def cell(rounds: Rounds, name: str) -> str:
    """`median (lowest–highest)`; a dash where nothing was measured."""
    values = [value for one in rounds if (value := one.get(name)) is not None]
    if not values:
        return "–"
    middle, low, high = shown(median(values)), shown(min(values)), shown(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def table(by_contender: Mapping[str, Rounds], goals: Mapping[str, str]) -> str:
    """A row for each figure, a column for each contender, in Markdown; figures that nobody has are left out."""
    names = dict.fromkeys(name for rounds in by_contender.values() for one in rounds for name in one)
    rows = [["", *by_contender, "goal"]]
    for name in names:
        cells = [cell(rounds, name) for rounds in by_contender.values()]
        if set(cells) != {"–"}:
            rows.append([name, *cells, goals.get(name, "")])
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(_padded(text, width) for text, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
