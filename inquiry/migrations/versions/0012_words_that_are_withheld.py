"""Progress, answers and pledges can lose their words, and entries those that they hold

A pledge was found by the words of its question, also once these were withdrawn: they are asked of the question now.
Going back, what was withdrawn stays away and its entries tell what they hold again; by the words of its question no
pledge from before is found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("progress", "responses", "pledges")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "trace_withheld",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["trace_entries.id"], name=op.f("fk_trace_withheld_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_trace_withheld")),
    )
    _forget_the_words_of_questions()


def _forget_the_words_of_questions() -> None:
    pledges = sa.table("pledges", sa.column("id"), sa.column("question_id"), sa.column("search_text"))
    questions = sa.table("questions", sa.column("id"), sa.column("search_text"))
    db = op.get_bind()
    found = db.execute(
        sa.select(pledges.c.id, pledges.c.search_text, questions.c.search_text.label("asked")).join(
            questions, questions.c.id == pledges.c.question_id
        )
    ).all()
    for one in found:
        if one.asked and one.search_text.endswith(one.asked):
            own = one.search_text.removesuffix(one.asked).rstrip()
            db.execute(pledges.update().where(pledges.c.id == one.id).values(search_text=own))


def downgrade() -> None:
    op.drop_table("trace_withheld")
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("withdrawn_reason")
            batch_op.drop_column("withdrawn_at")
