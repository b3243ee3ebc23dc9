"""Films that lines of the rundown show, their captions, and screens without sound"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("films") as films:
        films.add_column(sa.Column("modified", _WHOLE, server_default="0", nullable=False))
        films.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        films.add_column(sa.Column("cues", sa.Integer(), server_default="0", nullable=False))
        films.add_column(sa.Column("captions", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "showings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_showings_session_id")),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_showings_film_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showings")),
    )
    op.create_index(op.f("ix_showings_session_id"), "showings", ["session_id"])
    op.create_index(op.f("ix_showings_film_id"), "showings", ["film_id"])
    with op.batch_alter_table("presence") as presence:
        presence.add_column(sa.Column("mute_screens", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("presence") as presence:
        presence.drop_column("mute_screens")
    op.drop_table("showings")
    with op.batch_alter_table("films") as films:
        for name in ("captions", "cues", "heard_at", "modified"):
            films.drop_column(name)
