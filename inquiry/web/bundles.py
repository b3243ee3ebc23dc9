"""The scripts and sheets of a page as one file each: a phone's first visit asks for a handful of files, not for fifty.

The sources in `static/` stay the modules and sheets that people read, and are served as such too. A bundle is put
together when it is first asked for: modules in the order in which a browser would run them, each in a function of its
own that returns what it exports. What cannot be put together that way raises ValueError, and a test makes all of them.
"""

import re
from pathlib import Path, PurePosixPath
from typing import Final

from flask import Flask, Response, current_app
from flask import abort as no_such_page

START: Final = "base/start.js"
#: The modules with which the pages that are alive begin.
ENTRIES: Final = (
    START, "phone/phone.js", "screen/screen.js", "host/host.js", "moderate/moderate.js", "clerk/clerk.js",
    "official/official.js", "meeting/room.js", "meeting/lead.js", "meeting/roll.js", "setup/setup.js",
    "backstage/backstage.js", "backstage/stage.js", "backstage/prompter.js",
    "setup/import.js", "setup/upload.js", "setup/policy.js", "setup/outputs.js", "setup/films.js", "setup/picture.js",
    "link/again.js", "verdict/panel.js", "output/output.js", "director/director.js", "picture/page.js",
    "stage/stage.js",
    "recording/recording.js", "recording/captions.js",
)  # fmt: skip
_BASE = (
    "tokens", "dark", "base", "bar", "controls", "fields", "states", "cards", "data", "feedback", "clock", "verdict",
    "rehearsal",
)  # fmt: skip
#: The sheets of each layout besides those of all.
SHEETS: Final = {
    "page.css": (
        "pages/layout.css",
        "pages/pages.css",
        "pages/results.css",
        "pages/recording.css",
        "picture/picture.css",
    ),
    "phone.css": (
        "phone/layout.css",
        "phone/phone.css",
        "phone/writing.css",
        "phone/verdict.css",
        "picture/picture.css",
    ),
    "desk.css": ("desk/layout.css", "desk/lists.css"),
    "screen.css": ("screen/layout.css",),
}
#: These are dark whatever the reader's machine is.
_ALWAYS_DARK = ("desk.css", "screen.css")

_IMPORT = re.compile(
    r"""(?:^|(?<=;))import\s*(?:(?:\*\s*as\s+(?P<all>\w+)|\{(?P<names>[^}]*)\})\s*from\s*)?"(?P<path>[^"]+)";""", re.M
)
_EXPORTED = re.compile(r"^export (?P<what>(?:async )?(?:const|function\*?|class) (?P<name>\w+))", re.M)
_EXPORTS = re.compile(r"""(?:^|(?<=[;}]))export\s*\{(?P<names>[^}]*)\}(?:\s*from\s*"(?P<path>[^"]+)")?;?""", re.M)
_LEFT = re.compile(r"^\s*(?:import|export)\b(?!\.meta|\()", re.M)


class Bundles:
    """The bundles of one `static/` folder, kept from the first time on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, str] = {}

    def script(self, entry: str) -> str:
        """What every page has, and with it the module at `entry`, one of the ENTRIES. Raises KeyError."""
        if entry not in self._made:
            if entry not in ENTRIES:
                raise KeyError(entry)
            self._made[entry] = _Scripts(self._folder, entry).text
        return self._made[entry]

    def sheet(self, name: str) -> str:
        """All sheets of a layout (`phone.css`), in the order in which they overrule each other. Raises KeyError."""
        if name not in self._made:
            dark = "screen" if name in _ALWAYS_DARK else "screen and (prefers-color-scheme: dark)"
            names = [*(f"base/{one}.css" for one in _BASE), *SHEETS[name], "base/print.css"]
            self._made[name] = "\n".join(self._sheet(one, dark) for one in names)
        return self._made[name]

    def _sheet(self, name: str, dark: str) -> str:
        text = (self._folder / name).read_text("utf-8")
        return f"/* {name} */\n" + (f"@media {dark} {{\n{text}}}\n" if name == "base/dark.css" else text)


class _Scripts:
    """The modules of one bundle, each once and after those that it imports."""

    def __init__(self, folder: Path, entry: str) -> None:
        self._folder = folder
        self._up = "../" * (entry.count("/") + 1)  # from the bundle's address to that of `static/`
        self._names: dict[str, str] = {}
        self._parts: list[str] = []
        for one in (START, entry):
            self._add(one, ())
        self.text = "\n".join(self._parts)

    def _add(self, path: str, importers: tuple[str, ...]) -> str:
        """The name under which the exports of a module stand in the bundle."""
        if path in importers:
            raise ValueError(f"{path} imports itself by way of {', '.join(importers)}")
        if path not in self._names:
            body = self._body(path, (*importers, path))
            self._names[path] = name = f"m{len(self._names)}"
            self._parts.append(f"// {path}\nconst {name} = (() => {{\n{body}\n}})();")
        return self._names[path]

    def _body(self, path: str, importers: tuple[str, ...]) -> str:
        text = (self._folder / path).read_text("utf-8")
        exports: dict[str, str] = {}

        def module(relative: str) -> str:
            parts: list[str] = []
            for part in (PurePosixPath(path).parent / relative).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            return self._add("/".join(parts), importers)

        def imported(found: re.Match[str]) -> str:
            name = module(found["path"])
            if found["all"]:
                return f"const {found['all']} = {name};"
            return f"const {{{re.sub(r' as ', ': ', found['names'])}}} = {name};" if found["names"] else ""

        def exported(found: re.Match[str]) -> str:
            exports[found["name"]] = found["name"]
            return found["what"]

        def listed(found: re.Match[str]) -> str:
            source = f"{module(found['path'])}." if found["path"] else ""
            for pair in filter(None, (one.strip() for one in found["names"].split(","))):
                inside, _as, outside = pair.partition(" as ")
                exports[outside or inside] = source + inside
            return ""

        text = _IMPORT.sub(imported, text)
        text = _EXPORTS.sub(listed, _EXPORTED.sub(exported, text))
        if left := _LEFT.search(text):
            raise ValueError(f"{path}: {text[left.start() : left.start() + 60]!r} is in no form that a bundle knows")
        text = text.replace("import.meta.url", f'new URL("{self._up}{path}", import.meta.url).href')
        return f"{text.strip()}\nreturn {{ {', '.join(f'{out}: {inside}' for out, inside in exports.items())} }};"


def bundled(name: str) -> str:
    """The address of a bundle in the running build: a script of the ENTRIES or one of the SHEETS."""
    return f"{current_app.static_url_path}/bundle/{name}"


def register(app: Flask) -> None:
    """Serve the bundles beside the files of `static/`."""
    bundles = Bundles(Path(app.static_folder or ""))

    def bundle(name: str) -> Response:
        try:
            if name in ENTRIES:
                return Response(bundles.script(name), mimetype="text/javascript")
            return Response(bundles.sheet(name), mimetype="text/css")
        except KeyError:
            no_such_page(404)

    app.add_url_rule(f"{app.static_url_path}/bundle/<path:name>", "bundle", bundle)
    app.add_template_global(bundled)
