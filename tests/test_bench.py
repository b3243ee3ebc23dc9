"""The benchmark runs: its programs compile, and its shortest round gives figures. No timing is asserted."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.live
@pytest.mark.long
@pytest.mark.usefixtures("compiler")
def test_a_quick_round_of_the_benchmark_delivers_what_was_told(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"
    words = ["--quick", "--only", "fanout", "--contenders", "ours,C limit", "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", *words], cwd=ROOT, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(output.read_text())
    assert told["not measured"] == {}
    for measure, by_contender in told["figures"].items():
        assert set(by_contender) >= {"ours", "C limit"}, measure
        for rounds in by_contender.values():
            assert rounds[0]["deliveries/s"] > 0, measure
            assert rounds[0]["latency p99, ms"] is not None, measure
