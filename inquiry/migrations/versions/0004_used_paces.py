"""What each process counted of the limits of a device"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_paces",
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("used", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_used_paces")),
    )


def downgrade() -> None:
    op.drop_table("used_paces")
