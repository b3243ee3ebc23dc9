"""Where a pledge comes from

Going back fails while there is a pledge without a session, a question or a response: nothing of it is thrown away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ORIGIN = "origin IN ('response', 'task_list', 'inspection', 'exam_slot')"
FITS_ORIGIN = (
    "(question_id IS NOT NULL) = (origin = 'response') AND (response_id IS NOT NULL) = (origin = 'response')"
    " AND (origin = 'response' OR (session_id IS NOT NULL) = (origin = 'exam_slot'))"
)
OPTIONAL = ("session_id", "question_id", "response_id")


def upgrade() -> None:
    op.add_column("pledges", sa.Column("origin", sa.String(length=32), nullable=True))
    op.execute("UPDATE pledges SET origin = 'response'")
    with op.batch_alter_table("pledges") as batch_op:
        batch_op.alter_column("origin", existing_type=sa.String(length=32), nullable=False)
        for column in OPTIONAL:
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(op.f("ck_pledges_pledgeorigin"), ORIGIN)
        batch_op.create_check_constraint(op.f("ck_pledges_fits_origin"), FITS_ORIGIN)


def downgrade() -> None:
    with op.batch_alter_table("pledges") as batch_op:
        batch_op.drop_constraint(op.f("ck_pledges_fits_origin"), type_="check")
        batch_op.drop_constraint(op.f("ck_pledges_pledgeorigin"), type_="check")
        for column in OPTIONAL:
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("origin")
