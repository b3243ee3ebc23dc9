"""What the studio screen shows instead of the programme

Going back, every screen shows the programme again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SHOWS = ("programme", "black", "clear", "qr", "clock", "pledge")


def upgrade() -> None:
    kind = sa.Enum(*SHOWS, name="screenshows", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.add_column(sa.Column("screen", kind, server_default="programme", nullable=False))
        batch_op.add_column(sa.Column("screen_pledge_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_constraint(op.f("ck_sessions_screenshows"), type_="check")
        batch_op.drop_column("screen_pledge_id")
        batch_op.drop_column("screen")
