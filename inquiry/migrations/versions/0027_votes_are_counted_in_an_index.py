"""Votes of a verdict are counted in an index of their own"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("counted_votes", "verdict_votes", ["verdict_id", "satisfied", "set_aside_id", "card_id"])


def downgrade() -> None:
    op.drop_index("counted_votes", "verdict_votes")
