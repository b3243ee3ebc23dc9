"""The scores of a published table are read from an index, and what is long in a table stands last"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_INDEX = "ix_published_places_table_id_unit_id_rank_score"
#: SQLite reads a row from its beginning: whatever stands behind megabytes is found by going through them.
_BEFORE = (
    "id", "theme", "period", "group_id", "contents", "digest", "why", "at", "superseded_at", "user_id", "theme_en",
)  # fmt: skip
_AFTER = (*(one for one in _BEFORE if one != "contents"), "contents")


def upgrade() -> None:
    op.create_index(op.f(_INDEX), "published_places", ["table_id", "unit_id", "rank", "score"])
    _in_order(_AFTER)


def downgrade() -> None:
    _in_order(_BEFORE)
    op.drop_index(op.f(_INDEX), table_name="published_places")


def _in_order(columns: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("published_tables", recreate="always", partial_reordering=[columns]):
            pass
