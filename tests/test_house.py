"""The house keeps its own rules: who knows eventlet, no inline scripts, short files, documents that are complete."""

import re
from pathlib import Path

import pytest
from flask import Flask

from inquiry.dispatch import registry
from inquiry.errors import Refusal
from inquiry.trace import kinds

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400
LONGEST_LINE = 120


def sources(*patterns: str) -> list[Path]:
    return [
        path
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        if "vendor" not in path.parts and "migrations" not in path.parts
    ]


def test_only_two_modules_know_eventlet() -> None:
    knowing = [
        str(path.relative_to(ROOT))
        for path in [ROOT / "wsgi.py", *sources("inquiry/**/*.py")]
        if re.search(r"^\s*(import|from) (eventlet|gevent)", path.read_text(), re.M)
    ]
    assert knowing == ["inquiry/server.py"]


@pytest.mark.parametrize(
    "forbidden",
    [
        r"<script(?![^>]*\bsrc=)(?! type=\"application/json\")",  # a script written into the page; data is none
        r"\son[a-z]+\s*=\s*[\"'{]",  # a handler as an attribute
        r"\sstyle\s*=\s*[\"'{]",
        r"<style",
        r"\|\s*safe\b",  # text that is trusted to be markup
        r"(src|href)=[\"']https?://",  # something fetched from elsewhere
        r"/static/",  # an address without its build: asset() knows it
    ],
)
def test_templates_hold_no_inline_code_and_nothing_from_elsewhere(forbidden: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sources("templates/**/*.html")
        for match in re.finditer(forbidden, path.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "forbidden", [r"\beval\(", r"new Function\(", r"\.innerHTML\b", r"unsafeHTML", r"document\.write"]
)
def test_scripts_put_text_in_as_text(forbidden: str) -> None:
    found = [
        str(path.relative_to(ROOT)) for path in sources("static/**/*.js") if re.search(forbidden, path.read_text())
    ]
    assert not found


def test_no_file_is_too_long_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources("inquiry/**/*.py", "tests/**/*.py", "static/**/*.js", "static/**/*.css")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_line_of_script_is_too_long_to_read() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("static/**/*.js")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long


def test_rows_are_flushed_where_it_is_needed() -> None:
    """For an id of the database (`uow.add`, the trace), before the streams are held, and where a key of the table would
    see two of what there is one of."""
    flushing = {
        str(path.relative_to(ROOT)): path.read_text().count("db.flush()")
        for path in sources("inquiry/**/*.py")
        if "db.flush()" in path.read_text()
    }
    assert flushing == {
        "inquiry/dispatch/unit_of_work.py": 2, "inquiry/trace/commands.py": 1, "inquiry/live/commands/floor.py": 1,
    }  # fmt: skip


# --- nothing is kept that nobody uses ---------------------------------------------------------------------------------


def written(*patterns: str) -> str:
    return "\n".join(path.read_text() for path in sources(*patterns))


def test_every_style_is_of_something_that_is_shown() -> None:
    """A name that is put together (`is-{{ kind }}`) counts if its end is written somewhere."""
    shown = set(re.findall(r"[\w-]+", written("templates/**/*.html", "static/**/*.js")))
    unused = {
        f"{path.relative_to(ROOT)}: .{name}"
        for path in sources("static/**/*.css")
        for selector in re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))
        for name in re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", selector))
        if name not in shown and name.removeprefix("is-") not in shown
    }
    assert not unused


def test_every_macro_is_used() -> None:
    templates = {path: path.read_text() for path in sources("templates/**/*.html")}
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in templates.items()
        for name in re.findall(r"macro (\w+)\(", text)
        if not re.search(rf"(?<!macro )(?<![.\w]){name}\b[(,)]", text)
        and not any(
            re.search(rf"\.{name}\(|import .*\b{name}\b", other) for at, other in templates.items() if at != path
        )
    ]
    assert not unused


@pytest.mark.parametrize("words", sources("static/*/words.js"), ids=lambda path: path.parent.name)
def test_every_word_of_the_scripts_is_said(words: Path) -> None:
    """By a script that has these words; those of a group (`fates`) that is asked by value are left alone."""
    scripts = {path: path.read_text() for path in sources("static/**/*.js")}
    saying = "\n".join(
        text
        for path, text in scripts.items()
        for names, origin in re.findall(r'import {([^}]*)} from "([^"]+)"', text)
        if "words" in names and (path.parent / origin).resolve() == words
    )
    block = re.search(r"\n  en: {\n(.*?)\n  },\n", words.read_text(), re.S)
    assert block
    keys = re.findall(r"^    (\w+):", block[1], re.M)
    for group, inner in re.findall(r"^    (\w+): {(.*?)}", block[1], re.M | re.S):
        if f".{group}[" not in saying:
            without_texts = re.sub(r'"[^"]*"|`[^`]*`', "", inner)
            keys += re.findall(r"(?:[{,\s]|^)(\w+):", without_texts)
    assert keys
    assert [key for key in keys if not re.search(rf'\.{key}\b|"{key}"', saying)] == []


def test_every_function_of_a_script_is_called() -> None:
    scripts = written("static/**/*.js")
    named = re.findall(r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", scripts, re.M)
    assert [name for name in named if len(re.findall(rf"\b{name}\b", scripts)) < 2] == []


# --- documents that are complete --------------------------------------------------------------------------------------


def every_refusal() -> set[str]:
    def below(kind: type[Refusal]) -> set[str]:
        return {kind.code}.union(*(below(child) for child in kind.__subclasses__()))

    return below(Refusal)


@pytest.mark.usefixtures("app")
def test_the_protocol_lists_every_command_kind_and_refusal() -> None:
    told = (ROOT / "docs" / "protocol.md").read_text()
    names = (
        {endpoint.name for endpoint in registry.every()}
        | {kind.name for kind in kinds.every()}
        | every_refusal() - {"REFUSED"}
    )
    missing = sorted(name for name in names if f"`{name}`" not in told and not name.startswith("tests."))
    assert not missing


def test_every_refusal_has_a_code_of_its_own(app: Flask) -> None:
    def below(kind: type[Refusal]) -> list[type[Refusal]]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    codes = [kind.code for kind in below(Refusal)]
    assert sorted(codes) == sorted(set(codes))


def test_the_migration_is_the_models(empty_database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from inquiry.core.db import Base, connect
    from inquiry.migrations import upgrade

    engine = connect(empty_database_url)
    upgrade(engine)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    engine.dispose()
    assert differences == []


def test_what_the_models_never_give_again_the_migration_does_not_either(empty_database_url: str) -> None:
    """SQLite gives the highest number again when its row was removed, unless the table says otherwise."""
    from sqlalchemy import text

    from inquiry.core.db import Base, connect
    from inquiry.migrations import upgrade

    engine = connect(empty_database_url)
    if engine.dialect.name != "sqlite":
        return
    upgrade(engine)
    with engine.connect() as db:
        made = db.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    engine.dispose()
    counted_on = {
        name for name, table in Base.metadata.tables.items() if table.dialect_options["sqlite"]["autoincrement"]
    }
    assert {name for name, sql in made if "AUTOINCREMENT" in sql} == counted_on
    assert {"items", "timers", "exam_slots", "graphic_cards", "films"} <= counted_on, "rows that a command removes"


def test_a_database_that_another_version_has_brought_further_is_left_alone(empty_database_url: str) -> None:
    """While processes are changed one by one, one of the old kind may have to start again."""
    from sqlalchemy import text

    from inquiry.core.db import connect
    from inquiry.migrations import upgrade

    engine = connect(empty_database_url)
    upgrade(engine)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    upgrade(engine)
    with engine.connect() as db:
        found = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()
    assert found == "9999"


def test_the_migration_goes_back_too(empty_database_url: str) -> None:
    from alembic import command
    from sqlalchemy import inspect

    from inquiry.core.db import connect
    from inquiry.migrations import config, upgrade

    engine = connect(empty_database_url)
    upgrade(engine)
    command.downgrade(config(engine), "base")
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    upgrade(engine)
    engine.dispose()
    assert left == set()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_first_page_says_where_each_document_and_package_is(readme: str) -> None:
    """In its own language, where a document has one for each; what is for whoever tests stands in CONTRIBUTING.md."""
    said = (ROOT / readme).read_text()
    places = said[said.index("[docs/architecture.md]") :]
    documents = {one.name.removesuffix(".md").removesuffix(".zh-CN") for one in ROOT.glob("docs/*.md")} - {"testing"}
    missing = {one for one in documents if f"](docs/{one}" not in places}
    packages = {one.parent.name for one in ROOT.glob("inquiry/*/rows.py")}
    assert missing | {one for one in packages if f"`{one}`" not in places} == set()
