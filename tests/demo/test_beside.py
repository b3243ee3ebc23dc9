"""A demo beside another one: who comes second is told what is wrong and what to do, and nothing is destroyed."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inquiry.core import claims
from inquiry.demo.content import UNITS
from inquiry.demo.load import NotHere, check_starting_over
from inquiry.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a demo, and what was put aside before."""
    for name in ("var", "var.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kept").write_text(name)
    return tmp_path / "var"


@pytest.fixture
def served(data: Path) -> Iterator[Path]:
    """Another server holds it."""
    claims.claim(data)
    yield data
    claims.let_go(data)


@pytest.fixture
def port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        yield taken.getsockname()[1]


def demo(data: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What `make demo` and `make demo-reset` run."""
    command = [sys.executable, "-m", "inquiry.cli", "demo", *words]
    known = {name: value for name, value in os.environ.items() if not name.startswith("INQUIRY_")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False,
        env=known | {"INQUIRY_DATA_DIR": str(data)} | environ,
    )  # fmt: skip


def untouched(data: Path) -> bool:
    return all((data.with_name(name) / "kept").read_text() == name for name in ("var", "var.old"))


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "0", "--reset"]])
def test_data_that_a_server_uses_are_left_alone(served: Path, words: list[str]) -> None:
    told = demo(served, *words)
    assert told.returncode == 2
    assert "another server is using the data in" in told.stderr
    assert "INQUIRY_DATA_DIR=var-2" in told.stderr
    assert untouched(served)
    assert not (served / "inquiry.sqlite").exists()


def test_data_of_a_studio_inside_are_left_alone_while_it_runs(data: Path) -> None:
    (data / "studio").mkdir()
    claims.claim(data / "studio")
    try:
        told = demo(data, "--port", "0", "--reset")
    finally:
        claims.let_go(data / "studio")
    assert told.returncode == 2
    assert "another server is using the data in" in told.stderr
    assert untouched(data)


def test_a_port_that_is_taken_costs_no_data(data: Path, port: int) -> None:
    told = demo(data, "--port", str(port), "--reset")
    assert told.returncode == 2
    assert f"PORT={port + 1}" in told.stderr
    assert untouched(data)


def test_servers_share_and_who_starts_over_is_alone(data: Path) -> None:
    claim = f"from pathlib import Path; from inquiry.core import claims; claims.claim(Path({str(data)!r}))"
    claims.claim(data)
    claims.claim(data, alone=True)  # it is ours already
    assert subprocess.run([sys.executable, "-c", claim], check=False).returncode == 0
    claims.let_go(data)
    claims.claim(data, alone=True)
    beside = subprocess.run([sys.executable, "-c", claim], check=False, capture_output=True, text=True)
    assert "DataInUse" in beside.stderr
    claims.let_go(data)


def settings(data: Path, *units: str, **environ: str) -> Settings:
    with closing(sqlite3.connect(data / "inquiry.sqlite")) as kept, kept:
        kept.execute("CREATE TABLE units (name TEXT)")
        kept.executemany("INSERT INTO units VALUES (?)", [(unit,) for unit in units])
    return Settings.from_environment({"INQUIRY_DATA_DIR": str(data)} | environ)


@pytest.mark.parametrize(
    ("units", "environ", "why"),
    [
        (["某市政府"], {}, "a city of its own"),
        ([], {"INQUIRY_ENV": "production", "INQUIRY_SECRET_KEY": "x" * 32}, "production"),
        ([], {"INQUIRY_DATABASE_URL": "postgresql://elsewhere/inquiry"}, "INQUIRY_DATABASE_URL"),
    ],
)
def test_only_a_demo_is_started_over(data: Path, units: list[str], environ: dict[str, str], why: str) -> None:
    with pytest.raises(NotHere, match=why):
        check_starting_over(settings(data, *units, **environ))


@pytest.mark.parametrize(
    "units",
    [[], [unit.name for unit in UNITS], [unit.name for unit in UNITS[:20]]],
    ids=["nothing", "demo", "of an earlier version"],
)
def test_a_demo_or_nothing_may_be_put_aside(data: Path, units: list[str]) -> None:
    check_starting_over(settings(data, *units))
