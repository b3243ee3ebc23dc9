"""Checking a downloaded chain with the script that anybody can have."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "static" / "trace" / "verify_trace.py"


def check(*words: object) -> subprocess.CompletedProcess[str]:
    """The script as anybody runs it: without our packages, outside our folders."""
    command = [sys.executable, "-I", str(SCRIPT), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/", check=False)
