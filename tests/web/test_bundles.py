"""One script and one sheet for each page, put together from the sources; what cannot be is told, not mangled."""

import re
from pathlib import Path

import pytest
from flask import Flask

from inquiry.web.bundles import ENTRIES, SHEETS, Bundles

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "phone").mkdir()
    (tmp_path / "base/start.js").write_text('import "./words.js";\nlet begun = true;\n')
    (tmp_path / "base/words.js").write_text("export const words = 1;\nexport function say() {}\n")
    return tmp_path


def script(folder: Path, **modules: str) -> str:
    for name, text in modules.items():
        (folder / "phone" / f"{name}.js").write_text(text)
    return Bundles(folder).script("phone/phone.js")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_page_s_script_is_put_together_with_each_module_once(entry: str) -> None:
    text = Bundles(STATIC).script(entry)
    modules = re.findall(r"^// ([\w./-]+\.js)$", text, re.M)
    assert modules[-1] == entry
    assert "base/start.js" in modules
    assert len(modules) == len(set(modules))
    assert all((STATIC / one).is_file() for one in modules)
    assert not re.search(r"^\s*(import|export)[\s{*\"]", text, re.M)


@pytest.mark.parametrize("layout", SHEETS)
def test_every_layout_s_sheets_stand_in_their_order(layout: str) -> None:
    names = re.findall(r"^/\* ([\w/-]+\.css) \*/$", Bundles(STATIC).sheet(layout), re.M)
    assert names[:2] == ["base/tokens.css", "base/dark.css"]
    assert names[-1] == "base/print.css"
    assert set(SHEETS[layout]) <= set(names)


def test_modules_keep_their_own_names(folder: Path) -> None:
    text = script(
        folder, phone='import { words as told, say } from "../base/words.js";\nimport * as b from "./b.js";\n'
        "export const own = [told, say, b.own, import.meta.url];\n",
        b="export class own {}\nexport async function wait() {}\nconst c = 1;\nexport { c as see };",
    )  # fmt: skip
    assert text.index("// base/words.js") < text.index("// base/start.js") < text.index("// phone/b.js")
    assert "const { words: told, say } = m0;\nconst b = m2;" in text
    assert "return { own: own, wait: wait, see: c };" in text
    assert 'new URL("../../phone/phone.js", import.meta.url).href' in text


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        ({"phone": 'import "./b.js";', "b": 'import "./phone.js";'}, "imports itself"),
        ({"phone": "export let moving = 1;"}, "in no form"),
        ({"phone": 'import whole from "./b.js";', "b": "export default 1;"}, "in no form"),
        ({"phone": 'export * from "../base/words.js";'}, "in no form"),
    ],
)
def test_what_a_bundle_does_not_know_is_not_guessed(folder: Path, modules: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        script(folder, **modules)


def test_bundles_are_served_for_good_and_nothing_else_is(app: Flask) -> None:
    http = app.test_client()
    for name in ("phone/phone.js", "phone.css"):
        answer = http.get(f"{app.static_url_path}/bundle/{name}")
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    for name in ("phone/ask.js", "../phone/phone.js", "phone", "x.css", "phone/phone.css"):
        assert http.get(f"{app.static_url_path}/bundle/{name}").status_code == 404


def test_pages_begin_with_scripts_that_are_put_together() -> None:
    """Whatever a template names is one of them, and each is named."""
    named = set()
    for page in (ROOT / "templates").rglob("*.html"):
        text = page.read_text("utf-8")
        assert "asset('" not in "".join(re.findall(r"<script[^>]*>", text)), page
        named |= set(re.findall(r"'([a-z]+/[a-z]+\.js)'", text))
        if "'%s/%s.js' % (name, name)" in text:
            named |= {f"{desk.stem}/{desk.stem}.js" for desk in page.parent.glob("[a-z]*.html")}
    assert named == set(ENTRIES)
