"""A session has a picture: how it comes, the key of its stream as a fingerprint, and how it is"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", _choice("picturesource", "none", "encoder", "stage", "address"), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("media_id", sa.String(32), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=True),
        sa.Column("sender", sa.String(80), nullable=True),
        sa.Column("sender_key", sa.String(64), nullable=True),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", _choice("picturestate", "off", "on", "gone"), nullable=False),
        sa.Column("on_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(sender IS NULL) = (sending_since IS NULL)", name=op.f("ck_programmes_since_it_is_sent")),
        sa.CheckConstraint(
            "(source = 'address') = (address <> '')", name=op.f("ck_programmes_an_address_where_it_lies_elsewhere")
        ),
        sa.ForeignKeyConstraint(["id"], ["sessions.id"], name=op.f("fk_programmes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("media_id", name=op.f("uq_programmes_media_id")),
    )


def downgrade() -> None:
    op.drop_table("programmes")
