"""The vendored libraries are the ones their README names, byte for byte, and nothing lies beside them unnamed."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_files_are_those_of_the_readme(folder: str) -> None:
    vendor = ROOT / folder
    written = dict(ROW.findall((vendor / "README.md").read_text()))
    there = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "README.md"
    }

    assert there == written


@pytest.mark.parametrize("module", sorted((ROOT / "static/vendor").rglob("*.js")), ids=lambda path: path.name)
def test_vendored_modules_need_nothing_from_elsewhere(module: Path) -> None:
    text = module.read_text()
    imported = re.findall(r"""(?:^|[;}\n])(?:import|export)[^;"'()]*?from\s*["']([^"']+)["']""", text)

    assert all((module.parent / name).is_file() for name in imported), imported
    assert "sourceMappingURL" not in text
