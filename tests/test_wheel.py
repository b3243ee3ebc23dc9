"""The wheel carries what an installation needs: modules, migrations, translations, pages, files to serve."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all files in a wheel built from what git would hand out."""
    folder = tmp_path_factory.mktemp("wheel")
    clone = folder / "source"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    built = subprocess.run([*pip, "--wheel-dir", str(folder), str(clone)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(path).namelist())


def test_the_wheel_holds_every_module_page_and_static_file(wheel: set[str]) -> None:
    def below(folder: str, pattern: str) -> set[str]:
        return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern) if path.is_file()}

    modules = below("inquiry", "*.py") | below("inquiry", "*.mako")
    pages = {f"inquiry/{name}" for folder in ("templates", "static") for name in below(folder, "*")}

    words = {name.replace("/zh_CN/", "/zh_Hans_CN/").replace(".po", ".mo") for name in below("inquiry", "*.po")}

    assert modules | pages | words <= wheel


def test_the_wheel_holds_nothing_of_the_workshop(wheel: set[str]) -> None:
    assert not {name for name in wheel if name.startswith(("tests/", "tools/", "templates/", "static/"))}
