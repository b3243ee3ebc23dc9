"""A plan that is frozen when the session goes live, studio screens that report, and "no answer" as a kind of response

Sessions that went live before have no frozen plan: it is what their rundown adds up to, as it was. Going back fails
while it is recorded that no answer was given: that is not made another kind.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ["acknowledgement", "deflection", "generic_commitment", "specific_commitment"]


def upgrade() -> None:
    op.add_column("sessions", sa.Column("plan_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("block_id", sa.Integer(), nullable=True))
    op.add_column("presence", sa.Column("screens", sa.Integer(), server_default="0", nullable=False))
    _allow([*KINDS, "no_answer"])


def downgrade() -> None:
    _allow(KINDS)
    with op.batch_alter_table("presence") as batch_op:
        batch_op.drop_column("screens")
    with op.batch_alter_table("items") as batch_op:
        batch_op.drop_column("block_id")
        batch_op.drop_column("planned_at")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("plan_ends_at")


def _allow(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("responses") as batch_op:
        batch_op.drop_constraint(op.f("ck_responses_responsekind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_responses_responsekind"), f"kind IN ({allowed})")
