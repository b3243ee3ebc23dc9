"""Warning and danger of each slot, the same extra time for everybody, and timers of the crew

Slots that were there are warned of as they were until now: with thirty seconds left, or a tenth of their time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("extra_ms", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("items", sa.Column("warning_ms", sa.Integer(), nullable=True))
    op.add_column("items", sa.Column("danger_ms", sa.Integer(), nullable=True))
    op.add_column("slots", sa.Column("extra_ms", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("slots", sa.Column("warning_ms", sa.Integer(), nullable=False, server_default="30000"))
    op.add_column("slots", sa.Column("danger_ms", sa.Integer(), nullable=False, server_default="10000"))
    op.execute("UPDATE slots SET warning_ms = allotted_ms / 10 WHERE allotted_ms > 300000")
    op.create_table(
        "timers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("counts", sa.String(length=32), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("allotted_ms", sa.Integer(), nullable=False),
        sa.Column("extended_ms", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint("counts IN ('down', 'up')", name=op.f("ck_timers_counts")),
        sa.CheckConstraint("allotted_ms >= 0", name=op.f("ck_timers_no_negative_time")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_timers_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sqlite_autoincrement=True,  # the trace names them
    )
    op.create_index(op.f("ix_timers_session_id"), "timers", ["session_id"])


def downgrade() -> None:
    op.drop_table("timers")
    with op.batch_alter_table("slots") as slots:
        for name in ("danger_ms", "warning_ms", "extra_ms"):
            slots.drop_column(name)
    for name in ("danger_ms", "warning_ms"):
        op.drop_column("items", name)
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("extra_ms")
