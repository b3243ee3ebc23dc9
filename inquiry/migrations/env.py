"""How Alembic reaches our tables: one connection, one transaction, batch mode for SQLite."""

from importlib import import_module

from alembic import context

from inquiry import PACKAGES
from inquiry.db import Base

for name in ("trace", *PACKAGES):
    import_module(f"inquiry.{name}.models")
for name in ("doors", "neighbours"):
    import_module(f"inquiry.{name}")

with context.config.attributes["engine"].execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    # Processes that start in the same moment go one after the other; SQLite's BEGIN IMMEDIATE sees to that by itself.
    locks = connection.dialect.name == "postgresql"
    if locks:
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('inquiry.migrations'))")
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    if locks:  # after a failure the process ends, and the lock with it
        connection.exec_driver_sql("SELECT pg_advisory_unlock(hashtext('inquiry.migrations'))")
        connection.commit()
