"""Recordings are made by the same work as films: how far one is, and when it was asked for, its job says

While processes are changed one by one, those of the version before do not show the page of a recording.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_STATES = ("off", "wanted", "ready", "failed")


def _among(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(one) for one in states)})"


def upgrade() -> None:
    op.execute("UPDATE recordings SET state = 'wanted' WHERE state = 'working'")
    op.execute(
        "INSERT INTO media_jobs (session_id, kind, subject_id, state, progress, attempts, failure, asked_at) "
        "SELECT id, 'recording', id, 'queued', 0, 0, '', COALESCE(asked_at, CURRENT_TIMESTAMP) FROM recordings "
        "WHERE state = 'wanted' ORDER BY asked_at, id"
    )
    with op.batch_alter_table("recordings") as recordings:
        recordings.drop_constraint(op.f("ck_recordings_recordingstate"), type_="check")
        recordings.create_check_constraint(op.f("ck_recordings_recordingstate"), _among(_STATES))
        recordings.drop_column("progress")
        recordings.drop_column("asked_at")


def downgrade() -> None:
    with op.batch_alter_table("recordings") as recordings:
        recordings.drop_constraint(op.f("ck_recordings_recordingstate"), type_="check")
        recordings.create_check_constraint(op.f("ck_recordings_recordingstate"), _among((*_STATES, "working")))
        recordings.add_column(sa.Column("progress", sa.Integer(), nullable=False, server_default="0"))
        recordings.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE recordings SET asked_at = (SELECT max(asked_at) FROM media_jobs WHERE kind = 'recording' "
        "AND session_id = recordings.id) WHERE state = 'wanted'"
    )
    op.execute("DELETE FROM media_jobs WHERE kind = 'recording'")
