"""A plan that is frozen when the session goes live, and how many studio screens each process hears of

Sessions that went live before have none: their plan is what their rundown adds up to, as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("plan_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("block_id", sa.Integer(), nullable=True))
    op.add_column("presence", sa.Column("screens", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("presence") as batch_op:
        batch_op.drop_column("screens")
    with op.batch_alter_table("items") as batch_op:
        batch_op.drop_column("block_id")
        batch_op.drop_column("planned_at")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("plan_ends_at")
