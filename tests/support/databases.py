"""Fresh databases for tests: migrated once per kind, copied for each test.

`make check` asks for none of them (`--databases=none`); otherwise a test with `database_url` runs on both kinds.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.scenes import Copy, chain_of, known_as_copy

KINDS = ("sqlite", "postgres")

#: Brings the empty database at an SQLAlchemy address to the newest schema, leaving no connection open.
Migrate = Callable[[str], None]
#: Puts the tests' city into the migrated database at an address, leaving no connection open.
Settle = Callable[[str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases", choices=[*KINDS, "both", "none"], default="both", help="which databases to test against"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module whose `DATABASES` names some of them is about these alone."""
    if "database_kind" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--databases")
        meant = getattr(metafunc.module, "DATABASES", KINDS)
        metafunc.parametrize("database_kind", [one for one in meant if asked in ("both", "none", one)])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--databases=none` leaves only what needs no database: rules, texts, the house."""
    if config.getoption("--databases") != "none":
        return
    needing = [one for one in items if "database_kind" in getattr(one, "fixturenames", ())]
    config.hook.pytest_deselected(items=needing)
    items[:] = [one for one in items if one not in set(needing)]


@pytest.fixture(scope="session")
def sqlite_template(migrate: Migrate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrate(f"sqlite:///{path}")
    assert not path.with_name(f"{path.name}-wal").exists(), "`migrate` left a connection open"
    return path


@pytest.fixture(scope="session")
def postgres_template(migrate: Migrate, postgres: Postgres) -> str:
    """The name of a migrated PostgreSQL database, made once and copied for each test."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_city(sqlite_template: Path, settle_city: Settle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same file with the tests' city settled in it."""
    path = tmp_path_factory.mktemp("city") / "city.sqlite"
    settle_city(f"sqlite:///{shutil.copyfile(sqlite_template, path)}")
    assert not path.with_name(f"{path.name}-wal").exists(), "`settle_city` left a connection open"
    return path


@pytest.fixture(scope="session")
def postgres_city(postgres_template: str, settle_city: Settle, postgres: Postgres) -> str:
    """The same database with the tests' city settled in it."""
    name = postgres.create(template=postgres_template)
    settle_city(postgres.url(name))
    return name


@contextmanager
def fresh_database(
    request: pytest.FixtureRequest, kind: str, folder: Path, template: Path | str | None = None
) -> Iterator[str]:
    """The SQLAlchemy address of a copy of a template (the empty one, if none is said), until the block ends; an SQLite
    file lies in the folder."""
    # The template is asked for by name, so that a machine without PostgreSQL still tests SQLite.
    template = template or request.getfixturevalue(f"{kind}_template")
    if kind == "sqlite":
        yield f"sqlite:///{shutil.copyfile(template, folder / 'inquiry.sqlite')}"
    else:
        with request.getfixturevalue("postgres").fresh_database(template=template) as url:
            yield url


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The SQLAlchemy address of a migrated database of this test's own, once per kind.

    It is empty; or holds the city when the test asks for `city`, and the rows of a scene (`scenes.py`) when it asks for
    one: making them for each test takes longer than most.
    """
    template, copied = None, Copy((), ())
    if "city" in request.fixturenames:
        template, copied = request.getfixturevalue("scene_templates").of(database_kind, chain_of(request))
    with fresh_database(request, database_kind, tmp_path, template) as url, known_as_copy(url, copied):
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The same before any migration, for the tests of migrations."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        with request.getfixturevalue("postgres").fresh_database() as url:
            yield url
