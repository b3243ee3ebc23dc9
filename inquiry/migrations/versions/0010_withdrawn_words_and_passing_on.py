"""Words and evidence that were withdrawn, and questions that were passed on

Of what was handed over before nobody knows the day any more: its unit cannot return it. Going back, what was withdrawn
stays closed where its approval was taken from it, but evidence that was withdrawn is shown again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("questions", "evidence"):
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("questions", sa.Column("handed_on", sa.Date(), nullable=True))
    op.add_column("questions", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("questions", sa.Column("return_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("questions", sa.Column("return_declined", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("questions", sa.Column("reassigned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("questions", sa.Column("reassign_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("questions") as batch_op:
        for name in (
            "reassign_reason",
            "reassigned_at",
            "return_declined",
            "return_reason",
            "returned_at",
            "handed_on",
        ):
            batch_op.drop_column(name)
    for table in ("evidence", "questions"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("withdrawn_reason")
            batch_op.drop_column("withdrawn_at")
