"""Films of a session, and the work that takes long"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "media_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("jobkind", "film", "recording"), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("state", _choice("jobstate", "queued", "running", "done", "failed"), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("progress BETWEEN 0 AND 1000", name=op.f("ck_media_jobs_progress_in_thousandths")),
        sa.CheckConstraint("(state = 'failed') = (failure <> '')", name=op.f("ck_media_jobs_a_failure_has_a_word")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_media_jobs_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_jobs")),
    )
    op.create_index("ix_media_jobs_session_id", "media_jobs", ["session_id"])
    op.create_index("ix_media_jobs_state_id", "media_jobs", ["state", "id"])
    op.create_table(
        "films",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", _WHOLE, nullable=False),
        sa.Column("received", _WHOLE, nullable=False),
        sa.Column("state", _choice("filmstate", "arriving", "waiting", "ready", "refused"), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("loudness", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_films_received_of_its_size")),
        sa.CheckConstraint("(state = 'refused') = (failure <> '')", name=op.f("ck_films_a_refusal_has_a_word")),
        sa.CheckConstraint("(state = 'ready') = (duration_ms IS NOT NULL)", name=op.f("ck_films_ready_has_a_length")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_films_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_films")),
        sa.UniqueConstraint("media_id", name=op.f("uq_films_media_id")),
    )
    op.create_index("ix_films_session_id", "films", ["session_id"])


def downgrade() -> None:
    op.drop_table("films")
    op.drop_table("media_jobs")
