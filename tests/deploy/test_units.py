"""The systemd units of deploy/, read by systemd itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    for path in (DEPLOY / "systemd").iterdir():
        unit = path.read_text()
        for written, here in {"/srv/inquiry/.venv/bin/inquiry": sys.executable, "=inquiry\n": "=root\n"}.items():
            unit = unit.replace(written, here)
        (tmp_path / path.name).write_text(unit)
    shutil.copy(tmp_path / "inquiry@.service", tmp_path / "inquiry@5001.service")
    units = [
        str(tmp_path / name)
        for name in ("inquiry@5001.service", "inquiry.target", "inquiry-media.service", "inquiry-rtmp.service")
    ]
    checked = subprocess.run(
        [program, "verify", *units], capture_output=True, text=True, timeout=60,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert str(tmp_path) not in checked.stderr, "nothing is unknown or ignored"


def test_the_script_for_restarting_is_a_script() -> None:
    checked = subprocess.run(["bash", "-n", str(DEPLOY / "restart.sh")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert os.access(DEPLOY / "restart.sh", os.X_OK)
