"""A session is recorded: what is made of it, what was withdrawn of that, and the captions"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(32), nullable=True),
        sa.Column("state", _choice("recordingstate", "off", "wanted", "working", "ready", "failed"), nullable=False),
        sa.Column("fault", _choice("fault", "none", "nothing", "disk", "program"), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        _instant("asked_at", nullable=True),
        _instant("made_at", nullable=True),
        _instant("published_at", nullable=True),
        _instant("stopped_at", nullable=True),
        sa.Column("bytes", _NUMBER, nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.CheckConstraint("(media_id IS NULL) = (state <> 'ready')", name=op.f("ck_recordings_seen_when_it_is_ready")),
        sa.ForeignKeyConstraint(["id"], ["sessions.id"], name=op.f("fk_recordings_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("media_id", name=op.f("uq_recordings_media_id")),
    )
    op.create_table(
        "withdrawn_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        _instant("begins_at"),
        _instant("ends_at"),
        sa.Column("reason", sa.String(300), nullable=False),
        _instant("withdrawn_at"),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_withdrawn_passages_some_time")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_withdrawn_passages_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawn_passages")),
    )
    op.create_index(op.f("ix_withdrawn_passages_session_id"), "withdrawn_passages", ["session_id"])
    op.create_table(
        "captions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        _instant("begins_at"),
        _instant("ends_at"),
        sa.Column("text", sa.String(200), nullable=False),
        _instant("written_at"),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_captions_some_time")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_captions_session_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["captions.id"], name=op.f("fk_captions_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captions")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_captions_supersedes_id")),
    )
    op.create_index(op.f("ix_captions_session_id_begins_at"), "captions", ["session_id", "begins_at"])


def downgrade() -> None:
    for name in ("captions", "withdrawn_passages", "recordings"):
        op.drop_table(name)
