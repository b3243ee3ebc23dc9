"""Indicators, targets, actuals, plans of a year, and published tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STANDS = sa.text("superseded_at IS NULL")


def _table(name: str, *columns: SchemaItem, keys: dict[str, str], current: tuple[str, ...] = ()) -> None:
    """With who wrote a row and when, and when another took its place."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in {**keys, "user_id": "users"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    if current:
        op.create_index(
            op.f(f"ix_{name}_{'_'.join(current)}"), name, list(current), unique=True, sqlite_where=STANDS,
            postgresql_where=STANDS,
        )  # fmt: skip


def _id(name: str) -> SchemaItem:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, length: int | None = None) -> SchemaItem:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _choice(name: str, kind: str, *values: str) -> SchemaItem:
    enum = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, enum, nullable=False)


def upgrade() -> None:
    op.create_table(
        "indicators",
        _id("id"),
        _text("code", 40),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
        sa.UniqueConstraint("code", name=op.f("uq_indicators_code")),
    )
    _table(
        "indicator_versions",
        _id("indicator_id"), _id("number"), _text("name", 80), _text("name_en", 120), _text("theme", 80),
        _text("measure", 20), _choice("better", "better", "more", "less"),
        sa.Column("accumulates", sa.Boolean(), nullable=False),
        _choice("period", "periodkind", "week", "month", "quarter", "year"), _id("decimals"), _text("weight", 40),
        sa.Column("groups", sa.JSON(), nullable=False), _text("source", 200), _text("definition"),
        sa.UniqueConstraint("indicator_id", "number", name=op.f("uq_indicator_versions_indicator_id_number")),
        keys={"indicator_id": "indicators"},
    )  # fmt: skip
    op.create_index(op.f("ix_indicator_versions_indicator_id"), "indicator_versions", ["indicator_id"])
    of_unit = {"indicator_id": "indicators", "unit_id": "units"}
    key = ("indicator_id", "unit_id", "period")
    where = (_id("indicator_id"), _id("unit_id"), _text("period", 8))
    _table("targets", *where, _text("baseline", 40), _text("stretch", 40), keys=of_unit, current=key)
    where = (_id("indicator_id"), _id("unit_id"), _text("period", 8))
    _table("actuals", *where, _text("value", 40), _text("evidence"), keys=of_unit, current=key)
    _table(
        "year_plans", _id("indicator_id"), _id("year"), sa.Column("shares", sa.JSON(), nullable=False),
        keys={"indicator_id": "indicators"}, current=("indicator_id", "year"),
    )  # fmt: skip
    _table(
        "published_tables", _text("theme", 80), _text("period", 8), _id("group_id"),
        sa.Column("contents", sa.JSON(), nullable=False), _text("digest", 64), _text("why"),
        keys={"group_id": "peer_groups"}, current=("theme", "period", "group_id"),
    )  # fmt: skip


def downgrade() -> None:
    for name in ("published_tables", "year_plans", "actuals", "targets", "indicator_versions", "indicators"):
        op.drop_table(name)
