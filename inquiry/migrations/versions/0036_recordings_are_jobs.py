"""Recordings are made by the same work as films: how far one is, and when it was asked for, its job says

The columns that said so before stay for processes of the version before, as long as there are any.
"""

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


def downgrade() -> None:
    with op.batch_alter_table("recordings") as recordings:
        recordings.drop_constraint(op.f("ck_recordings_recordingstate"), type_="check")
        recordings.create_check_constraint(op.f("ck_recordings_recordingstate"), _among((*_STATES, "working")))
    op.execute("DELETE FROM media_jobs WHERE kind = 'recording'")
