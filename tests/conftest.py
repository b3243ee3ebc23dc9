"""The fixtures every test may ask for. The machinery behind them lies in tests/support, one plugin per concern."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from inquiry.core.db import connect
from inquiry.core.i18n import catalogs
from inquiry.migrations import upgrade
from tests.support.databases import Migrate
from tests.support.processes import in_memory

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.redis",
    "tests.support.databases",
    "tests.support.application",
    "tests.support.server",
    "tests.support.sizes",
    "tests.support.client",
    "tests.support.people",
    "tests.support.browser",
]

# A busy machine is slow now and then; that is no counter-example.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Before the workers of pytest-xdist start, so that they do not all compile the catalogs in the same moment."""
    if not hasattr(config, "workerinput"):
        _work_in_memory()
        catalogs(Path(__file__).parents[1] / "inquiry")


def pytest_collection_finish() -> None:
    """Ten thousand tests stay until the end: the collector of garbage need not look through them again and again."""
    gc.freeze()


def _work_in_memory() -> None:
    """Where pytest puts its temporary folders, if whoever calls it does not say."""
    folder = in_memory()
    if folder is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


@pytest.fixture(scope="session")
def migrate() -> Migrate:
    """Brings the empty database at an address to the newest schema."""

    def to_newest(url: str) -> None:
        engine = connect(url)
        upgrade(engine)
        engine.dispose()

    return to_newest
