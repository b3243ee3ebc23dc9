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
