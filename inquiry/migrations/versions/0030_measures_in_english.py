"""An indicator's measure has an English name"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "indicator_versions", sa.Column("measure_en", sa.String(length=40), nullable=False, server_default="")
    )


def downgrade() -> None:
    with op.batch_alter_table("indicator_versions") as batch:
        batch.drop_column("measure_en")
