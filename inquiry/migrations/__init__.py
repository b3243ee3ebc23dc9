"""The database's shape, step by step; `upgrade` brings any database to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def config(engine: Engine) -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.attributes["engine"] = engine
    return found


def upgrade(engine: Engine) -> None:
    """Create or bring up to date; does nothing when it is."""
    command.upgrade(config(engine), "head")
