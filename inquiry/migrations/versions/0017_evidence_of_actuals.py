"""What an actual is known from may also be a link or a picture"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("link", 500), ("picture", 80)):
        op.add_column("actuals", sa.Column(name, sa.String(length=length), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("actuals") as actuals:
        actuals.drop_column("picture")
        actuals.drop_column("link")
