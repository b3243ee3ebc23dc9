"""Lines and changes: pure functions of what tables say."""

from typing import Any

from inquiry.results.drawing import HEIGHT, WIDTH, lines
from inquiry.results.rules.changes import changes


def test_a_gap_divides_a_line_and_a_score_alone_is_a_dot() -> None:
    [line] = lines([["100.00", "110.00", None, "90.00", None, "105.00", "120.00"]])
    assert len(line.paths) == 2
    assert len(line.dots) == 2, "the one between gaps, and the last"
    assert line.dots[-1][0] == WIDTH - 4


def test_all_lines_of_a_table_have_one_scale_and_stay_in_their_box() -> None:
    drawn = lines([["0.00", "130.00"], ["100.00", "100.00"], [None, None]])
    assert drawn[1].paths == [f"M4 {drawn[1].level:g}L92 {drawn[1].level:g}"]
    assert (drawn[2].paths, drawn[2].dots) == ([], [])
    heights = [float(point.split()[1]) for path in drawn[0].paths for point in path[1:].split("L")]
    assert heights == [HEIGHT - 4, 4]


def test_a_line_is_seen_against_the_level_of_its_table() -> None:
    """Satisfaction of 62 in a group of 60: the level lies within the picture, and the line close above it."""
    (line,) = lines([["60.00", "62.00"]], 60)
    (path,) = line.paths
    first, last = (float(point.split()[1]) for point in path[1:].split("L"))
    assert 4 < last < first == line.level < HEIGHT - 4


def row(unit: int, rank: int | None, score: str, actual: str = "1") -> dict[str, Any]:
    figure = {"indicator": "A", "actual": actual, "baseline": "1", "stretch": "2", "attainment_exact": score}
    return {"unit": {"id": unit}, "rank": rank, "score": score, "missing": [], "figures": [figure]}


def test_what_would_be_different_is_told_by_unit_figure_and_indicator() -> None:
    indicator = {"code": "A", "version": 1, "weight": "1", "shares": None}
    was = {"indicators": [indicator], "rows": [row(1, 1, "110"), row(2, 2, "100"), row(3, 3, "90")]}
    now = {
        "indicators": [indicator | {"version": 2}],
        "rows": [row(2, 1, "120", "3"), row(1, 2, "110"), row(4, 3, "1")],
    }
    found = changes(was, now)
    assert [one.unit["id"] for one in found.rows] == [2, 1, 4, 3]
    assert [(one.was is None, one.now is None) for one in found.rows] == [
        (False, False), (False, False), (True, False), (False, True),
    ]  # fmt: skip
    assert (found.figures, found.indicators) == (3, ["A"])
    same = changes(was, was)
    assert (same.rows, same.figures, same.indicators) == ([], 0, [])
