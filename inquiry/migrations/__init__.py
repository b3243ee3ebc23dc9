"""The database's shape, step by step; `upgrade` brings any database to the newest."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine


def config(engine: Engine) -> Config:
    found = _scripts()
    found.attributes["engine"] = engine
    return found


def _scripts() -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    return found


def upgrade(engine: Engine) -> None:
    """Create or bring up to date; does nothing when it is, or when another version has brought it further."""
    try:
        command.upgrade(config(engine), "head")
    except CommandError:  # a step that is not known here
        engine.dispose()  # what the failure left behind goes with its connection: the lock, keys that are not looked at
        with engine.connect() as connection:
            if not is_at_head(connection):
                raise


def is_at_head(connection: Connection) -> bool:
    """Whether the database has the newest shape known here, or a newer one that only the next version knows."""
    newest, known = _revisions()
    found = MigrationContext.configure(connection).get_current_revision()
    return found == newest or (found is not None and found not in known)


@lru_cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    scripts = ScriptDirectory.from_config(_scripts())
    return scripts.get_current_head(), frozenset(one.revision for one in scripts.walk_revisions())
