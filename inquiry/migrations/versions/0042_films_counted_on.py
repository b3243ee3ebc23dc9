"""The number of a film is not given again, also when the film was discarded: pieces of another would become it"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = ("arriving", "waiting", "ready", "refused")


def _films() -> sa.Table:
    """As they are: SQLite makes the table anew, and would forget what it checks."""
    return sa.Table(
        "films",
        sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", _WHOLE, nullable=False),
        sa.Column("received", _WHOLE, nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="filmstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("loudness", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", _WHOLE, server_default="0", nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cues", sa.Integer(), server_default="0", nullable=False),
        sa.Column("captions", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_films_received_of_its_size")),
        sa.CheckConstraint("(state = 'refused') = (failure <> '')", name=op.f("ck_films_a_refusal_has_a_word")),
        sa.CheckConstraint("(state = 'ready') = (duration_ms IS NOT NULL)", name=op.f("ck_films_ready_has_a_length")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_films_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_films")),
        sa.UniqueConstraint("media_id", name=op.f("uq_films_media_id")),
        sa.Index("ix_films_session_id", "session_id"),
    )


def _make_anew(*, counted_on: bool) -> None:
    kwargs = {"sqlite_autoincrement": counted_on}
    with op.batch_alter_table("films", recreate="always", copy_from=_films(), table_kwargs=kwargs):
        pass


def upgrade() -> None:
    db = op.get_bind()
    if db.dialect.name != "sqlite":
        return  # PostgreSQL gives none again
    _make_anew(counted_on=True)
    # of those that were discarded their work is still known
    there = "SELECT id FROM films UNION SELECT subject_id FROM media_jobs WHERE kind = 'film' ORDER BY id DESC LIMIT 1"
    given = db.scalar(sa.text(there)) or 0
    db.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'films'"))
    db.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('films', :given)"), {"given": given})


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(counted_on=False)
