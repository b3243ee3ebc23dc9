"""A session may be the rehearsal of another, which goes with all that hangs on it: its streams, too, and no others"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TRACE = ("trace_entries", "trace_mentions")
#: Of a row that is to go, whether its stream may: by the row's own columns in each of the two tables.
MAY_GO = {
    "trace_entries": "SELECT temporary FROM streams WHERE name = OLD.stream",
    "trace_mentions": "SELECT streams.temporary FROM streams JOIN trace_entries ON trace_entries.stream = streams.name "
    "WHERE trace_entries.id = OLD.entry_id",
}
APPEND_ONLY = "the trace is append-only"
STAYS = "whether a stream is temporary is decided once"


def _sqlite_guard(*, rehearsals_go: bool) -> list[str]:
    return [
        statement
        for table in TRACE
        for statement in (
            f"DROP TRIGGER {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            + (f"WHEN NOT COALESCE(({MAY_GO[table]}), 0) " if rehearsals_go else "")
            + f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END",
        )
    ]


def _postgresql_guard() -> list[str]:
    """Statements still cannot change or truncate anything; of rows, those of a rehearsal can be deleted."""
    return [
        statement
        for table in TRACE
        for statement in (
            f"DROP TRIGGER {table}_append_only ON {table}",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION trace_is_append_only()",
            f"CREATE FUNCTION {table}_may_go() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF COALESCE(({MAY_GO[table]}), false) THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{APPEND_ONLY}'; END $$",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_may_go()",
        )
    ]


def upgrade() -> None:
    op.add_column("sessions", sa.Column("rehearsal_of_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_sessions_rehearsal_of_id"), "sessions", ["rehearsal_of_id"], unique=True)
    op.add_column("streams", sa.Column("temporary", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("done_commands", sa.Column("session_id", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        for statement in _sqlite_guard(rehearsals_go=True):
            op.execute(statement)
        op.execute(
            "CREATE TRIGGER streams_stay BEFORE UPDATE OF temporary ON streams "
            f"WHEN OLD.temporary IS NOT NEW.temporary BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
        )
    else:
        for statement in _postgresql_guard():
            op.execute(statement)
        op.execute(
            "CREATE FUNCTION streams_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{STAYS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER streams_stay BEFORE UPDATE OF temporary ON streams FOR EACH ROW "
            "WHEN (OLD.temporary IS DISTINCT FROM NEW.temporary) EXECUTE FUNCTION streams_stay()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER streams_stay")
        for statement in _sqlite_guard(rehearsals_go=False):
            op.execute(statement)
    else:
        op.execute("DROP TRIGGER streams_stay ON streams")
        op.execute("DROP FUNCTION streams_stay()")
        for table in TRACE:
            op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
            op.execute(f"DROP FUNCTION {table}_may_go()")
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION trace_is_append_only()"
            )
    op.drop_column("done_commands", "session_id")
    op.drop_column("streams", "temporary")
    op.drop_index(op.f("ix_sessions_rehearsal_of_id"), table_name="sessions")
    op.drop_column("sessions", "rehearsal_of_id")
