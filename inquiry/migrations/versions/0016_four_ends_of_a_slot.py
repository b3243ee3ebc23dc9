"""Four ends of a slot, who is planned to speak in an item, and pauses that are interruptions

Going back fails while an item or a slot has an end, or an item is of a kind, that was not known before: none is made
another.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ENDS = ["count_over", "end"]
KINDS = ["clip", "question", "slot", "verdict", "break"]
GRACE_FITS = "grace_ms = 0 OR (grace_ms > 0 AND at_zero = 'grace')"


def upgrade() -> None:
    with _items() as items:
        items.add_column(sa.Column("speaker", sa.String(length=40), server_default="", nullable=False))
        items.add_column(sa.Column("speaker_title", sa.String(length=80), server_default="", nullable=False))
        items.add_column(sa.Column("at_zero", sa.String(length=32), server_default="count_over", nullable=False))
        items.add_column(sa.Column("grace_ms", sa.Integer(), server_default="0", nullable=False))
        items.drop_constraint(op.f("ck_items_itemkind"), type_="check")
        items.create_check_constraint(op.f("ck_items_itemkind"), _among("kind", [*KINDS, "address", "silent_heads"]))
        items.create_check_constraint(op.f("ck_items_atzero"), _among("at_zero", [*ENDS, "grace", "next"]))
        items.create_check_constraint(op.f("ck_items_grace_fits"), GRACE_FITS)
    with op.batch_alter_table("slots") as slots:
        slots.add_column(sa.Column("interrupted_ms", sa.Integer(), server_default="0", nullable=False))
        slots.add_column(sa.Column("is_interruption", sa.Boolean(), server_default=sa.false(), nullable=False))
        slots.add_column(sa.Column("grace_ms", sa.Integer(), server_default="0", nullable=False))
        slots.drop_constraint(op.f("ck_slots_atzero"), type_="check")
        slots.create_check_constraint(op.f("ck_slots_atzero"), _among("at_zero", [*ENDS, "grace", "next"]))
        slots.create_check_constraint(op.f("ck_slots_grace_fits"), GRACE_FITS)


def downgrade() -> None:
    with op.batch_alter_table("slots") as slots:
        slots.drop_constraint(op.f("ck_slots_grace_fits"), type_="check")
        slots.drop_constraint(op.f("ck_slots_atzero"), type_="check")
        slots.create_check_constraint(op.f("ck_slots_atzero"), _among("at_zero", ENDS))
        for name in ("grace_ms", "is_interruption", "interrupted_ms"):
            slots.drop_column(name)
    with _items() as items:
        for name in ("grace_fits", "atzero", "itemkind"):
            items.drop_constraint(op.f(f"ck_items_{name}"), type_="check")
        items.create_check_constraint(op.f("ck_items_itemkind"), _among("kind", KINDS))
        for name in ("grace_ms", "at_zero", "speaker_title", "speaker"):
            items.drop_column(name)


@contextmanager
def _items() -> Iterator[BatchOperations]:
    """An item's id is not given again, also when the item was removed: SQLite makes the table anew, and forgets it."""
    db = op.get_bind()
    on_sqlite = db.dialect.name == "sqlite"
    given = db.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'items'")) if on_sqlite else None
    with op.batch_alter_table("items", table_kwargs={"sqlite_autoincrement": True}) as items:
        yield items
    if given is not None:
        db.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'items'"))
        db.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('items', :given)"), {"given": given})


def _among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
