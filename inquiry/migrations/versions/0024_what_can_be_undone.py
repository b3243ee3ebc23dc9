"""The last off-air actions of each operator on a rundown, to be undone"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = ("added", "changed", "moved", "removed", "armed", "renumbered", "imported")


def upgrade() -> None:
    op.create_table(
        "rundown_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="stepkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_rundown_steps_session_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rundown_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rundown_steps")),
    )  # fmt: skip
    op.create_index("steps_of_a_person", "rundown_steps", ["session_id", "user_id"])


def downgrade() -> None:
    op.drop_table("rundown_steps")
