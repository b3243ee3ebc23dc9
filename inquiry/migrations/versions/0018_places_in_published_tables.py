"""Figures are found by their period first, places in published tables without what these were made from; themes have
names in English"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STANDS = sa.text("superseded_at IS NULL")
BEFORE = ("indicator_id", "unit_id", "period")
AFTER = ("indicator_id", "period", "unit_id")
_ROWS_AT_ONCE = 5000


def _key(table: str, columns: tuple[str, ...]) -> None:
    op.create_index(
        op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=True, sqlite_where=STANDS,
        postgresql_where=STANDS,
    )  # fmt: skip


def upgrade() -> None:
    for table in ("targets", "actuals"):
        _key(table, AFTER)
        op.drop_index(op.f(f"ix_{table}_{'_'.join(BEFORE)}"), table_name=table)
    for table in ("indicator_versions", "published_tables"):
        op.add_column(table, sa.Column("theme_en", sa.String(length=80), nullable=False, server_default=""))
    places = op.create_table(
        "published_places",
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("head", sa.String(length=40), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["table_id"], ["published_tables.id"], name=op.f("fk_published_places_table_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_published_places_unit_id")),
        sa.PrimaryKeyConstraint("table_id", "unit_id", name=op.f("pk_published_places")),
    )
    op.create_index(op.f("ix_published_places_unit_id"), "published_places", ["unit_id"])
    _fill(places)


def _fill(places: sa.Table) -> None:
    """From the tables that were published before; one at a time, for each holds all it was made from."""
    connection = op.get_bind()
    ids = connection.scalars(sa.text("SELECT id FROM published_tables ORDER BY id")).all()
    for table_id in ids:
        kept = connection.scalar(sa.text("SELECT contents FROM published_tables WHERE id = :id"), {"id": table_id})
        contents = json.loads(kept) if isinstance(kept, str) else kept
        rows = [_place(table_id, contents, row) for row in contents["rows"]]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            connection.execute(sa.insert(places), rows[start : start + _ROWS_AT_ONCE])


def _place(table_id: int, contents: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    shown = ("indicator", "actual", "baseline", "stretch", "attainment")
    figures = [
        {name: figure[name] for name in shown} | {"version": one["version"]}
        for one, figure in zip(contents["indicators"], row["figures"], strict=True)
    ]
    return {
        "table_id": table_id, "unit_id": row["unit"]["id"], "rank": row["rank"], "score": row["score_exact"],
        "head": row["unit"]["head"], "figures": figures,
    }  # fmt: skip


def downgrade() -> None:
    op.drop_table("published_places")
    for table in ("indicator_versions", "published_tables"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("theme_en")
    for table in ("targets", "actuals"):
        _key(table, BEFORE)
        op.drop_index(op.f(f"ix_{table}_{'_'.join(AFTER)}"), table_name=table)
