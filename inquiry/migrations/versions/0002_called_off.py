"""Why a session was called off"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("called_off_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "called_off_reason")
