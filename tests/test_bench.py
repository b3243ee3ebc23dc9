"""The benchmark runs: its programs compile, and its shortest round gives figures. No timing is asserted."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.figures import capacity
from tests.support.parts import require_part

ROOT = Path(__file__).parents[1]


@pytest.fixture
def compiler() -> str:
    """Skips, saying what to install, where there is no C compiler; under CI that is a failure."""
    found = shutil.which("gcc") or shutil.which("cc")
    if found:
        return found
    reason = "gcc is missing: apt-get install gcc libc6-dev"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def quick_round(tmp_path: Path, only: str, contenders: str) -> dict[str, Any]:
    """The figures of some measures by measure and contender, of one short round that measured all it was to."""
    output = tmp_path / "figures.json"
    words = ["--quick", "--only", only, "--contenders", contenders, "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", *words], cwd=ROOT, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(output.read_text())
    assert told["not measured"] == {}
    return {
        measure: {contender: rounds[0] for contender, rounds in by_contender.items()}
        for measure, by_contender in told["figures"].items()
    }


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_tables_of_results_are_made_of_no_more_figures_than_they_need(tmp_path: Path) -> None:
    """Ten indicators of fifty units and one more since January, ten of the month alone."""
    [by_contender] = quick_round(tmp_path, "ranking", "ours").values()
    for month in (1, 6, 12):
        assert by_contender["ours"][f"month {month:02}: figures read"] == 50 * (10 * month + 10)


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_a_quick_round_of_the_benchmark_delivers_what_was_told(tmp_path: Path) -> None:
    for measure, by_contender in quick_round(tmp_path, "fanout", "ours,C limit").items():
        assert set(by_contender) >= {"ours", "C limit"}, measure
        for figures in by_contender.values():
            assert figures["deliveries/s"] > 0, measure
            assert figures["latency p99, ms"] is not None, measure


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_the_unkind_come_after_a_calm_window_and_nobody_else_is_lost(tmp_path: Path) -> None:
    flood, deaf = quick_round(tmp_path, "flood,deaf", "ours").values()
    for figures in (flood["ours"], deaf["ours"]):
        assert figures["deliveries/s before"] > 0
        assert figures["deliveries/s with them"] > 0
        assert figures["lost"] == 0
    assert flood["ours"]["sent by all flooders, MB/s"] > 0
    assert flood["ours"]["flooders cut off"] > 0, "some send packets that are none"
    assert flood["ours"]["vote p99 before, ms"] > 0
    assert deaf["ours"]["not cut"] > 0, (
        "they are there when it ends: a quick round is shorter than the server's patience"
    )


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_the_snapshot_of_an_evening_is_asked_for_with_and_without_a_tag(tmp_path: Path) -> None:
    require_part("nginx-light")
    plain, compressed, tagged, _votes = quick_round(
        tmp_path, "snapshot", "an evening,an evening behind nginx,ours"
    ).values()
    assert plain["an evening"]["its body, bytes"] > 2 * compressed["an evening behind nginx"]["its body, bytes"] > 0
    for by_contender in (plain, compressed, tagged):
        for figures in by_contender.values():
            assert figures["answered 200"] > 0
            assert figures["otherwise"] == 0
            assert (figures["answered 304"] > 0) == (by_contender is tagged)


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_viewers_of_a_killed_process_are_back_on_the_other(tmp_path: Path) -> None:
    require_part("redis-server")
    require_part("postgresql")
    two = "two processes on two cores"
    for measure, by_contender in quick_round(tmp_path, "rejoin", two).items():
        assert by_contender[two]["not back"] == 0, measure
        assert by_contender[two]["not at the newest entry"] == 0, measure


def test_what_two_cores_carry_is_reckoned_by_what_a_delivery_costs() -> None:
    """Two processes that need a tenth more for each delivery leave 1.8 of 2 cores."""
    alone = {"CPU per delivery, µs": 4.5, "deliveries/s": 100.0}
    together = {"CPU per delivery, µs": 5.0, "deliveries/s": 150.0}
    capacity({"one process": alone, "two processes": together})
    assert together["two cores ÷ one, by CPU per delivery"] == pytest.approx(1.8)
    assert together["deliveries/s ÷ one process"] == pytest.approx(1.5)
    assert set(alone) == {"CPU per delivery, µs", "deliveries/s"}


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_every_output_is_told_of_a_take_a_clear_and_a_panic_beside_a_crowd(tmp_path: Path) -> None:
    [by_contender] = quick_round(tmp_path, "air", "ours").values()
    figures = by_contender["ours"]
    assert figures["outputs"] == 20
    assert figures["viewers"] >= 200
    for press in ("take", "clear", "panic"):
        assert 0 < figures[f"{press} p50, ms"] <= figures[f"{press} p95, ms"]


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_a_citys_verdict_shares_transactions_and_is_looked_through_in_pieces(tmp_path: Path) -> None:
    [by_contender] = quick_round(tmp_path, "verdict", "ours").values()
    assert by_contender["ours"]["votes of a verdict: statements/100"] < 20
    assert by_contender["ours"]["looked through: pieces"] > 2000 / 500
