"""Votes of a verdict are counted in an index, a verdict may be called off, and a pause may last for weeks

Going back, a verdict that was called off is one in which nothing was counted, and a longer pause is one of 24 days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PAUSES = (("slots", "paused_ms"), ("slots", "interrupted_ms"), ("timers", "paused_ms"))


def upgrade() -> None:
    op.create_index("counted_votes", "verdict_votes", ["verdict_id", "satisfied", "set_aside_id", "card_id"])
    op.add_column("verdicts", sa.Column("called_off", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name != "sqlite":  # whose INTEGER is as long as any
        for table, column in PAUSES:
            op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table, column in PAUSES:
            op.alter_column(
                table, column, type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False,
                postgresql_using=f"LEAST({column}, 2147483647)::integer",
            )  # fmt: skip
    with op.batch_alter_table("verdicts") as verdicts:
        verdicts.drop_column("called_off")
    op.drop_index("counted_votes", "verdict_votes")
