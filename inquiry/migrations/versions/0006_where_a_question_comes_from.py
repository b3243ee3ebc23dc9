"""Where a question comes from

Going back fails while there is a question without a session, or an answer to one: nothing of it is thrown away. The
version before writes no origin: what it adds meanwhile is a session's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORIGIN = "origin IN ('session', 'any_day', 'hotline', 'task_list', 'inspection')"
FITS_ORIGIN = "(session_id IS NOT NULL) = (origin = 'session') AND (number IS NOT NULL) = (origin = 'session')"


def upgrade() -> None:
    with op.batch_alter_table("questions") as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=32), nullable=False, server_default="session"))
        for column in ("session_id", "number"):
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(op.f("ck_questions_questionorigin"), ORIGIN)
        batch_op.create_check_constraint(op.f("ck_questions_fits_origin"), FITS_ORIGIN)
    _sessions(nullable=True)


def downgrade() -> None:
    _sessions(nullable=False)
    with op.batch_alter_table("questions") as batch_op:
        batch_op.drop_constraint(op.f("ck_questions_fits_origin"), type_="check")
        batch_op.drop_constraint(op.f("ck_questions_questionorigin"), type_="check")
        for column in ("number", "session_id"):
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("origin")


def _sessions(*, nullable: bool) -> None:
    for table in ("question_grams", "responses"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=nullable)
