"""Who heads a unit from when to when, and with which units it is compared

Of those who head a unit now nobody knows since when: their day stays empty. Going back, only the present heads
are known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "headships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_headships_is_forward")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_headships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headships")),
    )
    op.create_index(op.f("ix_headships_unit_id"), "headships", ["unit_id"])
    op.create_table(
        "peer_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_peer_groups_name")),
    )
    op.create_table(
        "group_memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_group_memberships_is_forward")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_group_memberships_unit_id")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_groups.id"], name=op.f("fk_group_memberships_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_memberships")),
    )
    op.create_index(op.f("ix_group_memberships_unit_id"), "group_memberships", ["unit_id"])
    op.create_index(op.f("ix_group_memberships_group_id"), "group_memberships", ["group_id"])
    op.execute("INSERT INTO headships (unit_id, name, title) SELECT id, head, '' FROM units WHERE head <> ''")


def downgrade() -> None:
    op.drop_table("group_memberships")
    op.drop_table("peer_groups")
    op.drop_table("headships")
