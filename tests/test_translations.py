"""Whatever a page, a refusal or a script can say, it can say in both languages."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
HAN = re.compile("[\u4e00-\u9fff]")

#: Names and signs that are the same in both languages.
SAME_IN_BOTH = {"English", "中文"}

_IN_CONTEXT = ((1, "c"), 2)
_KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
    "pgettext": _IN_CONTEXT, "lazy_pgettext": _IN_CONTEXT,
}  # fmt: skip
#: A message and its context, if it has one: the same English may be said in two ways.
Said = tuple[str, str | None]


def messages() -> Iterator[tuple[str, int, Said]]:
    """Every message of the Python code and the templates: file, line, English text with its context."""
    for folder, methods in (
        ("inquiry", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2.ext:babel_extract")]),
    ):
        found = extract_from_dir(str(ROOT / folder), method_map=methods, keywords=_KEYWORDS)
        for file, line, text, _comments, context in found:
            for one in [text] if isinstance(text, str) else text:
                if one:
                    yield f"{folder}/{file}", line, (one, context)


def chinese() -> dict[Said, str]:
    known: dict[Said, str] = {}
    for po in sorted((ROOT / "inquiry").glob("**/translations/zh_CN/LC_MESSAGES/messages.po")):
        with po.open("rb") as file:
            for message in read_po(file):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                for one in ids:
                    if one and strings[0] and not message.fuzzy:
                        known[one, message.context] = strings[0]
    return known


def test_every_message_has_its_chinese() -> None:
    known = chinese()
    missing = sorted({f"{said!r} ({file}:{line})" for file, line, said in messages() if said not in known})
    assert not missing, "\n".join(missing)


def test_no_chinese_is_kept_for_what_nobody_says_any_more() -> None:
    left = chinese().keys() - {said for _file, _line, said in messages()}
    assert not left


def test_messages_are_written_in_english() -> None:
    wrong = [
        f"{file}:{line} {text!r}"
        for file, line, (text, _context) in messages()
        if HAN.search(text) and text not in SAME_IN_BOTH
    ]
    assert not wrong, "\n".join(wrong)


def test_placeholders_survive_translation() -> None:
    names = re.compile(r"%\((\w+)\)[sd]")
    wrong = [one for (one, _), said in chinese().items() if set(names.findall(one)) != set(names.findall(said))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "words", sorted((ROOT / "static").glob("**/*words.js")), ids=lambda path: str(path.relative_to(ROOT / "static"))
)
def test_scripts_say_the_same_things_in_both_languages(words: Path) -> None:
    node = shutil.which("node")
    if node is None:
        zh, en = _keys(words.read_text(), "zh"), _keys(words.read_text(), "en")
        assert zh == en
        return
    probe = (
        f"const {{words}} = await import({str(words)!r});"
        "const keys = (o, at='') => Object.entries(o).flatMap(([k, v]) =>"
        " v && typeof v === 'object' && !Array.isArray(v) ? keys(v, at + k + '.') : [at + k]).sort();"
        "console.log(JSON.stringify(keys(words.zh)) === JSON.stringify(keys(words.en)) ? 'same' :"
        " JSON.stringify([keys(words.zh), keys(words.en)]))"
    )
    run = subprocess.run([node, "--input-type=module", "-e", probe], capture_output=True, text=True, timeout=30)
    assert run.stdout.strip() == "same", run.stdout + run.stderr


def _keys(source: str, language: str) -> list[str]:
    """Without node: the names at the first level of one language, in order."""
    block = re.search(rf"\n  {language}: {{\n(.*?)\n  }},", source, re.S)
    assert block, source[:200]
    return sorted(re.findall(r"^    ([\w$]+):", block[1], re.M))
