"""Messages behind the scenes, and what the stage timer shows"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backstage_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("\"to\" IN ('host', 'stage', 'floor')", name=op.f("ck_backstage_messages_backstage")),
        sa.CheckConstraint("state IN ('open', 'acknowledged')", name=op.f("ck_backstage_messages_messagestate")),
        sa.CheckConstraint(
            "(state = 'open') = (acknowledged_at IS NULL)",
            name=op.f("ck_backstage_messages_open_until_acknowledged"),
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_backstage_messages_session_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_backstage_messages_sent_by")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["users.id"], name=op.f("fk_backstage_messages_acknowledged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backstage_messages")),
    )
    op.create_index(op.f("ix_backstage_messages_session_id"), "backstage_messages", ["session_id"])
    op.create_table(
        "stage_timers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("black", sa.Boolean(), nullable=False),
        sa.Column("blinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrap_up_slot_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["sessions.id"], name=op.f("fk_stage_timers_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_timers")),
    )


def downgrade() -> None:
    op.drop_table("stage_timers")
    op.drop_table("backstage_messages")
