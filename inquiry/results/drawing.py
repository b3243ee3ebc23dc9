"""Small pictures in a table, as coordinates: templates draw them as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

#: Of a line: its box, the room around it, and what is always within its scale.
WIDTH: Final = 96
HEIGHT: Final = 36
_ROOM: Final = 4
_BELOW: Final = 5.0
_ABOVE: Final = 15.0

Scores = Sequence[str | None]


@dataclass(frozen=True)
class Line:
    """`paths` are the pieces between gaps, `dots` the points that stand alone and the last one; `level` is what
    they are seen against."""

    paths: Sequence[str]
    dots: Sequence[tuple[float, float]]
    level: float


def lines(rows: Iterable[Scores], level: float = 100, drawn: slice = slice(None)) -> list[Line]:
    """All on the same scale, so that they can be compared, and against the same level: 100 is the baseline target. Only
    those of `drawn` are drawn."""
    kept = list(rows)
    there = [float(score) for row in kept for score in row if score is not None]
    low, high = min([level - _BELOW, *there]), max([level + _ABOVE, *there])
    return [_line(row, low, high, level) for row in kept[drawn]]


def _line(row: Scores, low: float, high: float, level: float) -> Line:
    step = (WIDTH - 2 * _ROOM) / max(1, len(row) - 1)

    def height(score: float) -> float:
        return round(HEIGHT - _ROOM - (HEIGHT - 2 * _ROOM) * (score - low) / (high - low), 1)

    pieces: list[list[tuple[float, float]]] = [[]]
    for at, score in enumerate(row):
        if score is None:
            pieces.append([])
        else:
            pieces[-1].append((round(_ROOM + at * step, 1), height(float(score))))
    dots = [piece[0] for piece in pieces if len(piece) == 1]
    if row and row[-1] is not None and len(pieces[-1]) > 1:
        dots.append(pieces[-1][-1])
    paths = ["M" + "L".join(f"{x:g} {y:g}" for x, y in piece) for piece in pieces if len(piece) > 1]
    return Line(paths, dots, height(level))
