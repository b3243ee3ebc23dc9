"""How Alembic reaches our tables: one connection, one transaction, batch mode for SQLite."""

from importlib import import_module
from typing import Any, Literal

from alembic import context

from inquiry import PACKAGES
from inquiry.core.db import Base, Instant

for name in ("trace", *PACKAGES):
    import_module(f"inquiry.{name}.models")
for name in ("idempotency", "peers"):
    import_module(f"inquiry.dispatch.{name}")


def _frozen(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names no type of ours: what it made stays as it was made."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


with context.config.attributes["engine"].execution_options(writes=True).connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_frozen,
        # SQLite's BEGIN IMMEDIATE holds back the processes that start in the same moment: from the first look at where
        # the database stands until the last step, or one would take a step that another has just taken.
        transaction_per_migration=not on_sqlite,
    )
    # SQLite makes a table anew to alter it, and one that others point to could not be dropped; this is heard only
    # outside a transaction.
    if on_sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    # Likewise one after the other.
    locks = connection.dialect.name == "postgresql"
    if locks:
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('inquiry.migrations'))")
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    if on_sqlite:
        connection.commit()
        if broken := connection.connection.driver_connection.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that point to nothing: {broken[:5]}")
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    if locks:  # after a failure the process ends, and the lock with it
        connection.exec_driver_sql("SELECT pg_advisory_unlock(hashtext('inquiry.migrations'))")
        connection.commit()
