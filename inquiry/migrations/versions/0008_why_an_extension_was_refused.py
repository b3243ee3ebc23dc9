"""Why an extension was refused

Those refused before have no reason: nobody was asked for one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("extensions") as batch_op:
        batch_op.add_column(sa.Column("decision_note", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("extensions") as batch_op:
        batch_op.drop_column("decision_note")
