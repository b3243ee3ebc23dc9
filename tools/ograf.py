"""Zips the OGraf packages of static/graphics/ograf/ with all that they load, for the renderers of others.

    .venv/bin/python tools/ograf.py [build/inquiry-ograf.zip]

The manifests stand at the top, where a renderer looks for them; below them lie the modules in the folders of static/.
"""

import json
import posixpath
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "static"
FOLDER = "graphics/ograf"
#: What a module loads by itself: other modules, and files beside them.
LOADED = re.compile(r"""(?:from|^import)\s*"(\.[^"]+)"|new URL\("([^"]+)", import\.meta\.url\)""", re.M)
LICENCES = ("vendor/lit-html/LICENSE",)
#: The same files give the same zip.
_WHEN = (2026, 1, 1, 0, 0, 0)


def needed(names: list[str]) -> set[str]:
    """These files of static/ and all that they load, as paths below it. Raises FileNotFoundError."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js"):
            for module, file in LOADED.findall((STATIC / name).read_text("utf-8")):
                names.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), module or file)))
    return found


def pack(path: Path) -> None:
    """Write the zip."""
    manifests = sorted((STATIC / FOLDER).glob("*.ograf.json"))
    mains: list[str] = []
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for manifest in manifests:
            told = json.loads(manifest.read_text("utf-8"))
            told["main"] = f"{FOLDER}/{told['main']}"
            mains.append(told["main"])
            _put(packed, manifest.name, json.dumps(told, ensure_ascii=False, indent=2).encode())
        for name in sorted(needed([*mains, *LICENCES])):
            _put(packed, name, (STATIC / name).read_bytes())


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    packed.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    where = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "inquiry-ograf.zip"
    pack(where)
    print(where)  # noqa: T201 - what was asked for
