"""Indexes for lists of many questions

What is public by when it became so, what is merged, and the votes of a question by when they were given.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_questions_approved_at_state_root_id"), "questions", ["approved_at", "state", "root_id"])
    merged = sa.text("root_id <> id")
    op.create_index("ix_questions_merged", "questions", ["root_id"], sqlite_where=merged, postgresql_where=merged)
    op.create_index(op.f("ix_supports_question_id_at"), "supports", ["question_id", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_supports_question_id_at"), "supports")
    op.drop_index("ix_questions_merged", "questions")
    op.drop_index(op.f("ix_questions_approved_at_state_root_id"), "questions")
