"""Screens that do not play the film that is on air"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("presence") as presence:
        presence.add_column(sa.Column("stuck_screens", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("presence") as presence:
        presence.drop_column("stuck_screens")
